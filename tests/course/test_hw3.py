"""hw3: right variants get full marks, wrong ones are found and their mistakes named."""

from pathlib import Path
from statistics import median

import pytest

from tests.course.homework import (
    assert_mistakes_are_apart,
    assert_mistakes_are_well_written,
    assert_probes_run,
    public_tests,
)
from tests.course.students.hw3 import RIGHT, WRONG
from tests.course.variants import (
    Variant,
    assert_diagnosed,
    assert_right,
    assignment_of,
    graded,
    graded_in_child,
    verdict,
)

EXERCISES = [exercise.id for exercise in assignment_of("hw3").exercises]
IN_CHILD = ("layernorm: no mean term", "residual: dy in post")
SHOWN = ("layernorm: no mean term", "rmsnorm: no D", "rmsnorm: plus", "residual: no skip")


def name_of(variant: Variant) -> str:
    return f"{variant.exercise}: {variant.name}"


@pytest.mark.parametrize("variant", RIGHT, ids=name_of)
def test_a_right_variant_gets_full_marks(variant: Variant) -> None:
    assert_right("hw3", variant)


@pytest.mark.parametrize("variant", WRONG, ids=name_of)
def test_a_wrong_variant_is_diagnosed(variant: Variant) -> None:
    assert_diagnosed("hw3", variant)


def test_the_catalogue_is_large_enough() -> None:
    assert len(RIGHT) >= 7
    assert len(WRONG) >= 55
    for exercise in EXERCISES:
        assert any(variant.exercise == exercise for variant in RIGHT)
        assert sum(variant.exercise == exercise for variant in WRONG) >= 4
    names = [name_of(variant) for variant in (*RIGHT, *WRONG)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", IN_CHILD)
def test_the_same_in_a_process_of_its_own(name: str, tmp_path: Path) -> None:
    (variant,) = (variant for variant in WRONG if name_of(variant) == name)
    result = graded_in_child("hw3", variant, tmp_path)
    assert not result.full
    assert verdict(variant, result) == "right"


def test_the_failing_cases_shown_are_small() -> None:
    sizes = []
    for variant in WRONG:
        if name_of(variant) in SHOWN:
            parts = graded("hw3", variant, examples=True).parts
            sizes += [part.example.numbers for part in parts if part.example]
    assert len(sizes) >= len(SHOWN)
    assert median(sizes) <= 8


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_known_mistake_is_well_written(exercise: str) -> None:
    assert_mistakes_are_well_written("hw3", exercise)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_two_known_mistakes_look_alike(exercise: str) -> None:
    assert_mistakes_are_apart("hw3", exercise)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_reference_runs_on_every_probe(exercise: str) -> None:
    assert_probes_run("hw3", exercise)


def test_public_tests_pass_on_the_reference(tmp_path: Path) -> None:
    ran = public_tests("hw3", True, tmp_path)
    assert ran.returncode == 0, ran.stdout


def test_public_tests_fail_on_the_blank(tmp_path: Path) -> None:
    ran = public_tests("hw3", False, tmp_path)
    assert ran.returncode == 1, ran.stdout
    assert "failed" in ran.stdout
    assert "passed" not in ran.stdout

"""hw4: right variants get full marks, wrong ones are found and their mistakes named."""

from pathlib import Path

import pytest

from tests.course.homework import (
    assert_mistakes_are_apart,
    assert_mistakes_are_well_written,
    probes_of,
    public_tests,
)
from tests.course.students.hw4 import RIGHT, WRONG
from tests.course.variants import (
    Variant,
    assert_diagnosed,
    assert_right,
    assignment_of,
    graded,
    graded_in_child,
    reference_of,
    verdict,
)

EXERCISES = [exercise.id for exercise in assignment_of("hw4").exercises]
RAISES = ("a mask of 0 and 1",)  # probes on which the reference raises, as every submission must
IN_CHILD = (
    "causal_mask: triu",
    "attention: no second term",
    "self_attention: q only",
    "cross_attention: from k only",
)
SHOWN = ("causal_mask: k - 1", "split_heads: just reshape")


def name_of(variant: Variant) -> str:
    return f"{variant.exercise}: {variant.name}"


@pytest.mark.parametrize("variant", RIGHT, ids=name_of)
def test_a_right_variant_gets_full_marks(variant: Variant) -> None:
    assert_right("hw4", variant)


@pytest.mark.parametrize("variant", WRONG, ids=name_of)
def test_a_wrong_variant_is_diagnosed(variant: Variant) -> None:
    assert_diagnosed("hw4", variant)


def test_the_catalogue_is_large_enough() -> None:
    assert len(RIGHT) >= 13
    assert len(WRONG) >= 90
    assert all(variant.mistakes for variant in WRONG)
    for exercise in EXERCISES:
        assert any(variant.exercise == exercise for variant in RIGHT)
        assert sum(variant.exercise == exercise for variant in WRONG) >= 4
    names = [name_of(variant) for variant in (*RIGHT, *WRONG)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", IN_CHILD)
def test_the_same_in_a_process_of_its_own(name: str, tmp_path: Path) -> None:
    (variant,) = (variant for variant in WRONG if name_of(variant) == name)
    result = graded_in_child("hw4", variant, tmp_path)
    assert not result.full
    assert verdict(variant, result) == "right"


@pytest.mark.parametrize("name", SHOWN)
def test_the_failing_case_shown_is_small(name: str) -> None:
    (variant,) = (variant for variant in WRONG if name_of(variant) == name)
    shown = [part.example for part in graded("hw4", variant, examples=True).parts if part.example]
    assert shown
    assert min(example.numbers for example in shown) <= 12


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_known_mistake_is_well_written(exercise: str) -> None:
    assert_mistakes_are_well_written("hw4", exercise)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_two_known_mistakes_look_alike(exercise: str) -> None:
    assert_mistakes_are_apart("hw4", exercise)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_reference_runs_on_every_probe(exercise: str) -> None:
    outputs = set(assignment_of("hw4").exercise(exercise).outputs)
    probes = probes_of("hw4", exercise)
    assert len({probe.name for probe in probes}) == len(probes)
    for probe in probes:
        outcome = reference_of("hw4", exercise).run(probe.inputs)
        assert outcome is not None
        assert outcome.changed == (), probe.name
        if probe.name.startswith(RAISES):
            assert outcome.failure is not None
            assert outcome.failure.exception == "TypeError"
            assert probe.edge
        else:
            assert outcome.failure is None, probe.name
            assert outputs <= set(outcome.outputs), probe.name


def test_public_tests_pass_on_the_reference(tmp_path: Path) -> None:
    ran = public_tests("hw4", True, tmp_path)
    assert ran.returncode == 0, ran.stdout


def test_public_tests_fail_on_the_blank(tmp_path: Path) -> None:
    ran = public_tests("hw4", False, tmp_path)
    assert ran.returncode == 1, ran.stdout
    assert "failed" in ran.stdout
    assert "passed" not in ran.stdout

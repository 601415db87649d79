"""hw1 to hw5: right variants get full marks, wrong ones are found and their mistakes named."""

from collections import Counter
from pathlib import Path

import pytest

from tests.course.homework import (
    HOMEWORKS,
    assert_mistakes_are_apart,
    assert_mistakes_are_well_written,
    assert_probes_run,
    name_of,
    public_tests,
    variants,
    wrong_variant,
)
from tests.course.variants import (
    Variant,
    assert_diagnosed,
    assert_right,
    assignment_of,
    graded,
    graded_in_child,
    verdict,
)
from tinytf.course.grading.text import exercise_text

IN_CHILD = {
    "hw1": (
        "softmax: no cross term",
        "softmax: x changed",
        "softmax: finite differences",
        "log_softmax: log of softmax",
        "cross_entropy: summed in both",
    ),
    "hw2": ("linear: x.T", "ffn: at h", "dropout: dx unscaled", "embedding: +="),
    "hw3": ("layernorm: no mean term", "residual: dy in post"),
    "hw4": (
        "causal_mask: triu",
        "attention: no second term",
        "self_attention: q only",
        "cross_attention: from k only",
    ),
    "hw5": (
        "transformer_layer: forward order",
        "memory_decoder: total = share",
        "adam: no correction",
        "train: no zero_grad",
    ),
}
# the smallest of their failing cases holds at most 12 numbers
SHOWN = {
    "hw2": ("linear: db mean", "gelu: no 3", "embedding: +=", "embedding: if pad"),
    "hw3": ("layernorm: no mean term", "rmsnorm: no D", "rmsnorm: plus", "residual: no skip"),
    "hw4": ("causal_mask: k - 1", "split_heads: just reshape"),
    "hw5": ("sgd: plus",),
}
# right and wrong variants that there are at least
AT_LEAST = {"hw1": (11, 58), "hw2": (16, 76), "hw3": (7, 61), "hw4": (13, 90), "hw5": (14, 90)}


def every(kind: str) -> pytest.MarkDecorator:
    found = [(homework, variant) for homework in HOMEWORKS for variant in variants(homework, kind)]
    ids = [f"{homework} {name_of(variant)}" for homework, variant in found]
    return pytest.mark.parametrize(("homework", "variant"), found, ids=ids)


def some(named: dict[str, tuple[str, ...]]) -> pytest.MarkDecorator:
    found = [(homework, name) for homework, names in named.items() for name in names]
    return pytest.mark.parametrize(("homework", "name"), found)


every_homework = pytest.mark.parametrize("homework", HOMEWORKS)
every_exercise = pytest.mark.parametrize(
    ("homework", "exercise"),
    [(name, exercise.id) for name in HOMEWORKS for exercise in assignment_of(name).exercises],
)


@every("RIGHT")
def test_a_right_variant_gets_full_marks(homework: str, variant: Variant) -> None:
    assert_right(homework, variant)


@every("WRONG")
def test_a_wrong_variant_is_diagnosed(homework: str, variant: Variant) -> None:
    assert_diagnosed(homework, variant)


@every_homework
def test_the_catalogue_is_large_enough(homework: str) -> None:
    right, wrong = variants(homework, "RIGHT"), variants(homework, "WRONG")
    n_right, n_wrong = AT_LEAST[homework]
    assert len(right) >= n_right
    assert len(wrong) >= n_wrong
    exercises = {exercise.id for exercise in assignment_of(homework).exercises}
    assert {variant.exercise for variant in right} == exercises
    n_of_exercise = Counter(variant.exercise for variant in wrong)
    assert set(n_of_exercise) == exercises
    assert min(n_of_exercise.values()) >= 4
    names = [name_of(variant) for variant in (*right, *wrong)]
    assert len(set(names)) == len(names)


@some(IN_CHILD)
def test_the_same_in_a_process_of_its_own(homework: str, name: str, tmp_path: Path) -> None:
    variant = wrong_variant(homework, name)
    result = graded_in_child(homework, variant, tmp_path)
    assert not result.full
    assert verdict(variant, result) == ("right" if variant.mistakes else "none")
    assert variant.says in " ".join(exercise_text(result).split())


@some(SHOWN)
def test_the_failing_case_shown_is_small(homework: str, name: str) -> None:
    parts = graded(homework, wrong_variant(homework, name), examples=True).parts
    shown = [part.example.numbers for part in parts if part.example]
    assert shown
    assert min(shown) <= 12


@every_exercise
def test_every_known_mistake_is_well_written(homework: str, exercise: str) -> None:
    assert_mistakes_are_well_written(homework, exercise)


@every_exercise
def test_no_two_known_mistakes_look_alike(homework: str, exercise: str) -> None:
    assert_mistakes_are_apart(homework, exercise)


@every_exercise
def test_the_reference_runs_on_every_probe(homework: str, exercise: str) -> None:
    assert_probes_run(homework, exercise)


@every_homework
def test_public_tests_pass_on_the_reference(homework: str, tmp_path: Path) -> None:
    ran = public_tests(homework, True, tmp_path)
    assert ran.returncode == 0, ran.stdout


@every_homework
def test_public_tests_fail_on_the_blank(homework: str, tmp_path: Path) -> None:
    ran = public_tests(homework, False, tmp_path)
    assert ran.returncode == 1, ran.stdout
    assert "failed" in ran.stdout
    assert "passed" not in ran.stdout

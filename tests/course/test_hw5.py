"""hw5: right variants get full marks, wrong ones are found and their mistakes named."""

from pathlib import Path

import numpy as np
import pytest

from tests.course.homework import (
    assert_mistakes_are_apart,
    assert_mistakes_are_well_written,
    probes_of,
    public_tests,
)
from tests.course.students.hw5 import RIGHT, WRONG
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
from tinytf.course.cases.training import STATED_LOSS
from tinytf.course.training_session import NO_GOAL, TrainingSession

EXERCISES = [exercise.id for exercise in assignment_of("hw5").exercises]
IN_CHILD = (
    "transformer_layer: forward order",
    "memory_decoder: total = share",
    "adam: no correction",
    "train: no zero_grad",
)
SHOWN = ("sgd: plus",)


def name_of(variant: Variant) -> str:
    return f"{variant.exercise}: {variant.name}"


@pytest.mark.parametrize("variant", RIGHT, ids=name_of)
def test_a_right_variant_gets_full_marks(variant: Variant) -> None:
    assert_right("hw5", variant)


@pytest.mark.parametrize("variant", WRONG, ids=name_of)
def test_a_wrong_variant_is_diagnosed(variant: Variant) -> None:
    assert_diagnosed("hw5", variant)


def test_the_catalogue_is_large_enough() -> None:
    assert len(RIGHT) >= 14
    assert len(WRONG) >= 90
    assert sum(bool(variant.mistakes) for variant in WRONG) >= 0.95 * len(WRONG)
    for exercise in EXERCISES:
        assert any(variant.exercise == exercise for variant in RIGHT)
        assert sum(variant.exercise == exercise for variant in WRONG) >= 4
    names = [name_of(variant) for variant in (*RIGHT, *WRONG)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", IN_CHILD)
def test_the_same_in_a_process_of_its_own(name: str, tmp_path: Path) -> None:
    (variant,) = (variant for variant in WRONG if name_of(variant) == name)
    result = graded_in_child("hw5", variant, tmp_path)
    assert not result.full
    assert verdict(variant, result) == "right"


@pytest.mark.parametrize("name", SHOWN)
def test_the_failing_case_shown_is_small(name: str) -> None:
    (variant,) = (variant for variant in WRONG if name_of(variant) == name)
    shown = [part.example for part in graded("hw5", variant, examples=True).parts if part.example]
    assert shown
    assert min(example.numbers for example in shown) <= 12


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_known_mistake_is_well_written(exercise: str) -> None:
    assert_mistakes_are_well_written("hw5", exercise)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_two_known_mistakes_look_alike(exercise: str) -> None:
    assert_mistakes_are_apart("hw5", exercise)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_reference_runs_on_every_probe(exercise: str) -> None:
    outputs = set(assignment_of("hw5").exercise(exercise).outputs)
    probes = probes_of("hw5", exercise)
    assert len({probe.name for probe in probes}) == len(probes)
    for probe in probes:
        outcome = reference_of("hw5", exercise).run(probe.inputs)
        assert outcome is not None
        assert outcome.failure is None, probe.name
        assert outcome.changed == (), probe.name
        assert outputs <= set(outcome.outputs), probe.name


def test_the_stated_loss_is_reached_by_training_and_not_before() -> None:
    sessions = [
        probe.inputs["model"].target
        for probe in probes_of("hw5", "train")
        if probe.inputs["model"].target.stated_loss != NO_GOAL
    ]
    assert len(sessions) == 1
    session: TrainingSession = sessions[0]
    session.start()
    assert session.loss() > np.log(7) - 0.1
    assert session.loss_above_goal() == pytest.approx(session.loss() - STATED_LOSS)
    reference = reference_of("hw5", "train")
    for probe in probes_of("hw5", "train"):
        outcome = reference.run(probe.inputs)
        assert outcome is not None
        assert outcome.outputs["loss_above_goal"] == 0


def test_a_training_session_starts_anew() -> None:
    """One probe is run for the reference, for each mistake and for the student."""
    probe = probes_of("hw5", "train")[0]
    reference = reference_of("hw5", "train")
    first, second = (reference.run(probe.inputs) for _ in range(2))
    assert first is not None
    assert second is not None
    for name, value in first.outputs.items():
        np.testing.assert_array_equal(value, second.outputs[name])


def test_public_tests_pass_on_the_reference(tmp_path: Path) -> None:
    ran = public_tests("hw5", True, tmp_path)
    assert ran.returncode == 0, ran.stdout


def test_public_tests_fail_on_the_blank(tmp_path: Path) -> None:
    ran = public_tests("hw5", False, tmp_path)
    assert ran.returncode == 1, ran.stdout
    assert "failed" in ran.stdout
    assert "passed" not in ran.stdout

"""The exercise of hw5 that trains a model to a stated loss."""

import numpy as np
import pytest

from tests.course.homework import probes_of
from tests.course.variants import reference_of
from tinytf.course.cases.training import STATED_LOSS
from tinytf.course.training_session import NO_GOAL, TrainingSession


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

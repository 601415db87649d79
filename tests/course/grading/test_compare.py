"""Outputs are compared as float64: rounding passes, an error of 1e-6 does not."""

import numpy as np
import pytest

from tinytf.course.grading.compare import problem_of, same, scale_of
from tinytf.course.grading.outcome import Failure, Outcome


def kind(yours: object, correct: object, scale: float = 1.0) -> str | None:
    problem = problem_of("y", Outcome({"y": yours}), Outcome({"y": correct}), scale)
    return None if problem is None else problem.kind


VALUE = np.array([[1.0, -2.0], [0.5, 1e-3]])


@pytest.mark.parametrize(
    ("yours", "expected"),
    [
        (VALUE + 1e-13, None),
        (VALUE * (1 + 1e-9), None),
        (np.asfortranarray(VALUE), None),
        (VALUE * (1 + 1e-6), "number"),
        (VALUE.T, "number"),
        (VALUE.ravel(), "shape"),
        (VALUE[None], "shape"),
        (VALUE.astype(np.float32), None),  # these numbers have short binary forms, but for one
        (VALUE * np.nan, "nan"),
        (None, "none"),
    ],
)
def test_kinds_of_problems(yours: object, expected: str | None) -> None:
    if isinstance(yours, np.ndarray) and yours.dtype == np.float32:
        expected = None if np.allclose(yours, VALUE, 1e-7) else "dtype"
    assert kind(yours, VALUE) == expected


def test_a_number_may_come_in_any_form() -> None:
    for loss in (2.5, np.array(2.5)):
        assert kind(loss, np.array(2.5)) is None
    assert kind(np.array([2.5]), np.array(2.5)) == "shape"
    assert kind(2.6, np.array(2.5)) == "number"


def test_zero_is_compared_by_the_size_of_the_inputs() -> None:
    assert kind(np.full(3, 1e-14), np.zeros(3)) is None
    assert kind(np.full(3, 1e-9), np.zeros(3)) == "number"
    assert kind(np.full(3, 1e-9), np.zeros(3), scale=1000.0) is None
    assert scale_of({"x": np.array([3.0, -7.0, np.inf]), "n": 100}) == 7.0


def test_none_is_right_only_where_it_is_expected() -> None:
    assert kind(None, None) is None
    assert kind(np.zeros(2), None) == "number"


def test_nan_and_inf_are_right_where_they_are_expected() -> None:
    assert kind(np.array([np.nan, 1.0]), np.array([np.nan, 1.0])) is None
    assert kind(np.array([-np.inf, 1.0]), np.array([-np.inf, 1.0])) is None
    assert kind(np.array([np.inf, 1.0]), np.array([-np.inf, 1.0])) == "number"


def test_truth_is_no_number() -> None:
    mask = np.array([True, False])
    assert kind(mask, mask) is None
    assert kind(mask.astype(float), mask) == "dtype"


def test_an_error_is_right_where_the_reference_raises_the_same() -> None:
    wanted = Outcome(failure=Failure("raised", "text", "f", 1, "TypeError"))
    same_error = Outcome(failure=Failure("raised", "other text", "g", 9, "TypeError"))
    other = Outcome(failure=Failure("raised", "text", "f", 1, "ValueError"))
    blank = Outcome(failure=Failure("blank", "", "f", 1, "NotImplementedError"))
    assert problem_of("y", same_error, wanted, 1.0) is None
    for wrong, expected in ((other, "raised"), (blank, "blank"), (Outcome({"y": 1.0}), "no error")):
        problem = problem_of("y", wrong, wanted, 1.0)
        assert problem is not None
        assert problem.kind == expected


def test_two_overflows_are_the_same_mistake() -> None:
    one, other = Outcome({"y": np.array([np.nan, 1.0])}), Outcome({"y": np.array([np.inf, 1.0])})
    assert same("y", one, other, 1.0)
    assert not same("y", one, Outcome({"y": np.array([1.0, np.nan])}), 1.0)


def test_booleans_integers_and_floats_are_three_different_outputs() -> None:
    outcomes = [Outcome({"y": np.array([1, 0], dtype)}) for dtype in (bool, np.int64, np.float64)]
    for i, one in enumerate(outcomes):
        for j, other in enumerate(outcomes):
            assert same("y", one, other, 1.0) == (i == j)
    assert same("y", outcomes[2], Outcome({"y": np.array([1, 0], np.float32)}), 1.0)

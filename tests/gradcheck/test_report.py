"""The text of a report, letter by letter, and what the object offers."""

import math

import numpy as np
import pytest

from tests.gradcheck import small_ops as ops
from tinytf.gradcheck import GradientError, Report, check_gradients
from tinytf.ops.arrays import Array

X = np.array([[1.0, 2.0, 4.0], [0.0, -1.0, 3.0]])
GAMMA = np.array([2.0, -0.5, 3.0])


class FixedRng(np.random.Generator):
    """Cotangents that are readable: halves, so that the printed numbers can be checked by hand."""

    def __init__(self) -> None:
        super().__init__(np.random.PCG64(0))

    def normal(self, size: tuple[int, ...]) -> Array:  # type: ignore[override]
        return (np.arange(math.prod(size)).reshape(size) + 1) / 2


def scale_with_a_halved_dgamma(dy: Array, cache: tuple[Array, Array]) -> tuple[Array, Array]:
    dx, dgamma = ops.scale_backward(dy, cache)
    return dx, dgamma / 2


def test_text_of_a_failed_check() -> None:
    report = check_gradients(
        ops.scale_forward, scale_with_a_halved_dgamma, X, GAMMA, rng=FixedRng()
    )
    assert str(report) == (
        "FAIL scale\n"
        "  input  shape   method        checked  at kink  worst error\n"
        "  x      (2, 3)  complex-step  6/6      0        0.0e+00      ok\n"
        "  gamma  (3,)    complex-step  3/3      0        5.0e-01      WRONG\n"
        "  gamma is worst at index (2,): yours 7.5, expected 15\n"
        "    - yours / expected is 0.5 = 1 / (size of axis 0 of x) on all entries"
    )


def test_text_of_a_passed_check_with_notes_and_kinks() -> None:
    def forward(x: Array, p: float) -> tuple[Array, Array]:
        return np.abs(x), x

    report = check_gradients(forward, lambda dy, x: dy * np.sign(x), X, 0.5, rng=FixedRng())
    assert str(report) == (
        "OK forward\n"
        "  input  shape   method               checked  at kink  worst error\n"
        "  x      (2, 3)  central differences  5/6      1        0.0e+00      ok\n"
        "  x: complex-step not possible: the forward loses the imaginary part (.real, np.abs, "
        "float() or alike): slope 0 by complex-step, 0.5 by central differences; central "
        "differences used\n"
        "  note: p is not checked (float)"
    )


def test_text_is_ascii() -> None:
    report = check_gradients(ops.scale_forward, scale_with_a_halved_dgamma, X, GAMMA)
    assert str(report).isascii()


def test_raise_if_wrong() -> None:
    right = check_gradients(ops.scale_forward, ops.scale_backward, X, GAMMA)
    right.raise_if_wrong()
    wrong = check_gradients(ops.scale_forward, scale_with_a_halved_dgamma, X, GAMMA)
    with pytest.raises(GradientError) as caught:
        wrong.raise_if_wrong()
    assert str(wrong) in str(caught.value)


def test_worst_is_the_result_furthest_beyond_its_tolerance() -> None:
    report = check_gradients(ops.scale_forward, scale_with_a_halved_dgamma, X, GAMMA)
    assert report.worst is report.results[1]
    assert report.worst.worst_error == pytest.approx(0.5)
    assert report.worst.yours == pytest.approx(report.worst.expected / 2)
    np.testing.assert_allclose(report.worst.gradient, report.worst.expected_gradient / 2)


def test_a_report_without_results_is_not_ok() -> None:
    report = Report("nothing")
    assert not report.ok
    assert report.worst is None
    assert str(report) == "FAIL nothing\n  nothing was checked"

"""Where complex-step is not possible, and where no derivative exists."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.gradcheck import small_ops as ops
from tests.gradcheck.reports import problem
from tinytf.gradcheck import assert_gradients, check_gradients
from tinytf.ops.arrays import Array

RNG = np.random.default_rng(5)
X = RNG.normal(size=(3, 4))
GAMMA, BETA = RNG.normal(size=(2, 4))


@pytest.mark.parametrize("method", ["auto", "central"])
@pytest.mark.parametrize("at_zero", [0.0, 0.5, 1.0])
def test_entries_at_a_kink_are_skipped_and_counted(method: str, at_zero: float) -> None:
    """Whatever the subgradient at 0 is, yours may choose another."""
    x = X.copy()
    x[0, :3] = 0.0

    def backward(dy: Array, x: Array) -> Array:
        return dy * np.where(x == 0, at_zero, x > 0)

    report = check_gradients(ops.relu_forward, backward, x, method=method)
    assert report.ok, str(report)
    assert (report.results[0].checked, report.results[0].at_kink) == (9, 3)
    wrong = check_gradients(ops.relu_forward, lambda dy, x: dy * (x >= 0.5), x, method=method)
    assert not wrong.ok


def test_a_check_of_nothing_but_kinks_does_not_pass() -> None:
    report = check_gradients(ops.relu_forward, ops.relu_backward, np.zeros((2, 2)))
    assert not report.ok
    assert "x: no entry could be checked (4 at a kink)" in str(report)
    assert report.worst is report.results[0]


def test_measuring_outside_the_domain_does_not_warn() -> None:
    """sqrt has no slope at 0, and no value left of it: a kink, not a RuntimeWarning."""
    x = np.array([0.0, 4.0])
    report = check_gradients(lambda x: (np.sqrt(x), x), lambda dy, x: dy * [7.0, 0.25], x)
    assert report.ok, str(report)
    assert report.results[0].at_kink == 1


def test_a_forward_that_allocates_its_result_in_one_inputs_dtype() -> None:
    """Complex-step works nevertheless: every float input is complex, not only the perturbed one."""

    def forward(x: Array, gamma: Array) -> Any:
        y = np.zeros_like(x)
        y[...] = x * gamma
        return y, (x, gamma)

    report = assert_gradients(forward, ops.scale_backward, X, GAMMA)
    assert {result.method for result in report.results} == {"complex-step"}


def test_ties_of_a_max_are_kinks() -> None:
    def forward(x: Array) -> Any:
        return x.real.max(axis=-1), x

    def backward(dy: Array, x: Array) -> Array:
        return dy[:, None] * (np.arange(4) == x.argmax(axis=-1)[:, None])

    x = np.array([[1.0, 3.0, 3.0, 0.0], [4.0, 1.0, 1.0, 1.0]])
    report = check_gradients(forward, backward, x)
    assert report.ok, str(report)
    assert report.results[0].at_kink == 2
    assert report.results[0].method == "central differences"


LOSSY = [
    ("real", lambda x: x.real * x.real, "the forward loses the imaginary part"),
    ("half real", lambda x: x * x.real, "the forward loses the imaginary part"),
    ("abs", lambda x: np.abs(x) ** 2, "the forward loses the imaginary part"),
    ("conj", lambda x: x * np.conj(x), "the forward loses the imaginary part"),
    ("astype", lambda x: x.astype(float) ** 2, "the forward casts complex numbers to real"),
    (
        "float",
        lambda x: np.array([[float(v) ** 2 for v in row] for row in x]),
        "the forward casts complex numbers to real",
    ),
    ("cube root", lambda x: np.cbrt(x) ** 6, "the forward raises TypeError on complex inputs"),
    ("one column", lambda x: np.where(np.arange(4) == 2, x.real, x) ** 2, "loses the imaginary"),
]


@pytest.mark.parametrize(("name", "square", "reason"), LOSSY, ids=[case[0] for case in LOSSY])
def test_functions_that_lose_the_imaginary_part(
    name: str, square: Callable[[Array], Array], reason: str
) -> None:
    def forward(x: Array) -> Any:
        y = square(x)
        return (y if np.iscomplexobj(x) else y.real), x

    def right(dy: Array, x: Array) -> Array:
        return 2 * x * dy

    report = check_gradients(forward, right, X)
    assert report.ok, str(report)
    result = report.results[0]
    assert result.method == "central differences"
    assert result.note.startswith("complex-step not possible: ")
    assert reason in result.note
    assert result.note.endswith("; central differences used")
    assert result.note in str(report)
    assert result.tolerance == 1e-6
    # Most of all: a backward of zeros must not look right because the measured slope was lost.
    zeros = check_gradients(forward, lambda dy, x: 0 * dy, X)
    assert not zeros.ok
    assert zeros.results[0].facts == ("yours is zero everywhere",)
    # Complex-step by force: no result rather than a wrong one.
    kind, message = problem(check_gradients(forward, right, X, method="complex"))
    assert kind == "complex-step"
    assert reason in message


def test_a_lost_imaginary_part_is_seen_beside_a_kink() -> None:
    """There the random direction cannot tell: the smooth entries do."""
    x = X.copy()
    x[1, 1] = 0.0
    report = check_gradients(lambda x: (np.abs(x), x), lambda dy, x: dy * np.sign(x), x)
    assert report.ok, str(report)
    assert report.results[0].method == "central differences"
    assert report.results[0].at_kink == 1
    assert not check_gradients(lambda x: (np.abs(x), x), lambda dy, x: dy * 0, x).ok

"""Mistakes that no comparison of numbers shows: each is a named problem."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.gradcheck import small_ops as ops
from tests.gradcheck.reports import problem
from tinytf.gradcheck import check_gradients
from tinytf.ops.arrays import Array

RNG = np.random.default_rng(5)
X = RNG.normal(size=(3, 4))
GAMMA, BETA = RNG.normal(size=(2, 4))


def test_a_forward_that_changes_its_input() -> None:
    def forward(x: Array) -> Any:
        x -= x.real.max(axis=-1, keepdims=True)
        return ops.softmax_forward(x)

    x = X.copy()
    report = check_gradients(forward, ops.softmax_backward, x)
    assert problem(report) == ("mutated", "the forward changed its input x")
    np.testing.assert_array_equal(x, X)  # the caller's array is safe
    assert report.results[0].ok


def test_a_forward_that_changes_its_mask() -> None:
    def forward(x: Array, mask: Array) -> Any:
        kept = mask.copy()
        mask[0] = 0
        return x * kept, kept

    report = check_gradients(forward, lambda dy, mask: dy * mask, X, mask=np.ones(4))
    assert problem(report) == ("mutated", "the forward changed its input mask")


def test_a_backward_that_changes_what_the_forward_got_or_gave() -> None:
    def relu_in_place(dy: Array, x: Array) -> Array:
        dx = ops.relu_backward(dy, x)
        x += 1e-9
        return dx

    report = check_gradients(ops.relu_forward, relu_in_place, X)
    assert problem(report) == ("mutated", "the backward changed its input x")

    def softmax_in_place(dy: Array, y: Array) -> Array:
        dx = ops.softmax_backward(dy, y)
        y *= 1.5
        return dx

    report = check_gradients(ops.softmax_forward, softmax_in_place, X)
    kinds = [p.message for p in report.problems]
    assert "the backward changed the forward's output" in kinds
    assert "gradient of x: two backwards with the same dy and cache differ" in kinds


def test_a_backward_that_changes_dy() -> None:
    def backward(dy: Array, x: Array) -> Array:
        dy *= x > 0
        return dy

    report = check_gradients(ops.relu_forward, backward, X)
    assert problem(report) == ("mutated", "the backward changed dy")
    assert report.results[0].ok


def test_a_backward_that_uses_up_its_cache() -> None:
    def forward(x: Array) -> Any:
        return x * x, [x]

    def backward(dy: Array, cache: list[Array]) -> Array:
        x = cache.pop() if cache else np.zeros_like(dy)
        return 2 * x * dy

    report = check_gradients(forward, backward, X)
    kind, message = problem(report)
    assert kind == "not reproducible"
    assert message == "gradient of x: two backwards with the same dy and cache differ"


def test_rounding_that_differs_from_call_to_call_is_no_problem() -> None:
    rng = np.random.default_rng(0)

    def forward(x: Array) -> Any:
        return ops.softmax_forward(x)[0] * (1 + 1e-15 * rng.normal()), ops.softmax_forward(x)[1]

    def backward(dy: Array, y: Array) -> Array:
        return ops.softmax_backward(dy, y) * (1 + 1e-15 * rng.normal())

    report = check_gradients(forward, backward, X)
    assert report.ok, str(report)
    # A difference that small can only be rounding; one in the tenth digit is not.
    report = check_gradients(
        ops.softmax_forward,
        lambda dy, y: ops.softmax_backward(dy, y) * (1 + 1e-10 * rng.normal()),
        X,
    )
    assert problem(report)[0] == "not reproducible"


def test_a_backward_that_adds_up_in_a_buffer_of_its_cache() -> None:
    def forward(x: Array) -> Any:
        return x * x, (x, np.zeros_like(x))

    def backward(dy: Array, cache: Any) -> Array:
        x, buffer = cache
        buffer += 2 * x * dy
        return buffer

    assert problem(check_gradients(forward, backward, X))[0] == "not reproducible"


@pytest.mark.parametrize(
    ("backward", "said"),
    [
        (
            lambda dy, c: (dy @ c[1].T, c[0].T @ dy, dy),
            "gradient of bias: expected shape (2,), got (3, 2); summed over axis 0 it is what is "
            "expected",
        ),
        (
            lambda dy, c: (dy @ c[1].T, dy.T @ c[0], dy.sum(axis=0)),
            "gradient of weight: expected shape (4, 2), got (2, 4); it is the transpose of what is "
            "expected",
        ),
        (
            lambda dy, c: (dy @ c[1].T, c[0].T @ dy, dy.sum(axis=0, keepdims=True)),
            "gradient of bias: expected shape (2,), got (1, 2); its numbers are right",
        ),
        (
            lambda dy, c: (dy @ c[1].T, c[0].T @ dy, np.float64(1.0)),
            "gradient of bias: expected shape (2,), got ()",
        ),
    ],
)
def test_a_gradient_of_the_wrong_shape(backward: Callable[..., Any], said: str) -> None:
    inputs = X, RNG.normal(size=(4, 2)), BETA[:2]
    assert problem(check_gradients(ops.linear_forward, backward, *inputs)) == ("shape", said)


def test_dtypes_other_than_float64() -> None:
    report = check_gradients(
        ops.relu_forward, lambda dy, x: ops.relu_backward(dy, x).astype(np.float32), X
    )
    said = "gradient of x: expected dtype float64 for float64 inputs, got float32"
    assert problem(report) == ("dtype", said)
    report = check_gradients(
        lambda x: (ops.relu_forward(x)[0].astype(np.float32), x), ops.relu_backward, X
    )
    said = "output y: expected dtype float64 for float64 inputs, got float32"
    assert problem(report) == ("dtype", said)


def test_outputs_and_gradients_that_are_not_finite() -> None:
    def forward(x: Array) -> Any:
        return np.where(x.real > 0, x, np.nan), x

    kind, message = problem(check_gradients(forward, ops.relu_backward, -np.abs(X)))
    assert (kind, message) == ("not finite", "output y: nan at index (0, 0)")

    def backward(dy: Array, x: Array) -> Array:
        return np.where(np.arange(4) == 2, np.inf, ops.relu_backward(dy, x))

    report = check_gradients(ops.relu_forward, backward, X)
    assert problem(report) == ("not finite", "gradient of x: inf at index (0, 2)")
    assert report.results[0].worst_error == np.inf
    assert report.results[0].facts == ("wrong only at index 2 of axis 1 (of 4)",)

    def nan_where_negative(dy: Array, x: Array) -> Array:
        return np.where(x > 0, dy, np.nan)

    report = check_gradients(ops.relu_forward, nan_where_negative, X)
    assert not report.results[0].ok
    assert report.results[0].worst_error == np.inf
    assert report.results[0].facts == ("right exactly where x > 0, wrong everywhere else",)


def test_a_forward_that_draws_its_own_numbers_is_named() -> None:
    rng = np.random.default_rng(0)
    report = check_gradients(lambda x: ops.dropout_forward(x, 0.5, rng), ops.dropout_backward, X)
    kind, message = problem(report)
    assert kind == "not reproducible"
    assert "two forwards with the same inputs differ" in message
    assert "forward_seed" in message

"""Softmax and log-softmax."""

import math
from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import assert_backward_right, assert_close, assert_well_behaved, claim
from tests.ops.strategies import Call, softmax_calls
from tinytf.ops.arrays import Array


def softmax_by_hand(row: Array) -> list[float]:
    largest = max(row)
    exponentials = [math.exp(score - largest) for score in row]
    return [exponential / math.fsum(exponentials) for exponential in exponentials]


@claim(call=softmax_calls())
def test_softmax_equals_plain_loops(op: ModuleType, call: Call) -> None:
    y, _ = call.run(op.softmax_forward)
    expected = np.apply_along_axis(softmax_by_hand, call.options.get("axis", -1), call.inputs[0])
    assert_close(y, expected)


@claim(call=softmax_calls())
def test_log_softmax_is_the_logarithm_of_softmax(op: ModuleType, call: Call) -> None:
    y, _ = call.run(op.log_softmax_forward)
    expected = np.apply_along_axis(softmax_by_hand, call.options.get("axis", -1), call.inputs[0])
    assert_close(y, np.log(expected))


@claim(call=softmax_calls())
def test_softmax_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.softmax_forward, op.softmax_backward, call)


@claim(call=softmax_calls())
def test_log_softmax_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.log_softmax_forward, op.log_softmax_backward, call)


@claim(call=softmax_calls())
def test_both_keep_dtypes_inputs_and_complex_parts(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.softmax_forward, op.softmax_backward, call)
    assert_well_behaved(op.log_softmax_forward, op.log_softmax_backward, call)


@claim(call=softmax_calls())
def test_gradients_sum_to_zero_along_the_axis(op: ModuleType, call: Call) -> None:
    # Adding a constant to all scores of a row changes nothing.
    y, cache = call.run(op.softmax_forward)
    dx = op.softmax_backward(np.random.default_rng(1).normal(size=y.shape), cache)
    sums = dx.sum(axis=call.options.get("axis", -1))
    assert_close(sums, np.zeros_like(sums), atol=1e-12)


def test_scores_of_ten_thousand_do_not_overflow(op: ModuleType) -> None:
    for dtype in (np.float32, np.float64):
        x = np.array([[1e4, -1e4, 1e4], [-1e4, -1e4, -1e4]], dtype)
        y, cache = op.softmax_forward(x)
        assert_close(y, [[0.5, 0, 0.5], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-6)
        dy = np.array([[1, 2, 3], [4, 6, 5]], dtype)
        dx = op.softmax_backward(dy, cache)
        assert_close(dx, [[-0.5, 0, 0.5], [-1 / 3, 1 / 3, 0]], rtol=1e-6, atol=1e-6)
        log_y, cache = op.log_softmax_forward(x)
        expected = [[-math.log(2), -2e4 - math.log(2), -math.log(2)], [-math.log(3)] * 3]
        assert_close(log_y, expected, rtol=1e-6)
        log_dx = op.log_softmax_backward(dy, cache)
        assert_close(log_dx, [[-2, 2, 0], [-1, 1, 0]], rtol=1e-6, atol=1e-5)


def test_small_probabilities_keep_their_logarithm(op: ModuleType) -> None:
    # exp(-2000) underflows to 0; its logarithm does not.
    y, _ = op.log_softmax_forward(np.array([0.0, -2000.0]))
    assert_close(y, [0.0, -2000.0])


def test_a_row_of_minus_infinity_gives_zeros_and_no_gradient(op: ModuleType) -> None:
    x = np.array([[-np.inf, -np.inf], [-np.inf, 3.0]])
    y, cache = op.softmax_forward(x)
    np.testing.assert_array_equal(y, [[0, 0], [0, 1]])
    dx = op.softmax_backward(np.array([[1.5, -0.5], [2.5, 0.3]]), cache)
    np.testing.assert_array_equal(dx, [[0, 0], [0, 0]])


def test_log_softmax_of_a_forbidden_score_is_minus_infinity(op: ModuleType) -> None:
    y, _ = op.log_softmax_forward(np.array([-np.inf, 1.0, 1.0]))
    assert_close(y[1:], [-math.log(2)] * 2)
    assert y[0] == -np.inf


def test_a_single_score_has_probability_one_and_no_gradient(op: ModuleType) -> None:
    y, cache = op.softmax_forward(np.array([[5.0]]))
    assert y == 1
    assert op.softmax_backward(np.array([[3.0]]), cache) == 0


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    for forward in (op.softmax_forward, op.log_softmax_forward):
        with pytest.raises(TypeError, match=r"x: expected floats .*got dtype int64"):
            forward(np.arange(3))
        with pytest.raises(TypeError, match=r"x: expected a numpy array of floats, got list"):
            forward([1.0, 2.0])
        with pytest.raises(ValueError, match=r"axis: expected one of the 2 axes of x, got 2"):
            forward(np.zeros((2, 3)), axis=2)
        with pytest.raises(ValueError, match=r"x: expected at least one .*got shape \(2, 0\)"):
            forward(np.zeros((2, 0)))

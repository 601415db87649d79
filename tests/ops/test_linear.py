"""The linear layer's op."""

import math
from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import assert_backward_right, assert_close, assert_well_behaved, claim
from tests.ops.strategies import Call, linear_calls


@claim(call=linear_calls())
def test_forward_equals_plain_loops(op: ModuleType, call: Call) -> None:
    x, weight, bias = call.inputs
    d_in, d_out = weight.shape
    y, _ = call.run(op.linear_forward)
    expected = np.empty((*x.shape[:-1], d_out))
    for *row, j in np.ndindex(expected.shape):
        products = [x[(*row, i)] * weight[i, j] for i in range(d_in)]
        expected[(*row, j)] = math.fsum(products) + (0 if bias is None else bias[j])
    assert_close(y, expected)


@claim(call=linear_calls())
def test_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.linear_forward, op.linear_backward, call)


@claim(call=linear_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.linear_forward, op.linear_backward, call)


def test_every_leading_axis_is_summed_never_averaged(op: ModuleType) -> None:
    x = np.ones((2, 3, 5, 1))
    _, cache = op.linear_forward(x, np.array([[2.0, -3.0]]), np.array([0.5, 0.25]))
    dy = np.broadcast_to(np.array([7.0, 11.0]), (2, 3, 5, 2))
    dx, dweight, dbias = op.linear_backward(dy, cache)
    np.testing.assert_array_equal(dbias, [30 * 7, 30 * 11])
    np.testing.assert_array_equal(dweight, [[30 * 7, 30 * 11]])
    np.testing.assert_array_equal(dx, np.full((2, 3, 5, 1), 2 * 7 - 3 * 11))


def test_no_bias_has_no_gradient(op: ModuleType) -> None:
    _, cache = op.linear_forward(np.ones((2, 3)), np.ones((3, 4)))
    assert op.linear_backward(np.ones((2, 4)), cache)[2] is None


def test_an_empty_batch_gives_zero_gradients(op: ModuleType) -> None:
    y, cache = op.linear_forward(np.ones((0, 3)), np.ones((3, 4)), np.ones(4))
    dx, dweight, dbias = op.linear_backward(y, cache)
    assert y.shape == (0, 4)
    assert dx.shape == (0, 3)
    np.testing.assert_array_equal(dweight, np.zeros((3, 4)))
    np.testing.assert_array_equal(dbias, np.zeros(4))


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    x, weight = np.zeros((2, 3)), np.zeros((3, 4))
    with pytest.raises(ValueError, match=r"weight: expected shape \(3, any\), got \(4, 3\)"):
        op.linear_forward(x, weight.T)
    with pytest.raises(ValueError, match=r"weight: expected shape \(3, any\), got \(3,\)"):
        op.linear_forward(x, np.zeros(3))
    with pytest.raises(ValueError, match=r"bias: expected shape \(4\), got \(3,\)"):
        op.linear_forward(x, weight, np.zeros(3))
    with pytest.raises(ValueError, match=r"bias: expected shape \(4\), got \(1, 4\)"):
        op.linear_forward(x, weight, np.zeros((1, 4)))
    with pytest.raises(TypeError, match=r"x: expected floats .*got dtype int64"):
        op.linear_forward(np.zeros((2, 3), np.int64), weight)
    with pytest.raises(TypeError, match=r"weight: expected floats .*got dtype bool"):
        op.linear_forward(x, np.zeros((3, 4), bool))


def test_a_bias_of_integers_is_a_type_error(op: ModuleType) -> None:
    with pytest.raises(TypeError, match=r"bias: expected floats .*got dtype int64"):
        op.linear_forward(np.zeros((2, 3)), np.zeros((3, 4)), np.zeros(4, np.int64))


def test_an_x_without_axes_is_an_error_that_names_x(op: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"x: expected at least one axis, got a single number"):
        op.linear_forward(np.asarray(1.0), np.zeros((3, 4)))

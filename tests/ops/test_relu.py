"""Rectified linear unit."""

from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import assert_backward_right, assert_well_behaved, claim
from tests.ops.strategies import Call, elementwise_calls


@claim(call=elementwise_calls())
def test_forward_equals_the_maximum_with_zero(op: ModuleType, call: Call) -> None:
    (x,) = call.inputs
    y, _ = op.relu_forward(x)
    expected = np.reshape([max(value, 0.0) for value in x.flat], x.shape)
    np.testing.assert_array_equal(y, expected)


@claim(call=elementwise_calls())
def test_backward_agrees_with_central_differences(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.relu_forward, op.relu_backward, call, method="central")


@claim(call=elementwise_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.relu_forward, op.relu_backward, call)


def test_the_gradient_at_the_kink_is_zero(op: ModuleType) -> None:
    x = np.array([-1e-300, -0.0, 0.0, 1e-300])
    y, cache = op.relu_forward(x)
    np.testing.assert_array_equal(y, [0.0, 0.0, 0.0, 1e-300])
    dx = op.relu_backward(np.array([2.0, 3.0, 4.0, 5.0]), cache)
    np.testing.assert_array_equal(dx, [0.0, 0.0, 0.0, 5.0])


def test_minus_infinity_becomes_zero(op: ModuleType) -> None:
    y, cache = op.relu_forward(np.array([-np.inf, np.inf, -2.0]))
    np.testing.assert_array_equal(y, [0.0, np.inf, 0.0])
    np.testing.assert_array_equal(op.relu_backward(np.ones(3), cache), [0.0, 1.0, 0.0])


def test_an_empty_array_stays_empty(op: ModuleType) -> None:
    y, cache = op.relu_forward(np.zeros((0, 3)))
    assert y.shape == op.relu_backward(y, cache).shape == (0, 3)


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    with pytest.raises(TypeError, match=r"x: expected floats .*got dtype int64"):
        op.relu_forward(np.arange(3))
    with pytest.raises(TypeError, match=r"x: expected a numpy array of floats, got float"):
        op.relu_forward(1.0)


def test_a_nan_stays_visible(op: ModuleType) -> None:
    y, _ = op.relu_forward(np.array([np.nan, -1.0]))
    np.testing.assert_array_equal(y, [np.nan, 0.0])

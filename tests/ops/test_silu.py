"""Sigmoid linear unit."""

import math
from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import assert_backward_right, assert_close, assert_well_behaved, claim
from tests.ops.strategies import Call, elementwise_calls


@claim(call=elementwise_calls())
def test_forward_equals_x_over_1_plus_exp_minus_x(op: ModuleType, call: Call) -> None:
    (x,) = call.inputs
    y, _ = op.silu_forward(x)
    expected = np.reshape([value / (1 + math.exp(-value)) for value in x.flat], x.shape)
    assert_close(y, expected)


@claim(call=elementwise_calls())
def test_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.silu_forward, op.silu_backward, call)


@claim(call=elementwise_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.silu_forward, op.silu_backward, call)


def test_large_inputs_do_not_overflow(op: ModuleType) -> None:
    for dtype in (np.float32, np.float64):
        y, cache = op.silu_forward(np.array([-1e4, 0.0, 1e4], dtype))
        np.testing.assert_array_equal(y, [0.0, 0.0, 1e4])
        dx = op.silu_backward(np.array([3.0, 3.0, 3.0], dtype), cache)
        np.testing.assert_array_equal(dx, [0.0, 1.5, 3.0])


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    with pytest.raises(TypeError, match=r"x: expected floats .*got dtype int64"):
        op.silu_forward(np.arange(3))

"""Hyperbolic tangent."""

import math
from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import assert_backward_right, assert_close, assert_well_behaved, claim
from tests.ops.strategies import Call, elementwise_calls


@claim(call=elementwise_calls())
def test_forward_equals_the_quotient_of_exponentials(op: ModuleType, call: Call) -> None:
    (x,) = call.inputs
    y, _ = op.tanh_forward(x)
    expected = np.reshape(
        [(math.exp(v) - math.exp(-v)) / (math.exp(v) + math.exp(-v)) for v in x.flat], x.shape
    )
    assert_close(y, expected)


@claim(call=elementwise_calls())
def test_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.tanh_forward, op.tanh_backward, call)


@claim(call=elementwise_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.tanh_forward, op.tanh_backward, call)


def test_large_inputs_reach_the_ends(op: ModuleType) -> None:
    for dtype in (np.float32, np.float64):
        y, cache = op.tanh_forward(np.array([-1e4, 0.0, 1e4], dtype))
        np.testing.assert_array_equal(y, [-1.0, 0.0, 1.0])
        dx = op.tanh_backward(np.array([3.0, 3.0, 3.0], dtype), cache)
        np.testing.assert_array_equal(dx, [0.0, 3.0, 0.0])


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    with pytest.raises(TypeError, match=r"x: expected floats .*got dtype int64"):
        op.tanh_forward(np.arange(3))

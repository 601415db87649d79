"""Mean squared error."""

import math
from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import assert_backward_right, assert_close, assert_well_behaved, claim
from tests.ops.strategies import Call, squared_error_calls


@claim(call=squared_error_calls())
def test_forward_equals_plain_loops(op: ModuleType, call: Call) -> None:
    predictions, targets = call.inputs
    loss, _ = op.squared_error_forward(predictions, targets)
    squares = [(p - t) ** 2 for p, t in zip(predictions.flat, targets.flat, strict=True)]
    assert_close(loss, math.fsum(squares) / len(squares))


@claim(call=squared_error_calls())
def test_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.squared_error_forward, op.squared_error_backward, call)


@claim(call=squared_error_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.squared_error_forward, op.squared_error_backward, call)


def test_the_gradient_is_scaled_by_dloss(op: ModuleType) -> None:
    loss, cache = op.squared_error_forward(np.array([1.0, 5.0]), np.array([2.0, 2.0]))
    assert_close(loss, 5.0)
    for dloss in (-4.0, np.float64(-4.0), np.asarray(-4.0)):
        dpredictions, dtargets = op.squared_error_backward(dloss, cache)
        assert_close(dpredictions, [4.0, -12.0])
        assert_close(dtargets, [-4.0, 12.0])


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    with pytest.raises(TypeError, match=r"predictions: expected floats .*got dtype int64"):
        op.squared_error_forward(np.arange(3), np.zeros(3))
    with pytest.raises(TypeError, match=r"targets: expected floats .*got dtype int64"):
        op.squared_error_forward(np.zeros(3), np.arange(3))
    with pytest.raises(ValueError, match=r"targets: expected shape \(3\), got \(3, 1\)"):
        op.squared_error_forward(np.zeros(3), np.zeros((3, 1)))
    with pytest.raises(ValueError, match=r"predictions: expected at least one, got shape \(0,\)"):
        op.squared_error_forward(np.zeros(0), np.zeros(0))

"""Root mean square normalisation."""

import math
from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import assert_backward_right, assert_close, assert_well_behaved, claim
from tests.ops.strategies import Call, rmsnorm_calls
from tinytf.ops.arrays import Array


def normed_by_hand(row: Array, eps: float) -> list[float]:
    mean_square = math.fsum(x * x for x in row) / len(row)
    return [x / math.sqrt(mean_square + eps) for x in row]


@claim(call=rmsnorm_calls())
def test_forward_equals_plain_loops(op: ModuleType, call: Call) -> None:
    x, gamma = call.inputs
    y, _ = call.run(op.rmsnorm_forward)
    assert_close(y, np.apply_along_axis(normed_by_hand, -1, x, call.options["eps"]) * gamma)


@claim(call=rmsnorm_calls())
def test_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.rmsnorm_forward, op.rmsnorm_backward, call)


@claim(call=rmsnorm_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.rmsnorm_forward, op.rmsnorm_backward, call)


@claim(call=rmsnorm_calls())
def test_the_scale_of_x_does_not_change_y(op: ModuleType, call: Call) -> None:
    x, gamma = call.inputs
    y, cache = op.rmsnorm_forward(x, gamma, eps=0.0)
    scaled, _ = op.rmsnorm_forward(7 * x, gamma, eps=0.0)
    assert_close(scaled, y)
    dx, _ = op.rmsnorm_backward(np.random.default_rng(1).normal(size=y.shape), cache)
    assert_close((dx * x).sum(axis=-1), np.zeros(x.shape[:-1]), atol=1e-9)


def test_a_shift_of_x_does_change_y(op: ModuleType) -> None:
    y, _ = op.rmsnorm_forward(np.array([3.0, 4.0]) + 1, np.ones(2), eps=0.0)
    assert_close(y, np.array([4.0, 5.0]) / math.sqrt(20.5))


def test_a_row_of_zeros_gives_zeros_and_a_finite_gradient(op: ModuleType) -> None:
    for dtype in (np.float32, np.float64):
        gamma = np.array([1.5, -2.0], dtype)
        y, cache = op.rmsnorm_forward(np.zeros((1, 2), dtype), gamma)
        np.testing.assert_array_equal(y, [[0.0, 0.0]])
        dx, dgamma = op.rmsnorm_backward(np.array([[1.0, 3.0]], dtype), cache)
        assert_close(dx, [[1500.0, -6000.0]], rtol=1e-6)  # gamma dy / sqrt(eps), eps = 1e-6
        np.testing.assert_array_equal(dgamma, [0.0, 0.0])


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"gamma: expected shape \(3\), got \(2,\)"):
        op.rmsnorm_forward(np.zeros((2, 3)), np.zeros(2))
    with pytest.raises(TypeError, match=r"x: expected floats .*got dtype int64"):
        op.rmsnorm_forward(np.zeros((2, 3), np.int64), np.zeros(3))


def test_a_gamma_of_integers_is_a_type_error(op: ModuleType) -> None:
    with pytest.raises(TypeError, match=r"gamma: expected floats .*got dtype int64"):
        op.rmsnorm_forward(np.zeros((2, 3)), np.ones(3, np.int64))


def test_an_eps_computed_with_numpy_keeps_float32(op: ModuleType) -> None:
    x, gamma = np.ones((2, 3), np.float32), np.ones(3, np.float32)
    y, _ = op.rmsnorm_forward(x, gamma, eps=np.float64(1e-5))
    assert y.dtype == np.float32

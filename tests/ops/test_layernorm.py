"""Layer normalisation."""

import math
from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import assert_backward_right, assert_close, assert_well_behaved, claim
from tests.ops.strategies import Call, layernorm_calls
from tinytf.ops.arrays import Array


def normed_by_hand(row: Array, eps: float) -> list[float]:
    mean = math.fsum(row) / len(row)
    variance = math.fsum((x - mean) ** 2 for x in row) / len(row)
    return [(x - mean) / math.sqrt(variance + eps) for x in row]


@claim(call=layernorm_calls())
def test_forward_equals_plain_loops(op: ModuleType, call: Call) -> None:
    x, gamma, beta = call.inputs
    y, _ = call.run(op.layernorm_forward)
    normed = np.apply_along_axis(normed_by_hand, -1, x, call.options["eps"])
    assert_close(y, normed * gamma + (0 if beta is None else beta))


@claim(call=layernorm_calls())
def test_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.layernorm_forward, op.layernorm_backward, call)


@claim(call=layernorm_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.layernorm_forward, op.layernorm_backward, call)


@claim(call=layernorm_calls())
def test_shift_and_scale_of_x_do_not_change_y(op: ModuleType, call: Call) -> None:
    x, gamma, beta = call.inputs
    if x.shape[-1] == 1:
        return
    y, _ = op.layernorm_forward(x, gamma, beta, eps=0.0)
    shifted, _ = op.layernorm_forward(x + 3.5, gamma, beta, eps=0.0)
    scaled, _ = op.layernorm_forward(7 * x, gamma, beta, eps=0.0)
    assert_close(shifted, y, rtol=1e-8)
    assert_close(scaled, y, rtol=1e-8)


@claim(call=layernorm_calls())
def test_dx_has_no_part_along_a_shift_or_a_scale_of_x(op: ModuleType, call: Call) -> None:
    x, gamma, beta = call.inputs
    if x.shape[-1] == 1:
        return
    y, cache = op.layernorm_forward(x, gamma, beta, eps=0.0)
    dx, _, _ = op.layernorm_backward(np.random.default_rng(1).normal(size=y.shape), cache)
    dx *= x.std(axis=-1, keepdims=True)  # of the size of dy
    assert_close(dx.sum(axis=-1), np.zeros(x.shape[:-1]), atol=1e-8)
    assert_close((dx * x).sum(axis=-1), np.zeros(x.shape[:-1]), atol=1e-8)


def test_y_has_mean_beta_and_deviation_gamma(op: ModuleType) -> None:
    x = 5 + 3 * np.random.default_rng(0).normal(size=(2, 64))
    y, _ = op.layernorm_forward(x, np.full(64, 2.5), np.full(64, -1.0), eps=0.0)
    assert_close(y.mean(axis=-1), [-1.0, -1.0])
    assert_close(y.std(axis=-1), [2.5, 2.5])


def test_a_constant_row_gives_beta(op: ModuleType) -> None:
    gamma, beta = np.array([1.5, -2.0, 0.3]), np.array([0.1, 0.2, 0.3])
    for dtype in (np.float32, np.float64):
        x = np.full((2, 3), 4, dtype)
        y, cache = op.layernorm_forward(x, gamma.astype(dtype), beta.astype(dtype))
        np.testing.assert_array_equal(y, np.stack([beta, beta]).astype(dtype))
        dy = np.array([[1, 2, 4], [3, 1, 5]], dtype)
        dx, dgamma, dbeta = op.layernorm_backward(dy, cache)
        np.testing.assert_array_equal(dgamma, np.zeros(3))
        np.testing.assert_array_equal(dbeta, [4, 3, 9])
        centered = dy * gamma - (dy * gamma).mean(axis=-1, keepdims=True)
        assert_close(dx, centered / math.sqrt(1e-5), rtol=1e-4)


def test_a_single_feature_gives_beta_and_no_dx(op: ModuleType) -> None:
    x = np.array([[3.0], [-5.0]])
    y, cache = op.layernorm_forward(x, np.array([2.0]), np.array([0.5]))
    np.testing.assert_array_equal(y, [[0.5], [0.5]])
    dx, _, _ = op.layernorm_backward(np.array([[1.5], [2.5]]), cache)
    np.testing.assert_array_equal(dx, [[0.0], [0.0]])


def test_eps_defaults_to_1e_5_inside_the_root(op: ModuleType) -> None:
    x = np.array([[1e-3, -1e-3]])  # variance 1e-6, smaller than eps
    y, _ = op.layernorm_forward(x, np.ones(2), None)
    assert_close(y, x / math.sqrt(1e-6 + 1e-5))


def test_far_from_zero_the_variance_is_still_right(op: ModuleType) -> None:
    # mean(x^2) - mean(x)^2 would lose all digits here.
    x = 1e8 + np.array([[1.0, 2.0, 3.0, 6.0]])
    y, _ = op.layernorm_forward(x, np.ones(4), None, eps=0.0)
    assert_close(y, np.array([[-2.0, -1.0, 0.0, 3.0]]) / math.sqrt(3.5), rtol=1e-7)


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    x = np.zeros((2, 3))
    with pytest.raises(ValueError, match=r"gamma: expected shape \(3\), got \(2,\)"):
        op.layernorm_forward(x, np.zeros(2), np.zeros(3))
    with pytest.raises(ValueError, match=r"gamma: expected shape \(3\), got \(1, 3\)"):
        op.layernorm_forward(x, np.zeros((1, 3)), np.zeros(3))
    with pytest.raises(ValueError, match=r"beta: expected shape \(3\), got \(1,\)"):
        op.layernorm_forward(x, np.zeros(3), np.zeros(1))
    with pytest.raises(TypeError, match=r"x: expected floats .*got dtype int64"):
        op.layernorm_forward(np.zeros((2, 3), np.int64), np.zeros(3), None)


def test_gamma_or_beta_of_integers_is_a_type_error(op: ModuleType) -> None:
    x, ones = np.zeros((2, 3)), np.ones(3)
    with pytest.raises(TypeError, match=r"gamma: expected floats .*got dtype int64"):
        op.layernorm_forward(x, ones.astype(np.int64), None)
    with pytest.raises(TypeError, match=r"beta: expected floats .*got dtype int64"):
        op.layernorm_forward(x, ones, ones.astype(np.int64))


def test_an_eps_computed_with_numpy_keeps_float32(op: ModuleType) -> None:
    x, gamma = np.ones((2, 3), np.float32), np.ones(3, np.float32)
    y, _ = op.layernorm_forward(x, gamma, None, eps=np.float64(1e-5))
    assert y.dtype == np.float32

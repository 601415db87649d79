"""Gaussian error linear unit."""

import math
from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import assert_backward_right, assert_close, assert_well_behaved, claim
from tests.ops.strategies import Call, gelu_calls


def gelu_by_hand(x: float, approximate: str) -> float:
    if approximate == "tanh":
        return x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2
    return x * (1 + math.erf(x / math.sqrt(2))) / 2


@claim(call=gelu_calls())
def test_forward_equals_the_math_module(op: ModuleType, call: Call) -> None:
    (x,) = call.inputs
    y, _ = call.run(op.gelu_forward)
    expected = [gelu_by_hand(value, call.options["approximate"]) for value in x.flat]
    assert_close(y, np.reshape(expected, x.shape))


@claim(call=gelu_calls())
def test_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.gelu_forward, op.gelu_backward, call)


@claim(call=gelu_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.gelu_forward, op.gelu_backward, call)


def test_the_exact_form_is_the_default(op: ModuleType) -> None:
    y, _ = op.gelu_forward(np.array([1.5]))
    assert_close(y, [gelu_by_hand(1.5, "none")])


def test_float32_cdf_differs_from_erf_by_at_most_1e_7(op: ModuleType) -> None:
    x = np.linspace(-12, 12, 20001).astype(np.float32)
    _, (_, cdf, _) = op.gelu_forward(x)
    exact = np.array([math.erfc(-float(value) / math.sqrt(2)) / 2 for value in x])
    assert cdf.dtype == np.float32
    worst = float(np.abs(cdf - exact).max())
    assert worst <= 1e-7, f"cdf: expected an error of at most 1e-7, got {worst:.2e}"


def test_float64_keeps_its_last_digits_far_out_on_the_left(op: ModuleType) -> None:
    # 1 + erf(-6) would leave only 0 of 2e-17; erfc keeps all digits.
    x = np.array([-38.0, -20.0, -6.0, -1.0, 0.0, 1.0, 6.0, 38.0])
    y, _ = op.gelu_forward(x)
    expected = [value * math.erfc(-value / math.sqrt(2)) / 2 for value in x]
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=0)


def test_float32_backward_agrees_with_float64(op: ModuleType) -> None:
    # cdf is right to 6e-8; the tanh form multiplies that by x inner', 20 at |x| = 5.
    x = np.linspace(-9, 9, 2001)
    for approximate, atol in (("none", 1e-6), ("tanh", 5e-6)):
        _, wide = op.gelu_forward(x, approximate)
        _, narrow = op.gelu_forward(x.astype(np.float32), approximate)
        dy = np.random.default_rng(0).normal(size=x.shape)
        dx = op.gelu_backward(dy.astype(np.float32), narrow)
        assert_close(dx, op.gelu_backward(dy, wide), rtol=0, atol=atol)


def test_the_tanh_form_stays_within_5e_4_of_the_exact_one(op: ModuleType) -> None:
    x = np.linspace(-8, 8, 4001)
    error = np.abs(op.gelu_forward(x, "tanh")[0] - op.gelu_forward(x)[0]).max()
    assert 4e-4 < error < 5e-4, f"largest difference: expected about 4.7e-4, got {error:.3e}"


def test_large_inputs_do_not_overflow(op: ModuleType) -> None:
    for dtype in (np.float32, np.float64):
        for approximate in ("none", "tanh"):
            y, cache = op.gelu_forward(np.array([-1e4, 0.0, 1e4], dtype), approximate)
            np.testing.assert_array_equal(y, [0.0, 0.0, 1e4])
            dx = op.gelu_backward(np.array([3.0, 3.0, 3.0], dtype), cache)
            np.testing.assert_array_equal(dx, [0.0, 1.5, 3.0])


def test_large_arrays_give_the_numbers_of_small_ones(op: ModuleType) -> None:
    x, dy = np.random.default_rng(0).normal(size=(2, 300, 250)).astype(np.float32)
    for approximate in ("none", "tanh"):
        y, cache = op.gelu_forward(x, approximate)
        dx = op.gelu_backward(dy, cache)
        for row in (0, 137, 299):
            y_row, cache_row = op.gelu_forward(x[row], approximate)
            assert_close(y[row], y_row, rtol=1e-6)
            assert_close(dx[row], op.gelu_backward(dy[row], cache_row), rtol=1e-6)


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    with pytest.raises(TypeError, match=r"x: expected floats .*got dtype int64"):
        op.gelu_forward(np.arange(3))
    with pytest.raises(ValueError, match=r"approximate: expected 'none' or 'tanh', got 'erf'"):
        op.gelu_forward(np.zeros(3), "erf")

"""The checks and the two fast sums that every op shares."""

import math
from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import assert_close, claim
from tests.ops.strategies import LAYOUTS, Call, elementwise_calls, lay_out


@claim(call=elementwise_calls())
def test_sum_last_is_a_sum_over_the_last_axis_that_stays(op: ModuleType, call: Call) -> None:
    (x,) = call.inputs
    expected = np.apply_along_axis(lambda row: [math.fsum(row)], -1, x)
    for layout in LAYOUTS:
        assert_close(op.sum_last(lay_out(x, layout)), expected, atol=1e-14)


@claim(call=elementwise_calls())
def test_dot_last_multiplies_without_a_conjugate(op: ModuleType, call: Call) -> None:
    (a,) = call.inputs
    b = np.cos(3 * a)
    products = np.apply_along_axis(lambda row: [math.fsum(row)], -1, a * b)
    assert_close(op.dot_last(a, b), products, atol=1e-14)
    assert_close(op.dot_last(1j * a, 1j * b), -products, atol=1e-14)


@claim(call=elementwise_calls())
def test_sums_keep_the_dtype(op: ModuleType, call: Call) -> None:
    for dtype in (np.float32, np.float64, np.complex128):
        x = call.inputs[0].astype(dtype)
        assert op.sum_last(x).dtype == dtype
        assert op.dot_last(x, x).dtype == dtype


def test_floats_and_complex_numbers_are_floats(op: ModuleType) -> None:
    for dtype in (np.float32, np.float64, np.complex64, np.complex128):
        op.require_float("x", np.zeros(2, dtype))
    for name in ("int64", "uint8", "bool", "object"):
        with pytest.raises(TypeError, match=rf"x: expected floats .*got dtype {name}"):
            op.require_float("x", np.zeros(2, name))
    with pytest.raises(TypeError, match="x: expected a numpy array of floats, got tuple"):
        op.require_float("x", (1.0, 2.0))


def test_none_stands_for_any_size_but_not_for_a_missing_axis(op: ModuleType) -> None:
    op.require_shape("w", np.zeros((4, 7)), 4, 7)
    op.require_shape("w", np.zeros((4, 7)), 4, None)
    op.require_shape("w", np.zeros(()))
    for expected, said in (
        ((4, 8), r"\(4, 8\)"),
        ((None, 4), r"\(any, 4\)"),
        ((4,), r"\(4\)"),
        ((4, 7, 1), r"\(4, 7, 1\)"),
    ):
        with pytest.raises(ValueError, match=rf"w: expected shape {said}, got \(4, 7\)"):
            op.require_shape("w", np.zeros((4, 7)), *expected)

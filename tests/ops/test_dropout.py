"""Dropout."""

from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import (
    assert_backward_right,
    assert_close,
    assert_well_behaved,
    claim,
    cotangent,
)
from tests.ops.strategies import Call, dropout_calls


@claim(call=dropout_calls())
def test_each_value_is_dropped_or_divided_by_1_minus_p(op: ModuleType, call: Call) -> None:
    (x,) = call.inputs
    p, training = call.options["p"], call.options["training"]
    y, _ = call.run(op.dropout_forward)
    dropped_p = p if training else 0.0
    for came, value in zip(y.flat, x.flat, strict=True):
        kept = value / (1 - dropped_p)
        allowed = (kept, 0.0) if dropped_p else (kept,)
        assert any(abs(came - one) < 1e-12 for one in allowed), f"expected {allowed}, got {came}"


@claim(call=dropout_calls())
def test_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.dropout_forward, op.dropout_backward, call)


@claim(call=dropout_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.dropout_forward, op.dropout_backward, call)


@claim(call=dropout_calls())
def test_one_seed_gives_one_mask_in_every_dtype(op: ModuleType, call: Call) -> None:
    (x,) = call.inputs
    patterns = []
    for dtype in (np.float32, np.float64, np.complex128):
        y, _ = op.dropout_forward(x.astype(dtype), 0.3, np.random.default_rng(call.seed))
        patterns.append(y != 0)
    np.testing.assert_array_equal(patterns[0], patterns[1])
    np.testing.assert_array_equal(patterns[1], patterns[2])


@claim(call=dropout_calls())
def test_the_gradient_is_dropped_where_the_value_was(op: ModuleType, call: Call) -> None:
    (x,) = call.inputs
    y, cache = call.run(op.dropout_forward)
    dy = cotangent(y)
    assert_close(op.dropout_backward(dy, cache), dy * (y / x))


def test_a_share_p_is_dropped_and_the_mean_stays(op: ModuleType) -> None:
    n = 200_000
    x = np.full(n, 3.0)
    for p in (0.1, 0.7):
        y, _ = op.dropout_forward(x, p, np.random.default_rng(0))
        deviation = (p * (1 - p) / n) ** 0.5
        share = float(np.mean(y == 0))
        assert abs(share - p) < 4 * deviation, f"share dropped: expected {p}, got {share}"
        mean = float(y.mean())
        assert abs(mean - 3) < 4 * 3 * deviation / (1 - p), f"mean: expected 3, got {mean}"


def test_each_value_is_drawn_on_its_own(op: ModuleType) -> None:
    y, _ = op.dropout_forward(np.ones((50, 60)), 0.5, np.random.default_rng(0))
    assert len(np.unique(y, axis=0)) == 50, "some rows share one mask"
    assert len(np.unique(y, axis=1).T) == 60, "some columns share one mask"


def test_nothing_is_dropped_at_p_0_or_in_evaluation(op: ModuleType) -> None:
    x = np.random.default_rng(0).normal(size=(3, 4))
    dy = np.random.default_rng(1).normal(size=(3, 4))
    for p, training in ((0.0, True), (0.9, False)):
        y, cache = op.dropout_forward(x, p, None, training=training)
        np.testing.assert_array_equal(y, x)
        np.testing.assert_array_equal(op.dropout_backward(dy, cache), dy)


def test_two_calls_draw_two_masks(op: ModuleType) -> None:
    rng = np.random.default_rng(0)
    first, _ = op.dropout_forward(np.ones(100), 0.5, rng)
    second, _ = op.dropout_forward(np.ones(100), 0.5, rng)
    assert (first != second).any()


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    rng = np.random.default_rng(0)
    for p in (1.0, -0.1, float("nan")):
        with pytest.raises(ValueError, match=rf"p: expected a probability.*, got {p}"):
            op.dropout_forward(np.ones(3), p, rng)
    with pytest.raises(TypeError, match=r"rng: expected a numpy.random.Generator, got NoneType"):
        op.dropout_forward(np.ones(3), 0.5, None)
    with pytest.raises(TypeError, match=r"rng: expected a numpy.random.Generator, got int"):
        op.dropout_forward(np.ones(3), 0.5, 0)
    with pytest.raises(TypeError, match=r"x: expected floats .*got dtype int64"):
        op.dropout_forward(np.ones(3, np.int64), 0.5, rng)

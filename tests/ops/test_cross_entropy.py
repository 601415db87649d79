"""Cross-entropy loss."""

import math
from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import assert_backward_right, assert_close, assert_well_behaved, claim
from tests.ops.strategies import Call, cross_entropy_calls
from tinytf.ops.arrays import Array


def loss_by_hand(logits: Array, target: int, smoothing: float) -> float:
    vocab_size = len(logits)
    largest = max(logits)
    log_total = largest + math.log(math.fsum(math.exp(score - largest) for score in logits))
    loss = 0.0
    for v, score in enumerate(logits):
        smoothed = (1 - smoothing) * (v == target) + smoothing / vocab_size
        loss -= smoothed * (score - log_total)
    return loss


@claim(call=cross_entropy_calls())
def test_forward_equals_plain_loops(op: ModuleType, call: Call) -> None:
    logits, targets = call.inputs
    loss, _ = call.run(op.cross_entropy_forward)
    losses = [
        loss_by_hand(logits[place], int(targets[place]), call.options["label_smoothing"])
        for place in np.ndindex(targets.shape)
        if targets[place] != call.options["ignore_index"]
    ]
    assert_close(loss, math.fsum(losses) / len(losses))


@claim(call=cross_entropy_calls())
def test_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.cross_entropy_forward, op.cross_entropy_backward, call)


@claim(call=cross_entropy_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.cross_entropy_forward, op.cross_entropy_backward, call)


@claim(call=cross_entropy_calls())
def test_each_row_of_the_gradient_sums_to_zero(op: ModuleType, call: Call) -> None:
    _, cache = call.run(op.cross_entropy_forward)
    dlogits = op.cross_entropy_backward(-2.5, cache)
    assert_close(dlogits.sum(axis=-1), np.zeros(dlogits.shape[:-1]), atol=1e-12)


@claim(call=cross_entropy_calls())
def test_ignored_rows_change_neither_loss_nor_other_gradients(op: ModuleType, call: Call) -> None:
    logits, targets = call.inputs
    loss, cache = call.run(op.cross_entropy_forward)
    dlogits = op.cross_entropy_backward(1.7, cache)
    padding = np.random.default_rng(0).normal(size=(3, *logits.shape[1:]))
    if logits.ndim == 1:
        return
    ignored = np.full((3, *targets.shape[1:]), call.options["ignore_index"])
    padded_loss, cache = op.cross_entropy_forward(
        np.concatenate([logits, padding]), np.concatenate([targets, ignored]), **call.options
    )
    assert_close(padded_loss, loss)
    padded = op.cross_entropy_backward(1.7, cache)
    assert_close(padded[: len(logits)], dlogits)
    np.testing.assert_array_equal(padded[len(logits) :], np.zeros_like(padding))


def test_a_guess_at_random_costs_log_v(op: ModuleType) -> None:
    loss, _ = op.cross_entropy_forward(np.full((2, 3, 7), 4.2), np.ones((2, 3), np.int64))
    assert loss.shape == ()
    assert_close(loss, math.log(7))


def test_every_target_ignored_gives_zero_and_a_warning(op: ModuleType) -> None:
    for dtype in (np.float32, np.float64):
        logits = np.random.default_rng(0).normal(size=(2, 3, 5)).astype(dtype)
        with pytest.warns(RuntimeWarning, match="every target is ignored"):
            loss, cache = op.cross_entropy_forward(logits, np.full((2, 3), -100))
        assert loss == 0
        assert loss.dtype == dtype
        dlogits = op.cross_entropy_backward(2.0, cache)
        assert dlogits.dtype == dtype
        np.testing.assert_array_equal(dlogits, np.zeros_like(logits))


def test_a_vocabulary_of_one_costs_nothing(op: ModuleType) -> None:
    for smoothing in (0.0, 0.1, 1.0):
        logits, targets = np.array([[3.0], [-2.0]]), np.array([0, 0])
        loss, cache = op.cross_entropy_forward(logits, targets, label_smoothing=smoothing)
        assert_close(loss, 0.0)
        assert_close(op.cross_entropy_backward(2.0, cache), [[0.0], [0.0]])


def test_logits_of_ten_thousand_do_not_overflow(op: ModuleType) -> None:
    for dtype in (np.float32, np.float64):
        logits = np.array([[1e4, -1e4, 0], [1e4, 1e4, -1e4]], dtype)
        loss, cache = op.cross_entropy_forward(logits, np.array([1, 0]))
        assert_close(loss, (2e4 + math.log(2)) / 2, rtol=1e-6)
        dlogits = op.cross_entropy_backward(2.0, cache)
        assert_close(dlogits, [[1, -1, 0], [-0.5, 0.5, 0]], rtol=1e-6)
        loss, cache = op.cross_entropy_forward(logits, np.array([0, 1]), label_smoothing=0.3)
        assert_close(loss, (0.1 * 3e4 + 0.1 * 2e4 + math.log(2)) / 2, rtol=1e-6)
        dlogits = op.cross_entropy_backward(2.0, cache)
        assert_close(dlogits, [[0.2, -0.1, -0.1], [0.4, -0.3, -0.1]], rtol=1e-6)


def test_the_gradient_is_scaled_by_dloss(op: ModuleType) -> None:
    _, cache = op.cross_entropy_forward(np.array([[0.0, 0.0]]), np.array([0]))
    for dloss in (-6.0, np.float64(-6.0), np.asarray(-6.0)):
        assert_close(op.cross_entropy_backward(dloss, cache), [[3.0, -3.0]])


def test_a_real_class_can_be_the_ignored_one(op: ModuleType) -> None:
    logits = np.array([[1.0, 2.0], [3.0, 5.0]])
    loss, cache = op.cross_entropy_forward(logits, np.array([1, 0]), ignore_index=1)
    assert_close(loss, 2 + math.log(1 + math.exp(-2)))
    np.testing.assert_array_equal(op.cross_entropy_backward(1.0, cache)[0], [0.0, 0.0])


def test_a_forbidden_logit_costs_nothing_and_gets_no_gradient(op: ModuleType) -> None:
    # -inf for tokens that must not come, as generation does it.
    logits = np.array([[-np.inf, 0.0, 0.0]])
    loss, cache = op.cross_entropy_forward(logits, np.array([1]))
    assert_close(loss, math.log(2))
    assert_close(op.cross_entropy_backward(1.0, cache), [[0.0, -0.5, 0.5]])


def test_every_integer_dtype_is_a_target(op: ModuleType) -> None:
    logits = np.random.default_rng(0).normal(size=(3, 5))
    expected, _ = op.cross_entropy_forward(logits, np.array([4, 0, 2]))
    for dtype in (np.int8, np.uint8, np.int32, np.uint64):
        loss, cache = op.cross_entropy_forward(logits, np.array([4, 0, 2], dtype))
        assert_close(loss, expected)
        assert_close(op.cross_entropy_backward(1.5, cache).sum(axis=-1), np.zeros(3), atol=1e-12)


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    logits, targets = np.zeros((2, 3)), np.array([0, 2])
    with pytest.raises(ValueError, match=r"expected 0 <= target < 3 or ignore_index -100, got 3"):
        op.cross_entropy_forward(logits, np.array([0, 3]))
    with pytest.raises(ValueError, match=r"expected 0 <= target < 3 or ignore_index 7, got -100"):
        op.cross_entropy_forward(logits, np.array([7, -100]), ignore_index=7)
    with pytest.raises(ValueError, match=r"targets: expected shape \(2,\) .*got \(2, 1\)"):
        op.cross_entropy_forward(logits, targets[:, None])
    with pytest.raises(TypeError, match=r"targets: expected an array of integers, got float64"):
        op.cross_entropy_forward(logits, targets.astype(float))
    with pytest.raises(TypeError, match=r"targets: expected an array of integers, got list"):
        op.cross_entropy_forward(logits, [0, 2])
    with pytest.raises(TypeError, match=r"logits: expected floats .*got dtype int64"):
        op.cross_entropy_forward(logits.astype(np.int64), targets)
    for smoothing in (-0.1, 1.5):
        with pytest.raises(ValueError, match=rf"label_smoothing: expected .*got {smoothing}"):
            op.cross_entropy_forward(logits, targets, label_smoothing=smoothing)


def test_logits_without_classes_are_an_error_that_says_so(op: ModuleType) -> None:
    for shape in ((), (2, 0)):
        with pytest.raises(ValueError, match=r"logits: expected .*got"):
            op.cross_entropy_forward(np.zeros(shape), np.zeros(shape[:-1], np.int64))


def test_a_label_smoothing_computed_with_numpy_keeps_float32(op: ModuleType) -> None:
    logits, targets = np.ones((2, 3), np.float32), np.array([0, 2])
    loss, cache = op.cross_entropy_forward(logits, targets, label_smoothing=np.float64(0.1))
    assert loss.dtype == np.float32
    assert op.cross_entropy_backward(1.0, cache).dtype == np.float32


def test_ignored_rows_get_zeros_even_where_their_logits_are_nan(op: ModuleType) -> None:
    logits, targets = np.array([[0.3, -1.0, 2.0], [np.nan, 0.0, 1.0]]), np.array([2, -100])
    loss, cache = op.cross_entropy_forward(logits, targets)
    assert np.isfinite(loss)
    np.testing.assert_array_equal(op.cross_entropy_backward(1.7, cache)[1], 0)

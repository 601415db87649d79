"""Scaled dot-product attention: values and gradients."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.ops.attention_by_hand import attention_by_hand, dropout_factors, random_qkv
from tests.ops.claims import (
    assert_backward_right,
    assert_close,
    assert_well_behaved,
    claim,
    cotangent,
)
from tests.ops.strategies import Call, attention_calls, sizes
from tinytf.ops import alibi_bias, causal_mask


@claim(call=attention_calls())
def test_forward_equals_one_query_at_a_time(op: ModuleType, call: Call) -> None:
    z, _ = call.run(op.attention_forward)
    options = {name: x for name, x in call.options.items() if name != "dropout_p"}
    options["kept"] = dropout_factors(call)
    assert_close(z, attention_by_hand(*call.inputs, **options))


@claim(call=attention_calls())
def test_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.attention_forward, op.attention_backward, call)


@claim(call=attention_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.attention_forward, op.attention_backward, call)


@claim(call=attention_calls())
def test_grouped_heads_equal_ordinary_heads_with_repeated_keys(op: ModuleType, call: Call) -> None:
    q, k, v = call.inputs
    n_heads, n_kv_heads = q.shape[1], k.shape[1]
    of_head = [head * n_kv_heads // n_heads for head in range(n_heads)]
    ordinary = Call((q, k[:, of_head], v[:, of_head]), call.options, call.seed)
    z, cache = call.run(op.attention_forward)
    z_ordinary, cache_ordinary = ordinary.run(op.attention_forward)
    assert_close(z, z_ordinary)
    dq, dk, dv = op.attention_backward(cotangent(z), cache)
    dq_o, dk_o, dv_o = op.attention_backward(cotangent(z), cache_ordinary)
    assert_close(dq, dq_o)
    for came, per_head in ((dk, dk_o), (dv, dv_o)):
        summed = np.zeros(came.shape)
        for head, group in enumerate(of_head):
            summed[:, group] += per_head[:, head]
        assert_close(came, summed, rtol=1e-10)


@claim(n=sizes(4))
def test_causal_equals_the_causal_mask(op: ModuleType, n: tuple[int, ...]) -> None:
    n_heads, n_queries, n_keys, d_head = n
    q, k, v = random_qkv(1, n_heads, n_heads, n_queries, n_keys, d_head)
    z, cache = op.attention_forward(q, k, v, causal=True)
    z_masked, cache_masked = op.attention_forward(q, k, v, mask=causal_mask(n_queries, n_keys))
    assert_close(z, z_masked)
    for came, expected in zip(
        op.attention_backward(cotangent(z), cache),
        op.attention_backward(cotangent(z), cache_masked),
        strict=True,
    ):
        assert_close(came, expected)


def test_with_more_keys_than_queries_the_first_query_sees_the_past(op: ModuleType) -> None:
    q, k, v = random_qkv(1, 1, 1, 2, 4, 3)
    z, _ = op.attention_forward(q, k, v, causal=True)
    first, _ = op.attention_forward(q[:, :, :1], k[:, :, :3], v[:, :, :3])
    last, _ = op.attention_forward(q[:, :, 1:], k, v)
    assert_close(z, np.concatenate([first, last], axis=2))


def test_with_more_queries_than_keys_the_first_queries_see_nothing(op: ModuleType) -> None:
    q, k, v = random_qkv(1, 1, 1, 3, 1, 2)
    z, cache = op.attention_forward(q, k, v, causal=True)
    assert_close(z[0, 0], [[0, 0], [0, 0], v[0, 0, 0]])
    dz = np.random.default_rng(1).normal(size=z.shape)
    dq, dk, dv = op.attention_backward(dz, cache)
    np.testing.assert_array_equal(dq[0, 0, :2], np.zeros((2, 2)))
    assert_close(dq, np.zeros_like(q))
    assert_close(dk, np.zeros_like(k))
    assert_close(dv[0, 0], dz[0, 0, 2:])


def test_a_causal_query_does_not_feel_later_keys(op: ModuleType) -> None:
    q, k, v = random_qkv(1, 2, 2, 4, 4, 3)
    z, _ = op.attention_forward(q, k, v, causal=True)
    k[:, :, 2:] += 5.0
    v[:, :, 2:] -= 5.0
    changed, _ = op.attention_forward(q, k, v, causal=True)
    np.testing.assert_array_equal(changed[:, :, :2], z[:, :, :2])
    assert (changed[:, :, 2:] != z[:, :, 2:]).all()


def test_a_query_with_every_key_masked_gives_zeros_and_no_gradient(op: ModuleType) -> None:
    for dtype in (np.float32, np.float64):
        q, k, v = (x.astype(dtype) for x in random_qkv(2, 2, 1, 3, 4, 2))
        mask = np.ones((2, 2, 3, 4), bool)
        mask[0, 1, 2] = False  # one query of one head
        mask[1] = False  # a whole sequence
        z, cache = op.attention_forward(q, k, v, mask=mask)
        np.testing.assert_array_equal(z[0, 1, 2], [0, 0])
        np.testing.assert_array_equal(z[1], np.zeros((2, 3, 2)))
        dq, dk, dv = op.attention_backward(cotangent(z), cache)
        for dx in (dq, dk, dv):
            assert np.isfinite(dx).all()
            np.testing.assert_array_equal(dx[1], np.zeros_like(dx[1]))
        np.testing.assert_array_equal(dq[0, 1, 2], [0, 0])
        assert (dq[0, 0] != 0).all()


def test_minus_infinity_in_the_bias_masks(op: ModuleType) -> None:
    q, k, v = random_qkv(2, 2, 2, 3, 4, 2)
    mask = np.random.default_rng(2).random((2, 1, 3, 4)) < 0.5
    mask[0, 0, 0] = False
    z, cache = op.attention_forward(q, k, v, bias=np.where(mask, 0.0, -np.inf))
    expected, cache_masked = op.attention_forward(q, k, v, mask=mask)
    assert_close(z, expected)
    np.testing.assert_array_equal(z[0, :, 0], np.zeros((2, 2)))
    for came, dx in zip(
        op.attention_backward(cotangent(z), cache),
        op.attention_backward(cotangent(z), cache_masked),
        strict=True,
    ):
        assert_close(came, dx)


def test_scores_of_ten_thousand_do_not_overflow(op: ModuleType) -> None:
    for dtype in (np.float32, np.float64):
        q = np.array([100.0, -100.0], dtype).reshape(1, 1, 2, 1)
        k = np.array([100.0, 100.0, -100.0], dtype).reshape(1, 1, 3, 1)
        v = np.array([1.0, 2.0, 4.0], dtype).reshape(1, 1, 3, 1)
        z, cache = op.attention_forward(q, k, v)
        assert_close(z.ravel(), [1.5, 4.0], rtol=1e-6)
        dq, dk, dv = op.attention_backward(np.array([3, 5], dtype).reshape(z.shape), cache)
        assert_close(dq.ravel(), [0.0, 0.0])
        assert_close(dk.ravel(), [-75.0, 75.0, 0.0], rtol=1e-6)
        assert_close(dv.ravel(), [1.5, 1.5, 5.0], rtol=1e-6)


def test_a_single_key_is_all_there_is_to_attend_to(op: ModuleType) -> None:
    q, k, v = random_qkv(1, 1, 1, 1, 1, 1)
    z, cache = op.attention_forward(q, k, v, causal=True)
    assert_close(z, v)
    dq, dk, dv = op.attention_backward(np.full((1, 1, 1, 1), 2.5), cache)
    assert_close((dq, dk, dv), [np.zeros_like(q), np.zeros_like(k), np.full_like(v, 2.5)])


def test_the_scale_defaults_to_1_over_the_root_of_the_head_size(op: ModuleType) -> None:
    q, k, v = random_qkv(1, 2, 2, 3, 3, 4)
    assert_close(op.attention_forward(q, k, v)[0], op.attention_forward(q, k, v, scale=0.5)[0])


def test_masks_and_biases_of_every_rank_broadcast(op: ModuleType) -> None:
    q, k, v = random_qkv(2, 3, 3, 4, 5, 2)
    full_mask = np.random.default_rng(0).random((2, 3, 4, 5)) < 0.7
    full_bias = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    for index in (
        np.s_[0, 0, 0, 0], np.s_[0, 0, 0], np.s_[0, 0], np.s_[0], np.s_[:, :1], np.s_[:, :, :1],
    ):  # fmt: skip
        options: dict[str, Any] = {
            "mask": np.asarray(full_mask[index]),
            "bias": np.asarray(full_bias[index]),
        }
        z, _ = op.attention_forward(q, k, v, **options)
        assert_close(z, attention_by_hand(q, k, v, **options))


def test_dv_uses_the_pattern_after_dropout(op: ModuleType) -> None:
    # One query, values of one feature: z = sum over keys of dropped * v, so dv = dropped * dz.
    q, k, _ = random_qkv(1, 1, 1, 1, 6, 2)
    rng = np.random.default_rng(5)
    z, cache = op.attention_forward(q, k, np.ones((1, 1, 6, 1)), dropout_p=0.5, rng=rng)
    dropped = np.empty(6)
    for key in range(6):
        v = np.zeros((1, 1, 6, 1))
        v[0, 0, key] = 1.0
        rng = np.random.default_rng(5)
        dropped[key] = op.attention_forward(q, k, v, dropout_p=0.5, rng=rng)[0].item()
    assert (dropped == 0).any(), "the seed drops nothing: choose another one"
    _, _, dv = op.attention_backward(np.full((1, 1, 1, 1), 3.0), cache)
    assert_close(dv.ravel(), 3 * dropped)
    assert_close(z.ravel(), [dropped.sum()])


def test_one_seed_drops_the_same_in_every_dtype(op: ModuleType) -> None:
    q, k, v = random_qkv(2, 2, 2, 5, 6, 4)
    z = {}
    for dtype in (np.float32, np.float64):
        inputs = [x.astype(dtype) for x in (q, k, v)]
        rng = np.random.default_rng(3)
        z[dtype], _ = op.attention_forward(*inputs, dropout_p=0.4, rng=rng)
    assert_close(z[np.float32], z[np.float64], rtol=1e-5)


def test_dropout_keeps_the_mean(op: ModuleType) -> None:
    q, k, v = random_qkv(1, 1, 1, 2, 8, 2)
    rng = np.random.default_rng(0)
    draws = [op.attention_forward(q, k, v, dropout_p=0.3, rng=rng)[0] for _ in range(4000)]
    expected, _ = op.attention_forward(q, k, v)
    deviation = np.std(draws, axis=0) / 4000**0.5
    assert (np.abs(np.mean(draws, axis=0) - expected) < 4 * deviation).all()


def test_alibi_prefers_near_keys(op: ModuleType) -> None:
    q = np.zeros((1, 3, 4, 2))
    v = np.eye(4).reshape(1, 1, 4, 4).repeat(3, axis=1)  # z is the pattern itself
    pattern, _ = op.attention_forward(
        q, np.zeros((1, 3, 4, 2)), v, bias=alibi_bias(3, 4, 4), causal=True
    )
    for head, slope in enumerate((1 / 16, 1 / 256, 1 / 4)):
        weights = np.exp(-slope * np.array([3, 2, 1, 0]))
        assert_close(pattern[0, head, 3], weights / weights.sum())


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    q, k, v = random_qkv(2, 4, 2, 3, 5, 6)
    forward = op.attention_forward
    for dtype in (np.int64, np.float64, np.uint8):
        with pytest.raises(
            TypeError, match=rf"mask: expected an array of booleans.*{np.dtype(dtype)}"
        ):
            forward(q, k, v, mask=np.ones((3, 5), dtype))
    for shape in ((2, 3, 5), (5, 3), (1, 2, 4, 3, 5), (4, 4, 3, 5)):
        with pytest.raises(ValueError, match=r"mask: expected a shape .*\(2, 4, 3, 5\), got"):
            forward(q, k, v, mask=np.ones(shape, bool))
        with pytest.raises(ValueError, match=r"bias: expected a shape .*\(2, 4, 3, 5\), got"):
            forward(q, k, v, bias=np.ones(shape))
    with pytest.raises(TypeError, match=r"bias: expected floats .*int64"):
        forward(q, k, v, bias=np.ones((3, 5), np.int64))
    for name, inputs in (("q", (q[0], k, v)), ("k", (q, k[0], v)), ("v", (q, k, v[0]))):
        with pytest.raises(ValueError, match=rf"{name}: expected shape \(batch, heads.*got"):
            forward(*inputs)
    for name, position in (("q", 0), ("k", 1), ("v", 2)):
        whole = [x.astype(np.int64) if i == position else x for i, x in enumerate((q, k, v))]
        with pytest.raises(TypeError, match=rf"{name}: expected floats .*int64"):
            forward(*whole)
    with pytest.raises(ValueError, match=r"k: expected a number of heads that divides 4, got 3"):
        forward(q, k[:, [0, 1, 1]], v[:, [0, 1, 1]])
    with pytest.raises(ValueError, match=r"k: expected the batch 2 and K 6 .*got \(2, 2, 5, 5\)"):
        forward(q, k[..., :5], v)
    with pytest.raises(ValueError, match=r"k: expected the batch 2 .*got \(1, 2, 5, 6\)"):
        forward(q, k[:1], v[:1])
    with pytest.raises(ValueError, match=r"v: expected the batch.*got \(2, 2, 4, 6\)"):
        forward(q, k, v[:, :, :4])
    with pytest.raises(TypeError, match=r"rng: expected a numpy.random.Generator, got NoneType"):
        forward(q, k, v, dropout_p=0.5)
    with pytest.raises(ValueError, match=r"p: expected a probability .*got 1.0"):
        forward(q, k, v, dropout_p=1.0, rng=np.random.default_rng(0))


def test_a_mask_that_is_no_array_is_a_type_error(op: ModuleType) -> None:
    q, k, v = random_qkv(1, 1, 1, 2, 2, 3)
    with pytest.raises(TypeError, match=r"mask: expected .*, got .*list"):
        op.attention_forward(q, k, v, mask=[[True, False], [True, True]])


def test_a_scale_computed_with_numpy_keeps_float32(op: ModuleType) -> None:
    # 1 / np.sqrt(K) is a np.float64, which turns float32 arrays into float64 (NEP 50).
    q, k, v = (x.astype(np.float32) for x in random_qkv(1, 1, 1, 2, 2, 4))
    z, cache = op.attention_forward(q, k, v, scale=1 / np.sqrt(4))
    assert z.dtype == np.float32
    assert [dx.dtype for dx in op.attention_backward(z, cache)] == [np.float32] * 3


def test_no_keys_at_all_are_an_error_that_says_so(op: ModuleType) -> None:
    q, k, v = random_qkv(1, 1, 1, 2, 1, 3)
    with pytest.raises(ValueError, match=r"k: expected .*, got"):
        op.attention_forward(q, k[:, :, :0], v[:, :, :0])

"""Attention with plain loops, one query at a time, and inputs to try it on."""

import math

import numpy as np

from tests.ops.strategies import Call
from tinytf.ops.arrays import Array


def attention_by_hand(
    q: Array,
    k: Array,
    v: Array,
    mask: Array | None = None,
    bias: Array | None = None,
    scale: float | None = None,
    causal: bool = False,
    kept: Array | None = None,
) -> Array:
    """One query at a time; `kept` (B, H, Tq, Tk) are dropout's factors 0 and 1 / (1 - p)."""
    batch, n_heads, n_queries, d_head = q.shape
    n_kv_heads, n_keys, d_value = v.shape[1:]
    scale = 1 / math.sqrt(d_head) if scale is None else scale
    scores_shape = (batch, n_heads, n_queries, n_keys)
    allowed = np.broadcast_to(True if mask is None else mask, scores_shape)
    added = np.broadcast_to(0.0 if bias is None else bias, scores_shape)
    z = np.zeros((batch, n_heads, n_queries, d_value))
    for b, h, i in np.ndindex(batch, n_heads, n_queries):
        group = h // (n_heads // n_kv_heads)
        weights = {}
        for j in range(n_keys):
            is_future = j - (n_keys - 1) > i - (n_queries - 1)
            if allowed[b, h, i, j] and not (causal and is_future):
                fit = math.fsum(q[b, h, i, d] * k[b, group, j, d] for d in range(d_head))
                weights[j] = math.exp(scale * fit + added[b, h, i, j])
        for j, weight in weights.items():
            share = weight / math.fsum(weights.values())
            factor = 1.0 if kept is None else kept[b, h, i, j]
            z[b, h, i] += share * factor * v[b, group, j]
    return z


def dropout_factors(call: Call) -> Array | None:
    """The factors that the op draws with the call's seed, drawn here."""
    if call.seed is None:
        return None
    q, k, _ = call.inputs
    shape = (*q.shape[:3], k.shape[2])
    draws = np.random.default_rng(call.seed).random(shape, dtype=np.float32)
    p = call.options["dropout_p"]
    factors: Array = (draws >= p) / (1 - p)
    return factors


def random_qkv(
    batch: int, n_heads: int, n_kv_heads: int, n_queries: int, n_keys: int, d_head: int
) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(11)
    kv_shape = (batch, n_kv_heads, n_keys, d_head)
    q = rng.normal(size=(batch, n_heads, n_queries, d_head))
    return q, rng.normal(size=kv_shape), rng.normal(size=kv_shape)

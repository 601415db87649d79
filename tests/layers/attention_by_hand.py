"""Attention layers computed one query of one head at a time, for the tests to compare with."""

import math
from typing import Any

import numpy as np

from tinytf.config import Config
from tinytf.ops.arrays import Array


def project(layer: Any, name: str, x: Array) -> Array:
    """x @ weight + bias of the projection "q", "k", "v" or "out"."""
    value = {name: p.value for name, p in layer.parameters().items()}
    y: Array = x @ value[f"{name}.weight"] + value.get(f"{name}.bias", 0)
    return y


def attend_by_hand(
    config: Config, q: Array, k: Array, v: Array, allowed: Array, bias: Array | None = None
) -> Array:
    """q (B, T, D), k and v (B, S, Hkv K) -> z (B, T, D).

    `allowed` broadcasts to (B, H, T, S); a query that may attend to nothing gets 0.
    """
    batch, n_queries, n_keys = len(q), q.shape[1], k.shape[1]
    n_heads, d_head = config.n_heads, config.d_head
    allowed = np.broadcast_to(allowed, (batch, n_heads, n_queries, n_keys))
    z = np.zeros_like(q)
    for b, h, t in np.ndindex(batch, n_heads, n_queries):
        heard = allowed[b, h, t]
        if not heard.any():
            continue
        group = h // (n_heads // config.kv_heads)  # the key head that serves this head
        own, its = (slice(i * d_head, (i + 1) * d_head) for i in (h, group))
        query, keys, values = q[b, t, own], k[b, heard][:, its], v[b, heard][:, its]
        scores = keys @ query / math.sqrt(d_head)
        if bias is not None:
            scores = scores + bias[h, t, heard]
        weights = np.exp(scores - scores.max())
        z[b, t, own] = weights / weights.sum() @ values
    return z

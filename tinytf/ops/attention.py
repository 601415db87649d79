"""Scaled dot-product attention: self, causal and cross attention are this one op.

Source: Vaswani et al. 2017, "Attention Is All You Need", section 3.2.1, equation 1; grouped heads:
Ainslie et al. 2023, "GQA" (arXiv:2305.13245).
"""

import math
from typing import Any

import numpy as np

from tinytf.ops.arrays import Array, broadcasts_to, dot_last, require_float
from tinytf.ops.dropout import dropout_backward, dropout_forward
from tinytf.ops.masks import causal_mask

AttentionCache = tuple[Array, Array, Array, Array, Array | None, Array, float]


def attention_forward(
    q: Array,
    k: Array,
    v: Array,
    mask: Array | None = None,
    bias: Array | None = None,
    scale: float | None = None,
    causal: bool = False,
    dropout_p: float = 0.0,
    rng: np.random.Generator | None = None,
) -> tuple[Array, AttentionCache]:
    """Let each query take a weighted mean of the values, weighted by how well it fits the keys.

    Formula: `scores = scale * q @ k^T + bias`, -inf where masked; `pattern = softmax(scores)` over
    the keys; `z = dropout(pattern) @ v`

    Without the scale the scores of random q and k would have variance K and the softmax would
    saturate. A query with nothing to attend to (every key masked) gets z = 0 and sends no gradient.

    Args:
        q: queries, (B, H, Tq, K).
        k: keys, (B, Hkv, Tk, K). Hkv = H is the ordinary case; where Hkv divides H, each key head
            serves H / Hkv neighbouring query heads (grouped-query; Hkv = 1: multi-query attention).
        v: values, (B, Hkv, Tk, K); their last size may differ from that of q and k.
        mask: booleans that broadcast to (B, H, Tq, Tk), True = may attend.
        bias: floats that broadcast to (B, H, Tq, Tk), added to the scores (ALiBi); a constant.
        scale: None for 1 / sqrt(K).
        causal: no query sees a later key; with Tk > Tq the last query stands at the last key.
        dropout_p: the probability of dropping an entry of the pattern.
        rng: where dropout's randomness comes from; needed only with dropout_p > 0.

    Returns:
        z (B, H, Tq, K), and the cache for `attention_backward`.

    Raises:
        TypeError: q, k, v or bias are not floats, or mask is not boolean.
        ValueError: the shapes do not fit together.
    """
    _require_shapes(q, k, v, mask, bias)
    # BEGIN SOLUTION
    n_heads, n_queries, d_head = q.shape[1:]
    n_keys = k.shape[2]
    scale = 1 / math.sqrt(d_head) if scale is None else float(scale)
    k_heads = _repeat_heads(k, n_heads)  # (B, H, Tk, K)
    v_heads = _repeat_heads(v, n_heads)  # (B, H, Tk, K)

    # (B, H, Tq, Tk), in memory with the queries innermost: maxima over the keys then compare whole
    # rows of queries at once, 2 to 3 times faster (T <= 256) than going along each row.
    scores = (k_heads @ (q * scale).swapaxes(-1, -2)).swapaxes(-1, -2)
    if bias is not None:
        scores += bias.astype(scores.real.dtype, copy=False)
    if causal and n_queries > 1:  # a single query is the last one, and sees every key
        allowed = causal_mask(n_queries, n_keys)
        mask = allowed if mask is None else mask & allowed
    if mask is not None:
        scores += _penalty(mask, scores.real.dtype)

    # Softmax over the keys. A row of nothing but -inf stays so (its shift is finite, whatever it
    # is), and its total of 0 divides as 1: a pattern of zeros.
    # This array is the largest of the whole layer, so each step overwrites the one before: in a
    # debugger, look at scores before the next lines have run.
    maximum = scores.real.max(axis=-1, keepdims=True)  # (B, H, Tq, 1)
    shift = np.maximum(maximum, np.finfo(maximum.dtype).min)
    shifted = np.subtract(scores, shift, out=scores)
    exponentials = np.exp(shifted, out=shifted)
    total = exponentials.sum(axis=-1, keepdims=True)  # (B, H, Tq, 1)
    pattern = np.divide(exponentials, total + (total == 0), out=exponentials)

    dropped, keep_scale = dropout_forward(pattern, dropout_p, rng)
    z = dropped @ v_heads  # (B, H, Tq, K)
    return z, (q, k, v, pattern, keep_scale, z, scale)
    # END SOLUTION


def attention_backward(dz: Array, cache: AttentionCache) -> tuple[Array, Array, Array]:
    """Gradients of `attention_forward`.

    Derivation, from the last step to the first (all per head):
        z = dropped @ v         ->  dv = dropped^T @ dz,  ddropped = dz @ v^T
        dropout                 ->  dpattern = ddropped * keep_scale
        softmax over the keys   ->  dscores = pattern * (dpattern - rowsum(dpattern * pattern))
        scores = scale q @ k^T  ->  dq = scale dscores @ k,  dk = scale dscores^T @ q
    The row sum is cheaper as rowsum(dz * z), over K features instead of Tk keys: both are
    sum_j dz . v[j] dropped[j], because z = sum_j dropped[j] v[j]. Masked entries have pattern 0,
    so their dscores are 0 as well. A key head that served several query heads gets the sum of
    their gradients.

    Args:
        dz: (B, H, Tq, K), the gradient of the loss with respect to z.

    Returns:
        dq (B, H, Tq, K), dk and dv (B, Hkv, Tk, K).
    """
    # BEGIN SOLUTION
    q, k, v, pattern, keep_scale, z, scale = cache
    n_heads = q.shape[1]
    k_heads = _repeat_heads(k, n_heads)  # (B, H, Tk, K)
    v_heads = _repeat_heads(v, n_heads)  # (B, H, Tk, K)

    dropped = pattern if keep_scale is None else pattern * keep_scale
    dv_heads = dropped.swapaxes(-1, -2) @ dz  # (B, H, Tk, K)
    # (B, H, Tq, Tk), laid out like pattern, queries innermost
    ddropped = (v_heads @ dz.swapaxes(-1, -2)).swapaxes(-1, -2)
    dpattern = dropout_backward(ddropped, keep_scale)
    centered = dpattern - dot_last(dz, z)
    dscores = np.multiply(pattern, centered, out=centered)  # (B, H, Tq, Tk)
    dq = (dscores @ k_heads) * scale  # (B, H, Tq, K)
    dk_heads = (dscores.swapaxes(-1, -2) @ q) * scale  # (B, H, Tk, K)
    return dq, _sum_groups(dk_heads, k.shape[1]), _sum_groups(dv_heads, v.shape[1])
    # END SOLUTION


# BEGIN SOLUTION NO PROMPT
def _repeat_heads(x: Array, n_heads: int) -> Array:
    """(B, Hkv, Tk, K) -> (B, H, Tk, K): each head H / Hkv times, copies side by side."""
    return x if x.shape[1] == n_heads else np.repeat(x, n_heads // x.shape[1], axis=1)


def _sum_groups(dx_heads: Array, n_kv_heads: int) -> Array:
    """(B, H, Tk, K) -> (B, Hkv, Tk, K), the transpose of `_repeat_heads`: sum over the copies."""
    batch, n_heads, n_keys, d_head = dx_heads.shape
    if n_heads == n_kv_heads:
        return dx_heads
    groups = dx_heads.reshape(batch, n_kv_heads, n_heads // n_kv_heads, n_keys, d_head)
    dx: Array = groups.sum(axis=2)
    return dx


def _penalty(mask: Array, dtype: np.dtype[Any]) -> Array:
    """What a mask adds to the scores: 0 where it allows, -inf elsewhere; queries innermost."""
    transposed = np.ascontiguousarray(np.atleast_2d(mask).swapaxes(-1, -2))
    zero, minus_infinity = np.zeros((), dtype), np.full((), -np.inf, dtype)
    return np.where(transposed, zero, minus_infinity).swapaxes(-1, -2)


# END SOLUTION


def _require_shapes(q: Array, k: Array, v: Array, mask: Array | None, bias: Array | None) -> None:
    for name, x in (("q", q), ("k", k), ("v", v)):
        require_float(name, x)
        if x.ndim != 4:
            raise ValueError(f"{name}: expected shape (batch, heads, length, K), got {x.shape}")
    batch, n_heads, n_queries, d_head = q.shape
    n_kv_heads, n_keys = k.shape[1:3]
    if k.shape != (batch, n_kv_heads, n_keys, d_head):
        raise ValueError(
            f"k: expected the batch {batch} and K {d_head} of q {q.shape}, got {k.shape}"
        )
    if v.shape[:3] != k.shape[:3]:
        raise ValueError(f"v: expected the batch, heads and length of k {k.shape}, got {v.shape}")
    if n_kv_heads == 0 or n_heads % n_kv_heads:
        raise ValueError(f"k: expected a number of heads that divides {n_heads}, got {n_kv_heads}")
    scores_shape = (batch, n_heads, n_queries, n_keys)
    if n_keys == 0:
        raise ValueError(f"k: expected at least one key, got shape {k.shape}")
    if mask is not None and getattr(mask, "dtype", None) != np.bool_:
        came = getattr(mask, "dtype", type(mask).__name__)
        raise TypeError(f"mask: expected an array of booleans, True = may attend, got {came}")
    if bias is not None:
        require_float("bias", bias)
    for name, added in (("mask", mask), ("bias", bias)):
        if added is not None and not broadcasts_to(added.shape, scores_shape):
            raise ValueError(
                f"{name}: expected a shape that broadcasts to (B, H, Tq, Tk) = {scores_shape}, "
                f"got {added.shape}"
            )

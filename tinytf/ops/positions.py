"""Positions without parameters: sinusoidal vectors for embeddings, ALiBi for attention scores."""

import numpy as np

from tinytf.ops.arrays import Array


def sinusoidal_positions(length: int, d_model: int) -> Array:
    """Position vectors made of sines and cosines: (length, d_model), float64.

    Formula: `[pos, 2i] = sin(pos / 10000^(2i/D))`, `[pos, 2i+1] = cos(pos / 10000^(2i/D))`.
    Source: Vaswani et al. 2017, section 3.5.

    Args:
        length: number of positions.
        d_model: D, size of each vector; for an odd D the last cosine is left out.
    """
    # BEGIN SOLUTION
    frequencies = 10000.0 ** (-np.arange(0, d_model, 2) / d_model)  # (ceil(D/2),)
    angles = np.arange(length)[:, None] * frequencies  # (length, ceil(D/2))
    vectors = np.empty((length, d_model))
    vectors[:, 0::2] = np.sin(angles)
    vectors[:, 1::2] = np.cos(angles)[:, : d_model // 2]
    return vectors
    # END SOLUTION


def alibi_slopes(n_heads: int) -> Array:
    """One slope for each head: (H,), float64.

    Formula: `2^(-8/H), 2^(-16/H), ..., 2^(-8)` where H is a power of two. Otherwise the slopes of
    the next power of two, every second one first, cut to H: MPT's choice, while the paper applies
    its formula to every H.
    Source: Press et al. 2022, "Train Short, Test Long", section 3 (arXiv:2108.12409).

    Raises:
        ValueError: n_heads is not positive.
    """
    if n_heads < 1:
        raise ValueError(f"n_heads: expected at least 1, got {n_heads}")
    # BEGIN SOLUTION
    power = 1
    while power < n_heads:
        power *= 2
    slopes = 2.0 ** (-8.0 * np.arange(1, power + 1) / power)
    if power != n_heads:
        slopes = np.concatenate([slopes[1::2], slopes[0::2]])[:n_heads]
    return slopes
    # END SOLUTION


def alibi_bias(n_heads: int, n_queries: int, n_keys: int) -> Array:
    """What ALiBi adds to attention scores: the further back a key, the less: (H, Tq, Tk), float64.

    Formula: `bias[h, query, key] = -slope[h] * (position of query - position of key)`, where the
    last query stands at the last key (as in `causal_mask`). Meant for causal attention: keys behind
    the query, which a causal mask hides, would get a bonus. Source: Press et al. 2022, section 3.

    Args:
        n_heads: H.
        n_queries: Tq.
        n_keys: Tk.
    """
    # BEGIN SOLUTION
    query = np.arange(n_queries)[:, None] + (n_keys - n_queries)
    key = np.arange(n_keys)[None, :]
    distance = query - key  # (Tq, Tk)
    bias: Array = -alibi_slopes(n_heads)[:, None, None] * distance
    return bias
    # END SOLUTION

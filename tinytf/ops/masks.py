"""Attention masks: boolean, True = may attend, broadcastable to (B, H, Tq, Tk).

Masks combine with `&`: a decoder that reads padded text uses
`causal_mask(T, T) & padding_mask(lengths, T)`.
"""

import numpy as np

from tinytf.ops.arrays import Array


def causal_mask(n_queries: int, n_keys: int) -> Array:
    """Let each position see itself and what came before it: (Tq, Tk).

    The last query stands at the last key. With Tk = Tq that is the lower triangle; with Tk > Tq the
    first Tk - Tq keys are the past (as with a KV cache), and every query sees them.

    Args:
        n_queries: Tq.
        n_keys: Tk.

    Returns:
        `mask[query, key] = key <= query + (Tk - Tq)`.
    """
    # BEGIN SOLUTION
    query = np.arange(n_queries)[:, None]
    key = np.arange(n_keys)[None, :]
    return key <= query + (n_keys - n_queries)
    # END SOLUTION


def padding_mask(lengths: Array, n_keys: int) -> Array:
    """Hide the padding behind each sequence's end: (B, 1, 1, Tk).

    Args:
        lengths: (B,), the number of real tokens in each sequence.
        n_keys: Tk, the length that the sequences were padded to.

    Returns:
        `mask[b, 0, 0, key] = key < lengths[b]`.

    Raises:
        ValueError: a length is negative or larger than Tk.
    """
    lengths = np.asarray(lengths)
    if lengths.size and (lengths.min() < 0 or lengths.max() > n_keys):
        raise ValueError(
            f"lengths: expected 0 <= length <= {n_keys}, "
            f"got lengths from {lengths.min()} to {lengths.max()}"
        )
    # BEGIN SOLUTION
    mask = np.arange(n_keys) < lengths[:, None]  # (B, Tk)
    return mask[:, None, None, :]
    # END SOLUTION

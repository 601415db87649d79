"""Embedding: look up one row of a table for each id."""

import numpy as np

from tinytf.ops.arrays import Array, require_float, require_shape

EmbeddingCache = tuple[Array, tuple[int, ...], int | None]


def embedding_forward(
    ids: Array, weight: Array, padding_idx: int | None = None
) -> tuple[Array, EmbeddingCache]:
    """Look up a vector for each id.

    Formula: `y[...] = weight[ids[...]]`

    Args:
        ids: integers, any shape (...), each 0 <= id < V.
        weight: (V, D), one row for each id.
        padding_idx: an id whose row gets no gradient from look-ups (PyTorch's rule for padding).

    Returns:
        y (..., D), and the cache for `embedding_backward`.

    Raises:
        TypeError: ids are not integers, or weight is not a float array.
        ValueError: an id, or padding_idx, lies outside the table.
    """
    require_float("weight", weight)
    require_shape("weight", weight, None, None)
    if not isinstance(ids, np.ndarray) or ids.dtype.kind not in "iu":
        came = ids.dtype if isinstance(ids, np.ndarray) else type(ids).__name__
        raise TypeError(f"ids: expected an array of integers, got {came}")
    vocab_size = weight.shape[0]
    if ids.size and (ids.min() < 0 or ids.max() >= vocab_size):
        raise ValueError(
            f"ids: expected 0 <= id < {vocab_size}, got ids from {ids.min()} to {ids.max()}"
        )
    if padding_idx is not None and not 0 <= padding_idx < vocab_size:
        raise ValueError(f"padding_idx: expected 0 <= id < {vocab_size}, got {padding_idx}")
    # BEGIN SOLUTION
    return weight[ids], (ids, weight.shape, padding_idx)
    # END SOLUTION


def embedding_backward(dy: Array, cache: EmbeddingCache) -> Array:
    """Gradient of `embedding_forward` with respect to the table.

    Derivation: as a matrix product, y = onehot(ids) @ weight, so dweight = onehot(ids).T @ dy: each
    row of the table receives the sum of dy over every place where its id stood, and 0 if it stood
    nowhere. Sorting the ids brings equal ones together; `np.add.reduceat` adds up each run
    (`np.add.at` gives the same sums, up to 4 times slower).

    Args:
        dy: (..., D), the gradient of the loss with respect to y.

    Returns:
        dweight (V, D).
    """
    # BEGIN SOLUTION
    ids, weight_shape, padding_idx = cache
    dweight = np.zeros(weight_shape, dy.dtype)
    order = np.argsort(ids, axis=None, kind="stable")
    sorted_ids = ids.reshape(-1)[order]
    drows = dy.reshape(-1, weight_shape[1])[order]  # (N, D), rows of equal ids together
    if len(sorted_ids):
        starts = np.flatnonzero(np.r_[True, sorted_ids[1:] != sorted_ids[:-1]])
        dweight[sorted_ids[starts]] = np.add.reduceat(drows, starts, axis=0)
    if padding_idx is not None:
        dweight[padding_idx] = 0
    return dweight
    # END SOLUTION

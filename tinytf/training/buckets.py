"""Batches of pairs of about equal length, so that little of a batch is padding.

A batch is a rectangle as wide as its longest text; everything behind the end of a shorter one is
computed for nothing. Sorting by length first brings equal ones together.
"""

from collections.abc import Sequence

import numpy as np

from tinytf.ops.arrays import Array


def length_buckets(
    lengths: Array, max_tokens: int, rng: np.random.Generator | None = None
) -> list[Array]:
    """Cut the examples into batches of at most max_tokens tokens, padding included.

    Args:
        lengths: (N, sides): each example's length on each side (source and target). A batch of B
            examples costs B times the longest length in it, of whichever side.
        max_tokens: the most that a batch may cost; an example longer than that gets a batch of its
            own.
        rng: draws which of the equally long examples meet, and the order of the batches; None:
            both in order of length.

    Returns:
        Index arrays, which hold every example exactly once.

    Raises:
        ValueError: lengths is not (N, sides), or max_tokens is not positive.
    """
    if lengths.ndim != 2:
        raise ValueError(f"lengths: expected shape (examples, sides), got {lengths.shape}")
    if max_tokens < 1:
        raise ValueError(f"max_tokens: expected at least 1, got {max_tokens}")
    order = np.arange(len(lengths)) if rng is None else rng.permutation(len(lengths))
    # The longest side decides a batch's width; among examples of one width, the other sides.
    widths = lengths.max(axis=1)  # (N,)
    keys = [lengths[order, side] for side in range(lengths.shape[1])]
    order = order[np.lexsort((*keys, widths[order]))]
    batches: list[Array] = []
    first = 0
    for last in range(1, len(order) + 1):
        # The widths rise, so the next example is the widest of the batch it would join.
        full = last < len(order) and (last + 1 - first) * widths[order[last]] > max_tokens
        if full or last == len(order):
            batches.append(order[first:last])
            first = last
    if rng is not None:
        batches = [batches[i] for i in rng.permutation(len(batches))]
    return batches


def pad(sequences: Sequence[Sequence[int]], padding: int) -> tuple[Array, Array]:
    """Texts of different lengths as one array.

    Args:
        sequences: B lists of integers.
        padding: what fills up the shorter ones, behind their end.

    Returns:
        (B, T) integers with T the longest length, and the lengths (B,).
    """
    lengths = np.array([len(sequence) for sequence in sequences])
    padded = np.full((len(sequences), lengths.max()), padding)
    for row, sequence in zip(padded, sequences, strict=True):
        row[: len(sequence)] = sequence
    return padded, lengths

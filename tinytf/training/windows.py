"""Training examples cut from one long sequence of token ids."""

from collections.abc import Iterator

import numpy as np

from tinytf.ops.arrays import Array


class TokenWindows:
    """Windows of max_len tokens, each with the same window one token later as its targets.

    Args:
        ids: (N,) integers, a whole text.
        max_len: T, the length of each window.

    Raises:
        ValueError: the text has fewer than max_len + 1 tokens.
    """

    def __init__(self, ids: Array, max_len: int) -> None:
        if len(ids) < max_len + 1:
            raise ValueError(
                f"text: expected at least {max_len + 1} tokens for a context of {max_len}, "
                f"got {len(ids)}"
            )
        self.ids = np.asarray(ids)
        self.max_len = max_len

    def random_batch(self, batch_size: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Windows that start anywhere: ids (B, T) and targets (B, T)."""
        starts = rng.integers(0, len(self.ids) - self.max_len, batch_size)
        return self._windows(starts)

    def all_batches(self, batch_size: int) -> Iterator[tuple[Array, Array]]:
        """The whole text once, as windows one behind the other; a rest shorter than T is left."""
        starts = np.arange(0, len(self.ids) - self.max_len, self.max_len)
        for first in range(0, len(starts), batch_size):
            yield self._windows(starts[first : first + batch_size])

    def _windows(self, starts: Array) -> tuple[Array, Array]:
        windows = self.ids[starts[:, None] + np.arange(self.max_len + 1)]  # (B, T + 1)
        return windows[:, :-1], windows[:, 1:]

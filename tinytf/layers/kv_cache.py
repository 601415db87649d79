"""KV cache: the keys and values of the tokens read so far, kept while generating."""

import numpy as np
import numpy.typing as npt

from tinytf.ops.arrays import Array


class KVCache:
    """Keys and values of one attention layer.

    In a causal model the keys and values of past tokens never change, so each new token needs only
    its own. The memory for max_len tokens is allocated once.

    Args:
        batch_size: B.
        n_kv_heads: Hkv.
        max_len: how many tokens fit.
        d_head: K.
        dtype: that of the model.
    """

    def __init__(
        self, batch_size: int, n_kv_heads: int, max_len: int, d_head: int, dtype: npt.DTypeLike
    ) -> None:
        self._keys = np.empty((batch_size, n_kv_heads, max_len, d_head), dtype)
        self._values = np.empty((batch_size, n_kv_heads, max_len, d_head), dtype)
        self.length = 0

    def append(self, k: Array, v: Array) -> tuple[Array, Array]:
        """Add the keys and values of T new tokens and return those of all tokens so far.

        Args:
            k: (B, Hkv, T, K).
            v: (B, Hkv, T, K).

        Returns:
            keys and values, (B, Hkv, length, K): views, valid until the next append.

        Raises:
            ValueError: more tokens than fit.
        """
        end = self.length + k.shape[2]
        if end > self._keys.shape[2]:
            raise ValueError(f"KV cache: expected at most {self._keys.shape[2]} tokens, got {end}")
        self._keys[:, :, self.length : end] = k
        self._values[:, :, self.length : end] = v
        self.length = end
        return self._keys[:, :, :end], self._values[:, :, :end]

    def select(self, rows: Array) -> None:
        """Keep these rows of the batch, in this order; a row may be kept several times.

        Args:
            rows: integers, indices into the present batch.
        """
        self._keys = self._selected(self._keys, rows)
        self._values = self._selected(self._values, rows)

    def _selected(self, memory: Array, rows: Array) -> Array:
        """Room for max_len tokens of each row, filled with those there are."""
        selected = np.empty((len(rows), *memory.shape[1:]), memory.dtype)
        selected[:, :, : self.length] = memory[rows, :, : self.length]
        return selected

"""The first step of every stack: token ids to vectors."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.layers.embedding import Embedding
from tinytf.layers.parameter import Layer
from tinytf.layers.transformer_layer import make_norm
from tinytf.ops.arrays import Array
from tinytf.ops.dropout import dropout_backward, dropout_forward
from tinytf.ops.positions import sinusoidal_positions


def make_table(
    n_ids: int, config: Config, rng: np.random.Generator, dtype: npt.DTypeLike
) -> Embedding:
    """A table of n_ids vectors with the random start that the config asks for."""
    std = config.d_model**-0.5 if config.init_std is None else config.init_std
    return Embedding(n_ids, config.d_model, rng, std, dtype)


class Embeddings(Layer):
    """Token embeddings, plus positions and segments where the model adds them; norm; dropout.

    Args:
        tok: the table of token embeddings; two stacks may share one.
        config: sizes and switches.
        rng: where the other tables' random start comes from.
        dtype: float32 or float64.
    """

    def __init__(
        self,
        tok: Embedding,
        config: Config,
        rng: np.random.Generator,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        learned, n_segments = config.positions == "learned", config.n_segments
        self.tok = tok
        self.pos = make_table(config.max_len, config, rng, dtype) if learned else None
        self.segment = make_table(n_segments, config, rng, dtype) if n_segments else None
        self.norm = make_norm(config, dtype) if config.embedding_norm else None
        self.config = config

    def forward(
        self,
        ids: Array,
        start: int = 0,
        rng: np.random.Generator | None = None,
        segments: Array | None = None,
    ) -> tuple[Array, Any]:
        """Look up and add.

        Args:
            ids: (B, T) integers.
            start: the position of the first one, in generation.
            rng: dropout's randomness, in training; None for evaluation.
            segments: (B, T) integers, for a model that has segments; None for all 0.

        Returns:
            out (B, T, D), and the cache for `backward`.

        Raises:
            ValueError: segments for a model that has none.
        """
        if segments is not None and self.segment is None:
            raise ValueError("segments: expected None for a model without segments, got an array")
        positions = np.arange(start, start + ids.shape[1])
        tok, tok_cache = self.tok.forward(ids)  # (B, T, D)
        pos_cache: Any = None
        segment_cache: Any = None
        norm_cache: Any = None
        if self.pos is not None:
            pos, pos_cache = self.pos.forward(positions)  # (T, D)
            placed = tok + pos  # (B, T, D), each token with its position
        elif self.config.positions == "sinusoidal":
            pos = sinusoidal_positions(start + ids.shape[1], self.config.d_model)[positions]
            placed = tok * math.sqrt(self.config.d_model) + pos.astype(tok.dtype)
        else:
            placed = tok
        if self.segment is not None:
            segments = np.zeros_like(ids) if segments is None else segments
            segment, segment_cache = self.segment.forward(segments)  # (B, T, D)
            summed = placed + segment
        else:
            summed = placed
        if self.norm is not None:
            inner, norm_cache = self.norm.forward(summed)
        else:
            inner = summed
        out, dropout_cache = dropout_forward(
            inner, self.config.dropout, rng, training=rng is not None
        )
        return out, (tok_cache, pos_cache, segment_cache, norm_cache, dropout_cache)

    def backward(self, dout: Array, cache: Any) -> None:
        """dout (B, T, D); every sequence of the batch used the same positions, so dpos sums."""
        tok_cache, pos_cache, segment_cache, norm_cache, dropout_cache = cache
        dinner = dropout_backward(dout, dropout_cache)
        dsummed = self.norm.backward(dinner, norm_cache) if self.norm is not None else dinner
        if self.segment is not None:
            dsegment = dsummed
            self.segment.backward(dsegment, segment_cache)
        dplaced = dsummed
        if self.pos is not None:
            dpos = dplaced.sum(axis=0)  # (T, D)
            self.pos.backward(dpos, pos_cache)
        if self.config.positions == "sinusoidal":
            dtok = dplaced * math.sqrt(self.config.d_model)
        else:
            dtok = dplaced
        self.tok.backward(dtok, tok_cache)


def require_ids(name: str, ids: Array, max_len: int, n_past: int = 0) -> None:
    """Check a batch of token ids; in generation, n_past tokens stand before them.

    Raises:
        TypeError: not an array.
        ValueError: not (B, T), no token at all, or n_past + T more than max_len.
    """
    if not isinstance(ids, np.ndarray):
        raise TypeError(f"{name}: expected an array of integers, got {type(ids).__name__}")
    if ids.ndim != 2:
        raise ValueError(f"{name}: expected shape (batch, length), got {ids.shape}")
    if ids.shape[1] == 0:
        raise ValueError(f"{name}: expected at least one token, got shape {ids.shape}")
    n_tokens = n_past + ids.shape[1]
    if n_tokens > max_len:
        raise ValueError(f"{name}: expected at most max_len {max_len} tokens, got {n_tokens}")

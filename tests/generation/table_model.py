"""A model whose logits are looked up in a random table, by the source and the target so far.

What searches it must ask it right: each row of the batch has to stay together with its own past and
its own source, or it looks up the wrong logits. They are whole numbers, so many of them tie; and
they come out the same to the last bit, however the batch is put together.
"""

import numpy as np

from tinytf.config import Config
from tinytf.ops.arrays import Array


class Past:
    """The targets read so far, where a real model has its keys and values."""

    def __init__(self, n_rows: int) -> None:
        self.ids = np.zeros((n_rows, 0), int)

    @property
    def length(self) -> int:
        return self.ids.shape[1]

    def select(self, rows: Array) -> None:
        self.ids = self.ids[rows]


class TableState:
    def __init__(self, sources: list[tuple[int, ...]]) -> None:
        self.sources = sources
        self.kv_caches = [Past(len(sources))]

    def select(self, rows: Array) -> None:
        self.sources = [self.sources[row] for row in rows]
        self.kv_caches[0].select(rows)


class TableModel:
    """For searches what an EncoderDecoder is.

    Args:
        seed: each seed is another table.
        vocab_size: V.
        max_len: the longest target.
        n_levels: logits are whole numbers from 0 to n_levels - 1; 1 makes all tokens equal.
        eos_bonus: added to the logit of token 1: the higher, the shorter the targets.
    """

    def __init__(
        self, seed: int, vocab_size: int, max_len: int, n_levels: int, eos_bonus: float = 0.0
    ) -> None:
        self.config = Config(
            vocab_size=vocab_size, d_model=1, max_len=max_len, n_heads=1, d_ff=1, n_layers=1
        )
        self.seed, self.n_levels, self.eos_bonus = seed, n_levels, eos_bonus
        self.n_rows: list[int] = []  # of each step

    def logits(self, source: tuple[int, ...], target: tuple[int, ...]) -> Array:
        """(V,), those of the token that follows."""
        rng = np.random.default_rng([self.seed, *source, 1000, *target])
        logits = rng.integers(0, self.n_levels, self.config.vocab_size).astype(float)
        logits[1] += self.eos_bonus
        return logits

    def start(self, source: Array, source_mask: Array | None) -> TableState:
        real = np.ones(source.shape, bool) if source_mask is None else source_mask[:, 0, 0]
        return TableState(
            [tuple(line[keep].tolist()) for line, keep in zip(source, real, strict=True)]
        )

    def step(self, target: Array, state: TableState) -> Array:
        """(B, 1) integers -> (B, 1, V)."""
        past = state.kv_caches[0]
        if past.length == self.config.max_len:
            raise ValueError("target: longer than max_len")
        assert target.shape == (len(past.ids), 1), target.shape
        past.ids = np.concatenate([past.ids, target], axis=1)
        self.n_rows.append(len(target))
        logits = [
            self.logits(source, tuple(line.tolist()))
            for source, line in zip(state.sources, past.ids, strict=True)
        ]
        return np.array(logits)[:, None, :]

"""Hypothesis strategies for encoders and encoder-decoders: configs, padded batches, chunks."""

import random
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.layers.strategies import configs
from tests.ops.strategies import Draw, generators, seeds
from tinytf.config import Config
from tinytf.ops.arrays import Array
from tinytf.ops.masks import padding_mask

IGNORED = -100

# Whole stacks take their time; each of their layers was tested with many more examples.
FEW = 12


@st.composite
def encoder_configs(draw: Draw, **fixed: Any) -> Config:
    """Any combination of switches that an encoder has: no ALiBi; segments, embedding norm."""
    chance = random.Random(draw(seeds))  # why not hypothesis: see `configs`
    switches = {
        "positions": chance.choice(["learned", "sinusoidal", "rope"]),
        "n_segments": chance.choice([0, 2, 3]),
        "embedding_norm": chance.choice([True, False]),
    }
    return draw(configs(**switches | fixed))


@st.composite
def translator_configs(draw: Draw, **fixed: Any) -> Config:
    """The same for an encoder-decoder: no segments; one table for both sides, or two."""
    source_vocab_size = random.Random(draw(seeds)).choice([None, None, None, 1, 3, 6])
    switches = {"n_segments": 0, "source_vocab_size": source_vocab_size}
    return draw(encoder_configs(**switches | fixed))


def has_slopes(config: Config) -> bool:
    """Two features, normalised, are 1 and -1 whatever they were, and one is 0: a step function.

    Where a whole model passes through such a norm, no numeric derivative can be trusted.
    """
    return config.d_model > 2


@dataclass(frozen=True)
class Sources:
    """A padded batch: ids and segments (B, S), and which are real; the mask says the same."""

    ids: Array
    lengths: Array
    segments: Array | None = None

    @property
    def real(self) -> Array:
        """(B, S), True at real tokens."""
        return np.arange(self.ids.shape[1]) < self.lengths[:, None]

    @property
    def mask(self) -> Array:
        """(B, 1, 1, S)."""
        return padding_mask(self.lengths, self.ids.shape[1])


@st.composite
def sources(draw: Draw, config: Config) -> Sources:
    """1 to 3 sources of up to max_len tokens, each with at least one real token."""
    rng = draw(generators())
    batch, length = rng.integers(1, 4), rng.integers(1, config.max_len + 1)
    shape = (batch, length)
    return Sources(
        rng.integers(config.source_vocab_size or config.vocab_size, size=shape),
        rng.integers(1, length + 1, size=batch),
        rng.integers(config.n_segments, size=shape) if config.n_segments else None,
    )


@dataclass(frozen=True)
class Pairs:
    """Sources and targets: `target` (B, T) is read, `targets` (B, T) are to be predicted."""

    source: Sources
    target: Array
    targets: Array


@st.composite
def pairs(draw: Draw, config: Config) -> Pairs:
    """1 to 3 pairs, T and S unlike or alike; padding behind some targets is ignored."""
    source = draw(sources(config))
    rng = draw(generators())
    batch, length = len(source.ids), rng.integers(1, config.max_len + 1)
    target, targets = rng.integers(config.vocab_size, size=(2, batch, length))
    lengths = rng.integers(1, length + 1, size=batch)
    padded = np.arange(length) >= lengths[:, None]
    return Pairs(source, target, np.where(padded, IGNORED, targets))


def other_ids(ids: Array, n_ids: int, where: Array, rng: np.random.Generator) -> Array:
    """The ids with every one in `where` replaced by another; n_ids is at least 2."""
    shifted = (ids + rng.integers(1, n_ids, size=ids.shape)) % n_ids
    return np.where(where, shifted, ids)

"""Hypothesis strategies for BERT: configs, and batches with padding and segments."""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from tests.layers.strategies import configs, randomized
from tests.ops.strategies import Draw, generators
from tinytf.config import Config
from tinytf.layers.parameter import Layer
from tinytf.ops.arrays import Array
from tinytf.ops.masks import padding_mask


@dataclass(frozen=True)
class Batch:
    """What a BERT reads, and the positions to predict."""

    ids: Array
    predict: Array
    mask: Array | None
    segments: Array | None

    @property
    def real(self) -> Array:
        """(B, S), True where there is no padding."""
        if self.mask is None:
            return np.ones(self.ids.shape, bool)
        return np.broadcast_to(self.mask[:, 0, 0], self.ids.shape)


AnyLayer = TypeVar("AnyLayer", bound=Layer)


def random_bert(model: AnyLayer, rng: np.random.Generator) -> AnyLayer:
    """The model with random parameters, and a pooler whose tanh still has a slope."""
    randomized(model, rng)
    for name, parameter in model.parameters().items():
        if name == "pooler.dense.weight":
            parameter.value /= np.sqrt(len(parameter.value))
    return model


@st.composite
def bert_configs(draw: Draw, **fixed: Any) -> Config:
    """Every switch that an encoder can have; mostly with segments and a norm on the embeddings.

    At least three features: two of them, normalised, are 1 and -1 whatever they were, and a model
    whose output passes through such a norm is a step function.
    """
    n_segments = draw(st.sampled_from([0, 2, 2, 3]))
    switches: dict[str, Any] = {
        "positions": draw(st.sampled_from(["learned", "sinusoidal", "rope"])),
        "n_heads": draw(st.sampled_from([3, 4])),
        "n_layers": 1,
        "vocab_size": draw(st.integers(2, 6)),
        "n_segments": n_segments,
        "embedding_norm": bool(draw(st.integers(0, 3))),
    }
    return draw(configs(**{**switches, **fixed}))


@st.composite
def bert_batches(draw: Draw, config: Config) -> Batch:
    """One to three sequences of one to max_len tokens, often padded; one or more to predict.

    Never a sequence of equal tokens only: attention would not matter, and its gradients be zeros.
    """
    batch, length = draw(st.integers(1, 3)), draw(st.integers(1, config.max_len))
    rng = draw(generators())
    ids = rng.integers(config.vocab_size, size=(batch, length))
    ids[:, 1:2] = (ids[:, :1] + 1) % config.vocab_size
    lengths = np.full(batch, length)
    mask = None
    if draw(st.booleans()):
        lengths = rng.integers(1, length + 1, size=batch)
        mask = padding_mask(lengths, length)
    segments = None
    if config.n_segments and draw(st.booleans()):
        segments = rng.integers(config.n_segments, size=(batch, length))
    predict = (rng.random((batch, length)) < 0.5) & (np.arange(length) < lengths[:, None])
    predict[0, 0] = True
    return Batch(ids, predict, mask, segments)

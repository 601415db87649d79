"""Hypothesis strategies: configs of every combination of switches, and inputs for layers.

Parameters never stay at their start (gamma 1, bias 0, weights of 0.02), where half of all mistakes
are invisible: see tests/mutants/test_sum_loss.py.
"""

import random
from collections.abc import Sequence
from typing import Any, TypeVar, get_args

import numpy as np
from hypothesis import strategies as st

from tests.ops.strategies import Draw, seeds
from tinytf.config import Activation, Config, Norm, NormPosition, Positions
from tinytf.layers.parameter import Layer
from tinytf.ops.arrays import Array
from tinytf.ops.masks import padding_mask

# Where hypothesis draws whole configs, it needs more examples to come by most combinations.
MANY = 50

AnyLayer = TypeVar("AnyLayer", bound=Layer)


def randomized(layer: AnyLayer, rng: np.random.Generator, scale: float = 0.7) -> AnyLayer:
    """The layer, every parameter drawn from a normal distribution."""
    for parameter in layer.parameters().values():
        parameter.value[...] = rng.normal(0, scale, parameter.value.shape)
    return layer


@st.composite
def configs(draw: Draw, **fixed: Any) -> Config:
    """Any combination of switches, sizes from 1 up; `fixed` values are not drawn.

    One drawn seed chooses everything: hypothesis, which likes small numbers and copies of earlier
    choices, would by itself leave most combinations out and make every second max_len 1.
    """
    chance = random.Random(draw(seeds))

    def pick(name: str, choices: Sequence[Any]) -> Any:
        chosen = chance.choice(choices)
        return fixed.get(name, chosen)

    positions = pick("positions", get_args(Positions))
    n_heads = pick("n_heads", (1, 2, 3, 4))
    d_head = chance.choice((2, 4) if positions == "rope" else (1, 2, 3))
    divisors = [n for n in range(1, n_heads + 1) if n_heads % n == 0]
    return Config(
        vocab_size=pick("vocab_size", range(1, 7)),
        d_model=n_heads * d_head,
        max_len=pick("max_len", range(1, 6)),
        n_heads=n_heads,
        d_ff=pick("d_ff", range(1, 6)),
        n_layers=pick("n_layers", (1, 2)),
        norm=pick("norm", get_args(Norm)),
        norm_position=pick("norm_position", get_args(NormPosition)),
        positions=positions,
        activation=pick("activation", get_args(Activation)),
        n_kv_heads=pick("n_kv_heads", (None, *divisors)),
        bias=pick("bias", (True, False)),
        tie_embeddings=pick("tie_embeddings", (True, False)),
        dropout=pick("dropout", (0.0, 0.3)),
        norm_eps=pick("norm_eps", (1e-5, 0.1)),
        rope_base=pick("rope_base", (10000.0, 50.0)),
        source_vocab_size=fixed.get("source_vocab_size"),
        n_segments=fixed.get("n_segments", 0),
        embedding_norm=fixed.get("embedding_norm", False),
        init_std=pick("init_std", (0.02, None)),
    )


@st.composite
def masks(draw: Draw, batch: int, n_heads: int, n_queries: int, n_keys: int) -> Array | None:
    """No mask, padding, or any pattern; a query may be left with nothing to attend to."""
    kind = draw(st.sampled_from(["none", "padding", "any"]))
    rng = np.random.default_rng(draw(seeds))
    if kind == "none":
        return None
    if kind == "padding":
        return padding_mask(rng.integers(0, n_keys + 1, size=batch), n_keys)
    return rng.random((batch, int(rng.choice([1, n_heads])), n_queries, n_keys)) < 0.6


@st.composite
def splits(draw: Draw, length: int) -> list[slice]:
    """Cuts a sequence into chunks, one behind the other: from one chunk to `length` of them."""
    chunks, start = [], 0
    while start < length:
        end = draw(st.integers(start + 1, length))
        chunks.append(slice(start, end))
        start = end
    return chunks


def inputs(rng: np.random.Generator, *shape: int) -> Array:
    """float64 numbers with mean and variance away from 0 and 1."""
    return 1.5 * rng.normal(size=shape) + 0.3

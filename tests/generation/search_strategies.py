"""Hypothesis strategies for searches: models, sources and settings."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from tests.generation.table_model import TableModel
from tests.layers.strategies import configs, randomized
from tests.ops.strategies import Draw
from tinytf.generation import Search
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.ops.arrays import Array
from tinytf.ops.masks import padding_mask


class Task(NamedTuple):
    """A model, what to translate with it, and how."""

    model: EncoderDecoder | TableModel
    sources: list[list[int]]
    search: Search


def padded(sources: list[list[int]]) -> tuple[Array, Array | None]:
    """The sources as a batch, filled up with a real token, and the mask if there is padding."""
    lengths = [len(source) for source in sources]
    batch = np.full((len(sources), max(lengths)), 1)
    for row, source in enumerate(sources):
        batch[row, : len(source)] = source
    mask = padding_mask(np.array(lengths), max(lengths))
    return batch, None if mask.all() else mask


@st.composite
def searches(draw: Draw, vocab_size: int, min_beams: int = 2) -> Search:
    """BOS is 0, EOS is 1."""
    return Search(
        bos=0,
        eos=1,
        beam_size=draw(st.integers(min_beams, 5)),
        length_penalty=draw(st.sampled_from([0.0, 0.6, 1.0, 2.5])),
        max_new_tokens=draw(st.none() | st.integers(1, 7)),
        # All but EOS may be suppressed.
        suppress=tuple(draw(st.sets(st.sampled_from([0, *range(2, vocab_size)]), max_size=2))),
        early_stopping=draw(st.booleans()),
    )


@st.composite
def table_tasks(draw: Draw, min_beams: int = 2) -> Task:
    """Tables full of ties; sources of different lengths, some twice."""
    vocab_size = draw(st.integers(2, 6))
    model = TableModel(
        seed=draw(st.integers(0, 2**16)),
        vocab_size=vocab_size,
        max_len=draw(st.integers(1, 6)),
        n_levels=draw(st.integers(1, 5)),
        eos_bonus=draw(st.sampled_from([-1.0, 0.0, 2.0])),
    )
    source = st.lists(st.integers(0, vocab_size - 1), min_size=1, max_size=3)
    sources = draw(st.lists(source, min_size=1, max_size=4))
    return Task(model, sources, draw(searches(vocab_size, min_beams)))


@st.composite
def model_tasks(draw: Draw, min_beams: int = 2) -> Task:
    """Real encoder-decoders of most combinations of switches, in float64."""
    config = draw(
        configs(
            vocab_size=draw(st.integers(2, 6)),
            positions=draw(st.sampled_from(["learned", "sinusoidal", "rope"])),
        )
    )
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    # The larger the parameters, the more a target depends on its source.
    scale = draw(st.sampled_from([0.7, 3.0]))
    model = randomized(EncoderDecoder(config, rng, np.float64), rng, scale)
    length = st.integers(1, config.max_len)
    sources = [
        rng.integers(0, config.vocab_size, n).tolist()
        for n in draw(st.lists(length, min_size=1, max_size=4))
    ]
    return Task(model, sources, draw(searches(config.vocab_size, min_beams)))

"""Hypothesis strategies: logits, ways to sample, models with a prompt."""

import numpy as np
from hypothesis import strategies as st

from tests.layers.strategies import configs, randomized
from tests.ops.strategies import Draw
from tinytf.generation import Sampling
from tinytf.models.decoder import DecoderLM

# Whole numbers among them, so that logits tie.
logits = st.lists(st.integers(-3, 3) | st.floats(-4, 4), min_size=1, max_size=8)

samplings = st.builds(
    Sampling,
    temperature=st.sampled_from([0.3, 1.0, 2.5]),
    top_k=st.none() | st.integers(1, 9),
    # Not round, so that no sum of probabilities is top_p but for rounding.
    top_p=st.none() | st.sampled_from([0.0137, 0.3119, 0.7013, 0.9871, 1.0]),
)


@st.composite
def models_with_prompts(draw: Draw) -> tuple[DecoderLM, list[int]]:
    """A decoder of any switches in float64, and a prompt that may be longer than its max_len."""
    config = draw(configs(vocab_size=7, dropout=0.0))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    model = randomized(DecoderLM(config, rng, np.float64), rng)
    prompt = draw(st.lists(st.integers(0, 6), min_size=1, max_size=config.max_len + 2))
    return model, prompt

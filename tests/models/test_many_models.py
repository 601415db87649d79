"""Gradients of both new stacks for many more configs than the everyday tests draw."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.stacks import encoder_configs, has_slopes, pairs, sources, translator_configs
from tests.models.test_encoder import make as make_encoder
from tests.models.test_encoder_decoder import check
from tests.models.test_encoder_decoder import make as make_encoder_decoder
from tests.ops.strategies import generators
from tinytf.config import Config
from tinytf.gradcheck import check_model
from tinytf.models import encoder, encoder_decoder

pytestmark = pytest.mark.slow


@settings(max_examples=200)
@given(config=encoder_configs().filter(has_slopes), rng=generators(), data=st.data())
def test_encoders(config: Config, rng: np.random.Generator, data: st.DataObject) -> None:
    batch = data.draw(sources(config))
    check_model(
        make_encoder(encoder, config, rng),
        batch.ids,
        mask=batch.mask,
        segments=batch.segments,
        forward_seed=5 if config.dropout else None,
    ).raise_if_wrong()


@settings(max_examples=100)
@given(config=translator_configs().filter(has_slopes), rng=generators(), data=st.data())
def test_encoder_decoders(config: Config, rng: np.random.Generator, data: st.DataObject) -> None:
    model = make_encoder_decoder(encoder_decoder, config, rng)
    pair = data.draw(pairs(config))
    smoothing = data.draw(st.sampled_from([0.0, 0.1]))
    check(model, pair, smoothing).raise_if_wrong()

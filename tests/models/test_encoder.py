"""The encoder: every position hears every real one."""

from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.layers.strategies import inputs, randomized
from tests.models.stacks import FEW, Sources, encoder_configs, has_slopes, other_ids, sources
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators
from tinytf.config import Config
from tinytf.gradcheck import check_model
from tinytf.layers.embedding import Embedding

SMALL = Config(7, 8, 5, 2, 6, 2)
# With fewer features a norm may leave nothing of what changed: two, normalised, are 1 and -1.
WIDE = encoder_configs(n_heads=4, vocab_size=6)


def make(module: ModuleType, config: Config, rng: np.random.Generator) -> Any:
    """An Encoder with random parameters."""
    return randomized(module.Encoder(config, rng, np.float64), rng)


def read(model: Any, batch: Sources) -> Any:
    """What the encoder says, in evaluation."""
    return model.forward(batch.ids, batch.mask, batch.segments)[0]


@claim(FEW, config=encoder_configs(), rng=generators(), data=st.data())
def test_forward_is_the_stack_of_its_parts(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    batch = data.draw(sources(config))
    resid, _ = model.embed.forward(batch.ids, segments=batch.segments)
    assert len(model.layers) == config.n_layers
    for layer in model.layers:
        assert not layer.self_attn.causal
        resid, _ = layer.forward(resid, batch.mask)
    if config.norm_position == "pre":
        resid, _ = model.final_norm.forward(resid)
    assert_close(read(model, batch), resid, rtol=1e-9)


@claim(FEW, config=WIDE, rng=generators(), data=st.data())
def test_padding_changes_no_real_position_and_a_real_token_changes_every_one(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    batch = data.draw(sources(config))
    before = read(model, batch)
    padded = replace(batch, ids=other_ids(batch.ids, 6, ~batch.real, rng))
    if batch.segments is not None:
        segments = other_ids(batch.segments, config.n_segments, ~batch.real, rng)
        padded = replace(padded, segments=segments)
    np.testing.assert_array_equal(read(model, padded)[batch.real], before[batch.real])

    row = data.draw(st.integers(0, len(batch.ids) - 1))
    place = data.draw(st.integers(0, int(batch.lengths[row]) - 1))
    changed = np.zeros(batch.ids.shape, bool)
    changed[row, place] = True
    after = read(model, replace(batch, ids=other_ids(batch.ids, 6, changed, rng)))
    others = np.arange(len(batch.ids)) != row
    assert_close(after[others], before[others], rtol=1e-11, what="other sequences of the batch")
    for position in range(int(batch.lengths[row])):
        moved = np.abs(after[row, position] - before[row, position]).max()
        assert moved > 1e-9, f"position {position} did not hear position {place}"


@claim(FEW, config=encoder_configs(dropout=0.0), rng=generators(), data=st.data())
def test_a_padded_sequence_reads_as_it_does_alone(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    batch = data.draw(sources(config))
    together = read(model, batch)
    for row, length in enumerate(batch.lengths):
        segments = None if batch.segments is None else batch.segments[row : row + 1, :length]
        alone, _ = model.forward(batch.ids[row : row + 1, :length], None, segments)
        assert_close(together[row, :length], alone[0], rtol=1e-10)


def test_names(module: ModuleType) -> None:
    model = module.Encoder(SMALL, np.random.default_rng(0))
    in_layer = ["norm1.gamma", "norm1.beta"]
    in_layer += [f"self_attn.{n}.{w}" for n in ("q", "k", "v", "out") for w in ("weight", "bias")]
    in_layer += ["norm2.gamma", "norm2.beta"]
    in_layer += [f"ffn.{n}" for n in ("w_in", "b_in", "w_out", "b_out")]
    assert list(model.parameters()) == [
        "embed.tok.weight",
        "embed.pos.weight",
        *(f"layers.{i}.{name}" for i in (0, 1) for name in in_layer),
        "final_norm.gamma",
        "final_norm.beta",
    ]
    post = module.Encoder(replace(SMALL, norm_position="post"), np.random.default_rng(0))
    assert not any(name.startswith("final_norm") for name in post.parameters())
    assert model.parameters()["embed.tok.weight"].value.shape == (7, 8)


def test_a_table_that_is_given_is_used(module: ModuleType) -> None:
    rng = np.random.default_rng(0)
    table = Embedding(9, 8, rng)
    model = module.Encoder(SMALL, rng, np.float32, table)
    assert model.embed.tok is table


def test_alibi_is_refused(module: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"positions: expected learned, .*, got alibi"):
        module.Encoder(replace(SMALL, positions="alibi"), np.random.default_rng(0))


def test_dropout_only_in_training_and_drawn_from_rng(module: ModuleType) -> None:
    model = make(module, replace(SMALL, dropout=0.5), np.random.default_rng(0))
    ids = np.array([[1, 2, 3, 4, 5]])
    evaluated, again = model.forward(ids)[0], model.forward(ids)[0]
    np.testing.assert_array_equal(evaluated, again)
    trained, same, other = (
        model.forward(ids, rng=np.random.default_rng(seed))[0] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(trained, same)
    assert not np.allclose(trained, evaluated)
    assert not np.allclose(trained, other)


def test_dropout_on_the_embeddings_and_in_the_layers(module: ModuleType) -> None:
    ids = np.array([[1, 2, 3, 4, 5]])
    for quiet in ("embeddings", "layers"):
        model = make(module, replace(SMALL, dropout=0.5), np.random.default_rng(0))
        if quiet == "embeddings":
            model.embed.config = SMALL
        else:
            for layer in model.layers:
                layer.config = layer.self_attn.config = SMALL
        trained, _ = model.forward(ids, rng=np.random.default_rng(1))
        assert not np.allclose(trained, model.forward(ids)[0]), f"the {quiet} alone are quiet"


@claim(FEW, config=encoder_configs(), data=st.data())
def test_float32_stays_float32(module: ModuleType, config: Config, data: st.DataObject) -> None:
    rng = np.random.default_rng(0)
    model = module.Encoder(config, rng)
    batch = data.draw(sources(config))
    out, cache = model.forward(batch.ids, batch.mask, batch.segments, rng)
    assert model.backward(np.ones_like(out), cache) is None
    dtypes = {out.dtype, *(p.grad.dtype for p in model.parameters().values())}
    assert dtypes == {np.dtype(np.float32)}


def test_errors_say_what_was_expected_and_what_came(module: ModuleType) -> None:
    model = module.Encoder(SMALL, np.random.default_rng(0))
    ids = np.zeros((2, 3), int)
    with pytest.raises(TypeError, match=r"ids: expected an array of integers, got list"):
        model.forward([[1, 2]])
    with pytest.raises(ValueError, match=r"ids: expected at most max_len 5 tokens, got 6"):
        model.forward(np.zeros((1, 6), int))
    with pytest.raises(ValueError, match=r"ids: expected 0 <= id < 7, got ids from 7 to 7"):
        model.forward(ids + 7)
    with pytest.raises(ValueError, match=r"mask: expected a shape that broadcasts to .*3, 3"):
        model.forward(ids, np.ones((2, 1, 1, 4), bool))
    with pytest.raises(TypeError, match=r"mask: expected an array of booleans"):
        model.forward(ids, np.ones((2, 1, 1, 3), int))
    with pytest.raises(ValueError, match=r"segments: expected None for a model without segments"):
        model.forward(ids, segments=ids)


@claim(FEW, config=encoder_configs(), rng=generators(), data=st.data())
def test_what_stands_at_padding_gets_no_gradient_from_real_positions(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    """Only padding has id 0 here, and nothing reads what stands there: its row stays at 0."""
    config = replace(config, vocab_size=config.vocab_size + 1)
    model = make(module, config, rng)
    batch = data.draw(sources(config))
    ids = np.where(batch.real, np.maximum(batch.ids, 1), 0)
    out, cache = model.forward(ids, batch.mask, batch.segments)
    model.backward(inputs(rng, *out.shape) * batch.real[:, :, None], cache)
    assert not model.embed.tok.weight.grad[0].any()


@claim(config=encoder_configs().filter(has_slopes), rng=generators(), data=st.data())
def test_gradients(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    batch = data.draw(sources(config))
    report = check_model(
        model,
        batch.ids,
        mask=batch.mask,
        segments=batch.segments,
        forward_seed=5 if config.dropout else None,
        max_entries=1,
    )
    report.raise_if_wrong()

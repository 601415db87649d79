"""Token ids to vectors: tables, positions, segments, norm, dropout."""

import math
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.layers.strategies import MANY, randomized
from tests.models.stacks import encoder_configs, sources
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators
from tinytf.config import Config
from tinytf.gradcheck import check_layer
from tinytf.layers.embedding import Embedding
from tinytf.layers.norm import LayerNorm
from tinytf.ops.positions import sinusoidal_positions

SMALL = Config(7, 8, 5, 2, 6, 1)


def make(module: ModuleType, config: Config, rng: np.random.Generator) -> Any:
    """Embeddings with random parameters."""
    tok = module.make_table(config.vocab_size, config, rng, np.float64)
    return randomized(module.Embeddings(tok, config, rng, np.float64), rng)


@claim(MANY, config=encoder_configs(), rng=generators(), data=st.data())
def test_forward_is_the_sum_of_its_parts(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    layer = make(module, config, rng)
    batch = data.draw(sources(config))
    start = data.draw(st.integers(0, config.max_len - batch.ids.shape[1]))
    places = slice(start, start + batch.ids.shape[1])
    out = layer.tok.weight.value[batch.ids]
    if config.positions == "learned":
        out = out + layer.pos.weight.value[places]
    if config.positions == "sinusoidal":
        positions = sinusoidal_positions(config.max_len, config.d_model)
        out = out * math.sqrt(config.d_model) + positions[places]
    unsegmented = out
    if config.n_segments:
        out = out + layer.segment.weight.value[batch.segments]
        unsegmented = unsegmented + layer.segment.weight.value[0]
    if config.embedding_norm:
        out, unsegmented = (layer.norm.forward(x)[0] for x in (out, unsegmented))
    assert_close(layer.forward(batch.ids, start, segments=batch.segments)[0], out)
    assert_close(layer.forward(batch.ids, start)[0], unsegmented, what="no segments: all 0")


def test_segments_for_a_model_without(module: ModuleType) -> None:
    layer = make(module, SMALL, np.random.default_rng(0))
    ids = np.array([[1, 2]])
    with pytest.raises(ValueError, match=r"segments: expected None for a model without segments"):
        layer.forward(ids, segments=np.zeros_like(ids))


def test_segments_outside_the_table(module: ModuleType) -> None:
    layer = make(module, replace(SMALL, n_segments=2), np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"ids: expected 0 <= id < 2, got ids from 0 to 2"):
        layer.forward(np.array([[1, 2]]), segments=np.array([[0, 2]]))


def test_names_and_kinds(module: ModuleType) -> None:
    config = replace(SMALL, n_segments=3, embedding_norm=True, norm_eps=0.1)
    layer = make(module, config, np.random.default_rng(0))
    shapes = {name: p.value.shape for name, p in layer.parameters().items()}
    assert shapes == {
        "tok.weight": (7, 8),
        "pos.weight": (5, 8),
        "segment.weight": (3, 8),
        "norm.gamma": (8,),
        "norm.beta": (8,),
    }
    assert type(layer.norm) is LayerNorm
    assert layer.norm.eps == 0.1
    for positions in ("sinusoidal", "rope", "alibi"):
        plain = make(module, replace(SMALL, positions=positions), np.random.default_rng(0))
        assert list(plain.parameters()) == ["tok.weight"]


def test_tables_at_the_start(module: ModuleType) -> None:
    config = Config(300, 100, 300, 2, 6, 1, n_segments=300)
    for init_std, expected in ((0.05, 0.05), (None, 0.1)):  # 100^-0.5 = 0.1
        rng = np.random.default_rng(0)
        changed = replace(config, init_std=init_std)
        tok = module.make_table(300, changed, rng, np.float64)
        assert type(tok) is Embedding
        assert tok.weight.value.dtype == np.float64
        layer = module.Embeddings(tok, changed, rng)
        assert layer.tok is tok, "two stacks may share one table"
        for table in (layer.tok, layer.pos, layer.segment):
            assert abs(table.weight.value.std() / expected - 1) < 0.02
        assert layer.pos.weight.value.dtype == layer.segment.weight.value.dtype == np.float32


def test_dropout_is_drawn_from_rng_and_comes_last(module: ModuleType) -> None:
    config = replace(SMALL, dropout=0.5, embedding_norm=True, n_segments=2)
    layer = make(module, config, np.random.default_rng(0))
    ids = np.array([[1, 2, 3, 4, 5]])
    whole, _ = layer.forward(ids)
    dropped, _ = layer.forward(ids, rng=np.random.default_rng(1))
    kept = dropped != 0
    assert 10 < kept.sum() < 30, "about half of 40"
    assert_close(dropped[kept], 2 * whole[kept])
    same, _ = layer.forward(ids, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(same, dropped)


@claim(config=encoder_configs(), data=st.data())
def test_float32_stays_float32(module: ModuleType, config: Config, data: st.DataObject) -> None:
    rng = np.random.default_rng(0)
    tok = module.make_table(config.vocab_size, config, rng, np.float32)
    layer = module.Embeddings(tok, config, rng)
    batch = data.draw(sources(config))
    out, cache = layer.forward(batch.ids, 0, rng, batch.segments)
    assert layer.backward(np.ones_like(out), cache) is None
    dtypes = {out.dtype, *(p.grad.dtype for p in layer.parameters().values())}
    assert dtypes == {np.dtype(np.float32)}


def test_ids_that_are_no_batch(module: ModuleType) -> None:
    require = module.require_ids
    require("source", np.zeros((1, 1), int), 1)
    require("source", np.zeros((3, 5), int), 5)
    with pytest.raises(TypeError, match=r"source: expected an array of integers, got list"):
        require("source", [[1, 2]], 5)
    with pytest.raises(ValueError, match=r"source: expected shape \(batch, length\), got \(3,\)"):
        require("source", np.zeros(3, int), 5)
    with pytest.raises(ValueError, match=r"target: expected at least one token, got .*\(2, 0\)"):
        require("target", np.zeros((2, 0), int), 5)
    with pytest.raises(ValueError, match=r"target: expected at most max_len 5 tokens, got 6"):
        require("target", np.zeros((1, 6), int), 5)
    require("target", np.zeros((1, 2), int), 5, 3)
    with pytest.raises(ValueError, match=r"target: expected at most max_len 5 tokens, got 6"):
        require("target", np.zeros((1, 2), int), 5, 4)


@claim(config=encoder_configs(), rng=generators(), data=st.data())
def test_gradients(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    layer = make(module, config, rng)
    batch = data.draw(sources(config))
    start = data.draw(st.integers(0, config.max_len - batch.ids.shape[1]))
    seed = 5 if config.dropout else None
    report = check_layer(
        layer, batch.ids, start, segments=batch.segments, forward_seed=seed, max_entries=6
    )
    report.raise_if_wrong()

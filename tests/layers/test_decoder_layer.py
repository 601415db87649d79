"""One layer of an encoder-decoder's decoder: self-attention, cross-attention, FFN."""

import math
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.layers.strategies import MANY, configs, inputs, masks, randomized, splits
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import Draw, generators
from tinytf.config import Config
from tinytf.gradcheck import check_layer
from tinytf.layers.attention import SelfAttention
from tinytf.layers.cross_attention import CrossAttention
from tinytf.layers.kv_cache import KVCache
from tinytf.layers.norm import LayerNorm, RMSNorm
from tinytf.ops.arrays import Array

POSITIONS = ("learned", "sinusoidal", "rope")  # an encoder-decoder has no ALiBi
CONFIGS = st.sampled_from(POSITIONS).flatmap(lambda positions: configs(positions=positions))


def make(module: ModuleType, config: Config, rng: np.random.Generator) -> Any:
    """A DecoderLayer with random parameters."""
    return randomized(module.DecoderLayer(config, rng, np.float64), rng)


@st.composite
def resid_memory_mask(draw: Draw, config: Config) -> tuple[Array, Array, Array | None]:
    """resid_pre (B, T, D), memory (B, S, D) and a mask that broadcasts to (B, H, T, S)."""
    rng = draw(generators())
    batch, n_targets, n_sources = rng.integers(1, (3, 5, 5))
    resid = inputs(rng, batch, n_targets, config.d_model)
    memory = inputs(rng, batch, n_sources, config.d_model)
    return resid, memory, draw(masks(batch, config.n_heads, n_targets, n_sources))


@claim(MANY, config=CONFIGS, rng=generators(), data=st.data())
def test_forward_is_self_attention_then_cross_attention_then_ffn(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    layer = make(module, config, rng)
    resid_pre, memory, mask = data.draw(resid_memory_mask(config))
    resid = resid_pre
    for norm, sublayer in (
        (layer.norm1, layer.self_attn.forward),
        (layer.norm2, lambda x: layer.cross_attn.forward(x, memory, mask)),
        (layer.norm3, layer.ffn.forward),
    ):
        if config.norm_position == "pre":
            resid = resid + sublayer(norm.forward(resid)[0])[0]
        else:
            resid = norm.forward(resid + sublayer(resid)[0])[0]
    assert_close(layer.forward(resid_pre, memory, mask)[0], resid, rtol=1e-10)


@claim(config=CONFIGS, rng=generators(), data=st.data())
def test_a_later_position_changes_no_earlier_output(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    layer = make(module, config, rng)
    resid, memory = inputs(rng, 2, 4, config.d_model), inputs(rng, 2, 3, config.d_model)
    changed = data.draw(st.integers(1, 3))
    other = resid.copy()
    other[:, changed:] += inputs(rng, *other[:, changed:].shape)
    before, after = layer.forward(resid, memory)[0], layer.forward(other, memory)[0]
    np.testing.assert_allclose(after[:, :changed], before[:, :changed], rtol=1e-12, atol=1e-12)


@claim(config=CONFIGS, rng=generators(), data=st.data())
def test_kv_cache_and_prepared_memory_equal_the_whole_target(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    layer = make(module, config, rng)
    resid, memory = inputs(rng, 2, 4, config.d_model), inputs(rng, 2, 3, config.d_model)
    mask = data.draw(masks(2, 1, 1, 3))
    whole, _ = layer.forward(resid, memory, mask)
    kv_cache = KVCache(2, config.kv_heads, 4, config.d_head, np.float64)
    keys_values, _ = layer.cross_attn.keys_values(memory)
    for chunk in data.draw(splits(4)):
        part, _ = layer.forward(resid[:, chunk], keys_values, mask, kv_cache=kv_cache)
        assert_close(part, whole[:, chunk], rtol=1e-10, what=f"tokens {chunk}")


def test_dropout_falls_on_all_three_outputs(module: ModuleType) -> None:
    """With p close to 1 nearly all is dropped: y is x (pre-norm), whatever the sub-layers say."""
    config = Config(5, 4, 6, 2, 8, 1, dropout=0.9999)
    rng = np.random.default_rng(0)
    layer = make(module, config, rng)
    x, memory = inputs(rng, 2, 6, 4), inputs(rng, 2, 5, 4)
    np.testing.assert_array_equal(layer.forward(x, memory, rng=rng)[0], x)
    assert not np.allclose(layer.forward(x, memory)[0], x)


def test_dropout_reaches_both_patterns(module: ModuleType) -> None:
    """All dropout but that of the patterns is put out: what is left must come from them."""
    rng = np.random.default_rng(0)
    x, memory = inputs(rng, 2, 6, 4), inputs(rng, 2, 5, 4)
    for silenced, heard in (("self_attn", "cross_attn"), ("cross_attn", "self_attn")):
        layer = make(module, Config(5, 4, 6, 2, 8, 1, dropout=0.5), rng)
        layer.config = replace(layer.config, dropout=0.0)
        getattr(layer, silenced).config = layer.config
        evaluated = layer.forward(x, memory)[0]
        trained = layer.forward(x, memory, rng=np.random.default_rng(1))[0]
        assert not np.allclose(trained, evaluated), f"no dropout in {heard}"


def test_names_kinds_and_start(module: ModuleType) -> None:
    config = Config(5, 120, 6, 4, 480, n_layers=8)
    layer = module.DecoderLayer(config, np.random.default_rng(0))
    parameters = layer.parameters()
    norms = [f"{part}" for part in ("gamma", "beta")]
    projections = [f"{n}.{w}" for n in ("q", "k", "v", "out") for w in ("weight", "bias")]
    assert list(parameters) == [
        *(f"norm1.{name}" for name in norms),
        *(f"self_attn.{name}" for name in projections),
        *(f"norm2.{name}" for name in norms),
        *(f"cross_attn.{name}" for name in projections),
        *(f"norm3.{name}" for name in norms),
        *(f"ffn.{name}" for name in ("w_in", "b_in", "w_out", "b_out")),
    ]
    assert type(layer.self_attn) is SelfAttention
    assert type(layer.cross_attn) is CrossAttention
    assert layer.self_attn.causal
    assert all(p.value.dtype == np.float32 for p in parameters.values())
    small = 0.02 / math.sqrt(3 * 8)  # what writes into the residual stream, thrice in each layer
    for name, std in (
        ("self_attn.q.weight", 0.02),
        ("self_attn.out.weight", small),
        ("cross_attn.k.weight", 0.02),
        ("cross_attn.out.weight", small),
        ("ffn.w_in", 0.02),
        ("ffn.w_out", small),
    ):
        assert abs(parameters[name].value.std() / std - 1) < 0.03, name
    other = module.DecoderLayer(
        replace(config, norm="rmsnorm", norm_eps=0.1), np.random.default_rng(0)
    )
    for norm, kind in ((layer.norm3, LayerNorm), (other.norm1, RMSNorm), (other.norm3, RMSNorm)):
        assert type(norm) is kind
        assert norm.eps == (1e-5 if kind is LayerNorm else 0.1)


@claim(MANY, config=CONFIGS, rng=generators(), data=st.data())
def test_gradients(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    layer = make(module, config, rng)
    resid, memory, mask = data.draw(resid_memory_mask(config))
    seed = 5 if config.dropout else None
    report = check_layer(layer, resid, memory, memory_mask=mask, forward_seed=seed, max_entries=1)
    report.raise_if_wrong()
    assert [result.name for result in report.results[:2]] == ["resid_pre", "memory"]

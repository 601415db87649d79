"""One layer of the stack: self-attention and FFN, each in a residual connection."""

import math
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.layers.strategies import MANY, configs, inputs, masks, randomized, splits
from tests.layers.test_attention import bias_of
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators
from tinytf.config import Config
from tinytf.gradcheck import check_layer
from tinytf.layers.feed_forward import FeedForward, SwigluFeedForward
from tinytf.layers.kv_cache import KVCache
from tinytf.layers.norm import LayerNorm, RMSNorm


def make(module: ModuleType, config: Config, rng: np.random.Generator, causal: bool = True) -> Any:
    """A TransformerLayer with random parameters."""
    return randomized(module.TransformerLayer(config, rng, causal, np.float64), rng)


@claim(MANY, config=configs(), causal=st.booleans(), rng=generators(), data=st.data())
def test_forward_is_attention_then_ffn(
    module: ModuleType,
    config: Config,
    causal: bool,
    rng: np.random.Generator,
    data: st.DataObject,
) -> None:
    layer = make(module, config, rng, causal)
    assert layer.self_attn.causal == causal
    resid_pre = inputs(rng, 2, config.max_len, config.d_model)
    bias = bias_of(config, config.max_len, config.max_len)
    mask = data.draw(masks(2, config.n_heads, config.max_len, config.max_len))

    def norm1(x: Any) -> Any:
        return layer.norm1.forward(x)[0]

    def norm2(x: Any) -> Any:
        return layer.norm2.forward(x)[0]

    def attend(x: Any) -> Any:
        return layer.self_attn.forward(x, mask, bias)[0]

    def ffn(x: Any) -> Any:
        return layer.ffn.forward(x)[0]

    if config.norm_position == "pre":
        resid_mid = resid_pre + attend(norm1(resid_pre))
        expected = resid_mid + ffn(norm2(resid_mid))
    else:
        resid_mid = norm1(resid_pre + attend(resid_pre))
        expected = norm2(resid_mid + ffn(resid_mid))
    assert_close(layer.forward(resid_pre, mask, bias)[0], expected, rtol=1e-10)


@claim(MANY, config=configs())
def test_the_parts_are_those_of_the_config(module: ModuleType, config: Config) -> None:
    layer = module.TransformerLayer(config, np.random.default_rng(0))
    for norm in (layer.norm1, layer.norm2):
        assert type(norm) is {"layernorm": LayerNorm, "rmsnorm": RMSNorm}[config.norm]
        assert norm.eps == config.norm_eps
    names = list(layer.parameters())
    assert all(p.value.dtype == np.float32 for p in layer.parameters().values())
    if config.activation == "swiglu":
        assert type(layer.ffn) is SwigluFeedForward
    else:
        assert type(layer.ffn) is FeedForward
        assert layer.ffn.activation == config.activation
        assert ("ffn.b_in" in names) == config.bias
    beta = config.bias and config.norm == "layernorm"
    assert ("norm1.beta" in names) == ("norm2.beta" in names) == beta
    assert ("self_attn.q.bias" in names) == config.bias


def test_names_and_start(module: ModuleType) -> None:
    config = Config(5, 120, 6, 4, 480, n_layers=8)
    layer = module.TransformerLayer(config, np.random.default_rng(0))
    parameters = layer.parameters()
    projections = [f"self_attn.{n}.{w}" for n in ("q", "k", "v", "out") for w in ("weight", "bias")]
    assert list(parameters) == [
        "norm1.gamma",
        "norm1.beta",
        *projections,
        "norm2.gamma",
        "norm2.beta",
        "ffn.w_in",
        "ffn.b_in",
        "ffn.w_out",
        "ffn.b_out",
    ]
    small = 0.02 / math.sqrt(2 * 8)  # what writes into the residual stream
    for name, std in (
        ("self_attn.q.weight", 0.02),
        ("self_attn.out.weight", small),
        ("ffn.w_in", 0.02),
        ("ffn.w_out", small),
    ):
        assert abs(parameters[name].value.std() / std - 1) < 0.03, name
    glorot = module.TransformerLayer(replace(config, init_std=None), np.random.default_rng(0))
    for name in ("self_attn.q.weight", "self_attn.out.weight", "ffn.w_in", "ffn.w_out"):
        weight = glorot.parameters()[name].value
        assert abs(weight.std() / math.sqrt(2 / sum(weight.shape)) - 1) < 0.03, name


def test_dropout_falls_on_attention_and_on_both_outputs(module: ModuleType) -> None:
    """With p close to 1 nearly all is dropped: y is x (pre-norm), whatever the sub-layers say."""
    config = Config(5, 4, 6, 2, 8, 1, dropout=0.9999)
    rng = np.random.default_rng(0)
    layer = make(module, config, rng)
    x = inputs(rng, 2, 6, 4)
    np.testing.assert_array_equal(layer.forward(x, rng=rng)[0], x)
    assert not np.allclose(layer.forward(x)[0], x)


@claim(config=configs(max_len=4, dropout=0.0), rng=generators(), data=st.data())
def test_kv_cache_equals_the_whole_sequence(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    layer = make(module, config, rng)
    x = inputs(rng, 2, 4, config.d_model)
    whole, _ = layer.forward(x, None, bias_of(config, 4, 4))
    kv_cache = KVCache(2, config.kv_heads, 4, config.d_head, np.float64)
    for chunk in data.draw(splits(4)):
        bias = bias_of(config, chunk.stop - chunk.start, chunk.stop)
        part, _ = layer.forward(x[:, chunk], None, bias, kv_cache=kv_cache)
        assert_close(part, whole[:, chunk], rtol=1e-10, what=f"tokens {chunk}")


@claim(
    MANY,
    config=configs(),
    causal=st.booleans(),
    batch=st.integers(1, 2),
    rng=generators(),
    data=st.data(),
)
def test_gradients(
    module: ModuleType,
    config: Config,
    causal: bool,
    batch: int,
    rng: np.random.Generator,
    data: st.DataObject,
) -> None:
    layer = make(module, config, rng, causal)
    x = inputs(rng, batch, config.max_len, config.d_model)
    bias = bias_of(config, config.max_len, config.max_len)
    mask = data.draw(masks(batch, config.n_heads, config.max_len, config.max_len))
    seed = 5 if config.dropout else None
    report = check_layer(layer, x, mask=mask, bias=bias, forward_seed=seed, max_entries=1)
    report.raise_if_wrong()

"""Self-attention: heads, projections, RoPE, ALiBi, KV cache."""

import math
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.layers.attention_by_hand import attend_by_hand, project
from tests.layers.strategies import MANY, configs, inputs, masks, randomized, splits
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators
from tinytf.config import Config
from tinytf.gradcheck import check_layer
from tinytf.layers.kv_cache import KVCache
from tinytf.ops.arrays import Array
from tinytf.ops.masks import padding_mask
from tinytf.ops.positions import alibi_bias
from tinytf.ops.rope import rope_forward

BATCHES = st.integers(1, 2)


def make(module: ModuleType, config: Config, rng: np.random.Generator, causal: bool = True) -> Any:
    """A SelfAttention with random parameters."""
    return randomized(module.SelfAttention(config, rng, causal, dtype=np.float64), rng)


def bias_of(config: Config, n_queries: int, n_keys: int) -> Array | None:
    """ALiBi's bias where the config asks for it."""
    if config.positions != "alibi":
        return None
    return alibi_bias(config.n_heads, n_queries, n_keys)


@claim(
    MANY,
    config=configs(),
    batch=BATCHES,
    causal=st.booleans(),
    rng=generators(),
    data=st.data(),
)
def test_forward_equals_one_query_of_one_head_at_a_time(
    module: ModuleType,
    config: Config,
    batch: int,
    causal: bool,
    rng: np.random.Generator,
    data: st.DataObject,
) -> None:
    layer = make(module, config, rng, causal)
    n_tokens = config.max_len
    x = inputs(rng, batch, n_tokens, config.d_model)
    bias = bias_of(config, n_tokens, n_tokens)
    mask = data.draw(masks(batch, config.n_heads, n_tokens, n_tokens))
    q, k, v = (project(layer, name, x) for name in "qkv")
    if config.positions == "rope":
        q, k = rotated(config, q), rotated(config, k)
    allowed = np.ones((n_tokens, n_tokens), bool) if mask is None else mask
    if causal:
        allowed = allowed & np.tri(n_tokens, dtype=bool)
    z = attend_by_hand(config, q, k, v, allowed, bias)
    assert_close(layer.forward(x, mask, bias)[0], project(layer, "out", z), rtol=1e-9)


def rotated(config: Config, x: Array) -> Array:
    """RoPE on each head of (B, T, heads K)."""
    heads = np.split(x, x.shape[-1] // config.d_head, axis=-1)
    positions = np.arange(x.shape[1])
    return np.concatenate(
        [rope_forward(head, positions, config.rope_base)[0] for head in heads], axis=-1
    )


@claim(config=configs(), rng=generators(), data=st.data())
def test_a_later_token_changes_no_earlier_output(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    layer = randomized(module.SelfAttention(config, rng, dtype=np.float64), rng)
    x = inputs(rng, 2, config.max_len, config.d_model)
    bias = bias_of(config, config.max_len, config.max_len)
    changed = data.draw(st.integers(0, config.max_len - 1))
    other = x.copy()
    other[:, changed:] += inputs(rng, *other[:, changed:].shape)
    before, after = layer.forward(x, None, bias)[0], layer.forward(other, None, bias)[0]
    assert_close(after[:, :changed], before[:, :changed], rtol=1e-12)
    assert not np.allclose(after[:, changed], before[:, changed])


@claim(config=configs(), rng=generators(), data=st.data())
def test_what_is_masked_changes_nothing_and_the_rest_of_an_encoders_input_does(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    layer = make(module, config, rng, causal=False)
    length = data.draw(st.integers(1, config.max_len))
    mask = padding_mask(np.array([length]), config.max_len)
    x = inputs(rng, 1, config.max_len, config.d_model)
    other = x.copy()
    other[:, length:] += inputs(rng, *other[:, length:].shape)
    before, after = layer.forward(x, mask)[0], layer.forward(other, mask)[0]
    np.testing.assert_array_equal(after[:, :length], before[:, :length])
    other[:, length - 1] += 1.0
    seen = layer.forward(other, mask)[0]
    assert not np.allclose(seen[:, 0], before[:, 0]), "the first hears the last real position"


@claim(config=configs(dropout=0.0, max_len=5), batch=BATCHES, rng=generators(), data=st.data())
def test_kv_cache_equals_the_whole_sequence(
    module: ModuleType,
    config: Config,
    batch: int,
    rng: np.random.Generator,
    data: st.DataObject,
) -> None:
    layer = make(module, config, rng)
    n_tokens = config.max_len
    x = inputs(rng, batch, n_tokens, config.d_model)
    whole, _ = layer.forward(x, None, bias_of(config, n_tokens, n_tokens))
    kv_cache = KVCache(batch, config.kv_heads, n_tokens, config.d_head, np.float64)
    for chunk in data.draw(splits(n_tokens)):
        bias = bias_of(config, chunk.stop - chunk.start, chunk.stop)
        part, _ = layer.forward(x[:, chunk], None, bias, kv_cache=kv_cache)
        assert_close(part, whole[:, chunk], rtol=1e-11, what=f"tokens {chunk}")
    assert kv_cache.length == n_tokens


def test_dropout_is_drawn_from_rng_and_only_in_training(module: ModuleType) -> None:
    config = Config(5, 4, 6, 2, 8, 1, dropout=0.5)
    rng = np.random.default_rng(0)
    layer = make(module, config, rng)
    x = inputs(rng, 2, 6, 4)
    evaluated, again = layer.forward(x)[0], layer.forward(x)[0]
    np.testing.assert_array_equal(evaluated, again)
    trained, same, other = (
        layer.forward(x, rng=np.random.default_rng(seed))[0] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(trained, same)
    assert not np.allclose(trained, other)
    assert not np.allclose(trained, evaluated)
    mean = np.mean([layer.forward(x, rng=rng)[0] for _ in range(2000)], axis=0)
    # The kept weights are scaled up: the mean of 2000 draws has a standard error of 0.085.
    assert np.abs(mean - evaluated).max() < 5 * 0.085


def test_parameters_at_the_start(module: ModuleType) -> None:
    config = Config(5, 120, 6, 4, 8, 1, n_kv_heads=2)
    layer = module.SelfAttention(config, np.random.default_rng(0), std_out=0.5)
    expected = {
        "q.weight": (120, 120),
        "q.bias": (120,),
        "k.weight": (120, 60),
        "k.bias": (60,),
        "v.weight": (120, 60),
        "v.bias": (60,),
        "out.weight": (120, 120),
        "out.bias": (120,),
    }
    assert {name: p.value.shape for name, p in layer.parameters().items()} == expected
    for name, std in (("q", 0.02), ("k", 0.02), ("v", 0.02), ("out", 0.5)):
        weight = getattr(layer, name).weight.value
        assert weight.dtype == np.float32
        assert abs(weight.std() / std - 1) < 0.03, name
    glorot = module.SelfAttention(replace(config, init_std=None), np.random.default_rng(0))
    assert abs(glorot.k.weight.value.std() / math.sqrt(2 / (120 + 60)) - 1) < 0.03
    assert abs(glorot.out.weight.value.std() / 0.02 - 1) < 0.03, "the default of std_out"
    without = module.SelfAttention(Config(5, 4, 6, 2, 8, 1, bias=False), np.random.default_rng(0))
    assert list(without.parameters()) == ["q.weight", "k.weight", "v.weight", "out.weight"]


@claim(config=configs(), rng=generators())
def test_float32_stays_float32(
    module: ModuleType, config: Config, rng: np.random.Generator
) -> None:
    layer = module.SelfAttention(config, rng)
    x = inputs(rng, 2, config.max_len, config.d_model).astype(np.float32)
    bias = bias_of(config, config.max_len, config.max_len)
    y, cache = layer.forward(x, None, bias, rng)
    dx = layer.backward(np.ones_like(y), cache)
    dtypes = {y.dtype, dx.dtype, *(p.grad.dtype for p in layer.parameters().values())}
    assert dtypes == {np.dtype(np.float32)}


@claim(
    MANY,
    config=configs(),
    batch=BATCHES,
    causal=st.booleans(),
    rng=generators(),
    data=st.data(),
)
def test_gradients(
    module: ModuleType,
    config: Config,
    batch: int,
    causal: bool,
    rng: np.random.Generator,
    data: st.DataObject,
) -> None:
    layer = make(module, config, rng, causal)
    length = config.max_len
    x = inputs(rng, batch, length, config.d_model)
    bias = bias_of(config, length, length)
    mask = data.draw(masks(batch, config.n_heads, length, length))
    seed = 5 if config.dropout else None
    report = check_layer(layer, x, mask=mask, bias=bias, forward_seed=seed, max_entries=6)
    report.raise_if_wrong()

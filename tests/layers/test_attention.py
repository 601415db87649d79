"""Self-attention: heads, projections, RoPE, ALiBi, KV cache."""

import math
from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.layers.strategies import MANY, configs, inputs, randomized, splits
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators
from tinytf.config import Config
from tinytf.gradcheck import check_layer
from tinytf.layers.kv_cache import KVCache
from tinytf.ops.arrays import Array
from tinytf.ops.positions import alibi_bias
from tinytf.ops.rope import rope_forward

BATCHES = st.integers(1, 2)


def make(module: ModuleType, config: Config, rng: np.random.Generator) -> Any:
    """A SelfAttention with random parameters."""
    return randomized(module.SelfAttention(config, rng, dtype=np.float64), rng)


def bias_of(config: Config, n_queries: int, n_keys: int) -> Array | None:
    """ALiBi's bias where the config asks for it."""
    if config.positions != "alibi":
        return None
    return alibi_bias(config.n_heads, n_queries, n_keys)


@claim(MANY, config=configs(), batch=BATCHES, rng=generators())
def test_forward_equals_one_query_of_one_head_at_a_time(
    module: ModuleType, config: Config, batch: int, rng: np.random.Generator
) -> None:
    layer = make(module, config, rng)
    n_tokens, d_head = config.max_len, config.d_head
    x = inputs(rng, batch, n_tokens, config.d_model)
    bias = bias_of(config, n_tokens, n_tokens)
    value = {name: p.value for name, p in layer.parameters().items()}
    q, k, v = (x @ value[f"{n}.weight"] + value.get(f"{n}.bias", 0) for n in "qkv")
    z = np.zeros_like(q)
    for b, h, t in np.ndindex(batch, config.n_heads, n_tokens):
        group = h // (config.n_heads // config.kv_heads)  # the key head that serves this head
        own, its = (slice(i * d_head, (i + 1) * d_head) for i in (h, group))
        query, keys, values = q[b, t : t + 1, own], k[b, : t + 1, its], v[b, : t + 1, its]
        if config.positions == "rope":
            query, _ = rope_forward(query, np.array([t]), config.rope_base)
            keys, _ = rope_forward(keys, np.arange(t + 1), config.rope_base)
        scores = (query @ keys.T)[0] / math.sqrt(d_head)
        if bias is not None:
            scores = scores + bias[h, t, : t + 1]
        weights = np.exp(scores - scores.max())
        z[b, t, own] = weights / weights.sum() @ values
    expected = z @ value["out.weight"] + value.get("out.bias", 0)
    assert_close(layer.forward(x, bias)[0], expected, rtol=1e-9)


@claim(MANY, config=configs(), batch=BATCHES, rng=generators())
def test_gradients(
    module: ModuleType, config: Config, batch: int, rng: np.random.Generator
) -> None:
    layer = make(module, config, rng)
    x = inputs(rng, batch, config.max_len, config.d_model)
    bias = bias_of(config, config.max_len, config.max_len)
    seed = 5 if config.dropout else None
    check_layer(layer, x, bias=bias, forward_seed=seed, max_entries=6).raise_if_wrong()


@claim(MANY, config=configs(), rng=generators(), data=st.data())
def test_a_later_token_changes_no_earlier_output(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    layer = make(module, config, rng)
    x = inputs(rng, 2, config.max_len, config.d_model)
    bias = bias_of(config, config.max_len, config.max_len)
    changed = data.draw(st.integers(0, config.max_len - 1))
    other = x.copy()
    other[:, changed:] += inputs(rng, *other[:, changed:].shape)
    before, after = layer.forward(x, bias)[0], layer.forward(other, bias)[0]
    assert_close(after[:, :changed], before[:, :changed], rtol=1e-12)
    assert not np.allclose(after[:, changed], before[:, changed])


@claim(
    MANY, config=configs(dropout=0.0, max_len=5), batch=BATCHES, rng=generators(), data=st.data()
)
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
    whole, _ = layer.forward(x, bias_of(config, n_tokens, n_tokens))
    kv_cache = KVCache(batch, config.kv_heads, n_tokens, config.d_head, np.float64)
    for chunk in data.draw(splits(n_tokens)):
        bias = bias_of(config, chunk.stop - chunk.start, chunk.stop)
        part, _ = layer.forward(x[:, chunk], bias, kv_cache=kv_cache)
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
    without = module.SelfAttention(Config(5, 4, 6, 2, 8, 1, bias=False), np.random.default_rng(0))
    assert list(without.parameters()) == ["q.weight", "k.weight", "v.weight", "out.weight"]


@claim(MANY, config=configs(), rng=generators())
def test_float32_stays_float32(
    module: ModuleType, config: Config, rng: np.random.Generator
) -> None:
    layer = module.SelfAttention(config, rng)
    x = inputs(rng, 2, config.max_len, config.d_model).astype(np.float32)
    bias = bias_of(config, config.max_len, config.max_len)
    y, cache = layer.forward(x, bias, rng=rng)
    dx = layer.backward(np.ones_like(y), cache)
    dtypes = {y.dtype, dx.dtype, *(p.grad.dtype for p in layer.parameters().values())}
    assert dtypes == {np.dtype(np.float32)}

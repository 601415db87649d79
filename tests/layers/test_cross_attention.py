"""Cross-attention: queries from the decoder, keys and values from the encoder's output."""

import math
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.layers.attention_by_hand import attend_by_hand, project
from tests.layers.strategies import MANY, configs, inputs, masks, randomized
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import Draw, generators
from tinytf.config import Config
from tinytf.gradcheck import check_layer
from tinytf.ops.arrays import Array
from tinytf.ops.masks import padding_mask


def make(module: ModuleType, config: Config, rng: np.random.Generator) -> Any:
    """A CrossAttention with random parameters."""
    return randomized(module.CrossAttention(config, rng, dtype=np.float64), rng)


@st.composite
def x_memory_mask(draw: Draw, config: Config) -> tuple[Array, Array, Array | None]:
    """x (B, T, D), memory (B, S, D) with S often unlike T, and a mask for (B, H, T, S)."""
    rng = draw(generators())
    batch, n_targets, n_sources = rng.integers(1, (3, 5, 5))
    x = inputs(rng, batch, n_targets, config.d_model)
    memory = inputs(rng, batch, n_sources, config.d_model)
    return x, memory, draw(masks(batch, config.n_heads, n_targets, n_sources))


@claim(MANY, config=configs(), rng=generators(), data=st.data())
def test_forward_equals_one_query_of_one_head_at_a_time(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    layer = make(module, config, rng)
    x, memory, mask = data.draw(x_memory_mask(config))
    q, k, v = project(layer, "q", x), project(layer, "k", memory), project(layer, "v", memory)
    allowed = np.array(True) if mask is None else mask
    expected = project(layer, "out", attend_by_hand(config, q, k, v, allowed))
    assert_close(layer.forward(x, memory, mask)[0], expected, rtol=1e-9)
    (keys, values), _ = layer.keys_values(memory)
    assert keys.shape == values.shape == (len(x), config.kv_heads, memory.shape[1], config.d_head)
    prepared, _ = layer.forward(x, (keys, values), mask)
    np.testing.assert_array_equal(prepared, layer.forward(x, memory, mask)[0])


@claim(config=configs(), rng=generators(), data=st.data())
def test_padded_memory_changes_nothing_gets_no_gradient_and_the_rest_does(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    layer = make(module, config, rng)
    length = data.draw(st.integers(1, 4))
    mask = padding_mask(np.array([length]), 4)
    x, memory = inputs(rng, 1, 3, config.d_model), inputs(rng, 1, 4, config.d_model)
    other = memory.copy()
    other[:, length:] += inputs(rng, *other[:, length:].shape)
    before, cache = layer.forward(x, memory, mask)
    np.testing.assert_array_equal(layer.forward(x, other, mask)[0], before)
    _, dmemory = layer.backward(inputs(rng, *before.shape), cache)
    assert not dmemory[:, length:].any()
    other[:, length - 1] += 1.0  # the last real position, which every target position hears
    after, _ = layer.forward(x, other, mask)
    assert all(not np.allclose(after[:, t], before[:, t]) for t in range(3))


def test_dropout_is_drawn_from_rng_and_only_in_training(module: ModuleType) -> None:
    config = Config(5, 4, 6, 2, 8, 1, dropout=0.5)
    rng = np.random.default_rng(0)
    layer = make(module, config, rng)
    x, memory = inputs(rng, 2, 6, 4), inputs(rng, 2, 5, 4)
    evaluated, again = layer.forward(x, memory)[0], layer.forward(x, memory)[0]
    np.testing.assert_array_equal(evaluated, again)
    trained, same, other = (
        layer.forward(x, memory, rng=np.random.default_rng(seed))[0] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(trained, same)
    assert not np.allclose(trained, other)
    assert not np.allclose(trained, evaluated)


def test_parameters_at_the_start(module: ModuleType) -> None:
    config = Config(5, 120, 6, 4, 8, 1, n_kv_heads=2)
    layer = module.CrossAttention(config, np.random.default_rng(0), std_out=0.5)
    expected = {}
    for name, d_out in (("q", 120), ("k", 60), ("v", 60), ("out", 120)):
        expected |= {f"{name}.weight": (120, d_out), f"{name}.bias": (d_out,)}
    assert {name: p.value.shape for name, p in layer.parameters().items()} == expected
    glorot = module.CrossAttention(replace(config, init_std=None), np.random.default_rng(0))
    for name, std, std_glorot in (
        ("q", 0.02, math.sqrt(2 / 240)),
        ("k", 0.02, math.sqrt(2 / 180)),
        ("v", 0.02, math.sqrt(2 / 180)),
        ("out", 0.5, 0.02),
    ):
        weight = getattr(layer, name).weight.value
        assert weight.dtype == np.float32
        assert abs(weight.std() / std - 1) < 0.03, name
        assert abs(getattr(glorot, name).weight.value.std() / std_glorot - 1) < 0.03, name
    without = module.CrossAttention(Config(5, 4, 6, 2, 8, 1, bias=False), np.random.default_rng(0))
    assert list(without.parameters()) == ["q.weight", "k.weight", "v.weight", "out.weight"]


@claim(config=configs(), rng=generators(), data=st.data())
def test_float32_stays_float32(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    layer = module.CrossAttention(config, rng)
    x, memory, mask = data.draw(x_memory_mask(config))
    y, cache = layer.forward(x.astype(np.float32), memory.astype(np.float32), mask, rng)
    dx, dmemory = layer.backward(np.ones_like(y), cache)
    dtypes = {y.dtype, dx.dtype, dmemory.dtype}
    dtypes |= {p.grad.dtype for p in layer.parameters().values()}
    assert dtypes == {np.dtype(np.float32)}


def test_a_mask_that_does_not_fit_the_source(module: ModuleType) -> None:
    layer = module.CrossAttention(Config(5, 4, 6, 2, 8, 1), np.random.default_rng(0))
    x, memory = np.zeros((2, 3, 4), np.float32), np.zeros((2, 5, 4), np.float32)
    with pytest.raises(ValueError, match=r"mask: expected a shape that broadcasts to .*3, 5"):
        layer.forward(x, memory, np.ones((2, 1, 1, 3), bool))
    with pytest.raises(TypeError, match=r"mask: expected an array of booleans"):
        layer.forward(x, memory, np.ones((2, 1, 1, 5)))


@claim(MANY, config=configs(), rng=generators(), data=st.data())
def test_gradients(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    layer = make(module, config, rng)
    x, memory, mask = data.draw(x_memory_mask(config))
    seed = 5 if config.dropout else None
    report = check_layer(layer, x, memory, mask=mask, forward_seed=seed, max_entries=6)
    report.raise_if_wrong()
    assert [result.name for result in report.results[:2]] == ["x", "memory"]

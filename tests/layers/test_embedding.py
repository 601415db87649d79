"""The embedding layer: its op with the table."""

from types import ModuleType

import numpy as np
import pytest

from tests.layers.strategies import inputs, randomized
from tests.ops.claims import claim
from tests.ops.strategies import generators, sizes
from tinytf.gradcheck import check_layer


@claim(size=sizes(4), rng=generators())
def test_gradients(module: ModuleType, size: tuple[int, ...], rng: np.random.Generator) -> None:
    batch, length, n_ids, d_model = size
    layer = randomized(module.Embedding(n_ids, d_model, rng, dtype=np.float64), rng)
    ids = rng.integers(n_ids, size=(batch, length))  # repeated ids are common
    check_layer(layer, ids).raise_if_wrong()


@claim(size=sizes(4), rng=generators())
def test_forward(module: ModuleType, size: tuple[int, ...], rng: np.random.Generator) -> None:
    batch, length, n_ids, d_model = size
    layer = randomized(module.Embedding(n_ids, d_model, rng, dtype=np.float64), rng)
    ids = rng.integers(n_ids, size=(batch, length))
    y, _ = layer.forward(ids)
    for b, t in np.ndindex(batch, length):
        np.testing.assert_array_equal(y[b, t], layer.weight.value[ids[b, t]])


def test_the_table_at_the_start(module: ModuleType) -> None:
    layer = module.Embedding(300, 200, np.random.default_rng(0), std=0.5)
    assert list(layer.parameters()) == ["weight"]
    assert layer.weight.value.shape == (300, 200)
    assert layer.weight.value.dtype == np.float32
    assert abs(layer.weight.value.std() - 0.5) < 0.01


def test_float32_stays_float32_and_backward_returns_nothing(module: ModuleType) -> None:
    rng = np.random.default_rng(0)
    layer = module.Embedding(3, 2, rng)
    y, cache = layer.forward(np.array([0, 2, 2]))
    assert layer.backward(inputs(rng, 3, 2).astype(np.float32), cache) is None
    assert y.dtype == layer.weight.grad.dtype == np.float32


def test_an_id_outside_the_table_is_an_error(module: ModuleType) -> None:
    layer = module.Embedding(3, 2, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"ids: expected 0 <= id < 3, got ids from 1 to 3"):
        layer.forward(np.array([1, 3]))

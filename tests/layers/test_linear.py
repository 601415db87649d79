"""The linear layer: its op with parameters."""

from types import ModuleType

import numpy as np
from hypothesis import strategies as st

from tests.layers.strategies import inputs, randomized
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators, sizes
from tinytf.gradcheck import check_layer


@claim(size=st.integers(2, 5).flatmap(sizes), bias=st.booleans(), rng=generators())
def test_gradients(
    module: ModuleType, size: tuple[int, ...], bias: bool, rng: np.random.Generator
) -> None:
    *leading, d_in, d_out = size
    layer = randomized(module.Linear(d_in, d_out, rng, bias=bias, dtype=np.float64), rng)
    check_layer(layer, inputs(rng, *leading, d_in)).raise_if_wrong()


@claim(size=sizes(3), bias=st.booleans(), rng=generators())
def test_forward(
    module: ModuleType, size: tuple[int, ...], bias: bool, rng: np.random.Generator
) -> None:
    length, d_in, d_out = size
    layer = randomized(module.Linear(d_in, d_out, rng, bias=bias, dtype=np.float64), rng)
    x = inputs(rng, length, d_in)
    expected = np.einsum("ti,io->to", x, layer.weight.value)
    if bias:
        expected = expected + layer.bias.value
    assert_close(layer.forward(x)[0], expected, rtol=1e-12)


def test_parameters_at_the_start(module: ModuleType) -> None:
    layer = module.Linear(300, 200, np.random.default_rng(0), std=0.5)
    assert list(layer.parameters()) == ["weight", "bias"]
    assert layer.weight.value.shape == (300, 200)
    assert layer.weight.value.dtype == layer.bias.value.dtype == np.float32
    assert abs(layer.weight.value.std() - 0.5) < 0.01
    np.testing.assert_array_equal(layer.bias.value, np.zeros(200))
    glorot = module.Linear(300, 500, np.random.default_rng(0), std=None)
    assert abs(glorot.weight.value.std() / 0.05 - 1) < 0.01, "sqrt(2 / (300 + 500))"
    assert list(module.Linear(3, 2, np.random.default_rng(0), bias=False).parameters()) == [
        "weight"
    ]


def test_float32_stays_float32(module: ModuleType) -> None:
    rng = np.random.default_rng(0)
    layer = module.Linear(3, 2, rng)
    y, cache = layer.forward(inputs(rng, 4, 3).astype(np.float32))
    dx = layer.backward(np.ones_like(y), cache)
    assert y.dtype == dx.dtype == layer.weight.grad.dtype == layer.bias.grad.dtype == np.float32

"""The normalisation layers: their ops with scale and shift."""

from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.layers.strategies import inputs, randomized
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators, shapes
from tinytf.gradcheck import check_layer

KINDS = st.sampled_from(["rmsnorm", "layernorm", "layernorm without bias"])
EPS = st.sampled_from([1e-5, 0.1])


def make(module: ModuleType, kind: str, d_model: int, eps: float, rng: np.random.Generator) -> Any:
    """A norm with random gamma and beta."""
    if kind == "rmsnorm":
        return randomized(module.RMSNorm(d_model, eps, np.float64), rng)
    bias = kind == "layernorm"
    return randomized(module.LayerNorm(d_model, eps, bias, np.float64), rng)


@claim(shape=shapes(), kind=KINDS, eps=EPS, rng=generators())
def test_gradients(
    module: ModuleType, shape: tuple[int, ...], kind: str, eps: float, rng: np.random.Generator
) -> None:
    layer = make(module, kind, shape[-1], eps, rng)
    check_layer(layer, inputs(rng, *shape)).raise_if_wrong()


@claim(shape=shapes(), kind=KINDS, eps=EPS, rng=generators())
def test_forward(
    module: ModuleType, shape: tuple[int, ...], kind: str, eps: float, rng: np.random.Generator
) -> None:
    layer = make(module, kind, shape[-1], eps, rng)
    x = inputs(rng, *shape)
    if kind == "rmsnorm":
        expected = x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps) * layer.gamma.value
    else:
        centered = x - x.mean(axis=-1, keepdims=True)
        variance = (centered**2).mean(axis=-1, keepdims=True)
        expected = centered / np.sqrt(variance + eps) * layer.gamma.value
        if kind == "layernorm":
            expected = expected + layer.beta.value
    assert_close(layer.forward(x)[0], expected, rtol=1e-9)


def test_parameters_at_the_start(module: ModuleType) -> None:
    layernorm, rmsnorm = module.LayerNorm(5), module.RMSNorm(5)
    assert list(layernorm.parameters()) == ["gamma", "beta"]
    assert list(module.LayerNorm(5, bias=False).parameters()) == ["gamma"]
    assert list(rmsnorm.parameters()) == ["gamma"]
    for parameter, start in ((layernorm.gamma, 1), (rmsnorm.gamma, 1), (layernorm.beta, 0)):
        assert parameter.value.dtype == np.float32
        np.testing.assert_array_equal(parameter.value, np.full(5, start))


def test_float32_stays_float32(module: ModuleType) -> None:
    for layer in (module.LayerNorm(3), module.RMSNorm(3)):
        y, cache = layer.forward(inputs(np.random.default_rng(0), 4, 3).astype(np.float32))
        dx = layer.backward(np.ones_like(y), cache)
        assert y.dtype == dx.dtype == layer.gamma.grad.dtype == np.float32

"""The feed-forward layers: their ops with the matrices."""

import math
from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.layers.strategies import inputs, randomized
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators, sizes
from tinytf.gradcheck import check_layer
from tinytf.ops.arrays import Array

SIZES = st.integers(2, 5).flatmap(sizes)
ACTIVATIONS = st.sampled_from(["relu", "gelu", "gelu_tanh", "silu", "swiglu"])


def make(
    module: ModuleType,
    size: tuple[int, ...],
    activation: str,
    bias: bool,
    rng: np.random.Generator,
) -> Any:
    """Random parameters; `bias` plays no part in swiglu."""
    *_, d_model, d_ff = size
    if activation == "swiglu":
        return randomized(module.SwigluFeedForward(d_model, d_ff, rng, dtype=np.float64), rng)
    layer = module.FeedForward(d_model, d_ff, activation, rng, bias=bias, dtype=np.float64)
    return randomized(layer, rng)


@claim(size=SIZES, activation=ACTIVATIONS, bias=st.booleans(), rng=generators())
def test_gradients(
    module: ModuleType,
    size: tuple[int, ...],
    activation: str,
    bias: bool,
    rng: np.random.Generator,
) -> None:
    layer = make(module, size, activation, bias, rng)
    check_layer(layer, inputs(rng, *size[:-1])).raise_if_wrong()


def activate(name: str, x: Array) -> Array:
    """The activations number by number, from their formulas."""
    formulas = {
        "relu": lambda z: max(z, 0.0),
        "gelu": lambda z: z * 0.5 * (1 + math.erf(z / math.sqrt(2))),
        "gelu_tanh": lambda z: (
            0.5 * z * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))
        ),
        "silu": lambda z: z / (1 + math.exp(-z)),
        "swiglu": lambda z: z / (1 + math.exp(-z)),
    }
    return np.vectorize(formulas[name], otypes=[float])(x)


@claim(size=SIZES, activation=ACTIVATIONS, bias=st.booleans(), rng=generators())
def test_forward(
    module: ModuleType,
    size: tuple[int, ...],
    activation: str,
    bias: bool,
    rng: np.random.Generator,
) -> None:
    layer = make(module, size, activation, bias, rng)
    value = {name: p.value for name, p in layer.parameters().items()}
    x = inputs(rng, *size[:-1])
    if activation == "swiglu":
        hidden = activate(activation, x @ value["w_gate"]) * (x @ value["w_up"])
        expected = hidden @ value["w_down"]
    else:
        hidden = activate(activation, x @ value["w_in"] + value.get("b_in", 0))
        expected = hidden @ value["w_out"] + value.get("b_out", 0)
    assert_close(layer.forward(x)[0], expected, rtol=1e-9)


def test_parameters_at_the_start(module: ModuleType) -> None:
    rng = np.random.default_rng(0)
    swiglu = module.SwigluFeedForward(100, 200, rng, std=0.5, std_out=0.1)
    ffn = module.FeedForward(100, 200, "relu", rng, std=0.5, std_out=0.1)
    expected = {"w_gate": (100, 200), "w_up": (100, 200), "w_down": (200, 100)}
    assert {name: p.value.shape for name, p in swiglu.parameters().items()} == expected
    expected = {"w_in": (100, 200), "b_in": (200,), "w_out": (200, 100), "b_out": (100,)}
    assert {name: p.value.shape for name, p in ffn.parameters().items()} == expected
    without = module.FeedForward(3, 5, "relu", rng, bias=False)
    assert list(without.parameters()) == ["w_in", "w_out"]
    for parameter, std in (
        (swiglu.w_gate, 0.5),
        (swiglu.w_up, 0.5),
        (swiglu.w_down, 0.1),
        (ffn.w_in, 0.5),
        (ffn.w_out, 0.1),
    ):
        assert parameter.value.dtype == np.float32
        assert abs(parameter.value.std() / std - 1) < 0.03
    glorot = math.sqrt(2 / 300)
    swiglu = module.SwigluFeedForward(100, 200, rng, std=None, std_out=None)
    ffn = module.FeedForward(100, 200, "relu", rng, std=None, std_out=None)
    for parameter in (swiglu.w_gate, swiglu.w_up, swiglu.w_down, ffn.w_in, ffn.w_out):
        assert abs(parameter.value.std() / glorot - 1) < 0.03
    assert not ffn.b_in.value.any()
    assert not ffn.b_out.value.any()


def test_float32_stays_float32(module: ModuleType) -> None:
    rng = np.random.default_rng(0)
    layers = (module.SwigluFeedForward(3, 5, rng), module.FeedForward(3, 5, "gelu_tanh", rng))
    for layer in layers:
        y, cache = layer.forward(inputs(rng, 4, 3).astype(np.float32))
        dx = layer.backward(np.ones_like(y), cache)
        dtypes = {y.dtype, dx.dtype, *(p.grad.dtype for p in layer.parameters().values())}
        assert dtypes == {np.dtype(np.float32)}

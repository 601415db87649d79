"""Lesson 3: its claims hold when computed another way."""

import math

import numpy as np
import pytest

from tinytf import Config
from tinytf.layers import DecoderLayer, TransformerLayer

from .golden_text import finished
from .numeric import slope

STEM = "03_linear_activations_ffn"


def relu(x):
    return np.maximum(x, 0)


def gelu(x):
    return x * np.vectorize(lambda number: (1 + math.erf(number / math.sqrt(2))) / 2)(x)


def silu(x):
    return x / (1 + np.exp(-x))


ACTIVATIONS = {"relu": relu, "gelu": gelu, "silu": silu}


def test_linear() -> None:
    variables = finished(STEM)[0]
    dy_rows, weight, x_rows = (variables[name] for name in ("dy_rows", "weight", "x_rows"))
    dweight = slope(lambda weight: (dy_rows * (x_rows @ weight)).sum(), weight)
    dx = slope(lambda x_rows: (dy_rows * (x_rows @ weight)).sum(), x_rows)
    assert np.allclose(variables["dweight"], dweight, atol=1e-8)
    assert np.allclose(variables["dx"].reshape(6, 3), dx, atol=1e-8)
    assert not x_rows[:, 2].any()
    assert dx[:, 2].all()


def test_activations() -> None:
    variables = finished(STEM)[0]
    points = variables["points"]
    for name, values, slopes in zip(
        ACTIVATIONS, variables["values"], variables["slopes"](points), strict=True
    ):
        activation = ACTIVATIONS[name]
        assert np.allclose(values, activation(points)), name
        assert np.allclose(slopes, slope(lambda x, f=activation: f(x).sum(), points), atol=1e-8)
        assert (name == "relu") == (slopes.min() >= 0 and slopes.max() <= 1)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_dead_unit(name: str) -> None:
    """Measured, the unit that ReLU switches off has gradient 0 with ReLU only."""
    variables = finished(STEM)[0]
    arrays, dout = list(variables["arrays"]), variables["dout"]

    def loss(i, moved):
        x, w_in, b_in, w_out, b_out = [*arrays[:i], moved, *arrays[i + 1 :]]
        return (dout * (ACTIVATIONS[name](x @ w_in + b_in) @ w_out + b_out)).sum()

    measured = [slope(lambda moved, i=i: loss(i, moved), array) for i, array in enumerate(arrays)]
    if name == "relu":
        for by_hand, expected in zip(variables["by_hand"], measured, strict=True):
            assert np.allclose(by_hand, expected, atol=1e-8)
    lengths = variables["lengths"][list(ACTIVATIONS).index(name)]
    assert np.allclose(lengths, np.linalg.norm(measured[1], axis=0), atol=1e-8)
    assert (name == "relu") == (measured[1][:, 3] == 0).all()


@pytest.mark.parametrize(("layer", "n_attentions"), [(TransformerLayer, 1), (DecoderLayer, 2)])
@pytest.mark.parametrize(("activation", "n_matrices"), [("relu", 2), ("swiglu", 3)])
@pytest.mark.parametrize("kv_heads", [1, 2, 8])
def test_sizes_are_those_of_real_layers(
    layer, n_attentions: int, activation, n_matrices: int, kv_heads: int
) -> None:
    config = Config(
        9, 48, 9, 8, d_ff=80, n_layers=1, activation=activation, n_kv_heads=kv_heads, bias=False
    )
    attention, ffn = 0, 0
    for name, parameter in layer(config, np.random.default_rng(0)).parameters().items():
        attention += parameter.value.size * ("attn" in name)
        ffn += parameter.value.size * name.startswith("ffn")
    sizes_of = finished(STEM)[0]["sizes_of"]
    assert (attention, ffn) == sizes_of(48, 80, 8, kv_heads, n_matrices, n_attentions)


def test_published_sizes() -> None:
    """What the table counts adds up to the published size, but for biases and norms."""
    variables = finished(STEM)[0]
    pairs = zip(variables["models"], variables["table"], strict=True)
    millions = {name: sum(row[:3]) for name, row in pairs}
    for name, published in (
        ("GPT-2 small", 124.44),
        ("Llama 2 7B", 6738.42),
        ("Llama 2 70B", 68976.65),
        ("Gemma 2B", 2506.17),
    ):
        assert published * 0.998 < millions[name] < published, name

"""Lesson 7: its claims hold when computed another way."""

import math
from itertools import combinations

import numpy as np

from tinytf import Config
from tinytf.layers import TransformerLayer
from tinytf.layers.norm import LayerNorm
from tinytf.layers.residual import residual_forward
from tinytf.ops import layernorm_forward

from .golden_text import finished
from .numeric import slope


def test_residuals() -> None:
    variables = finished("07_residuals_pre_and_post_norm")[0]
    x, dy, weights = (variables[name] for name in ("x", "dy", "weights"))
    assert np.allclose(variables["jacobian"], variables["jacobian_f"] + np.eye(4), atol=1e-15)

    def loss(x, factor, residual):
        for weight in weights:
            x = np.tanh(factor * x @ weight) + residual * x
        return (dy * x).sum()

    # Numbers around 1e4 come with rounding errors of that size.
    for name, residual, factor in (
        ("f(x), small", False, 0.5),
        ("f(x), large", False, 3.0),
        ("x + f(x), small", True, 0.5),
        ("x + f(x), large", True, 3.0),
    ):
        gradient = slope(lambda x, f=factor, r=residual: loss(x, f, r), x)
        assert np.isclose(np.linalg.norm(gradient), variables["lengths"][name][-1], rtol=1e-4)
    assert np.allclose(sum(variables["parts"]), slope(lambda x: loss(x, 0.5, 1), x), atol=1e-7)


def test_a_larger_stream_makes_each_tanh_flatter() -> None:
    """Why the path through all sub-layers brings less with the residual than without it."""
    variables = finished("07_residuals_pre_and_post_norm")[0]
    x, dy, weights = (variables[name] for name in ("x", "dy", "weights"))
    slopes, ends = {}, {}
    for residual in (False, True):
        stream, jacobian = x, np.eye(x[0].size)[None].repeat(len(x), axis=0)  # (T, D, D)
        slopes[residual] = []
        for weight in 0.5 * weights:
            slope_of_tanh = 1 / np.cosh(stream @ weight) ** 2
            jacobian = jacobian @ weight * slope_of_tanh[:, None]
            slopes[residual].append(slope_of_tanh.mean())
            stream = np.tanh(stream @ weight) + residual * stream
        ends[residual] = np.linalg.norm(np.einsum("tj,tij->ti", dy, jacobian))
    assert min(slopes[False][2:]) > 0.98
    assert max(slopes[True][2:]) < 0.85
    assert np.isclose(ends[False], variables["lengths"]["f(x), small"][-1])
    assert np.isclose(ends[True], variables["brought"][-1])


def test_each_path_on_its_own() -> None:
    """The sums over paths of the lesson, with every path written out, in a stack of 4."""
    variables = finished("07_residuals_pre_and_post_norm")[0]
    dy, weights = variables["dy"], 0.5 * variables["weights"][:4]
    _, cache = variables["stack_forward"](variables["x"], weights, residual=True)
    total = np.zeros_like(dy)
    for n in range(5):
        paths = list(combinations(range(4), n))
        assert len(paths) == math.comb(4, n)
        for path in paths:
            part = dy
            for layer in reversed(path):
                part = variables["f_backward"](part, *cache[layer])
            total += part
    assert np.allclose(total, variables["stack_backward"](dy, cache, residual=True)[-1])


def test_spellings_are_those_of_the_library() -> None:
    variables = finished("07_residuals_pre_and_post_norm")[0]
    x, norm = variables["x"][None], LayerNorm(32, dtype=np.float64)  # (B, T, D)
    stream = {"pre": x, "post": x}
    for position in ("pre", "post"):
        for weight in variables["weights"]:
            stream[position], _ = residual_forward(
                stream[position],
                norm,
                lambda x, weight=weight: (np.tanh(x @ weight), None),
                position,
                0.0,
                None,
            )
    assert np.allclose(stream["pre"][0], variables["pre_norm"](variables["x"]))
    assert np.allclose(stream["post"][0], variables["post_norm"](variables["x"]))


def test_start_of_training() -> None:
    """Theorem 1 from another random start, its gradients measured by central differences."""

    def last_gradient(norm_position, n_layers):
        rng = np.random.default_rng(1)
        sizes = {"vocab_size": 1, "d_model": 32, "max_len": 8, "n_heads": 4, "d_ff": 128}
        config = Config(**sizes, n_layers=n_layers, norm_position=norm_position, init_std=None)
        layers = [TransformerLayer(config, rng, dtype=np.float64) for _ in range(n_layers)]
        x, dy = rng.normal(size=(2, 4, 8, 32))
        for layer in layers[:-1]:
            x, _ = layer.forward(x)
        weight = layers[-1].ffn.w_out.value
        start = weight.copy()

        def loss(move):
            weight[...] = start + move
            out, _ = layers[-1].forward(x)
            if norm_position == "pre":
                out, _ = layernorm_forward(out, np.ones(32), np.zeros(32))
            return (dy * out).sum()

        # The square of a slope along a random direction is, on average, that of the gradient.
        moves = 1e-5 * rng.normal(size=(60, *weight.shape))
        slopes = [(loss(move) - loss(-move)) / 2e-5 for move in moves]
        return math.sqrt(np.mean(np.square(slopes)))

    post, pre = ([last_gradient(kind, n) for n in (4, 64)] for kind in ("post", "pre"))
    assert 0.7 < post[0] / post[1] < 1.4
    assert 3 < pre[0] / pre[1] < 5.3

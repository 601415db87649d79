"""Lesson 2: its claims hold when computed another way."""

import numpy as np

from .golden_text import finished
from .numeric import slope


def layernorm(x, gamma, beta):
    return gamma * (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5) + beta


def rmsnorm(x, gamma):
    return gamma * x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-5)


def test_norms() -> None:
    variables = finished("02_layernorm_and_rmsnorm")[0]
    x, gamma, beta, dy = (variables[name] for name in ("x", "gamma", "beta", "dy"))
    assert np.allclose(variables["y"], layernorm(x, gamma, beta), atol=1e-12)
    assert np.allclose(variables["rms_y"], rmsnorm(x, gamma), atol=1e-12)
    # The last row, whose features are equal, bends too much for central differences.
    for name, loss in (
        ("dx", lambda x: (dy * layernorm(x, gamma, beta)).sum()),
        ("rms_dx", lambda x: (dy * rmsnorm(x, gamma)).sum()),
    ):
        assert np.allclose(variables[name][:4], slope(loss, x)[:4], atol=1e-8), name
    dgamma = slope(lambda gamma: (dy * layernorm(x, gamma, beta)).sum(), gamma)
    rms_dgamma = slope(lambda gamma: (dy * rmsnorm(x, gamma)).sum(), gamma)
    assert np.allclose(variables["dgamma"], dgamma, atol=1e-8)
    assert np.allclose(variables["rms_dgamma"], rms_dgamma, atol=1e-8)
    assert np.allclose(variables["dbeta"], dy.sum(axis=0))


def test_what_a_norm_does_not_see() -> None:
    variables = finished("02_layernorm_and_rmsnorm")[0]
    x, normed, rms_normed = (variables[name] for name in ("x", "normed", "rms_normed"))
    equal_to_a = [np.allclose(row, normed[0], atol=1e-5) for row in normed]
    assert equal_to_a == [True, True, True, False, False]
    equal_to_a = [np.allclose(row, rms_normed[0], atol=1e-5) for row in rms_normed]
    assert equal_to_a == [True, False, True, False, False]
    assert np.allclose(layernorm(x + 7, 1, 0), normed)
    assert np.allclose(rmsnorm(7 * x, 1), rms_normed, atol=1e-5)
    assert sorted(set(variables["normed_pairs"].round(3).ravel())) == [-1, 1]


def test_lengths_of_the_gradient() -> None:
    """With one dy for all tokens, measured along the gradient of each."""
    variables = finished("02_layernorm_and_rmsnorm")[0]
    x, gamma, dy_row = (variables[name] for name in ("x", "gamma", "dy_row"))
    measured = [
        np.linalg.norm(slope(lambda row: (dy_row * layernorm(row, gamma, 0)).sum(), row))
        for row in x[:4]
    ]
    assert np.allclose(np.array(measured) / measured[0], [1, 1, 1 / 3, 1], atol=1e-5)


def test_a_fresh_layer_hides_gamma() -> None:
    variables = finished("02_layernorm_and_rmsnorm")[0]
    x, dy, gamma = (variables[name] for name in ("x", "dy", "gamma"))
    for j, (some_gamma, some_dy) in enumerate(
        [(np.ones(6), np.ones_like(dy)), (np.ones(6), dy), (gamma, np.ones_like(dy)), (gamma, dy)]
    ):
        measured = slope(lambda x, g=some_gamma, d=some_dy: (d * layernorm(x, g, 0)).sum(), x)
        for i, left_out in enumerate(variables["left_out"]):
            answer = variables["backward_without"](left_out, some_dy, some_gamma)
            wrong = not np.allclose(answer[:4], measured[:4], atol=1e-7)
            assert wrong == variables["found"][i, j], (left_out, j)

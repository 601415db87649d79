"""Small ops with right backwards, independent of tinytf.ops: what the checker is tried on."""

from typing import Any

import numpy as np

from tinytf.ops.arrays import Array

Cache = Any


def softmax_forward(x: Array) -> tuple[Array, Cache]:
    e = np.exp(x - x.real.max(axis=-1, keepdims=True))
    y = e / e.sum(axis=-1, keepdims=True)
    return y, y


def softmax_backward(dy: Array, y: Cache) -> Array:
    return y * (dy - np.sum(dy * y, axis=-1, keepdims=True))


def layernorm_forward(x: Array, gamma: Array, beta: Array) -> tuple[Array, Cache]:
    centred = x - x.mean(axis=-1, keepdims=True)
    rstd = 1 / np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + 1e-5)
    return centred * rstd * gamma + beta, (centred * rstd, rstd, gamma)


def layernorm_backward(dy: Array, cache: Cache) -> tuple[Array, Array, Array]:
    xhat, rstd, gamma = cache
    dxhat = dy * gamma
    mean = dxhat.mean(axis=-1, keepdims=True)
    along = (dxhat * xhat).mean(axis=-1, keepdims=True)
    other = tuple(range(dy.ndim - 1))
    return rstd * (dxhat - mean - xhat * along), (dy * xhat).sum(axis=other), dy.sum(axis=other)


def linear_forward(x: Array, weight: Array, bias: Array | None) -> tuple[Array, Cache]:
    y = x @ weight
    return (y if bias is None else y + bias), (x, weight, bias)


def linear_backward(dy: Array, cache: Cache) -> tuple[Array, Array, Array | None]:
    x, weight, bias = cache
    dbias = None if bias is None else dy.sum(axis=0)
    return dy @ weight.T, x.T @ dy, dbias


def relu_forward(x: Array) -> tuple[Array, Cache]:
    return x * (x.real > 0), x


def relu_backward(dy: Array, x: Cache) -> Array:
    return dy * (x > 0)


def scale_forward(x: Array, gamma: Array) -> tuple[Array, Cache]:
    return x * gamma, (x, gamma)


def scale_backward(dy: Array, cache: Cache) -> tuple[Array, Array]:
    x, gamma = cache
    return dy * gamma, (dy * x).sum(axis=0)


def embedding_forward(ids: Array, weight: Array) -> tuple[Array, Cache]:
    return weight[ids], (ids, weight.shape)


def embedding_backward(dy: Array, cache: Cache) -> Array:
    ids, shape = cache
    dweight = np.zeros(shape)
    np.add.at(dweight, ids, dy)
    return dweight


def mean_square_forward(x: Array) -> tuple[Array, Cache]:
    """A loss: one number."""
    return (x * x).mean(), x


def mean_square_backward(dloss: Array, x: Cache) -> Array:
    return dloss * 2 * x / x.size


def dropout_forward(x: Array, p: float, rng: np.random.Generator) -> tuple[Array, Cache]:
    keep = (rng.random(x.shape) >= p) / (1 - p)
    return x * keep, keep


def dropout_backward(dy: Array, keep: Cache) -> Array:
    return dy * keep

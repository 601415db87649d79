"""Ops and layers as students write them: names used again, changes in place.

Nothing here asserts: pytest compiles `assert` in other words than Python does.
"""

from typing import Any

import numpy as np

from tinytf.layers import Linear
from tinytf.layers.parameter import Layer, Parameter
from tinytf.ops.arrays import Array


def own_forward(x: Array, w: Array) -> tuple[Array, Any]:
    hidden = x @ w
    squashed = np.tanh(hidden)
    size = squashed.sum()  # a NumPy number
    scaled: Array = squashed * 2
    n_rows = len(x)
    return scaled / n_rows + size, (x, w, squashed, n_rows)


def own_backward(dy: Array, cache: Any) -> tuple[Array, Array]:
    x, w, squashed, n_rows = cache
    dscaled = dy / n_rows
    dsize = dy.sum()
    dsquashed = dscaled * 2 + dsize
    dhidden = dsquashed * (1 - squashed**2)
    return dhidden @ w.T, x.T @ dhidden


def missing_forward(x: Array) -> tuple[Array, Any]:
    square = x * x
    cube = square * x
    return cube + square, x


def missing_backward(dy: Array, cache: Any) -> Array:
    dcube = dy
    return dcube * 3 * cache**2 + dy * 2 * cache


def reused_forward(x: Array, w1: Array, w2: Array) -> tuple[Array, Any]:
    h = x @ w1
    first = h
    h = np.tanh(h)
    second = h
    h = h + h @ w2
    return h, (x, w1, w2, first, second)


def reused_backward(dh: Array, cache: Any) -> tuple[Array, Array, Array]:
    x, w1, w2, _, second = cache
    dw2 = second.T @ dh
    dh = dh + dh @ w2.T
    dh = dh * (1 - second**2)
    return dh @ w1.T, x.T @ dh, dw2


def shapes_forward(x: Array, w1: Array, w2: Array) -> tuple[Array, Any]:
    h = x @ w1
    widest = h
    h = h @ w2
    return h, (x, w1, w2, widest)


def shapes_backward(dy: Array, cache: Any) -> Array:
    _, w1, w2, _ = cache
    dh = dy @ w2.T
    dx = dh @ w1.T
    return dx


def ambiguous_forward(x: Array) -> tuple[Array, Any]:
    h = 2 * x
    before = h
    h = np.sin(h)
    h = h * h
    return h + 1, before


def ambiguous_backward(dy: Array, cache: Any) -> Array:
    dh = dy * 2 * np.sin(cache)
    dh = dh * np.cos(cache)
    return 2 * dh


def in_place_forward(x: Array, b: Array) -> tuple[Array, Any]:
    h = x * 3
    h += b
    h[0] = 0
    y = h * h
    h *= 100  # too late for y
    return y, (h / 100, x.shape)


def in_place_backward(dy: Array, cache: Any) -> tuple[Array, Array]:
    h, _ = cache
    dx = dy * 2 * h
    dx[0] = 0
    db = dx.sum(axis=0)
    return dx * 3, db


def accumulated_forward(x: Array) -> tuple[Array, Any]:
    doubled_x = 2 * x
    square = x * x
    y = doubled_x + square
    return y, x


def accumulated_backward(dy: Array, cache: Any) -> Array:
    dx = dy * 2
    dx += dy * 2 * cache
    dsquare = dy + 0
    scratch = dsquare
    scratch *= 1000  # after dsquare's line has run
    return dx


def twice_forward(x: Array) -> tuple[Array, Any]:
    y = x + x
    return y, None


def twice_backward(dy: Array, cache: None) -> Array:
    dx = dy + dy
    return dx


def changed_forward(x: Array) -> tuple[Array, Any]:
    h = x * 2
    h += np.sin(h)
    return h * 1, x


def changed_backward(dy: Array, cache: Any) -> Array:
    dh = dy
    dh = dh * (1 + np.cos(2 * cache))
    return dh * 2


def wrong_shape_forward(x: Array) -> tuple[Array, Any]:
    wide = np.tile(x, 2)
    return wide * 1.0, x.shape[-1]


def wrong_shape_backward(dy: Array, cache: int) -> Array:
    dwide = dy[..., :cache] + dy[..., cache:]
    return dwide


def distance_forward(predictions: Array, targets: Array) -> tuple[Array, Any]:
    error = predictions - targets
    absolute = np.sqrt(error * error + 0.1)
    return absolute.mean(), (error, absolute)


def distance_backward(dloss: float, cache: Any) -> Array:
    error, absolute = cache
    dabsolute = np.full(absolute.shape, dloss / absolute.size)
    derror = dabsolute * error / absolute
    return derror


class OwnLayer(Layer):
    """A layer with an op of its own, called twice, and weights added to in several ways."""

    def __init__(self, rng: np.random.Generator, size: int) -> None:
        self.__w = Parameter(rng.normal(size=(size, size)))
        self.rows = Parameter(rng.normal(size=(4, size)))
        self.shift = Parameter(rng.normal(size=size))

    def forward(self, x: Array, ids: Array) -> tuple[Array, Any]:
        a, a_cache = own_forward(x, self.__w.value)
        b, b_cache = own_forward(a, self.__w.value)
        y = b + self.rows.value[ids] + self.shift.value
        return y, (a_cache, b_cache, ids)

    def backward(self, dy: Array, cache: Any) -> Array:
        a_cache, b_cache, ids = cache
        self.shift.grad = self.shift.grad + dy.sum(axis=0)
        np.add.at(self.rows.grad, ids, dy)
        db = dy
        da, dw = own_backward(db, b_cache)
        self.__w.grad += dw
        dx, dw = own_backward(da, a_cache)
        self.__w.grad += dw
        return dx


class RowsLayer(Layer):
    """Adds into some rows of its gradient."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.table = Parameter(rng.normal(size=(5, 3)))

    def forward(self, x: Array) -> tuple[Array, Any]:
        y = x * self.table.value[1:3]
        return y, x

    def backward(self, dy: Array, cache: Any) -> Array:
        self.table.grad[1:3] += dy * cache
        return dy * self.table.value[1:3]


class Shared(Layer):
    """One layer in two places, and one that is made while the model runs."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.dense = Linear(3, 3, rng, 0.7, dtype=np.float64)

    def forward(self, x: Array) -> tuple[Array, Any]:
        h, first = self.dense.forward(x)
        g, second = self.dense.forward(h)
        scale = Scale(3.0)
        y, third = scale.forward(g)
        return y, (first, second, scale, third)

    def backward(self, dy: Array, cache: Any) -> Array:
        first, second, scale, third = cache
        dg = scale.backward(dy, third)
        dh = self.dense.backward(dg, second)
        dx = self.dense.backward(dh, first)
        return dx


class Scale(Layer):
    """Multiplies; no parameters."""

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def forward(self, x: Array) -> tuple[Array, Any]:
        y = self.factor * x
        return y, None

    def backward(self, dy: Array, cache: None) -> Array:
        dx = self.factor * dy
        return dx


class Stateful(Layer):
    """Keeps what the backward needs in itself, and returns no cache."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.w = Parameter(rng.normal(size=(3, 3)))

    def forward(self, x: Array) -> Array:
        self.x = x
        h = x @ self.w.value
        self.h = h
        return np.tanh(h)

    def backward(self, dy: Array) -> Array:
        dh = dy * (1 - np.tanh(self.h) ** 2)
        self.w.grad += self.x.T @ dh
        return dh @ self.w.value.T

"""Ops as students write them who save memory: arrays that are written into again and again.

Nothing here asserts: pytest compiles `assert` in other words than Python does.
"""

from typing import Any

import numpy as np

from tests.tracing.students_statements import doubled
from tinytf.ops.arrays import Array


def overwriting_forward(x: Array) -> tuple[Array, Any]:
    h = x * 2
    alias = h
    grown = np.add(h, 1, out=h)
    turned = np.rint(grown, grown)  # the second one is NumPy's `out`
    also = np.asarray(turned)
    if (walrus := np.multiply(also, 3, out=also)) is not None:
        left, right = np.abs(walrus, out=walrus), alias
    hinted: Array = np.sqrt(left, out=left)
    hinted[0] = 2
    return np.multiply(hinted, 4, out=hinted), right is x


def overwriting_backward(dy: Array, cache: Any) -> Array:
    return dy


def bare_forward(x: Array) -> Array:
    h = x + 1
    return np.clip(h, 0, 1, out=h)  # no ufunc


def bare_backward(dy: Array, cache: Any) -> Array:
    return dy


def halve(x: Array) -> Array:
    x *= 0.5
    return x


def helped_forward(x: Array) -> tuple[Array, Any]:
    h = x * 2
    half = halve(h)
    same = half.view()
    y = half
    return y, same


def helped_backward(dy: Array, cache: Any) -> Array:
    dhalf = dy
    dh = dhalf / 2
    dx = dh * 2
    return dx


def thrifty_forward(x: Array) -> tuple[Array, Any]:
    a, caller = helped_forward(x)
    b = a * 3
    return b * 1, caller


def thrifty_backward(dy: Array, cache: Any) -> Array:
    db = dy + 0 * dy
    da = np.multiply(db, 3, out=db)
    da *= 1
    dx = helped_backward(da, cache)
    dx *= 1
    return dx


def pair_forward(x: Array) -> tuple[Array, Any]:
    a = x * 3
    a *= 2
    b, c = a * 3, a + 1
    b += c
    return b, None


def pair_backward(dy: Array, cache: Any) -> Array:
    dc = db = dy
    da = 3 * db + dc
    dx = 6 * da
    return dx


def buffer_forward(x: Array) -> tuple[Array, Any]:
    doubles = x * 2
    buffer = np.zeros(x.shape)
    buffer[0] = doubles[0]
    y = buffer * 1
    return y, None


def buffer_backward(dy: Array, cache: Any) -> Array:
    ddoubles = np.zeros(dy.shape)
    ddoubles[0] = dy[0]
    dx = 2 * ddoubles
    return dx


def small_forward(x: Array, w: Array) -> tuple[Array, Any]:
    y = x + w * x.dtype.type(1e-5)
    return y, x.dtype.type(1e-5)


def small_backward(dy: Array, cache: Any) -> tuple[Array, Array]:
    dx = dy
    dw = dy * cache * 2  # twice as long as it should be
    return dx, dw


@doubled
def wrapped_forward(x: Array) -> tuple[Array, Any]:
    square = x * x
    return square * 1, x


@doubled
def wrapped_backward(dy: Array, cache: Any) -> Array:
    dsquare = dy
    dx = dsquare * 2 * cache
    return dx

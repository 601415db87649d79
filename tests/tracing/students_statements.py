"""Functions as students write them, with statements of every kind.

Most take x (2, 3) and say what they made. Nothing here asserts: pytest compiles `assert` in other
words than Python does.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tinytf.layers.parameter import Layer
from tinytf.ops.arrays import Array

COUNTER = 0


def doubled(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(x: Array, *more: Any, **named: Any) -> Any:
        return function(2 * x, *more, **named)

    return wrapper


@doubled
def decorated_forward(x: Array, /, *more: Array, scale: float = 2.0, **named: Array) -> Any:
    """Positional-only, *args, keyword-only and **kwargs."""
    first, *rest = [x * scale, *more]
    a, (b, c) = first, (rest[0] if rest else first, named.get("extra", first))
    return a * b * c, (a, b, c)


def statements_forward(x: Array, kind: str = "all") -> tuple[Array, Any]:
    """Most of Python's statements."""
    global COUNTER
    COUNTER += 1

    def inner(value: Array) -> Array:
        hidden_in_inner = value * 1.5
        return hidden_in_inner

    total: Array = np.zeros_like(x)
    unset: Array
    if (walrus := inner(x) * 0.5) is not None and len(x):
        total = total + walrus
        total = total * 1.5
    else:
        total = x
    for row, factor in zip(x, (1.0, 2.0), strict=True):
        total = total + factor * row
    while COUNTER < 0:
        never = x
        total = never
    with np.errstate(all="ignore") as _old:
        inside = np.exp(x * 0.1)
        total += inside
    try:
        raised = total / 2
        raise ValueError("caught")
    except ValueError as _error:
        handled = raised * 2
    finally:
        final = handled - 1
    match kind, x.shape:
        case "all", (rows, _):
            matched = final * rows
        case _:
            matched = final
    pieces = [piece * 2 for piece in (matched, matched)]
    twice = (lambda value: value + value)(pieces[0])
    left = right = twice * 0.25
    left, right = right, left
    unset = left * right
    del right
    return unset, (x, walrus)


class Base(Layer):
    def forward(self, x: Array) -> Any:
        base = x * 3
        return base, None

    def backward(self, dy: Array, cache: Any) -> Array:
        return dy * 3


class Derived(Base):
    """Calls its base with the zero-argument super()."""

    def forward(self, x: Array) -> Any:
        inner, cache = super().forward(x)
        y = inner * 2
        return y, cache

    def backward(self, dy: Array, cache: Any) -> Array:
        dinner = dy * 2
        return super().backward(dinner, cache)


def make_closure(factor: float) -> Callable[..., Any]:
    def closure_forward(x: Array) -> Any:
        nonlocal factor
        if x is None:
            factor = 0.0
            return
        y = x * factor
        return y, None

    return closure_forward


def generator_forward(x: Array) -> Any:
    yield x * 2

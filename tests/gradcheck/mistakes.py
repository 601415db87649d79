"""Wrong backwards, each with the fact that must be said about it (and about which input)."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from tests.gradcheck import small_ops as ops
from tinytf.ops.arrays import Array


class Mistake(NamedTuple):
    """`backward` is wrong for `wrong_input`; the report must contain `said` about it."""

    name: str
    forward: Callable[..., Any]
    backward: Callable[..., Any]
    inputs: tuple[Any, ...]
    wrong_input: str
    said: str
    options: dict[str, Any]


RNG = np.random.default_rng(11)
X = RNG.normal(size=(3, 4))
SQUARE = RNG.normal(size=(4, 4))
GAMMA, BETA = RNG.normal(size=4), RNG.normal(size=4)
SOME_ONES = np.array([1.0, 0.3, 1.0, -2.0])
IDS = np.array([1, 4, 1, 0])
WEIGHT = RNG.normal(size=(6, 3))


def _layernorm(dx: Callable[..., Array]) -> Callable[..., Any]:
    def backward(dy: Array, cache: Any) -> tuple[Array, Array, Array]:
        xhat, rstd, gamma = cache
        _, dgamma, dbeta = ops.layernorm_backward(dy, cache)
        return dx(dy * gamma, xhat, rstd), dgamma, dbeta

    return backward


def _mean(x: Array) -> Array:
    return x.mean(axis=-1, keepdims=True)


def _right_for(choose: Callable[..., Array]) -> Callable[..., Any]:
    """scale's backward, right only where `choose(x, gamma)` holds."""

    def backward(dy: Array, cache: Any) -> tuple[Array, Array]:
        dx, dgamma = ops.scale_backward(dy, cache)
        return np.where(choose(*cache), dx, 3 * dx + 1), dgamma

    return backward


def _only_last(dy: Array, cache: Any) -> Array:
    dweight = np.zeros(cache[1])
    dweight[cache[0]] = dy
    return dweight


def _averaged(dy: Array, cache: Any) -> Array:
    counts = np.bincount(cache[0], minlength=cache[1][0])
    return ops.embedding_backward(dy, cache) / np.maximum(counts, 1)[:, None]


def _linear(change: Callable[[Array, Array, Array], Any]) -> Callable[..., Any]:
    return lambda dy, cache: change(*ops.linear_backward(dy, cache))


SOFTMAX = (ops.softmax_forward, (X,), "x")
LAYERNORM = (ops.layernorm_forward, (X, GAMMA, BETA), "x")
LINEAR = (ops.linear_forward, (X[:, :4], SQUARE, BETA))


def mistake(
    name: str, op: tuple[Any, ...], backward: Callable[..., Any], said: str, **options: Any
) -> Mistake:
    return Mistake(name, op[0], backward, op[1], op[2], said, options)


MISTAKES = [
    mistake(
        "softmax divided by the batch size",
        SOFTMAX,
        lambda dy, y: ops.softmax_backward(dy, y) / len(dy),
        "yours / expected is 0.333333333 = 1 / (size of axis 0 of x) on all entries",
    ),
    mistake(
        "softmax times the batch size",
        SOFTMAX,
        lambda dy, y: ops.softmax_backward(dy, y) * len(dy),
        "yours / expected is 3 = (size of axis 0 of x) on all entries",
    ),
    mistake(
        "softmax divided by B * N",
        SOFTMAX,
        lambda dy, y: ops.softmax_backward(dy, y) / dy.size,
        "= 1 / (size of axis 0 of x times size of axis 1 of x)",
    ),
    mistake(
        "softmax divided by sqrt(N)",
        SOFTMAX,
        lambda dy, y: ops.softmax_backward(dy, y) / 2,
        "= 1 / (the square root of the size of axis 1 of x)",
    ),
    mistake(
        "softmax, negative and times N",
        SOFTMAX,
        lambda dy, y: ops.softmax_backward(dy, y) * -4,
        "yours / expected is -4 = -(size of axis 1 of x)",
    ),
    mistake(
        "softmax, sign",
        SOFTMAX,
        lambda dy, y: -ops.softmax_backward(dy, y),
        "the sign is flipped",
    ),
    mistake(
        "softmax, nothing",
        SOFTMAX,
        lambda dy, y: np.zeros_like(dy),
        "yours is zero everywhere",
    ),
    mistake(
        "softmax without the cross term",
        SOFTMAX,
        lambda dy, y: dy * y,
        "in every row (last axis) the error is a multiple of y",
    ),
    mistake(
        "softmax without the cross term, sums",
        SOFTMAX,
        lambda dy, y: dy * y,
        "expected sums to 0 along axis 1, yours does not",
    ),
    mistake(
        "layernorm without the mean term",
        LAYERNORM,
        _layernorm(lambda d, xhat, rstd: rstd * (d - xhat * _mean(d * xhat))),
        "the error is the same all along axis 1: a sum or mean over it is wrong",
    ),
    mistake(
        "layernorm without the variance term",
        LAYERNORM,
        _layernorm(lambda d, xhat, rstd: rstd * (d - _mean(d))),
        "in every row (last axis) the error is a multiple of x minus its mean",
    ),
    mistake(
        "layernorm without rstd",
        LAYERNORM,
        _layernorm(lambda d, xhat, rstd: d - _mean(d) - xhat * _mean(d * xhat)),
        "right up to one factor for each index of axis 0",
    ),
    mistake(
        "layernorm, dbeta averaged",
        (*LAYERNORM[:2], "beta"),
        lambda dy, c: (*ops.layernorm_backward(dy, c)[:2], dy.mean(axis=0)),
        "= 1 / (size of axis 0 of x)",
    ),
    mistake(
        "linear, dweight transposed",
        (*LINEAR, "weight"),
        _linear(lambda dx, dw, db: (dx, dw.T, db)),
        "yours is the transpose of expected",
    ),
    mistake(
        "scale forgets gamma",
        (ops.scale_forward, (X, GAMMA), "x"),
        lambda dy, c: (dy, ops.scale_backward(dy, c)[1]),
        "yours times gamma is expected on all entries: a factor gamma is missing",
    ),
    mistake(
        "scale forgets dy",
        (ops.scale_forward, (X, GAMMA), "x"),
        lambda dy, c: (c[1] + 0 * dy, ops.scale_backward(dy, c)[1]),
        "yours times dy is expected on all entries",
    ),
    mistake(
        "scale has gamma twice",
        (ops.scale_forward, (X, GAMMA), "x"),
        lambda dy, c: (dy * c[1] * c[1], ops.scale_backward(dy, c)[1]),
        "yours is expected times gamma: a factor gamma too many",
    ),
    mistake(
        "scale, right where gamma is 1",
        (ops.scale_forward, (X, SOME_ONES), "x"),
        _right_for(lambda x, gamma: gamma == 1),
        "right exactly where gamma is 1, wrong everywhere else",
    ),
    mistake(
        "scale, wrong for negative x",
        (ops.scale_forward, (X, GAMMA), "x"),
        _right_for(lambda x, gamma: x > 0),
        "right exactly where x > 0, wrong everywhere else",
    ),
    mistake(
        "scale, wrong where a mask is False",
        (lambda x, gamma, mask: ops.scale_forward(x, gamma), (X, GAMMA, X > 0.4), "x"),
        _right_for(lambda x, gamma: x > 0.4),
        "right exactly where mask is True, wrong everywhere else",
    ),
    mistake(
        "scale, first of the batch only",
        (ops.scale_forward, (X, GAMMA), "x"),
        _right_for(lambda x, gamma: np.arange(3)[:, None] == 0),
        "right only at index 0 of axis 0 (of 3)",
    ),
    mistake(
        "scale, last column wrong",
        (ops.scale_forward, (X, GAMMA), "x"),
        _right_for(lambda x, gamma: np.arange(4) < 3),
        "wrong only at index 3 of axis 1 (of 4)",
    ),
    mistake(
        "scale, two rows forgotten",
        (ops.scale_forward, (SQUARE, GAMMA), "x"),
        lambda dy, c: (dy * c[1] * [[1], [0], [1], [0]], ops.scale_backward(dy, c)[1]),
        "yours is zero on rows [1, 3] of axis 0; all other rows are right",
    ),
    mistake(
        "embedding with =",
        (ops.embedding_forward, (IDS, WEIGHT), "weight"),
        _only_last,
        "only the last of duplicate ids is counted",
    ),
    mistake(
        "embedding averaged over duplicates",
        (ops.embedding_forward, (IDS, WEIGHT), "weight"),
        _averaged,
        "right for ids that occur at most once, wrong for ids that occur more often",
    ),
    mistake(
        "loss without dloss",
        (ops.mean_square_forward, (X,), "x"),
        lambda dloss, x: 2 * x / x.size,
        "= 1 / (dloss) on all entries",
    ),
    mistake(
        "dropout not rescaled",
        (ops.dropout_forward, (X, 0.3), "x"),
        lambda dy, keep: dy * (keep > 0),
        "yours / expected is 0.7 = (1 - p) on all entries",
        forward_seed=3,
    ),
]

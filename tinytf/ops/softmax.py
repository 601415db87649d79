"""Softmax and log-softmax, over any axis.

Source: Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs";
the shift by the maximum is standard practice (Goodfellow et al. 2016, section 4.1).
"""

import numpy as np

from tinytf.ops.arrays import Array, require_float

SoftmaxCache = tuple[Array, int]


def softmax_forward(x: Array, axis: int = -1) -> tuple[Array, SoftmaxCache]:
    """Turn scores into probabilities that sum to 1 along `axis`.

    Formula: `y[i] = exp(x[i]) / sum_j exp(x[j])`

    Subtracting the maximum first leaves y as it is (numerator and denominator shrink by the same
    factor) and keeps exp from overflowing. A score of -inf gets probability 0; a row of nothing
    but -inf has nothing to choose from and gets zeros, not NaN.

    Args:
        x: scores, any shape.
        axis: the axis along which the probabilities sum to 1.

    Returns:
        y, of x's shape, and the cache for `softmax_backward`.

    Raises:
        TypeError: x is not a float array.
        ValueError: x has no elements along `axis`, or no such axis.
    """
    require_float("x", x)
    _require_axis(x, axis)
    # BEGIN SOLUTION
    maximum = x.real.max(axis=axis, keepdims=True)
    shift = np.where(np.isneginf(maximum), 0, maximum).astype(maximum.dtype)
    exponentials = np.exp(x - shift)
    total = exponentials.sum(axis=axis, keepdims=True)
    y = exponentials / np.where(total == 0, 1, total)
    return y, (y, axis)
    # END SOLUTION


def softmax_backward(dy: Array, cache: SoftmaxCache) -> Array:
    """Gradient of `softmax_forward`.

    Derivation: d y[i] / d x[j] = y[i] (1[i = j] - y[j]), the Jacobian diag(y) - y y^T. So
        dx[j] = sum_i dy[i] y[i] (1[i = j] - y[j]) = y[j] (dy[j] - sum_i dy[i] y[i])
    The matrix is never formed. Along the axis dx sums to 0, because y always sums to 1.

    Args:
        dy: the gradient of the loss with respect to y, of y's shape.

    Returns:
        dx, of x's shape.
    """
    # BEGIN SOLUTION
    y, axis = cache
    dx: Array = y * (dy - (dy * y).sum(axis=axis, keepdims=True))
    return dx
    # END SOLUTION


def log_softmax_forward(x: Array, axis: int = -1) -> tuple[Array, SoftmaxCache]:
    """Logarithm of the softmax, computed without forming probabilities that underflow.

    Formula: `y[i] = x[i] - log(sum_j exp(x[j]))`

    Args:
        x: scores, any shape. At least one finite score along `axis`: the logarithm of "nothing to
            choose from" does not exist, and comes out as NaN.
        axis: the axis along which exp(y) sums to 1.

    Returns:
        y, of x's shape, and the cache for `log_softmax_backward`.

    Raises:
        TypeError: x is not a float array.
        ValueError: x has no elements along `axis`, or no such axis.
    """
    require_float("x", x)
    _require_axis(x, axis)
    # BEGIN SOLUTION
    shifted = x - x.real.max(axis=axis, keepdims=True)
    log_total = np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    y = shifted - log_total
    return y, (y, axis)
    # END SOLUTION


def log_softmax_backward(dy: Array, cache: SoftmaxCache) -> Array:
    """Gradient of `log_softmax_forward`.

    Derivation: d y[i] / d x[j] = 1[i = j] - p[j] with p = softmax(x) = exp(y), so
        dx[j] = dy[j] - p[j] sum_i dy[i]

    Args:
        dy: the gradient of the loss with respect to y, of y's shape.

    Returns:
        dx, of x's shape.
    """
    # BEGIN SOLUTION
    y, axis = cache
    dx: Array = dy - np.exp(y) * dy.sum(axis=axis, keepdims=True)
    return dx
    # END SOLUTION


def _require_axis(x: Array, axis: int) -> None:
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"axis: expected one of the {x.ndim} axes of x, got {axis}")
    if x.shape[axis] == 0:
        raise ValueError(f"x: expected at least one element along axis {axis}, got shape {x.shape}")

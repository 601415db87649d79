"""Sigmoid linear unit, also called swish."""

import numpy as np

from tinytf.ops.arrays import Array, require_float

SiluCache = tuple[Array, Array]


def silu_forward(x: Array) -> tuple[Array, SiluCache]:
    """Multiply x by its own sigmoid.

    Formula: `y = x * sigmoid(x)`, `sigmoid(x) = 1 / (1 + exp(-x)) = (1 + tanh(x/2)) / 2`; the form
    with tanh cannot overflow. Source: Hendrycks, Gimpel 2016 (arXiv:1606.08415), section 2, where
    it has its name; Elfwing et al. 2017 (arXiv:1702.03118).

    Args:
        x: any shape.

    Returns:
        y, of x's shape, and the cache for `silu_backward`.

    Raises:
        TypeError: x is not a float array.
    """
    require_float("x", x)
    # BEGIN SOLUTION
    sigmoid = 0.5 + 0.5 * np.tanh(0.5 * x)
    return x * sigmoid, (x, sigmoid)
    # END SOLUTION


def silu_backward(dy: Array, cache: SiluCache) -> Array:
    """Gradient of `silu_forward`.

    Derivation: sigmoid' = sigmoid (1 - sigmoid), so by the product rule
        d y / d x = sigmoid + x sigmoid (1 - sigmoid) = sigmoid (1 + x (1 - sigmoid))

    Args:
        dy: the gradient of the loss with respect to y.

    Returns:
        dx, of x's shape.
    """
    # BEGIN SOLUTION
    x, sigmoid = cache
    dx: Array = dy * sigmoid * (1 + x * (1 - sigmoid))
    return dx
    # END SOLUTION

"""Hyperbolic tangent."""

import numpy as np

from tinytf.ops.arrays import Array, require_float


def tanh_forward(x: Array) -> tuple[Array, Array]:
    """Press x between -1 and 1.

    Formula: `y = tanh(x) = (exp(x) - exp(-x)) / (exp(x) + exp(-x))`. BERT's pooler uses it
    (Devlin et al. 2018, in the code of the authors).

    Args:
        x: any shape.

    Returns:
        y, of x's shape, and the cache for `tanh_backward`.

    Raises:
        TypeError: x is not a float array.
    """
    require_float("x", x)
    # BEGIN SOLUTION
    y: Array = np.tanh(x)
    return y, y
    # END SOLUTION


def tanh_backward(dy: Array, cache: Array) -> Array:
    """Gradient of `tanh_forward`.

    Derivation: with y = sinh / cosh, sinh' = cosh and cosh' = sinh, the quotient rule gives
        d y / d x = (cosh^2 - sinh^2) / cosh^2 = 1 - y^2
    so the output alone is enough to go back.

    Args:
        dy: the gradient of the loss with respect to y.

    Returns:
        dx, of x's shape.
    """
    # BEGIN SOLUTION
    y = cache
    dx: Array = dy * (1 - y * y)
    return dx
    # END SOLUTION

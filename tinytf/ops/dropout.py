"""Dropout.

Source: Srivastava et al. 2014, "Dropout", section 4, in the inverted form every library uses: the
kept values are scaled up in training, so that nothing has to change at evaluation.
"""

import numpy as np

from tinytf.ops.arrays import Array, require_float


def dropout_forward(
    x: Array, p: float, rng: np.random.Generator | None, training: bool = True
) -> tuple[Array, Array | None]:
    """Set each value to 0 with probability p and scale the others by 1 / (1 - p).

    Formula: `y = x * keep / (1 - p)` with keep drawn 0 or 1; so the mean of y over the draws is x.

    Args:
        x: any shape.
        p: the probability of dropping a value, 0 <= p < 1.
        rng: where the randomness comes from. The draws are float32 whatever x is, so one seed gives
            one mask in every dtype. Not used (may be None) when nothing is dropped.
        training: False returns x itself, as does p = 0.

    Returns:
        y, of x's shape, and the cache for `dropout_backward`.

    Raises:
        TypeError: x is not a float array, or rng is missing.
        ValueError: p is not in [0, 1).
    """
    require_float("x", x)
    if not 0 <= p < 1:
        raise ValueError(f"p: expected a probability with 0 <= p < 1, got {p}")
    # BEGIN SOLUTION
    if not training or p == 0:
        return x, None
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng: expected a numpy.random.Generator, got {type(rng).__name__}")
    keep = rng.random(x.shape, dtype=np.float32) >= p
    keep_scale = keep * np.asarray(1 / (1 - p), x.real.dtype)
    return x * keep_scale, keep_scale
    # END SOLUTION


def dropout_backward(dy: Array, cache: Array | None) -> Array:
    """Gradient of `dropout_forward`: the same mask and the same scale, on dy.

    Derivation: with the mask drawn, y = x * keep_scale is linear in x, so dx = dy * keep_scale.

    Args:
        dy: the gradient of the loss with respect to y.

    Returns:
        dx, of x's shape.
    """
    # BEGIN SOLUTION
    keep_scale = cache
    return dy if keep_scale is None else dy * keep_scale
    # END SOLUTION

"""Rotary position embedding.

Source: Su et al. 2021, "RoFormer" (arXiv:2104.09864), equation 34; the pairing of feature i with
feature i + K/2 ("rotate half") is the one of GPT-NeoX and Llama.
"""

import numpy as np

from tinytf.ops.arrays import Array, broadcasts_to, require_axes

RopeCache = tuple[Array, Array]


def rope_forward(x: Array, positions: Array, base: float = 10000.0) -> tuple[Array, RopeCache]:
    """Rotate each pair of features by an angle that grows with the position.

    Formula, for i < K/2 and angle = position * base^(-2i/K):
        y[i]       = x[i] cos(angle) - x[i + K/2] sin(angle)
        y[i + K/2] = x[i + K/2] cos(angle) + x[i] sin(angle)
    Rotating queries and keys this way makes their dot products depend on the distance between the
    two positions only.

    Args:
        x: queries or keys, (..., T, K), K even.
        positions: (T,), the position of each token in its sequence; or any shape that broadcasts to
            (..., T).
        base: sets how slow the slowest pair is: one turn in 2 pi base^((K - 2) / K) positions.

    Returns:
        y (..., T, K), and the cache for `rope_backward`.

    Raises:
        TypeError: x is not a float array.
        ValueError: K is odd, or positions do not fit x.
    """
    require_axes("x", x)
    n_features = x.shape[-1]
    if n_features % 2:
        raise ValueError(f"x: expected an even number of features K, got shape {x.shape}")
    positions = np.asarray(positions)
    if not broadcasts_to(positions.shape, x.shape[:-1]):
        raise ValueError(
            f"positions: expected a shape that broadcasts to {x.shape[:-1]}, got {positions.shape}"
        )
    # BEGIN SOLUTION
    frequencies = base ** (-2 * np.arange(n_features // 2) / n_features)  # (K/2,)
    angles = positions[..., None] * frequencies  # (..., T, K/2)
    cos = np.cos(angles).astype(x.real.dtype)
    sin = np.sin(angles).astype(x.real.dtype)
    return _rotate(x, cos, sin), (cos, sin)
    # END SOLUTION


def rope_backward(dy: Array, cache: RopeCache) -> Array:
    """Gradient of `rope_forward`.

    Derivation: y = R x with a rotation matrix R, so dx = R^T dy, and the transpose of a rotation is
    the rotation by the opposite angle: cos stays, sin changes its sign.

    Args:
        dy: (..., T, K), the gradient of the loss with respect to y.

    Returns:
        dx (..., T, K).
    """
    # BEGIN SOLUTION
    cos, sin = cache
    return _rotate(dy, cos, -sin)
    # END SOLUTION


# BEGIN SOLUTION NO PROMPT
def _rotate(x: Array, cos: Array, sin: Array) -> Array:
    first, second = np.split(x, 2, axis=-1)  # each (..., T, K/2)
    return np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)


# END SOLUTION

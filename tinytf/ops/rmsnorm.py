"""Root mean square normalisation: layernorm without the mean and without the shift.

Source: Zhang, Sennrich 2019, "Root Mean Square Layer Normalization", equation 4 (arXiv:1910.07467).
"""

import numpy as np

from tinytf.ops.arrays import Array, dot_last, require_axes, require_float, require_shape

RMSNormCache = tuple[Array, Array, Array]


def rmsnorm_forward(x: Array, gamma: Array, eps: float = 1e-6) -> tuple[Array, RMSNormCache]:
    """Divide each position's features by their root mean square, then scale them.

    Formula: `normed = x / sqrt(mean(x^2) + eps)`, `y = gamma * normed`

    Args:
        x: (..., D).
        gamma: (D,), the scale, 1 at the start of training.
        eps: keeps the root away from 0; in units of x squared.

    Returns:
        y (..., D), and the cache for `rmsnorm_backward`.

    Raises:
        TypeError: an input is not a float array.
        ValueError: gamma does not have the shape (D,).
    """
    require_axes("x", x)
    require_float("gamma", gamma)
    require_shape("gamma", gamma, x.shape[-1])
    # BEGIN SOLUTION
    mean_square = dot_last(x, x) / x.shape[-1]  # (..., 1)
    rstd = 1 / np.sqrt(mean_square + float(eps))  # (..., 1)
    normed = x * rstd
    y = gamma * normed
    return y, (normed, rstd, gamma)
    # END SOLUTION


def rmsnorm_backward(dy: Array, cache: RMSNormCache) -> tuple[Array, Array]:
    """Gradients of `rmsnorm_forward`.

    Derivation, for one row of D features, with dnormed = dy * gamma: x reaches normed = x * rstd on
    two paths,
        directly      ->  rstd dnormed
        through rstd  ->  drstd = sum(dnormed * x) = sum(dnormed * normed) / rstd, and
                          d rstd / d x[j] = -rstd^3 x[j] / D = -rstd^2 normed[j] / D
    and dx is their sum: layernorm's backward without the path through the mean. But for eps, dx is
    orthogonal to x, because scaling x does not change y.

    Args:
        dy: (..., D), the gradient of the loss with respect to y.

    Returns:
        dx (..., D), dgamma (D,).
    """
    # BEGIN SOLUTION
    normed, rstd, gamma = cache
    n_features = gamma.shape[0]
    dgamma = np.einsum("nd,nd->d", dy.reshape(-1, n_features), normed.reshape(-1, n_features))
    dnormed = dy * gamma
    drstd = dot_last(dnormed, normed) / rstd  # (..., 1)
    dx = rstd * dnormed - normed * (rstd**2 * drstd / n_features)
    return dx, dgamma
    # END SOLUTION

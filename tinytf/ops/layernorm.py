"""Layer normalisation.

Source: Ba, Kiros, Hinton 2016, "Layer Normalization", equations 3 and 4 (arXiv:1607.06450).
"""

import numpy as np

from tinytf.ops.arrays import Array, dot_last, require_axes, require_float, require_shape, sum_last

LayerNormCache = tuple[Array, Array, Array, bool]


def layernorm_forward(
    x: Array, gamma: Array, beta: Array | None, eps: float = 1e-5
) -> tuple[Array, LayerNormCache]:
    """Give each position's features mean 0 and variance 1, then scale and shift them.

    Formula: `normed = (x - mean) / sqrt(variance + eps)`, `y = gamma * normed + beta`, with mean
    and (biased) variance over the last axis.

    Args:
        x: (..., D).
        gamma: (D,), the scale, 1 at the start of training.
        beta: (D,), the shift, 0 at the start of training; None for no shift.
        eps: keeps the root away from 0 where all features are equal; in units of x squared.

    Returns:
        y (..., D), and the cache for `layernorm_backward`.

    Raises:
        TypeError: an input is not a float array.
        ValueError: gamma or beta does not have the shape (D,).
    """
    require_axes("x", x)
    require_float("gamma", gamma)
    require_shape("gamma", gamma, x.shape[-1])
    n_features = x.shape[-1]
    if beta is not None:
        require_float("beta", beta)
        require_shape("beta", beta, n_features)
    # BEGIN SOLUTION
    mean = sum_last(x) / n_features  # (..., 1)
    centered = x - mean
    variance = dot_last(centered, centered) / n_features  # (..., 1)
    rstd = 1 / np.sqrt(variance + float(eps))  # (..., 1), "reciprocal standard deviation"
    normed = centered * rstd
    scaled = gamma * normed
    y = scaled if beta is None else scaled + beta
    return y, (normed, rstd, gamma, beta is not None)
    # END SOLUTION


def layernorm_backward(dy: Array, cache: LayerNormCache) -> tuple[Array, Array, Array | None]:
    """Gradients of `layernorm_forward`.

    Derivation, for one row of D features, with dnormed = dy * gamma: x reaches normed =
    (x - mean) * rstd on three paths,
        directly          ->  rstd dnormed
        through the mean  ->  dmean = -rstd sum(dnormed), and d mean / d x[j] = 1/D
        through rstd      ->  drstd = sum(dnormed * (x - mean)) = sum(dnormed * normed) / rstd, and
                              d rstd / d x[j] = -rstd^3 (x[j] - mean) / D = -rstd^2 normed[j] / D
                              (rstd = (variance + eps)^(-1/2); the mean inside the variance sends
                              nothing, because x - mean sums to 0)
    and dx is their sum. Two directions are projected out: adding a constant to x, or (but for eps)
    scaling it, does not change y, so dx has no component along them. gamma and beta are shared by
    every row: their gradients are sums over all rows.

    Args:
        dy: (..., D), the gradient of the loss with respect to y.

    Returns:
        dx (..., D), dgamma (D,), dbeta (D,) or None where there was no beta.
    """
    # BEGIN SOLUTION
    normed, rstd, gamma, has_beta = cache
    n_features = gamma.shape[0]
    dy_rows = dy.reshape(-1, n_features)  # (N, D)
    dbeta = dy_rows.sum(axis=0) if has_beta else None
    dgamma = np.einsum("nd,nd->d", dy_rows, normed.reshape(-1, n_features))
    dnormed = dy * gamma
    dmean = -rstd * sum_last(dnormed)  # (..., 1)
    drstd = dot_last(dnormed, normed) / rstd  # (..., 1)
    dx = rstd * dnormed + dmean / n_features - normed * (rstd**2 * drstd / n_features)
    return dx, dgamma, dbeta
    # END SOLUTION

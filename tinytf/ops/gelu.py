"""Gaussian error linear unit, exact and in its tanh approximation.

Source: Hendrycks, Gimpel 2016, "Gaussian Error Linear Units" (arXiv:1606.08415), section 2.
"""

import math
from typing import Literal

import numpy as np

from tinytf.ops.arrays import Array, require_float
from tinytf.ops.tiles import in_tiles

Approximate = Literal["none", "tanh"]
GeluCache = tuple[Array, Array, Approximate]

SQRT_2_OVER_PI = math.sqrt(2 / math.pi)


def gelu_forward(x: Array, approximate: Approximate = "none") -> tuple[Array, GeluCache]:
    """Weight x by the share of a normal distribution that lies below it.

    Formula: `y = x * cdf(x)`, with the standard normal distribution function
        "none": cdf(x) = (1 + erf(x / sqrt(2))) / 2, as in Hugging Face's BERT;
        "tanh": cdf(x) = (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2, as in GPT and GPT-2.
    The approximation differs from the exact y by at most 5e-4.

    Args:
        x: any shape.
        approximate: "none" or "tanh", spelled as in PyTorch.

    Returns:
        y, of x's shape, and the cache for `gelu_backward`.

    Raises:
        TypeError: x is not a float array.
        ValueError: another value of `approximate`.
    """
    require_float("x", x)
    # BEGIN SOLUTION
    if approximate == "none":
        cdf = in_tiles(_normal_cdf, x)
    elif approximate == "tanh":
        cdf = in_tiles(_tanh_cdf, x)
    else:
        raise ValueError(f"approximate: expected 'none' or 'tanh', got {approximate!r}")
    return x * cdf, (x, cdf, approximate)
    # END SOLUTION


def gelu_backward(dy: Array, cache: GeluCache) -> Array:
    """Gradient of `gelu_forward`.

    Derivation, by the product rule: d y / d x = cdf + x cdf', where
        "none": cdf' = exp(-x^2 / 2) / sqrt(2 pi), the normal density;
        "tanh": cdf = (1 + tanh(inner)) / 2 and tanh' = 1 - tanh^2 = 4 cdf (1 - cdf), so
                cdf' = 2 cdf (1 - cdf) inner', inner' = sqrt(2/pi) (1 + 3 * 0.044715 x^2)

    Args:
        dy: the gradient of the loss with respect to y.

    Returns:
        dx, of x's shape.
    """
    # BEGIN SOLUTION
    x, cdf, approximate = cache
    slope = _normal_slope if approximate == "none" else _tanh_slope
    return dy * in_tiles(slope, x, cdf)
    # END SOLUTION


# BEGIN SOLUTION NO PROMPT
def _normal_slope(x: Array, cdf: Array) -> Array:
    """cdf + x cdf' of the exact form."""
    density = np.exp(-0.5 * (x * x)) * (1 / math.sqrt(2 * math.pi))
    return cdf + x * density


def _tanh_cdf(x: Array) -> Array:
    """cdf of the tanh form."""
    inner = x * (SQRT_2_OVER_PI + (SQRT_2_OVER_PI * 0.044715) * (x * x))
    cdf: Array = 0.5 + 0.5 * np.tanh(inner)
    return cdf


def _tanh_slope(x: Array, cdf: Array) -> Array:
    """cdf + x cdf' of the tanh form."""
    dinner = SQRT_2_OVER_PI + (3 * SQRT_2_OVER_PI * 0.044715) * (x * x)
    slope: Array = cdf + x * (2 * cdf * (1 - cdf) * dinner)
    return slope


# END SOLUTION


# atanh(erf(x / sqrt(2))) = x * (c0 + c1 x^2 + c2 x^4 + ...): a minimax fit on |x| <= 5.6, beyond
# which erf is 1 in float32. Two terms would be the "tanh" approximation; with seven, the error of
# cdf is below 3e-8, and with float32's rounding below 1e-7.
_ATANH_ERF = (
    7.97884941e-01, 3.63330846e-02, -3.25949725e-05, -5.53061952e-05,
    3.96474472e-06, -1.32263366e-07, 1.75617156e-09,
)  # fmt: skip


def _normal_cdf(x: Array) -> Array:
    """Standard normal distribution function, in the dtype of x."""
    if x.dtype == np.float32:
        x = np.clip(x, -6, 6)  # beyond, the cdf is 0 or 1 in float32, and the series overflows
        square = x * x
        series = np.full_like(x, _ATANH_ERF[-1])
        for coefficient in _ATANH_ERF[-2::-1]:
            series = series * square + coefficient
        cdf: Array = 0.5 + 0.5 * np.tanh(x * series)
        return cdf
    # NumPy has no erf. The standard library's is right to the last digit, one number at a time.
    erfc = np.frompyfunc(math.erfc, 1, 1)
    cdf = np.asarray(0.5 * erfc(x.real * -math.sqrt(0.5))).astype(x.real.dtype)
    if x.dtype.kind == "c":
        # Taylor's first two terms, exact for complex-step's imaginary part of 1e-20.
        density = np.exp(-0.5 * (x.real * x.real)) / math.sqrt(2 * math.pi)
        cdf = cdf + 1j * (x.imag * density)
    return cdf

"""Normalisation layers: the ops `layernorm` and `rmsnorm` with their scale and shift."""

from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.layers.parameter import Layer, Parameter, add_grad
from tinytf.ops.arrays import Array
from tinytf.ops.layernorm import layernorm_backward, layernorm_forward
from tinytf.ops.rmsnorm import rmsnorm_backward, rmsnorm_forward


class LayerNorm(Layer):
    """Mean 0 and variance 1 at each position, then gamma and (with bias) beta.

    Args:
        d_model: size of the last axis.
        eps: added to the variance.
        bias: whether there is a shift beta.
        dtype: float32 or float64.
    """

    def __init__(
        self,
        d_model: int,
        eps: float = 1e-5,
        bias: bool = True,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        self.gamma = Parameter(np.ones(d_model, dtype))
        self.beta = Parameter(np.zeros(d_model, dtype)) if bias else None
        self.eps = eps

    def forward(self, x: Array) -> tuple[Array, Any]:
        """x (..., D) -> y (..., D)."""
        beta = self.beta.value if self.beta else None
        return layernorm_forward(x, self.gamma.value, beta, self.eps)

    def backward(self, dy: Array, cache: Any) -> Array:
        """dy (..., D) -> dx (..., D)."""
        dx, dgamma, dbeta = layernorm_backward(dy, cache)
        add_grad(self.gamma, dgamma)
        add_grad(self.beta, dbeta)
        return dx


class RMSNorm(Layer):
    """Root mean square 1 at each position, then gamma.

    Args:
        d_model: size of the last axis.
        eps: added to the mean square.
        dtype: float32 or float64.
    """

    def __init__(self, d_model: int, eps: float = 1e-6, dtype: npt.DTypeLike = np.float32) -> None:
        self.gamma = Parameter(np.ones(d_model, dtype))
        self.eps = eps

    def forward(self, x: Array) -> tuple[Array, Any]:
        """x (..., D) -> y (..., D)."""
        return rmsnorm_forward(x, self.gamma.value, self.eps)

    def backward(self, dy: Array, cache: Any) -> Array:
        """dy (..., D) -> dx (..., D)."""
        dx, dgamma = rmsnorm_backward(dy, cache)
        add_grad(self.gamma, dgamma)
        return dx

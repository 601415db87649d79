"""Linear layer: the op `linear` with its weight and bias."""

import numpy as np
import numpy.typing as npt

from tinytf.layers.parameter import Layer, Parameter, add_grad
from tinytf.layers.start import random_matrix
from tinytf.ops.arrays import Array
from tinytf.ops.linear import LinearCache, linear_backward, linear_forward


class Linear(Layer):
    """y = x @ weight + bias.

    Args:
        d_in: size of the input's last axis.
        d_out: size of the output's last axis.
        rng: where the weights' random start comes from.
        std: standard deviation of the weights at the start, None for Glorot's; the bias starts at
            0.
        bias: whether there is a bias.
        dtype: float32 or float64.
    """

    def __init__(
        self,
        d_in: int,
        d_out: int,
        rng: np.random.Generator,
        std: float | None = 0.02,
        bias: bool = True,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        self.weight = Parameter(random_matrix(rng, d_in, d_out, std, dtype))
        self.bias = Parameter(np.zeros(d_out, dtype)) if bias else None

    def forward(self, x: Array) -> tuple[Array, LinearCache]:
        """x (..., d_in) -> y (..., d_out)."""
        return linear_forward(x, self.weight.value, self.bias.value if self.bias else None)

    def backward(self, dy: Array, cache: LinearCache) -> Array:
        """dy (..., d_out) -> dx (..., d_in)."""
        dx, dweight, dbias = linear_backward(dy, cache)
        add_grad(self.weight, dweight)
        add_grad(self.bias, dbias)
        return dx

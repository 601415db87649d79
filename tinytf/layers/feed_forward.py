"""Feed-forward layers: the ops `ffn` and `swiglu_ffn` with their matrices."""

from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.layers.parameter import Layer, Parameter, add_grad
from tinytf.layers.start import random_matrix
from tinytf.ops.arrays import Array
from tinytf.ops.ffn import Activation, ffn_backward, ffn_forward
from tinytf.ops.swiglu_ffn import swiglu_ffn_backward, swiglu_ffn_forward


class FeedForward(Layer):
    """Two linear layers with an activation between them.

    Args:
        d_model: D.
        d_ff: F, the inner size.
        activation: "relu", "gelu", "gelu_tanh" or "silu".
        rng: where the weights' random start comes from.
        std: standard deviation of w_in at the start; None for Glorot's.
        std_out: standard deviation of w_out at the start; None for Glorot's.
        bias: whether the two linear layers have biases.
        dtype: float32 or float64.
    """

    def __init__(
        self,
        d_model: int,
        d_ff: int,
        activation: Activation,
        rng: np.random.Generator,
        std: float | None = 0.02,
        std_out: float | None = 0.02,
        bias: bool = True,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        self.w_in = Parameter(random_matrix(rng, d_model, d_ff, std, dtype))
        self.b_in = Parameter(np.zeros(d_ff, dtype)) if bias else None
        self.w_out = Parameter(random_matrix(rng, d_ff, d_model, std_out, dtype))
        self.b_out = Parameter(np.zeros(d_model, dtype)) if bias else None
        self.activation = activation

    def forward(self, x: Array) -> tuple[Array, Any]:
        """x (..., D) -> out (..., D)."""
        b_in = self.b_in.value if self.b_in else None
        b_out = self.b_out.value if self.b_out else None
        return ffn_forward(x, self.w_in.value, b_in, self.w_out.value, b_out, self.activation)

    def backward(self, dout: Array, cache: Any) -> Array:
        """dout (..., D) -> dx (..., D)."""
        dx, dw_in, db_in, dw_out, db_out = ffn_backward(dout, cache)
        add_grad(self.w_in, dw_in)
        add_grad(self.b_in, db_in)
        add_grad(self.w_out, dw_out)
        add_grad(self.b_out, db_out)
        return dx


class SwigluFeedForward(Layer):
    """The gated feed-forward network of Llama; it has no biases.

    Args:
        d_model: D.
        d_ff: F, the inner size.
        rng: where the weights' random start comes from.
        std: standard deviation of w_gate and w_up at the start; None for Glorot's.
        std_out: standard deviation of w_down at the start; None for Glorot's.
        dtype: float32 or float64.
    """

    def __init__(
        self,
        d_model: int,
        d_ff: int,
        rng: np.random.Generator,
        std: float | None = 0.02,
        std_out: float | None = 0.02,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        self.w_gate = Parameter(random_matrix(rng, d_model, d_ff, std, dtype))
        self.w_up = Parameter(random_matrix(rng, d_model, d_ff, std, dtype))
        self.w_down = Parameter(random_matrix(rng, d_ff, d_model, std_out, dtype))

    def forward(self, x: Array) -> tuple[Array, Any]:
        """x (..., D) -> out (..., D)."""
        return swiglu_ffn_forward(x, self.w_gate.value, self.w_up.value, self.w_down.value)

    def backward(self, dout: Array, cache: Any) -> Array:
        """dout (..., D) -> dx (..., D)."""
        dx, dw_gate, dw_up, dw_down = swiglu_ffn_backward(dout, cache)
        add_grad(self.w_gate, dw_gate)
        add_grad(self.w_up, dw_up)
        add_grad(self.w_down, dw_down)
        return dx

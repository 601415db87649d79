"""Position-wise feed-forward network: two linear layers with an activation between them.

Source: Vaswani et al. 2017, section 3.3, equation 2 (ReLU); BERT and GPT use GELU instead.
"""

from typing import Any, Literal

from tinytf.ops.arrays import Array
from tinytf.ops.gelu import gelu_backward, gelu_forward
from tinytf.ops.linear import linear_backward, linear_forward
from tinytf.ops.relu import relu_backward, relu_forward
from tinytf.ops.silu import silu_backward, silu_forward

Activation = Literal["relu", "gelu", "gelu_tanh", "silu"]
FFNCache = tuple[Any, Any, Any, Activation]


def ffn_forward(
    x: Array,
    w_in: Array,
    b_in: Array | None,
    w_out: Array,
    b_out: Array | None,
    activation: Activation = "relu",
) -> tuple[Array, FFNCache]:
    """Widen each position to F features, apply the activation, and come back to D features.

    Formula: `pre = x @ w_in + b_in`, `post = activation(pre)`, `out = post @ w_out + b_out`

    With F = 4 D this holds two thirds of the parameters of a transformer layer: 8 D^2, against
    4 D^2 of attention.

    Args:
        x: (..., D).
        w_in: (D, F).
        b_in: (F,), or None for no bias.
        w_out: (F, D).
        b_out: (D,), or None for no bias.
        activation: "relu", "gelu" (exact), "gelu_tanh" or "silu".

    Returns:
        out (..., D), and the cache for `ffn_backward`.

    Raises:
        TypeError: an input is not a float array.
        ValueError: the shapes do not fit together, or an unknown activation.
    """
    # BEGIN SOLUTION
    pre, pre_cache = linear_forward(x, w_in, b_in)  # (..., F)
    post_cache: Any
    if activation == "relu":
        post, post_cache = relu_forward(pre)  # (..., F)
    elif activation == "gelu":
        post, post_cache = gelu_forward(pre, "none")
    elif activation == "gelu_tanh":
        post, post_cache = gelu_forward(pre, "tanh")
    elif activation == "silu":
        post, post_cache = silu_forward(pre)
    else:
        raise ValueError(
            f"activation: expected 'relu', 'gelu', 'gelu_tanh' or 'silu', got {activation!r}"
        )
    out, out_cache = linear_forward(post, w_out, b_out)  # (..., D)
    return out, (pre_cache, post_cache, out_cache, activation)
    # END SOLUTION


def ffn_backward(
    dout: Array, cache: FFNCache
) -> tuple[Array, Array, Array | None, Array, Array | None]:
    """Gradients of `ffn_forward`: its three steps undone, the last one first.

    Args:
        dout: (..., D), the gradient of the loss with respect to out.

    Returns:
        dx (..., D), dw_in (D, F), db_in (F,) or None, dw_out (F, D), db_out (D,) or None.
    """
    # BEGIN SOLUTION
    pre_cache, post_cache, out_cache, activation = cache
    dpost, dw_out, db_out = linear_backward(dout, out_cache)
    if activation == "relu":
        dpre = relu_backward(dpost, post_cache)
    elif activation == "silu":
        dpre = silu_backward(dpost, post_cache)
    else:
        dpre = gelu_backward(dpost, post_cache)
    dx, dw_in, db_in = linear_backward(dpre, pre_cache)
    return dx, dw_in, db_in, dw_out, db_out
    # END SOLUTION

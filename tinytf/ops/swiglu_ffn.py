"""Feed-forward network with a gate, as in Llama.

Source: Shazeer 2020, "GLU Variants Improve Transformer" (arXiv:2002.05202), equation 6.
"""

from typing import Any

from tinytf.ops.arrays import Array, require_float, require_shape
from tinytf.ops.linear import linear_backward, linear_forward
from tinytf.ops.silu import silu_backward, silu_forward

SwigluFFNCache = tuple[Any, Any, Any, Any, Array, Array]


def swiglu_ffn_forward(
    x: Array, w_gate: Array, w_up: Array, w_down: Array
) -> tuple[Array, SwigluFFNCache]:
    """Widen each position twice, let one copy gate the other, and come back to D features.

    Formula: `pre = x @ w_gate`, `post = silu(pre) * (x @ w_up)`, `out = post @ w_down`

    Three matrices instead of two: F = 8/3 D gives as many parameters as a plain FFN with F = 4 D.

    Args:
        x: (..., D).
        w_gate: (D, F).
        w_up: (D, F).
        w_down: (F, D).

    Returns:
        out (..., D), and the cache for `swiglu_ffn_backward`.

    Raises:
        TypeError: an input is not a float array.
        ValueError: the shapes do not fit together.
    """
    require_float("w_gate", w_gate)
    require_float("w_up", w_up)
    require_shape("w_up", w_up, *w_gate.shape)
    # BEGIN SOLUTION
    pre, pre_cache = linear_forward(x, w_gate)  # (..., F)
    gate, gate_cache = silu_forward(pre)  # (..., F)
    up, up_cache = linear_forward(x, w_up)  # (..., F)
    post = gate * up  # (..., F)
    out, out_cache = linear_forward(post, w_down)  # (..., D)
    return out, (pre_cache, gate_cache, up_cache, out_cache, gate, up)
    # END SOLUTION


def swiglu_ffn_backward(dout: Array, cache: SwigluFFNCache) -> tuple[Array, Array, Array, Array]:
    """Gradients of `swiglu_ffn_forward`.

    Derivation: post = gate * up is a product of two values that both come from x, so each factor's
    gradient is dpost times the other factor, and dx is the sum of what comes back on both paths.

    Args:
        dout: (..., D), the gradient of the loss with respect to out.

    Returns:
        dx (..., D), dw_gate (D, F), dw_up (D, F), dw_down (F, D).
    """
    # BEGIN SOLUTION
    pre_cache, gate_cache, up_cache, out_cache, gate, up = cache
    dpost, dw_down, _ = linear_backward(dout, out_cache)
    dgate = dpost * up
    dup = dpost * gate
    dx_up, dw_up, _ = linear_backward(dup, up_cache)
    dpre = silu_backward(dgate, gate_cache)
    dx_gate, dw_gate, _ = linear_backward(dpre, pre_cache)
    dx = dx_gate + dx_up
    return dx, dw_gate, dw_up, dw_down
    # END SOLUTION

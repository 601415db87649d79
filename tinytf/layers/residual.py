"""Residual connection around a sub-layer, with its norm before or after.

Post-norm is what section 3.1 of Vaswani et al. 2017 says: `norm(x + sublayer(x))`. Pre-norm is
what most later models do: `x + sublayer(norm(x))`; it leaves the residual stream untouched from
bottom to top, so gradients reach the first layer undiminished and training needs no careful warm-up
(Xiong et al. 2020, "On Layer Normalization in the Transformer Architecture", arXiv:2002.04745).
"""

from collections.abc import Callable
from typing import Any, overload

import numpy as np

from tinytf.config import NormPosition
from tinytf.layers.norm import LayerNorm, RMSNorm
from tinytf.ops.arrays import Array
from tinytf.ops.dropout import dropout_backward, dropout_forward


def residual_forward(
    x: Array,
    norm: LayerNorm | RMSNorm,
    sublayer: Callable[[Array], tuple[Array, Any]],
    norm_position: NormPosition,
    dropout: float,
    rng: np.random.Generator | None,
) -> tuple[Array, Any]:
    """Add what the sub-layer says to x.

    Args:
        x: (B, T, D), the residual stream.
        norm: the norm that belongs to this sub-layer.
        sublayer: the forward of attention or FFN: (B, T, D) -> (B, T, D) and its cache.
        norm_position: "pre" or "post".
        dropout: probability of dropping an entry of the sub-layer's output.
        rng: dropout's randomness, in training; None for evaluation.

    Returns:
        y (B, T, D), and the cache for `residual_backward`.
    """
    # BEGIN SOLUTION
    if norm_position == "pre":
        inner, norm_cache = norm.forward(x)
    else:
        inner = x
    out, sublayer_cache = sublayer(inner)
    dropped, dropout_cache = dropout_forward(out, dropout, rng, training=rng is not None)
    summed = x + dropped  # (B, T, D)
    if norm_position == "post":
        y, norm_cache = norm.forward(summed)
    else:
        y = summed
    return y, (norm_cache, sublayer_cache, dropout_cache)
    # END SOLUTION


@overload
def residual_backward(
    dy: Array,
    norm: LayerNorm | RMSNorm,
    sublayer_backward: Callable[[Array, Any], Array],
    norm_position: NormPosition,
    cache: Any,
) -> Array: ...


@overload
def residual_backward(
    dy: Array,
    norm: LayerNorm | RMSNorm,
    sublayer_backward: Callable[[Array, Any], tuple[Array, Array]],
    norm_position: NormPosition,
    cache: Any,
) -> tuple[Array, Array]: ...


def residual_backward(
    dy: Array,
    norm: LayerNorm | RMSNorm,
    sublayer_backward: Callable[[Array, Any], Array | tuple[Array, Array]],
    norm_position: NormPosition,
    cache: Any,
) -> Array | tuple[Array, Array]:
    """Gradient of `residual_forward`.

    Derivation: summed = x + dropped sends dsummed unchanged down both paths, and x, which fed both,
    receives the sum of what the skip path and the path through the sub-layer bring back.

    Args:
        dy: (B, T, D), the gradient of the loss with respect to y.
        norm: as in the forward.
        sublayer_backward: the backward of attention or FFN. That of cross-attention returns two
            gradients: besides that of its input, dmemory, which goes past norm and skip path.
        norm_position: as in the forward.
        cache: what `residual_forward` returned.

    Returns:
        dx (B, T, D); where the sub-layer returned two gradients, dx and dmemory (B, S, D).
    """
    # BEGIN SOLUTION
    norm_cache, sublayer_cache, dropout_cache = cache
    dsummed = norm.backward(dy, norm_cache) if norm_position == "post" else dy
    ddropped = dsummed
    dout = dropout_backward(ddropped, dropout_cache)
    dinputs = sublayer_backward(dout, sublayer_cache)
    dinner, dmemory = dinputs if isinstance(dinputs, tuple) else (dinputs, None)
    dx_inner = norm.backward(dinner, norm_cache) if norm_position == "pre" else dinner
    dx = dsummed + dx_inner
    return dx if dmemory is None else (dx, dmemory)
    # END SOLUTION

"""Linear layer: y = x W + b."""

from tinytf.ops.arrays import Array, require_axes, require_float, require_shape

LinearCache = tuple[Array, Array, bool]


def linear_forward(x: Array, weight: Array, bias: Array | None = None) -> tuple[Array, LinearCache]:
    """Multiply by a weight matrix from the right and add a bias.

    Formula: `y = x @ weight + bias`

    Args:
        x: (..., d_in).
        weight: (d_in, d_out). (PyTorch's `nn.Linear` stores the transpose.)
        bias: (d_out,), or None for no bias.

    Returns:
        y (..., d_out), and the cache for `linear_backward`.

    Raises:
        TypeError: an input is not a float array.
        ValueError: the shapes do not fit together.
    """
    require_axes("x", x)
    require_float("weight", weight)
    require_shape("weight", weight, x.shape[-1], None)
    # BEGIN SOLUTION
    d_in, d_out = weight.shape
    # One matrix product for all leading axes together: NumPy would run a stack of small ones.
    x_rows = x.reshape(-1, d_in)  # (N, d_in)
    y = x_rows @ weight  # (N, d_out)
    if bias is not None:
        require_float("bias", bias)
        require_shape("bias", bias, d_out)
        y = y + bias
    return y.reshape(*x.shape[:-1], d_out), (x, weight, bias is not None)
    # END SOLUTION


def linear_backward(dy: Array, cache: LinearCache) -> tuple[Array, Array, Array | None]:
    """Gradients of `linear_forward`.

    Derivation: y[n, j] = sum_i x[n, i] weight[i, j] + bias[j], so
        dx[n, i]      = sum_j dy[n, j] weight[i, j]     ->  dx      = dy @ weight.T
        dweight[i, j] = sum_n x[n, i] dy[n, j]          ->  dweight = x.T @ dy
        dbias[j]      = sum_n dy[n, j]
    n runs over every leading axis: batch and positions are summed, never averaged.

    Args:
        dy: (..., d_out), the gradient of the loss with respect to y.

    Returns:
        dx (..., d_in), dweight (d_in, d_out), dbias (d_out,) or None where there was no bias.
    """
    # BEGIN SOLUTION
    x, weight, has_bias = cache
    d_in, d_out = weight.shape
    dy_rows = dy.reshape(-1, d_out)  # (N, d_out)
    dbias = dy_rows.sum(axis=0) if has_bias else None
    dweight = x.reshape(-1, d_in).T @ dy_rows
    dx = (dy_rows @ weight.T).reshape(x.shape)
    return dx, dweight, dbias
    # END SOLUTION

"""Mean squared error, the loss of a model that predicts numbers."""

import numpy as np

from tinytf.ops.arrays import Array, require_float, require_shape

SquaredErrorCache = tuple[Array, int]


def squared_error_forward(predictions: Array, targets: Array) -> tuple[Array, SquaredErrorCache]:
    """Mean of the squares of what is missing.

    Formula: `loss = mean over n of (predictions[n] - targets[n])^2`. No factor 1/2, as in
    PyTorch's `mse_loss`.

    Args:
        predictions: (...), such as (B,).
        targets: of the same shape, the right numbers.

    Returns:
        loss, a scalar of the dtype of the predictions, and the cache for `squared_error_backward`.

    Raises:
        TypeError: an input is not a float array.
        ValueError: the shapes differ, or there is no number.
    """
    require_float("predictions", predictions)
    require_float("targets", targets)
    require_shape("targets", targets, *predictions.shape)
    if predictions.size == 0:
        raise ValueError(f"predictions: expected at least one, got shape {predictions.shape}")
    # BEGIN SOLUTION
    error = predictions - targets
    loss = np.asarray((error * error).mean())
    return loss, (error, predictions.size)
    # END SOLUTION


def squared_error_backward(dloss: Array | float, cache: SquaredErrorCache) -> tuple[Array, Array]:
    """Gradients of `squared_error_forward`.

    Derivation: d (p - t)^2 / d p = 2 (p - t); the mean divides by the number N of predictions, and
    the chain rule multiplies by dloss. Only the difference counts, so dtargets = -dpredictions.

    Args:
        dloss: scalar, the gradient of whatever comes after the loss; 1 in a training step.

    Returns:
        dpredictions and dtargets, of the inputs' shape. Targets that are data need no gradient.
    """
    # BEGIN SOLUTION
    error, count = cache
    derror: Array = error * np.asarray(2 * dloss / count, error.dtype)
    return derror, -derror
    # END SOLUTION

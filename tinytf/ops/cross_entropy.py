"""Cross-entropy loss from logits: the mean over the real targets."""

import warnings

import numpy as np

from tinytf.ops.arrays import Array, require_axes
from tinytf.ops.softmax import log_softmax_forward

IGNORED = -100  # the target that takes no part, as in PyTorch

CrossEntropyCache = tuple[Array, Array, Array, float]


def cross_entropy_forward(
    logits: Array, targets: Array, ignore_index: int = IGNORED, label_smoothing: float = 0.0
) -> tuple[Array, CrossEntropyCache]:
    """Mean of -log(probability of the target) over all targets that are not ignored.

    Formula: `loss = mean over real n of -sum_v smoothed[n, v] log_probs[n, v]`, where
    `log_probs = log_softmax(logits)` and `smoothed[n, v] = (1 - label_smoothing) 1[v = targets[n]]
    + label_smoothing / V`. In nats: a guess at random costs log(V).
    Source: Vaswani et al. 2017, section 5.4, after Szegedy et al. 2016, section 7 (smoothing).

    Args:
        logits: (..., V).
        targets: integers (...), each 0 <= target < V, or ignore_index for "takes no part"
            (padding). With nothing but ignored targets the loss is 0 and so is its gradient, and a
            RuntimeWarning says so.
        ignore_index: the value that marks ignored targets.
        label_smoothing: the share of each target spread over all V classes, 0 <= value <= 1.

    Returns:
        loss, a scalar of the dtype of logits, and the cache for `cross_entropy_backward`.

    Raises:
        TypeError: logits are not floats or targets are not integers.
        ValueError: the shapes do not fit together, or a target lies outside the vocabulary.
    """
    require_axes("logits", logits)
    vocab_size = logits.shape[-1]
    _require_targets(logits, targets, ignore_index)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing: expected a value in [0, 1], got {label_smoothing}")
    label_smoothing = float(label_smoothing)
    real = targets != ignore_index  # (...)
    n_real = int(real.sum())
    if n_real == 0:
        warnings.warn(
            "cross_entropy: every target is ignored, so the loss and its gradient are 0",
            RuntimeWarning,
            stacklevel=2,
        )

    # BEGIN SOLUTION
    log_probs, _ = log_softmax_forward(logits)  # (..., V)
    targets = np.where(real, targets, 0)  # (...), now every one is a valid index
    picked = np.take_along_axis(log_probs, targets[..., None], axis=-1)[..., 0]  # (...)
    if label_smoothing:
        uniform = log_probs.sum(axis=-1) / vocab_size  # (...), what spread over all classes costs
        per_token = -(1 - label_smoothing) * picked - label_smoothing * uniform
    else:
        per_token = -picked
    loss = np.asarray(np.where(real, per_token, 0).sum() / max(n_real, 1))
    return loss, (log_probs, targets, real, label_smoothing)
    # END SOLUTION


def cross_entropy_backward(dloss: Array | float, cache: CrossEntropyCache) -> Array:
    """Gradient of `cross_entropy_forward`.

    Derivation, for one real target: per_token = -sum_v smoothed[v] log_probs[v], and
    d log_probs[v] / d logits[j] = 1[v = j] - probs[j]; smoothed sums to 1, so
        d per_token / d logits[j] = probs[j] - smoothed[j]
    The mean sends dper_token = dloss / (number of real targets) to each real target.

    Args:
        dloss: scalar, the gradient of whatever comes after the loss; 1 in a training step.

    Returns:
        dlogits (..., V); rows of ignored targets are 0.
    """
    # BEGIN SOLUTION
    log_probs, targets, real, label_smoothing = cache
    vocab_size = log_probs.shape[-1]
    probs = np.exp(log_probs)  # (..., V)
    dper_token = np.where(real, dloss / max(int(real.sum()), 1), 0).astype(probs.dtype)  # (...)
    dlogits: Array = probs - label_smoothing / vocab_size if label_smoothing else probs
    picked = np.take_along_axis(dlogits, targets[..., None], axis=-1)
    np.put_along_axis(dlogits, targets[..., None], picked - (1 - label_smoothing), axis=-1)
    dlogits *= dper_token[..., None]
    dlogits[~real] = 0  # also where the logits of padding are NaN
    return dlogits
    # END SOLUTION


def _require_targets(logits: Array, targets: Array, ignore_index: int) -> None:
    vocab_size = logits.shape[-1]
    if vocab_size == 0:
        raise ValueError(f"logits: expected at least one class, got shape {logits.shape}")
    if not isinstance(targets, np.ndarray) or targets.dtype.kind not in "iu":
        came = targets.dtype if isinstance(targets, np.ndarray) else type(targets).__name__
        raise TypeError(f"targets: expected an array of integers, got {came}")
    if targets.shape != logits.shape[:-1]:
        raise ValueError(
            f"targets: expected shape {logits.shape[:-1]} for logits {logits.shape}, "
            f"got {targets.shape}"
        )
    valid = ((targets >= 0) & (targets < vocab_size)) | (targets == ignore_index)
    if not valid.all():
        raise ValueError(
            f"targets: expected 0 <= target < {vocab_size} or ignore_index {ignore_index}, "
            f"got {targets[~valid].flat[0]}"
        )

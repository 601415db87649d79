"""Choosing the next token from logits: greedy, temperature, top-k, top-p."""

from dataclasses import dataclass

import numpy as np

from tinytf.ops.arrays import Array
from tinytf.ops.softmax import softmax_forward


@dataclass(frozen=True)
class Sampling:
    """How to choose the next token.

    Attributes:
        temperature: divides the logits: below 1 sharpens the choice, above 1 flattens it; 0 always
            takes the likeliest token (greedy).
        top_k: choose among the k likeliest tokens only; None for all.
        top_p: choose among the likeliest tokens that together reach this probability
            (Holtzman et al. 2020, "nucleus sampling", arXiv:1904.09751); None for all.

    Raises:
        ValueError: a number is out of range.
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None

    def __post_init__(self) -> None:
        if not (np.isfinite(self.temperature) and self.temperature >= 0):
            raise ValueError(f"temperature: expected a number >= 0, got {self.temperature}")
        if self.top_k is not None and self.top_k < 1:
            raise ValueError(f"top_k: expected at least 1, got {self.top_k}")
        if self.top_p is not None and not 0 < self.top_p <= 1:
            raise ValueError(f"top_p: expected 0 < top_p <= 1, got {self.top_p}")


def next_token(logits: Array, sampling: Sampling, rng: np.random.Generator) -> int:
    """Choose one token.

    Args:
        logits: (V,).
        sampling: how to choose.
        rng: where the randomness comes from; not used by greedy choice.

    Returns:
        The chosen id.

    Raises:
        ValueError: there is no highest logit, as one is nan or infinite.
    """
    highest = logits.max()
    if not np.isfinite(highest):
        raise ValueError(f"logits: expected the highest to be a finite number, got {highest}")
    if sampling.temperature == 0:
        return int(logits.argmax())
    # float64, so that the probabilities sum to 1 as exactly as rng.choice asks for. The highest
    # becomes 0, so a tiny temperature sends only the others to -inf, where they belong.
    with np.errstate(over="ignore"):
        scaled = (logits.astype(np.float64) - float(highest)) / sampling.temperature
    probs, _ = softmax_forward(np.where(_kept(scaled, sampling), scaled, -np.inf))  # (V,)
    return int(rng.choice(len(probs), p=probs))


def _kept(scaled: Array, sampling: Sampling) -> Array:
    """Which tokens top-k and top-p leave to choose from: (V,) booleans."""
    order = np.argsort(-scaled, kind="stable")  # likeliest first
    n_kept = len(scaled) if sampling.top_k is None else min(sampling.top_k, len(scaled))
    if sampling.top_p is not None:
        probs, _ = softmax_forward(scaled[order[:n_kept]])
        reached = np.cumsum(probs) >= sampling.top_p
        if reached.any():
            n_kept = int(reached.argmax()) + 1  # the token that reaches top_p is the last one kept
    kept = np.zeros(len(scaled), bool)
    kept[order[:n_kept]] = True
    return kept

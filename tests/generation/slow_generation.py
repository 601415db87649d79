"""Sampling and generation the slow way: plain Python numbers, and no KV cache."""

import math
from collections.abc import Sequence

import numpy as np

from tinytf.generation import Sampling
from tinytf.models.decoder import DecoderLM


def slow_probabilities(logits: Sequence[float], sampling: Sampling) -> list[float]:
    """The probability of each token, temperature > 0; 0 for those that are not kept."""
    scaled = [logit / sampling.temperature for logit in logits]
    # likeliest first; of equal ones the smaller id
    order = sorted(range(len(logits)), key=lambda token: (-scaled[token], token))
    if sampling.top_k is not None:
        order = order[: sampling.top_k]
    if sampling.top_p is not None:
        probs = slow_softmax([scaled[token] for token in order])
        n_kept = next(
            (n for n in range(1, len(order) + 1) if math.fsum(probs[:n]) >= sampling.top_p),
            len(order),
        )
        order = order[:n_kept]
    probs = slow_softmax([scaled[token] for token in order])
    probability = dict(zip(order, probs, strict=True))
    return [probability.get(token, 0.0) for token in range(len(logits))]


def slow_softmax(scores: Sequence[float]) -> list[float]:
    exponentials = [math.exp(score - max(scores)) for score in scores]
    return [exponential / math.fsum(exponentials) for exponential in exponentials]


def slow_greedy(model: DecoderLM, prompt: Sequence[int], n_tokens: int) -> list[int]:
    """The likeliest token after all that the model sees, each time computed from nothing.

    It sees the last max_len tokens of the prompt and everything after them; when that is more than
    max_len, only the last half of max_len, and everything after that.
    """
    max_len = model.config.max_len
    tokens = list(prompt)
    first = max(0, len(tokens) - max_len)
    for _ in range(n_tokens):
        if len(tokens) - first > max_len:
            first = len(tokens) - max(1, max_len // 2)
        logits, _ = model.forward(np.array([tokens[first:]]))
        tokens.append(int(np.argmax(logits[0, -1])))
    return tokens[len(prompt) :]

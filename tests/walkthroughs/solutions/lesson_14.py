"""Lesson 14: a solution and near misses for each exercise."""

import numpy as np

from .exercise import Exercise


def softmax(scores):
    return np.exp(scores) / np.exp(scores).sum()


def top_p(probs, p):
    order = np.argsort(-probs)
    kept = order[: (np.cumsum(probs[order]) < p).sum() + 1]
    cut = np.zeros_like(probs)
    cut[kept] = probs[kept] / probs[kept].sum()
    return cut


def top_p_without_the_last(probs, p):
    """Only the words that stay below p, at least one."""
    order = np.argsort(-probs)
    kept = order[: max(1, (np.cumsum(probs[order]) <= p).sum())]
    cut = np.zeros_like(probs)
    cut[kept] = probs[kept] / probs[kept].sum()
    return cut


def top_p_not_divided(probs, p):
    return np.where(top_p(probs, p) > 0, probs, 0)


def top_p_of_unsorted(probs, p):
    kept = np.cumsum(probs) - probs < p
    return np.where(kept, probs, 0) / probs[kept].sum()


def window_step(q, k, v, keys, values, window):
    keys, values = np.vstack([keys, k])[-window:], np.vstack([values, v])[-window:]
    return softmax(keys @ q / len(q) ** 0.5) @ values, keys, values


def window_step_too_wide(q, k, v, keys, values, window):
    """Sees window + 1 tokens: the new one is not counted."""
    keys, values = np.vstack([keys, k]), np.vstack([values, v])
    z = softmax(keys @ q / len(q) ** 0.5) @ values
    return z, keys[-window:], values[-window:]


def window_step_without_itself(q, k, v, keys, values, window):
    pattern = softmax(keys @ q / len(q) ** 0.5)
    return pattern @ values, np.vstack([keys, k])[-window:], np.vstack([values, v])[-window:]


def window_step_never_forgets(q, k, v, keys, values, window):
    keys, values = np.vstack([keys, k]), np.vstack([values, v])
    pattern = softmax(keys[-window:] @ q / len(q) ** 0.5)
    return pattern @ values[-window:], keys, values


def window_step_keeps_the_first(q, k, v, keys, values, window):
    keys, values = np.vstack([keys, k])[:window], np.vstack([values, v])[:window]
    return softmax(keys @ q / len(q) ** 0.5) @ values, keys, values


EXERCISES = [
    Exercise(
        "14_sampling_and_kv_cache",
        "check_top_p",
        "top_p_yours",
        top_p,
        [
            top_p_without_the_last,
            top_p_not_divided,
            top_p_of_unsorted,
            lambda probs, p: np.sort(top_p(probs, p))[::-1],  # not in the order of the words
        ],
    ),
    Exercise(
        "14_sampling_and_kv_cache",
        "check_window_step",
        "window_step_yours",
        window_step,
        [
            window_step_too_wide,
            window_step_without_itself,
            window_step_never_forgets,
            window_step_keeps_the_first,
            lambda q, *others: window_step(q * len(q) ** 0.5, *others),  # no scale
            lambda *inputs: window_step(*inputs)[0],
            lambda *inputs: window_step(*inputs)[:2],
            lambda *inputs: window_step(*inputs[:-1], 4),  # one window only
            lambda q, *others: window_step(q * len(q) ** 0.5 / 3**0.5, *others),  # K = 3 only
        ],
    ),
]

"""Lesson 6: a solution and near misses for each exercise."""

import numpy as np

from .exercise import Exercise


def window_mask(n_queries, n_keys, window):
    query = np.arange(n_queries)[:, None] + n_keys - n_queries
    key = np.arange(n_keys)
    return (key <= query) & (key > query - window)


def window_mask_top_left(n_queries, n_keys, window):
    query, key = np.arange(n_queries)[:, None], np.arange(n_keys)
    return (key <= query) & (key > query - window)


def window_mask_both_ways(n_queries, n_keys, window):
    query = np.arange(n_queries)[:, None] + n_keys - n_queries
    return abs(np.arange(n_keys) - query) < window


def masked_softmax(scores, mask):
    masked = np.where(mask, scores, -np.inf)
    maximum = masked.max(axis=-1, keepdims=True)
    exponentials = np.exp(masked - np.where(np.isneginf(maximum), 0, maximum))
    total = exponentials.sum(axis=-1, keepdims=True)
    return exponentials / np.where(total == 0, 1, total)


def softmax(scores):
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def without_shift(scores, mask):
    exponentials = np.where(mask, np.exp(scores), 0)
    total = exponentials.sum(axis=-1, keepdims=True)
    return exponentials / np.where(total == 0, 1, total)


EXERCISES = [
    Exercise(
        "06_heads_and_masks",
        "check_window_mask",
        "window_mask_yours",
        window_mask,
        [
            window_mask_top_left,
            window_mask_both_ways,
            lambda n_queries, n_keys, window: window_mask(n_queries, n_keys, window + 1),
            lambda n_queries, n_keys, window: window_mask(n_queries, n_keys, n_keys),  # causal only
            lambda *sizes: ~window_mask(*sizes),
            lambda *sizes: window_mask(*sizes).astype(int),
            lambda *sizes: window_mask(*sizes).T,
        ],
    ),
    Exercise(
        "06_heads_and_masks",
        "check_masked_softmax",
        "masked_softmax_yours",
        masked_softmax,
        [
            lambda scores, mask: softmax(np.where(mask, scores, -np.inf)),  # NaN in the empty row
            lambda scores, mask: softmax(scores + np.where(mask, 0, -1e9)),
            lambda scores, mask: softmax(scores) * mask,  # rows do not add up to 1
            lambda scores, mask: softmax(scores * mask),
            lambda scores, mask: masked_softmax(scores, ~mask),
            without_shift,
        ],
    ),
]

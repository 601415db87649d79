"""Lesson 11: a solution and near misses for each exercise."""

import numpy as np

from .exercise import Exercise


def segments(ids, sep):
    return ((ids == sep).cumsum(axis=1) - (ids == sep) > 0).astype(int)


def pooler_backward(dpooled, out, w):
    dpre = dpooled * (1 - np.tanh(out[:, 0] @ w) ** 2)
    dout = np.zeros_like(out)
    dout[:, 0] = dpre @ w.T
    return dout, out[:, 0].T @ dpre


EXERCISES = [
    Exercise(
        "11_bert_masking",
        "check_segments",
        "segments_yours",
        segments,
        [
            lambda ids, sep: ((ids == sep).cumsum(axis=1) > 0).astype(int),  # [SEP] belongs after
            lambda ids, sep: (ids == sep).cumsum(axis=1) - (ids == sep),  # a third segment
            lambda ids, sep: np.zeros_like(ids),
            lambda ids, sep: ((ids == 2).cumsum(axis=1) - (ids == 2) > 0).astype(int),  # [SEP] is 2
        ],
    ),
    Exercise(
        "11_bert_masking",
        "check_pooler",
        "pooler_backward_yours",
        pooler_backward,
        [
            lambda dpooled, out, w: pooler_backward(dpooled, out, w)[::-1],
            lambda dpooled, out, w: pooler_backward(dpooled, out, w)[1],
            lambda dpooled, out, w: (
                np.repeat(pooler_backward(dpooled, out, w)[0][:, :1], out.shape[1], axis=1),
                pooler_backward(dpooled, out, w)[1],
            ),
            lambda dpooled, out, w: pooler_backward(2 * dpooled, out, w),
            lambda dpooled, out, w: (*pooler_backward(dpooled, out, w), w),
            lambda dpooled, out, w: (pooler_backward(dpooled, out, w)[0], None),
        ],
    ),
]

"""Lesson 8: a solution and near misses for each exercise."""

import numpy as np

from .exercise import Exercise


def mean_pooling_backward(dpooled, lengths, S):
    real = np.arange(S) < lengths[:, None]  # (B, S)
    return real[:, :, None] * (dpooled / lengths[:, None])[:, None]


def parallel_backward(dy, norm_backward, attention_backward, ffn_backward):
    return dy + norm_backward(attention_backward(dy) + ffn_backward(dy))


EXERCISES = [
    Exercise(
        "08_encoder_block",
        "check_mean_pooling",
        "mean_pooling_backward_yours",
        mean_pooling_backward,
        [
            lambda dpooled, lengths, S: mean_pooling_backward(dpooled, np.full_like(lengths, S), S),
            lambda dpooled, lengths, S: mean_pooling_backward(dpooled, lengths, 4),
            lambda dpooled, lengths, S: np.repeat((dpooled / lengths[:, None])[:, None], S, axis=1),
            lambda dpooled, lengths, S: (
                mean_pooling_backward(dpooled, lengths, S) * lengths[:, None, None]
            ),
        ],
    ),
    Exercise(
        "08_encoder_block",
        "check_parallel",
        "parallel_backward_yours",
        parallel_backward,
        [
            lambda dy, norm, attention, ffn: norm(attention(dy) + ffn(dy)),  # not past the layer
            lambda dy, norm, attention, ffn: norm(dy + attention(dy) + ffn(dy)),  # post-norm
            lambda dy, norm, attention, ffn: dy + norm(attention(ffn(dy))),  # one after the other
        ],
    ),
]

"""Lesson 2: a solution and near misses for each exercise."""

import numpy as np

from .exercise import Exercise


def fold(gamma, beta, weight, bias):
    return gamma[:, None] * weight, beta @ weight + bias


def unit_length_backward(dy, x):
    length = np.sqrt((x**2).sum(axis=1, keepdims=True))
    y = x / length
    return (dy - y * (dy * y).sum(axis=1, keepdims=True)) / length


def unit_length_backward_mean(dy, x):
    """RMSNorm's mean over the features in place of the sum."""
    length = np.sqrt((x**2).sum(axis=1, keepdims=True))
    y = x / length
    return (dy - y * (dy * y).mean(axis=1, keepdims=True)) / length


def unit_length_backward_all_rows(dy, x):
    """One sum over all rows in place of one for each."""
    length = np.sqrt((x**2).sum(axis=1, keepdims=True))
    y = x / length
    return (dy - y * (dy * y).sum()) / length


EXERCISES = [
    Exercise(
        "02_layernorm_and_rmsnorm",
        "check_fold",
        "fold_yours",
        fold,
        [
            lambda gamma, beta, weight, bias: (gamma * weight, beta @ weight + bias),
            lambda gamma, beta, weight, bias: (gamma[:, None] * weight, bias),
            lambda gamma, beta, weight, bias: (gamma[:, None] * weight, beta + bias),
            # beta comes after gamma, so gamma does not scale it
            lambda gamma, beta, weight, bias: (
                gamma[:, None] * weight,
                gamma * beta @ weight + bias,
            ),
            lambda gamma, beta, weight, bias: gamma[:, None] * weight,
            lambda *inputs: (*fold(*inputs), inputs[0]),
            # right for D = 5 alone
            lambda *inputs: [5 / len(inputs[0]) * part for part in fold(*inputs)],
        ],
    ),
    Exercise(
        "02_layernorm_and_rmsnorm",
        "check_unit_length",
        "unit_length_backward_yours",
        unit_length_backward,
        [
            unit_length_backward_mean,
            unit_length_backward_all_rows,
            lambda dy, x: unit_length_backward(dy, x) * x.shape[1] / 3,  # right for D = 3 alone
            # the length held constant
            lambda dy, x: dy / np.sqrt((x**2).sum(axis=1, keepdims=True)),
            lambda dy, x: unit_length_backward(dy, x) * np.linalg.norm(x, axis=1)[:, None],
            lambda dy, x: dy - x * (dy * x).sum(axis=1, keepdims=True),  # x taken for y
        ],
    ),
]

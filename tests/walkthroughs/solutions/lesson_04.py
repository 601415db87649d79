"""Lesson 4: a solution and near misses for each exercise."""

import numpy as np

from .exercise import Exercise


def shift(k, d_model, base=10000.0):
    matrix = np.zeros((d_model, d_model))
    for i in range(0, d_model, 2):
        angle = k / base ** (i / d_model)
        cos, sin = np.cos(angle), np.sin(angle)
        matrix[i : i + 2, i : i + 2] = [[cos, -sin], [sin, cos]]
    return matrix


def bag_backward(dy, ids, V):
    dweight = np.zeros((V, dy.shape[1]))
    for dy_row, row in zip(dy, ids, strict=True):
        words = row[row != 0]
        np.add.at(dweight, words, dy_row / len(words))
    return dweight


def bag_backward_sum(dy, ids, V):
    """A sum's backward: not divided by the number of words."""
    dweight = np.zeros((V, dy.shape[1]))
    for dy_row, row in zip(dy, ids, strict=True):
        np.add.at(dweight, row[row != 0], dy_row)
    return dweight


def bag_backward_by_length_of_row(dy, ids, V):
    """Divided by T, padding counted as a word."""
    return bag_backward_sum(dy / ids.shape[1], ids, V)


def bag_backward_once(dy, ids, V):
    """A word that stands twice in a sentence gets its gradient once."""
    dweight = np.zeros((V, dy.shape[1]))
    for dy_row, row in zip(dy, ids, strict=True):
        words = row[row != 0]
        dweight[words] += dy_row / len(words)
    return dweight


def bag_backward_overwritten(dy, ids, V):
    """The last sentence with a word wins."""
    dweight = np.zeros((V, dy.shape[1]))
    for dy_row, row in zip(dy, ids, strict=True):
        words, counts = np.unique(row[row != 0], return_counts=True)
        dweight[words] = counts[:, None] * dy_row / counts.sum()
    return dweight


def bag_backward_padding_learns(dy, ids, V):
    dweight = bag_backward(dy, ids, V)
    dweight[0] = (dy * (ids == 0).mean(axis=1, keepdims=True)).sum(axis=0)
    return dweight


EXERCISES = [
    Exercise(
        "04_embeddings_and_positions",
        "check_shift",
        "shift_yours",
        shift,
        [
            lambda k, d_model: shift(k, d_model).T,  # k tokens back
            lambda k, d_model: shift(k, d_model, base=1.0),  # all hands as fast as the first
            lambda k, d_model: shift(1, d_model),
            lambda k, d_model: np.roll(np.eye(d_model), k, axis=1),  # moves features, not tokens
            lambda k, d_model: shift(k, d_model)[:2, :2],
        ],
    ),
    Exercise(
        "04_embeddings_and_positions",
        "check_bag",
        "bag_backward_yours",
        bag_backward,
        [
            bag_backward_sum,
            bag_backward_by_length_of_row,
            bag_backward_once,
            bag_backward_overwritten,
            bag_backward_padding_learns,
            lambda dy, ids, V: bag_backward(dy, ids, 6),
        ],
    ),
]

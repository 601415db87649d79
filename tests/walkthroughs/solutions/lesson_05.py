"""Lesson 5: a solution and near misses for each exercise."""

import math

import numpy as np

from .exercise import Exercise


def dscale(q, k, dscores):
    return (dscores * (q @ k.T)).sum()


def shared_keys_backward(q, k, v, pattern, dz):
    dpattern = dz @ v.T
    dscores = pattern * (dpattern - (dpattern * pattern).sum(axis=-1, keepdims=True))
    dk = (dscores.swapaxes(-1, -2) @ q).sum(axis=0) / math.sqrt(q.shape[-1])
    return dk, (pattern.swapaxes(-1, -2) @ dz).sum(axis=0)


def shared_keys_backward_fixed(q, k, v, pattern, dz):
    """The scale of K = 2 whatever K is."""
    dk, dv = shared_keys_backward(q, k, v, pattern, dz)
    return dk * math.sqrt(q.shape[-1]) / math.sqrt(2), dv


def shared_keys_backward_per_head(q, k, v, pattern, dz):
    return np.zeros_like(q), pattern.swapaxes(-1, -2) @ dz


EXERCISES = [
    Exercise(
        "05_attention_forward_and_backward",
        "check_dscale",
        "dscale_yours",
        dscale,
        [
            lambda q, k, dscores: dscores.sum(),
            lambda q, k, dscores: dscores * (q @ k.T),
        ],
    ),
    Exercise(
        "05_attention_forward_and_backward",
        "check_shared_keys",
        "shared_keys_backward_yours",
        shared_keys_backward,
        [
            shared_keys_backward_per_head,
            shared_keys_backward_fixed,
            lambda *inputs: shared_keys_backward(*inputs)[0],
            lambda *inputs: (shared_keys_backward(*inputs)[0], None),
            lambda *inputs: shared_keys_backward(*inputs)[::-1],
            lambda *inputs: tuple(d / 3 for d in shared_keys_backward(*inputs)),  # mean, not sum
        ],
    ),
]

"""A solution and near misses for each exercise: the checks accept the one and refuse the others."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Answer = Callable[..., Any]


class Exercise(NamedTuple):
    walkthrough: str
    check: str  # names in the walkthrough
    blank: str
    solution: Answer
    wrong: list[Answer]


def log_softmax_backward(dy, y):
    return dy - np.exp(y) * dy.sum()


def temperature_backward(dy, x, tau):
    y = np.exp(x / tau) / np.exp(x / tau).sum()
    du = y * (dy - (dy * y).sum())
    return du / tau, -(du * x).sum() / tau**2


def temperature_backward_sign(dy, x, tau):
    dx, dtau = temperature_backward(dy, x, tau)
    return dx, -dtau


def dscale(q, k, dscores):
    return (dscores * (q @ k.T)).sum()


def shared_keys_backward(q, k, v, pattern, dz):
    dpattern = dz @ v.T
    dscores = pattern * (dpattern - (dpattern * pattern).sum(axis=-1, keepdims=True))
    dk = (dscores.swapaxes(-1, -2) @ q).sum(axis=0) / math.sqrt(q.shape[-1])
    return dk, (pattern.swapaxes(-1, -2) @ dz).sum(axis=0)


def shared_keys_backward_per_head(q, k, v, pattern, dz):
    return np.zeros_like(q), pattern.swapaxes(-1, -2) @ dz


def count_parameters(V, D, T, F, n_layers):
    attention = 4 * D * D + 4 * D
    feed_forward = D * F + F + F * D + D
    return V * D + T * D + n_layers * (attention + feed_forward + 4 * D) + 2 * D


EXERCISES = [
    Exercise(
        "01_softmax_and_its_jacobian",
        "check_log_softmax",
        "log_softmax_backward_yours",
        log_softmax_backward,
        [
            lambda dy, y: np.exp(y) * (dy - (dy * np.exp(y)).sum()),  # softmax's
            lambda dy, y: 2 * log_softmax_backward(dy, y),
            lambda dy, y: log_softmax_backward(dy, y)[None],
            lambda dy, y: np.full_like(y, np.nan),
            lambda dy, y: np.zeros_like(y),
        ],
    ),
    Exercise(
        "01_softmax_and_its_jacobian",
        "check_temperature",
        "temperature_backward_yours",
        temperature_backward,
        [
            temperature_backward_sign,
            lambda dy, x, tau: temperature_backward(dy, x, tau)[0],
            lambda dy, x, tau: (dy, temperature_backward(dy, x, tau)[1]),
        ],
    ),
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
            lambda *inputs: shared_keys_backward(*inputs)[::-1],
            lambda *inputs: tuple(d / 3 for d in shared_keys_backward(*inputs)),  # mean, not sum
        ],
    ),
    Exercise(
        "12_one_sgd_step_by_hand",
        "check_count",
        "count_parameters_yours",
        count_parameters,
        [
            lambda V, D, T, F, n: 792,  # right for the model of the lesson only
            lambda V, D, T, F, n: count_parameters(V, D, T, F, n) + V * D,  # head not tied
            lambda V, D, T, F, n: count_parameters(V, D, T, F, n) - 2 * D,  # no final norm
        ],
    ),
    Exercise(
        "12_one_sgd_step_by_hand",
        "check_dloss",
        "dloss_yours",
        lambda n_part, n_all: n_part / n_all,
        [
            lambda n_part, n_all: 1.0,
            lambda n_part, n_all: 0.5,
            lambda n_part, n_all: 1 / n_all,
        ],
    ),
]

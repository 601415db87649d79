"""Lesson 1: a solution and near misses for each exercise."""

import numpy as np

from .exercise import Exercise


def log_softmax_backward(dy, y):
    return dy - np.exp(y) * dy.sum()


def temperature_backward(dy, x, tau):
    y = np.exp(x / tau) / np.exp(x / tau).sum()
    du = y * (dy - (dy * y).sum())
    return du / tau, -(du * x).sum() / tau**2


def temperature_backward_fixed(dy, x, tau):
    """Right for tau = 0.7 alone."""
    dx, dtau = temperature_backward(dy, x, tau)
    return dx, dtau * tau**2 / 0.49


def temperature_backward_sign(dy, x, tau):
    dx, dtau = temperature_backward(dy, x, tau)
    return dx, -dtau


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
            temperature_backward_fixed,
            lambda dy, x, tau: (*temperature_backward(dy, x, tau), tau),
            lambda dy, x, tau: (temperature_backward(dy, x, tau)[0], None),
            lambda dy, x, tau: temperature_backward(dy, x, tau)[0],
            lambda dy, x, tau: (dy, temperature_backward(dy, x, tau)[1]),
        ],
    ),
]

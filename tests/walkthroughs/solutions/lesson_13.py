"""Lesson 13: a solution and near misses for each exercise."""

import numpy as np

from .exercise import Exercise


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def richardson(f, x, h):
    return (4 * central(f, x, h / 2) - central(f, x, h)) / 3


def is_right(forward, backward, x, rng, draw_dy=None, direction=None):
    y, cache = forward(x)
    dy = rng.normal(size=y.shape) if draw_dy is None else draw_dy(y)
    u = rng.normal(size=x.shape) if direction is None else direction
    slope = (dy * forward(x + 1e-20j * u)[0]).sum().imag / 1e-20
    return abs((backward(dy, cache) * u).sum() - slope) < 1e-9


def first_entry_only(forward, backward, x, rng):
    direction = np.zeros(x.shape)
    direction.flat[0] = 1
    return is_right(forward, backward, x, rng, direction=direction)


def along_ones(forward, backward, x, rng):
    """All directions in one: softmax does not move along it, and wrong backwards say so too."""
    return is_right(forward, backward, x, rng, direction=np.ones(x.shape))


def with_a_loose_tolerance(forward, backward, x, rng):
    y, cache = forward(x)
    dy = rng.normal(size=y.shape)
    u = 1e-5 * rng.normal(size=x.shape)
    slope = (dy * (forward(x + u)[0] - forward(x - u)[0])).sum() / 2
    return abs((backward(dy, cache) * u).sum() - slope) < 1e-3


def sizes_only(forward, backward, x, rng):
    y, cache = forward(x)
    dy = rng.normal(size=y.shape)
    expected = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[index] += 1e-20j
        expected[index] = (dy * forward(moved)[0]).sum().imag / 1e-20
    return np.allclose(abs(backward(dy, cache)), abs(expected))


EXERCISES = [
    Exercise(
        "13_gradient_checking",
        "check_richardson",
        "richardson_yours",
        richardson,
        [
            central,
            lambda f, x, h: central(f, x, h / 2),
            lambda f, x, h: (central(f, x, h) + central(f, x, h / 2)) / 2,
            lambda f, x, h: (4 * central(f, x, h) - central(f, x, h / 2)) / 3,  # the wrong way
            lambda f, x, h: 2 * central(f, x, h / 2) - central(f, x, h),  # as if c h
            lambda f, x, h: (4 * one_sided(f, x, h / 2) - one_sided(f, x, h)) / 3,
            lambda f, x, h: f(x + 1e-20j).imag / 1e-20,
        ],
    ),
    Exercise(
        "13_gradient_checking",
        "check_is_right",
        "is_right_yours",
        is_right,
        [
            lambda *inputs: is_right(*inputs, draw_dy=np.ones_like),  # a sum-loss
            first_entry_only,
            along_ones,
            with_a_loose_tolerance,
            sizes_only,
            lambda *inputs: True,
            lambda *inputs: False,
        ],
    ),
]

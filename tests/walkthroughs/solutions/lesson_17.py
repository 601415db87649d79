"""Lesson 17: a solution and near misses for each exercise."""

import numpy as np

from tinytf.ops import rope_forward

from .exercise import Exercise


def turned(first, second, angles):
    """The pairs (first, second) turned by angles, both (T, K/2)."""
    cos, sin = np.cos(angles), np.sin(angles)
    return first * cos - second * sin, second * cos + first * sin


def rope_of_neighbours(x, positions, base, sign=1, factor=2):
    frequencies = base ** (-factor * np.arange(x.shape[-1] // 2) / x.shape[-1])
    pairs = turned(x[:, 0::2], x[:, 1::2], sign * positions[:, None] * frequencies)
    return np.stack(pairs, axis=-1).reshape(x.shape)


def rope_in_place(x, positions, base):
    """The second feature is turned with a first one that has been overwritten already."""
    angles = positions[:, None] * base ** (-2 * np.arange(x.shape[-1] // 2) / x.shape[-1])
    x[:, 0::2] = turned(x[:, 0::2], x[:, 1::2], angles)[0]
    x[:, 1::2] = turned(x[:, 0::2], x[:, 1::2], angles)[1]
    return x


def rope_halves_side_by_side(x, positions, base):
    """Neighbours turned, but the results not put back between each other."""
    angles = positions[:, None] * base ** (-2 * np.arange(x.shape[-1] // 2) / x.shape[-1])
    return np.concatenate(turned(x[:, 0::2], x[:, 1::2], angles), axis=1)


def dslope(dscores):
    positions = np.arange(dscores.shape[-1])
    return -(dscores * (positions[:, None] - positions)).sum(axis=(1, 2))


EXERCISES = [
    Exercise(
        "17_llama_and_mpt",
        "check_rope",
        "rope_of_neighbours_yours",
        rope_of_neighbours,
        [
            lambda x, positions, base: rope_forward(x, positions, base)[0],  # i and i + K/2
            lambda x, positions, base: rope_of_neighbours(x, positions, base, sign=-1),
            lambda x, positions, base: rope_of_neighbours(x, positions, base, factor=1),
            lambda x, positions, base: rope_of_neighbours(x, np.arange(len(x)), base),
            lambda x, positions, base: rope_of_neighbours(x, positions, 50.0),
            rope_in_place,
            rope_halves_side_by_side,
        ],
    ),
    Exercise(
        "17_llama_and_mpt",
        "check_dslope",
        "dslope_yours",
        dslope,
        [
            lambda dscores: -dslope(dscores),  # key - query
            lambda dscores: -dscores.sum(axis=(1, 2)),  # every row adds up to 0
            lambda dscores: dslope(dscores).sum(),  # one slope for all heads
            lambda dscores: dslope(dscores) / dscores.shape[-1] ** 2,  # a mean
            lambda dscores: dslope(dscores[:, :4, :4]),  # of four tokens only
        ],
    ),
]

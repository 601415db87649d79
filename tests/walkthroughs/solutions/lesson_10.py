"""Lesson 10: a solution and near misses for each exercise."""

import math

from .exercise import Exercise


def dmemory(dz, q, v, pattern, w_k, w_v):
    return dmemory_through_k(dz, q, v, pattern, w_k, w_v) + pattern.T @ dz @ w_v.T


def dmemory_through_k(dz, q, v, pattern, w_k, w_v):
    dpattern = dz @ v.T
    dscores = pattern * (dpattern - (dpattern * pattern).sum(axis=1, keepdims=True))
    return dscores.T @ q @ w_k.T / math.sqrt(q.shape[1])


def scale_of_one_size(dz, q, v, pattern, w_k, w_v):
    """Right for K = 3 only."""
    too_much = dmemory_through_k(dz, q, v, pattern, w_k, w_v) * (math.sqrt(q.shape[1] / 3) - 1)
    return dmemory(dz, q, v, pattern, w_k, w_v) + too_much


def dmemory_of_several(dmemory_each, n):
    return dmemory_each.reshape(-1, n, *dmemory_each.shape[1:]).sum(axis=1)


EXERCISES = [
    Exercise(
        "10_cross_attention",
        "check_dmemory",
        "dmemory_yours",
        dmemory,
        [
            dmemory_through_k,
            lambda dz, q, v, pattern, w_k, w_v: pattern.T @ dz @ w_v.T,  # through v only
            lambda *inputs: dmemory(*inputs) + (math.sqrt(3) - 1) * dmemory_through_k(*inputs),
            scale_of_one_size,
        ],
    ),
    Exercise(
        "10_cross_attention",
        "check_dmemory_of_several",
        "dmemory_of_several_yours",
        dmemory_of_several,
        [
            lambda each, n: dmemory_of_several(each, n) / n,  # the mean
            lambda each, n: each[::n],  # the last one wins
            lambda each, n: each.reshape(n, -1, *each.shape[1:]).sum(axis=0),  # np.tile's
            lambda each, n: each.reshape(-1, 3, 2, 4).sum(axis=1),  # right for these sizes only
        ],
    ),
]

"""Lesson 18: a solution and near misses for each exercise."""

import numpy as np

from .exercise import Exercise


def culprit(t):
    """The last wrong intermediate is what q, k and v read; one of them sent a wrong part."""
    wrong = [name for name, error in t.check().items() if not error < 1e-8]
    read = [name for name in wrong if t[name].kind == "intermediate"][-1]
    for name, part in t[read].grad_parts.items():
        dy, weight = t[f"{name}_merged"].grad, t[f"{name}.weight"].value
        if not np.allclose(part, dy @ weight.T):
            return name
    raise AssertionError("no part is wrong")


def sees_the_future(t):
    return [name for name in t.names("*.pattern") if np.triu(t[name].value, 1).any()]


EXERCISES = [
    Exercise(
        "18_find_the_bug",
        "check_culprit",
        "culprit_yours",
        culprit,
        [
            lambda t: "decoder.layers.1.self_attn.q",
            lambda t: "decoder.layers.2.self_attn.k",  # right for one of the two
            lambda t: "decoder.layers.1.norm1.out",  # its gradient is wrong: a part of it is
            lambda t: culprit(t) + ".weight",  # its own gradient is right
        ],
    ),
    Exercise(
        "18_find_the_bug",
        "check_sees_the_future",
        "sees_the_future_yours",
        sees_the_future,
        [
            lambda t: t.names("*.pattern"),
            lambda t: sees_the_future(t)[:1],
            lambda t: [n for n in t.names("*.scores") if np.triu(t[n].value, 1).any()],
            lambda t: [n for n in t.names("*.pattern") if np.triu(t[n].value).any()],  # itself
            lambda t: [n for n in t.names("*.pattern") if np.tril(t[n].value, -1).any()],  # back
            lambda t: [n for n in t.names("*.pattern") if np.triu(t[n].grad, 1).any()],
        ],
    ),
]

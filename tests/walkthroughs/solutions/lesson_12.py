"""Lesson 12: a solution and near misses for each exercise."""

from .exercise import Exercise


def count_parameters(V, D, T, F, n_layers):
    attention = 4 * D * D + 4 * D
    feed_forward = D * F + F + F * D + D
    return V * D + T * D + n_layers * (attention + feed_forward + 4 * D) + 2 * D


EXERCISES = [
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
            lambda n_part, n_all: n_part / 40,  # the size of the lesson's batch
        ],
    ),
]

"""Lesson 15: a solution and near misses for each exercise."""

import numpy as np

from .exercise import Exercise


def mean_head_backward(dpooled, mask):
    share = mask / mask.sum(axis=1, keepdims=True)  # (B, S)
    return share[:, :, None] * dpooled[:, None]


def mean_over_all_tokens(dpooled, mask):
    return np.where(mask[:, :, None], dpooled[:, None] / mask.shape[1], 0)


def gradient_of_padding(dpooled, mask):
    n_real = mask.sum(axis=1)[:, None, None]
    return np.repeat(dpooled[:, None] / n_real, mask.shape[1], axis=1)


def names_to_train(names, n_layers, n_top):
    kept = [f"encoder.layers.{i}." for i in range(n_layers - n_top, n_layers)] + ["head."]
    return [name for name in names if name.startswith(tuple(kept))]


def names_not_frozen(names, n_layers, n_top):
    """Without a dot at its end "encoder.layers.1" is the beginning of "encoder.layers.11" too."""
    frozen = [f"encoder.layers.{i}" for i in range(n_layers - n_top)] + ["encoder.embed"]
    return [name for name in names if not name.startswith(tuple(frozen))]


def names_by_text(names, n_layers, n_top):
    """Compares numbers as text, and "9" is larger than "10"."""
    numbers = {name: name.split(".")[2] for name in names if ".layers." in name}
    return [name for name in names if numbers.get(name, "head") >= str(n_layers - n_top)]


EXERCISES = [
    Exercise(
        "15_fine_tuning",
        "check_mean_head",
        "mean_head_backward_yours",
        mean_head_backward,
        [
            mean_over_all_tokens,
            gradient_of_padding,
            lambda dpooled, mask: np.where(mask[:, :, None], dpooled[:, None], 0),  # a sum
            lambda dpooled, mask: mean_head_backward(dpooled, mask)[:, 0],
        ],
    ),
    Exercise(
        "15_fine_tuning",
        "check_names_to_train",
        "names_to_train_yours",
        names_to_train,
        [
            names_not_frozen,
            names_by_text,
            lambda names, n_layers, n_top: names[-2 - n_top :],  # some of one layer
            lambda names, n_layers, n_top: names[-2:],
            lambda names, n_layers, n_top: names[:1] + names_to_train(names, n_layers, n_top),
            lambda names, n_layers, n_top: names_to_train(names, n_layers, n_top)[:-2],  # no head
        ],
    ),
]

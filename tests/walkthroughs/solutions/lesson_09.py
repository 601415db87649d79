"""Lesson 9: a solution and near misses for each exercise."""

import numpy as np

from .exercise import Exercise


def inputs_and_targets(sequences, pad_id):
    length = max(map(len, sequences)) - 1
    inputs = np.full((len(sequences), length), pad_id)
    targets = np.full((len(sequences), length), -100)
    for b, sequence in enumerate(sequences):
        inputs[b, : len(sequence) - 1] = sequence[:-1]
        targets[b, : len(sequence) - 1] = sequence[1:]
    return inputs, targets


def inputs_with_the_last_token(sequences, pad_id):
    """The last token of a short sequence has no target, but stands among the inputs."""
    inputs, targets = inputs_and_targets(sequences, pad_id)
    for b, sequence in enumerate(sequences):
        inputs[b, : len(sequence)] = sequence[: inputs.shape[1]]
    return inputs, targets


def targets_with_padding(sequences, pad_id):
    inputs, targets = inputs_and_targets(sequences, pad_id)
    return inputs, np.where(targets == -100, pad_id, targets)


def prefix_mask(n_prefix, T):
    position = np.arange(T)
    return (position <= position[:, None]) | (position < n_prefix)


EXERCISES = [
    Exercise(
        "09_decoder_next_token",
        "check_inputs_and_targets",
        "inputs_and_targets_yours",
        inputs_and_targets,
        [
            lambda sequences, pad_id: inputs_and_targets(sequences, pad_id)[::-1],
            lambda sequences, pad_id: inputs_and_targets(sequences, pad_id)[0],
            lambda sequences, pad_id: inputs_and_targets(sequences, 1),
            inputs_with_the_last_token,
            targets_with_padding,
        ],
    ),
    Exercise(
        "09_decoder_next_token",
        "check_prefix_mask",
        "prefix_mask_yours",
        prefix_mask,
        [
            lambda n_prefix, T: prefix_mask(0, T),
            lambda n_prefix, T: prefix_mask(n_prefix, T).T,
            lambda n_prefix, T: prefix_mask(n_prefix, T).astype(int),
            lambda n_prefix, T: prefix_mask(n_prefix, T)[None],
            lambda n_prefix, T: np.ones((T, T), bool),
        ],
    ),
]

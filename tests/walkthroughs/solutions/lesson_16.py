"""Lesson 16: a solution and near misses for each exercise."""

from .exercise import Exercise


def equal_d_ff(D, H, Hkv):
    attention = 2 * D * D + 2 * D * Hkv * D // H  # q and out, k and v
    return (12 * D * D - attention) // (3 * D)


def longest_text(memory, n_parameters, L, Hkv, K):
    return (memory - 2 * n_parameters) // (2 * L * Hkv * K * 2)


EXERCISES = [
    Exercise(
        "16_key_variables_of_a_new_model",
        "check_equal_d_ff",
        "equal_d_ff_yours",
        equal_d_ff,
        [
            lambda D, H, Hkv: 8 * D // 3,  # all heads have keys
            lambda D, H, Hkv: 3 * equal_d_ff(D, H, Hkv) // 2,  # no gate
            lambda D, H, Hkv: 4 * D,  # that of GPT
            lambda D, H, Hkv: (12 * D - D - 2 * Hkv * D // H) // 3,  # out forgotten
            lambda D, H, Hkv: (12 * D - 2 * D - Hkv * D // H) // 3,  # values forgotten
            lambda D, H, Hkv: (12 * D - 2 * D - 2 * Hkv) // 3,  # heads of one feature
        ],
    ),
    Exercise(
        "16_key_variables_of_a_new_model",
        "check_longest_text",
        "longest_text_yours",
        longest_text,
        [
            lambda memory, n, L, Hkv, K: memory // (4 * L * Hkv * K),  # the model takes no room
            lambda memory, n, L, Hkv, K: (memory - n) // (4 * L * Hkv * K),  # one byte each
            lambda memory, n, L, Hkv, K: (memory - 2 * n) // (2 * L * Hkv * K),  # keys only
            lambda memory, n, L, Hkv, K: (memory - 2 * n) // (4 * Hkv * K),  # one layer
            lambda memory, n, L, Hkv, K: (memory - 2 * n) / (4 * L * Hkv * K),  # part of a token
            lambda memory, n, L, Hkv, K: 7,
        ],
    ),
]

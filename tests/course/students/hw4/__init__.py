"""hw4 as students write it, by exercise."""

from tests.course.students.hw4 import (
    attention,
    causal_mask,
    cross_attention,
    merge_heads,
    padding_mask,
    self_attention,
    split_heads,
)

_EXERCISES = (
    causal_mask,
    padding_mask,
    split_heads,
    merge_heads,
    attention,
    self_attention,
    cross_attention,
)
RIGHT = tuple(variant for exercise in _EXERCISES for variant in exercise.RIGHT)
WRONG = tuple(variant for exercise in _EXERCISES for variant in exercise.WRONG)

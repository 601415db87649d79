"""hw2 as students write it, by exercise."""

from tests.course.students.hw2 import (
    dropout,
    embedding,
    ffn,
    gelu,
    linear,
    relu,
    silu,
    swiglu_ffn,
    tanh,
)

_EXERCISES = (
    linear,
    relu,
    tanh,
    silu,
    gelu,
    ffn,
    swiglu_ffn,
    dropout,
    embedding,
)
RIGHT = tuple(variant for exercise in _EXERCISES for variant in exercise.RIGHT)
WRONG = tuple(variant for exercise in _EXERCISES for variant in exercise.WRONG)

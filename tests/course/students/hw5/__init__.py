"""hw5 as students write it, by exercise."""

from tests.course.students.hw5 import (
    adam,
    decoder_layer,
    memory_decoder,
    sgd,
    tied_head,
    train,
    transformer_layer,
)

_EXERCISES = (
    transformer_layer,
    decoder_layer,
    memory_decoder,
    tied_head,
    sgd,
    adam,
    train,
)
RIGHT = tuple(variant for exercise in _EXERCISES for variant in exercise.RIGHT)
WRONG = tuple(variant for exercise in _EXERCISES for variant in exercise.WRONG)

"""hw3 as students write it, by exercise."""

from tests.course.students.hw3 import layernorm, residual, rmsnorm

_EXERCISES = (
    layernorm,
    rmsnorm,
    residual,
)
RIGHT = tuple(variant for exercise in _EXERCISES for variant in exercise.RIGHT)
WRONG = tuple(variant for exercise in _EXERCISES for variant in exercise.WRONG)

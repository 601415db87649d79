"""All exercises, each file of this directory the two of one lesson."""

import importlib
from pathlib import Path

from .exercise import Answer, Exercise

__all__ = ["EXERCISES", "Answer", "Exercise"]

LESSONS = sorted(path.stem for path in Path(__file__).parent.glob("lesson_*.py"))
EXERCISES: list[Exercise] = [
    exercise
    for lesson in LESSONS
    for exercise in importlib.import_module(f"{__name__}.{lesson}").EXERCISES
]

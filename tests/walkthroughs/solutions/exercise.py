"""What an exercise is tried with: the check must accept the one and refuse the others."""

from collections.abc import Callable
from typing import Any, NamedTuple

Answer = Callable[..., Any]


class Exercise(NamedTuple):
    walkthrough: str
    check: str  # names in the walkthrough
    blank: str
    solution: Answer
    wrong: list[Answer]

"""A student's process, as the grader sees it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType, TracebackType
from typing import Any

from tinytf.course.exercise import Exercise, Inputs
from tinytf.course.grading.limits import Limits
from tinytf.course.grading.outcome import Outcome

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Child:
    """Runs the functions of one exercise of a submission in a process of their own."""

    def __init__(
        self,
        assignment_name: str,
        files: Mapping[str, str],
        exercise: Exercise,
        remote: Mapping[str, Callable[..., Any]] = NOTHING,
        limits: Limits | None = None,
    ) -> None:
        raise NotImplementedError("follows within the hour")

    def __enter__(self) -> "Child":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def run(self, inputs: Inputs) -> Outcome:
        """Run the exercise's driver on copies of the inputs."""
        raise NotImplementedError("follows within the hour")

    def close(self) -> None:
        """End the process."""


def isolation_note() -> str:
    """One line on how far a student's code is kept apart here; "" where it is kept apart."""
    raise NotImplementedError("follows within the hour")

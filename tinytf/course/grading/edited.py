"""Runs known mistakes: the reference's source with edits, compiled as a module of its own."""

import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from tinytf.course.assignment import Assignment
from tinytf.course.errors import CourseError
from tinytf.course.exercise import Exercise, Inputs, Mistake, Probe
from tinytf.course.grading.here import run_here
from tinytf.course.grading.outcome import Failure, Outcome
from tinytf.course.grading.running import message
from tinytf.course.sources import is_file

Applied = tuple[Mistake, ...]  # made one on top of the other; () is the reference itself


class Reference:
    """The reference of one exercise and its known mistakes, each run at most once on each input.

    Attributes:
        exercise: what is run.
        mistakes: those that can be made.
    """

    def __init__(self, assignment: Assignment, exercise: Exercise) -> None:
        self.exercise = exercise
        self.mistakes = assignment.mistakes(exercise.id)
        self._assignment = assignment
        self._source = assignment.source(exercise.module)
        self._namespaces: dict[Applied, Mapping[str, Any] | None] = {
            (): vars(assignment.load(exercise.module))
        }
        self._outcomes: dict[tuple[Applied, int], tuple[Inputs, Outcome]] = {}
        for mistake in self.mistakes:
            if edited(self._source, mistake) is None:
                raise CourseError(
                    f"{exercise.id}: the edits of the mistake {mistake.name!a} do not fit the "
                    f"source of {exercise.module}: each old text must stand there exactly once"
                )

    def run(self, inputs: Inputs, applied: Applied = ()) -> Outcome | None:
        """What comes out with these mistakes made; None where they cannot be made together.

        `inputs` are remembered by identity: pass the same object for the same probe.

        Raises:
            CourseError: the module with the one mistake does not run.
        """
        key = applied, id(inputs)
        if key not in self._outcomes:
            namespace = self._namespace(applied)
            if namespace is None:
                return None
            # the inputs are kept, so that no other object gets their id
            self._outcomes[key] = inputs, quietly(self.exercise, namespace, inputs)
        return self._outcomes[key][1]

    def correct(self, probe: Probe, generic: bool) -> Outcome:
        """What the reference gives on a probe.

        Raises:
            CourseError: it fails on a generic probe, or gives no output of a name that has points.
                There is nothing to compare a submission with: its error would count as right.
        """
        outcome = self.run(probe.inputs)
        if outcome is None:
            raise LookupError("the reference is always there")
        if generic:
            where = f"{self.exercise.id}: on {probe.name} the reference"
            if outcome.failure is not None:
                raise CourseError(f"{where} fails: {_in_words(outcome.failure)}")
            if absent := [name for name in self.exercise.outputs if name not in outcome.outputs]:
                raise CourseError(f"{where} gives no output {', '.join(absent)}")
        return outcome

    def fresh(self, inputs: Inputs) -> Outcome:
        """What the reference gives, without remembering it."""
        return quietly(self.exercise, self._namespaces[()] or {}, inputs)

    def _namespace(self, applied: Applied) -> Mapping[str, Any] | None:
        if applied not in self._namespaces:
            source: str | None = self._source
            for mistake in applied:
                source = edited(source, mistake) if source is not None else None
            self._namespaces[applied] = None if source is None else self._made(source, applied)
        return self._namespaces[applied]

    def _made(self, source: str, applied: Applied) -> Mapping[str, Any] | None:
        module = ModuleType(f"mistake in {self.exercise.module}")
        try:
            with self._neighbours():
                exec(compile(source, f"<mistake in {self.exercise.module}>", "exec"), vars(module))
        except Exception as error:
            if len(applied) > 1:
                return None  # each for itself is Python, together they are not
            raise CourseError(
                f"{self.exercise.id}: {self.exercise.module} with the mistake {applied[0].name!a} "
                f"does not run: {type(error).__name__}: {message(error)}"
            ) from error
        return vars(module)

    @contextmanager
    def _neighbours(self) -> Iterator[None]:
        """While a file beside the assignment's own runs, it may import its neighbours."""
        if not is_file(self.exercise.module):
            yield
            return
        directory = str(self._assignment.directory)
        sys.path.insert(0, directory)
        try:
            yield
        finally:
            sys.path.remove(directory)


def edited(source: str, mistake: Mistake) -> str | None:
    """The source with the mistake's edits, or None where an old text does not stand there once."""
    for old, new in mistake.edits:
        if source.count(old) != 1:
            return None
        source = source.replace(old, new)
    return source


def quietly(exercise: Exercise, namespace: Mapping[str, Any], inputs: Inputs) -> Outcome:
    """`run_here` without warnings: overflows and empty means are seen in the numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return run_here(exercise, namespace, inputs)


def _in_words(failure: Failure) -> str:
    """What the reference raised, and where."""
    during = f"{failure.during}: " if failure.during else ""
    raised = f"{failure.exception}: " if failure.exception else ""
    return during + raised + failure.text

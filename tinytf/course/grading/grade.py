"""Grades a submission: every exercise by itself, on the reference's versions of the others."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tinytf.course.assignment import Assignment
from tinytf.course.errors import CourseError
from tinytf.course.exercise import Exercise
from tinytf.course.extract import package_files, student_file
from tinytf.course.grading.child import Child
from tinytf.course.grading.edited import Reference
from tinytf.course.grading.exercise import grade_trial, not_begun
from tinytf.course.grading.hidden import HiddenTests, hidden_part
from tinytf.course.grading.part import HIDDEN, GradedExercise, Part
from tinytf.course.grading.probes import try_probes
from tinytf.course.grading.shrink import require_hypothesis

LARGEST_FILE = 1_000_000  # bytes of a student's file

OnResult = Callable[[list[GradedExercise]], None]


def grade_submission(
    assignment: Assignment,
    directory: Path,
    only: str | None = None,
    hidden: HiddenTests | None = None,
    on_result: OnResult | None = None,
) -> list[GradedExercise]:
    """Grade the student's file in `directory`; no other file of it is used.

    Args:
        assignment: what was handed out.
        directory: with `hw1/ops.py` in it, or with `ops.py`.
        only: the id of the one exercise to grade.
        hidden: the hidden tests, if there are any.
        on_result: called after each exercise with all that are graded so far.

    Raises:
        CourseError: there is no file to grade, no such exercise, or hypothesis is not installed.
    """
    require_hypothesis()
    exercises = [assignment.exercise(only)] if only else list(assignment.exercises)
    files = package_files(assignment) | {student_file(assignment): read(assignment, directory)}
    results: list[GradedExercise] = []
    for exercise in exercises:
        results.append(_graded(assignment, files, exercise, hidden))
        if on_result:
            on_result(results)
    return results


def read(assignment: Assignment, directory: Path) -> str:
    """The text of the student's file.

    A link is refused: it could lead to any file that the grader, and only the grader, may read.

    Raises:
        CourseError: there is none, or it cannot be used.
    """
    name = student_file(assignment)
    for path in (directory / name, directory / Path(name).name):
        if path.is_symlink() or (path.parent != directory and path.parent.is_symlink()):
            raise CourseError(f"{path}: expected a file, got a link")
        if path.is_file():
            if path.stat().st_size > LARGEST_FILE:
                raise CourseError(f"{path}: expected at most {LARGEST_FILE:,} bytes")
            return path.read_bytes().decode("utf-8-sig", "replace")  # editors may put a mark first
    raise CourseError(f"{directory / name}: no such file")


def references(assignment: Assignment, exercise: Exercise) -> Mapping[str, Callable[..., Any]]:
    """The reference's functions of all other exercises, by name."""
    found: dict[str, Callable[..., Any]] = {}
    for other in assignment.exercises:
        for name in other.functions:
            if "." not in name and name not in exercise.functions:
                found[name] = getattr(assignment.load(other.module), name)
    return found


def _graded(
    assignment: Assignment,
    files: Mapping[str, str],
    exercise: Exercise,
    hidden: HiddenTests | None,
) -> GradedExercise:
    reference = Reference(assignment, exercise)
    with Child(assignment.name, files, exercise, references(assignment, exercise)) as child:
        trial = try_probes(exercise, reference, child.run)
        graded = grade_trial(trial)
        if hidden is None or exercise.id not in hidden.points:
            return graded
        if not_begun(trial):
            part = Part(HIDDEN, 0.0, hidden.points[exercise.id], hidden=True)
        else:
            part = hidden_part(graded, trial, hidden)
    return replace(graded, parts=(*graded.parts, part))

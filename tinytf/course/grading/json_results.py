"""Gradescope's results.json: one test for each part of each exercise.

The file is valid at any moment: it is written whole beside its place and then moved there.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tinytf.course.assignment import Assignment
from tinytf.course.exercise import Exercise
from tinytf.course.grading.hidden import HiddenTests
from tinytf.course.grading.part import HIDDEN, GradedExercise, Part, not_run
from tinytf.course.grading.text import part_name, part_text, summary
from tinytf.course.whole_file import write_whole

NOT_YET = "not graded: the grader stopped before it got here"


def write_results(
    path: Path,
    assignment: Assignment,
    exercises: Iterable[Exercise],
    results: Iterable[GradedExercise],
    hidden: HiddenTests | None = None,
    note: str = "",
) -> None:
    """Write the results so far; exercises that are not graded yet have 0 points.

    Raises:
        OSError: the file cannot be written.
    """
    table = results_table(assignment, exercises, results, hidden, note)
    write_whole(path, (json.dumps(table, indent=1, allow_nan=False) + "\n").encode("ascii"))


def results_table(
    assignment: Assignment,
    exercises: Iterable[Exercise],
    results: Iterable[GradedExercise],
    hidden: HiddenTests | None = None,
    note: str = "",
) -> dict[str, Any]:
    """What the file holds."""
    done = {graded.exercise.id: graded for graded in results}
    tests = []
    for number, exercise in enumerate(exercises, 1):
        graded = done.get(exercise.id) or not_run(exercise, NOT_YET)
        parts = list(graded.parts)
        if exercise.id not in done and hidden and exercise.id in hidden.points:
            parts.append(Part(HIDDEN, 0.0, hidden.points[exercise.id], hidden=True))
        tests += [
            _test(exercise, part, f"{number}.{position}", graded.notes)
            for position, part in enumerate(parts, 1)
        ]
    lines = [summary(assignment, done.values(), hidden is not None), note]
    return {
        "output": "\n".join(line for line in lines if line),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": tests,
    }


def _test(exercise: Exercise, part: Part, number: str, notes: tuple[str, ...]) -> dict[str, Any]:
    test: dict[str, Any] = {
        "score": part.score,
        "max_score": part.max_score,
        "status": "passed" if part.full else "failed",
        "name": f"{exercise.id}: {part_name(part)}",
        "number": number,
        "output": "" if part.hidden else (part_text(part) or "right"),
        "output_format": "text",
        "tags": [exercise.id],
        "visibility": "hidden" if part.hidden else "visible",
        "extra_data": {"exercise": exercise.id, "part": part.name},
    }
    if not part.hidden:
        test["extra_data"]["mistakes"] = list(part.mistakes)
        test["extra_data"]["notes"] = list(notes)
    return test

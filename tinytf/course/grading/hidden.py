"""Hidden tests: other random inputs, of which a student's text says nothing.

seed = 4711        # draws the inputs
examples = 60      # drawn cases for each exercise, beside the probes
[points]           # exercise id -> points; an exercise that is not named has no hidden tests
softmax = 5
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tinytf.course.assignment import Assignment
from tinytf.course.errors import CourseError
from tinytf.course.grading.compare import problem_of, scale_of
from tinytf.course.grading.part import HIDDEN, GradedExercise, Part
from tinytf.course.grading.probes import FATAL, Trial, try_probes
from tinytf.course.grading.shrink import draw
from tinytf.course.sources import text_of

MOST_EXAMPLES = 1000


@dataclass(frozen=True)
class HiddenTests:
    """What the teacher's file says."""

    seed: int
    examples: int
    points: Mapping[str, float]


def load_hidden(path: Path, assignment: Assignment) -> HiddenTests:
    """Read the file.

    Raises:
        CourseError: it cannot be read, or does not say what it must; in one line.
    """
    try:
        table = tomllib.loads(text_of(path))
    except OSError as error:
        raise CourseError(f"{path}: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{path}: {error}") from error
    if unknown := sorted(set(table) - {"seed", "examples", "points"}):
        raise CourseError(f"{path}: unknown: {', '.join(unknown)}; known: seed, examples, points")
    seed, examples, points = table.get("seed"), table.get("examples", 60), table.get("points")
    if type(seed) is not int or seed < 0:
        raise CourseError(f"{path}: seed: expected a whole number from 0, got {seed!a}")
    if type(examples) is not int or not 0 <= examples <= MOST_EXAMPLES:
        raise CourseError(f"{path}: examples: expected 0 to {MOST_EXAMPLES}, got {examples!a}")
    if type(points) is not dict or not points:
        raise CourseError(f"{path}: expected [points] with the points of each exercise")
    known = [exercise.id for exercise in assignment.exercises]
    for name, value in points.items():
        if name not in known:
            raise CourseError(f"{path}: {assignment.name} has no exercise {name!a}")
        if type(value) not in (int, float) or not 0 < value < 1e6:
            raise CourseError(f"{path}: {name}: expected points above 0, got {value!a}")
    return HiddenTests(seed, examples, points)


def hidden_part(graded: GradedExercise, trial: Trial, hidden: HiddenTests) -> Part:
    """The points of the hidden tests: in proportion to the outputs that are right on all of them.

    An output whose points were refused for how it is computed (finite differences, say) has none.
    """
    exercise = graded.exercise
    points = hidden.points[exercise.id]
    right = [output for output in exercise.outputs if output not in graded.refused]
    if trial.fatal is None:
        again = try_probes(exercise, trial.reference, trial.run, hidden.seed)
        right = [
            output
            for output in right
            if not again.fatal and not any(one.problem(output) for one in again.tried)
        ]
        for inputs in draw(exercise.cases.strategy(), hidden.examples, hidden.seed):
            if not right:
                break
            yours, correct = trial.run(inputs), trial.reference.fresh(inputs)
            if yours.failure and yours.failure.kind in FATAL:
                right = []
            scale = scale_of(inputs)
            right = [output for output in right if not problem_of(output, yours, correct, scale)]
    else:
        right = []
    score = points * len(right) / len(exercise.outputs)
    return Part(HIDDEN, round(score, 2), points, hidden=True)

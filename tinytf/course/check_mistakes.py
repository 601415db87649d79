"""Which known mistakes an assignment's points catch: each is graded as if a student had made it.

The mistakes are edits of the reference, so they are trusted and run in this process.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tinytf.course.assignment import Assignment
from tinytf.course.exercise import Exercise, Inputs, Mistake
from tinytf.course.grading.edited import Reference
from tinytf.course.grading.exercise import grade_exercise
from tinytf.course.grading.outcome import Outcome


@dataclass(frozen=True)
class Checked:
    """What the points say about one known mistake.

    Attributes:
        exercise, mistake: which one.
        score, max_score: the points that a submission with this mistake gets.
        lost: the outputs that lose points, and EDGE.
        named: names of the mistakes that the grader's diagnosis gives.
    """

    exercise: Exercise
    mistake: Mistake
    score: float
    max_score: float
    lost: tuple[str, ...]
    named: tuple[str, ...]

    @property
    def caught(self) -> bool:
        """Whether the mistake costs points."""
        return bool(self.lost)


def check_mistakes(assignment: Assignment, only: str | None = None) -> Iterator[Checked]:
    """Grade every known mistake of the assignment, or of one of its exercises.

    Raises:
        CourseError: no such exercise, a mistake that does not fit the source, or no hypothesis.
    """
    for exercise in [assignment.exercise(only)] if only else assignment.exercises:
        reference = Reference(assignment, exercise)
        for mistake in reference.mistakes:
            yield _check(exercise, reference, mistake)


def _check(exercise: Exercise, reference: Reference, mistake: Mistake) -> Checked:
    def run(inputs: Inputs) -> Outcome:
        outcome = reference.run(inputs, (mistake,))
        if outcome is None:
            raise LookupError(f"{mistake.name}: its edits fit, as `Reference` has checked")
        return outcome

    graded = grade_exercise(exercise, reference, run, examples=False)
    lost = tuple(part.name for part in graded.parts if not part.full)
    named = dict.fromkeys(name for part in graded.parts for name in part.mistakes)
    return Checked(exercise, mistake, graded.score, graded.max_score, lost, tuple(named))

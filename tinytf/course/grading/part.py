"""What grading an exercise gives: parts with points, and what each says."""

from dataclasses import dataclass

from tinytf.course.exercise import Exercise
from tinytf.course.grading.diagnose import Explanation
from tinytf.course.grading.examples import Example

HIDDEN = "hidden"  # the name of the part with the hidden tests
SEE_ABOVE = ("see above",)  # the lines of a part that has nothing of its own to say


@dataclass(frozen=True)
class Part:
    """What one line of points says: an output, the edge cases, or the hidden tests.

    Attributes:
        name: the output, EDGE or HIDDEN.
        score, max_score: points.
        lines: what is wrong, for the student; empty where nothing is.
        mistakes: names of the known mistakes that it names.
        example: the smallest failing case that it shows.
        hidden: whether students may see nothing of it.
    """

    name: str
    score: float
    max_score: float
    lines: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    example: Example | None = None
    hidden: bool = False

    @property
    def full(self) -> bool:
        """Whether it has all its points."""
        return self.score >= self.max_score


@dataclass(frozen=True)
class GradedExercise:
    """An exercise's points, and everything that was found.

    Attributes:
        exercise: which one.
        parts: in the order of its points; the hidden tests last.
        explanations: the known mistakes that were found.
        notes: lines about the whole of it.
        refused: outputs that have no points because of how they are computed.
    """

    exercise: Exercise
    parts: tuple[Part, ...]
    explanations: tuple[Explanation, ...] = ()
    notes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def visible(self) -> tuple[Part, ...]:
        """The parts that students may see."""
        return tuple(part for part in self.parts if not part.hidden)

    @property
    def score(self) -> float:
        """Points of the parts that students may see."""
        return round(sum(part.score for part in self.visible), 6)

    @property
    def max_score(self) -> float:
        """The most that these parts can give."""
        return sum(part.max_score for part in self.visible)

    @property
    def full(self) -> bool:
        """Whether all visible parts have all their points."""
        return all(part.full for part in self.visible)


def not_run(exercise: Exercise, reason: str) -> GradedExercise:
    """An exercise that got no points because nothing of it could be run."""
    first, *others = exercise.points.items()
    parts = [Part(first[0], 0, first[1], (reason,))]
    parts += [Part(name, 0, points, SEE_ABOVE) for name, points in others]
    return GradedExercise(exercise, tuple(parts))

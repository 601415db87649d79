"""The results as people read them, in a terminal and on a Gradescope page; ASCII."""

import textwrap
from collections.abc import Iterable

from tinytf.course.assignment import Assignment
from tinytf.course.exercise import EDGE
from tinytf.course.grading.part import SEE_ABOVE, GradedExercise, Part

WIDTH = 100


def exercise_text(graded: GradedExercise) -> str:
    """A line with the points of each part, and below it what is wrong with which."""
    verdict = "ok  " if graded.full else "FAIL"
    parts = ", ".join(_points(part) for part in graded.visible)
    lines = [f"{verdict} {graded.exercise.id}  {_score(graded)}   {parts}"]
    for part in graded.visible:
        if part.lines and part.lines != SEE_ABOVE:
            lines.append(f"  {part_name(part)}:")
            lines.append(part_text(part, indent="    "))
    lines += [f"  Note: {note}." for note in graded.notes]
    return ascii_only("\n".join(lines))


def part_text(part: Part, indent: str = "") -> str:
    """What one part says, on lines of a terminal's width."""
    wrapped: list[str] = []
    for line in part.lines:
        depth = " " * (len(line) - len(line.lstrip()))
        wrapped += textwrap.wrap(
            line.strip(),
            WIDTH,
            initial_indent=indent + depth,
            subsequent_indent=indent + depth + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return ascii_only("\n".join(wrapped))


def part_name(part: Part) -> str:
    """What a part is called: the output, or "edge cases"."""
    return "edge cases" if part.name == EDGE else part.name


def summary(assignment: Assignment, results: Iterable[GradedExercise], hidden: bool) -> str:
    """The sum of the points; where hidden tests exist, that they are graded separately."""
    results = list(results)
    score, best = sum(r.score for r in results), sum(r.max_score for r in results)
    line = f"{assignment.name}: {score:g} of {best:g} points"
    if hidden:
        line += " in the public tests; hidden tests are graded separately"
    return line


def ascii_only(text: str) -> str:
    """The text with everything that a plain terminal may not show as codes."""
    text = text.encode("ascii", "backslashreplace").decode("ascii")
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)


def _points(part: Part) -> str:
    return f"{part_name(part)} {'OK ' if part.full else ''}{part.score:g}/{part.max_score:g}"


def _score(graded: GradedExercise) -> str:
    return f"{graded.score:g}/{graded.max_score:g}"

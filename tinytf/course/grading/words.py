"""What is wrong with an output, in plain words, where no numbers need to be compared."""

from collections.abc import Iterable

import numpy as np

from tinytf.course.exercise import Exercise
from tinytf.course.grading.compare import Problem, close
from tinytf.course.grading.outcome import KINDS, Failure
from tinytf.course.grading.probes import FATAL, Tried
from tinytf.course.grading.shown import function_of
from tinytf.gradcheck.facts import shape_fact
from tinytf.ops.arrays import Array

LONGEST_MESSAGE = 160  # characters of a student's error message


def failure_in_words(failure: Failure, messages: bool = True) -> str:
    """One line about a failure.

    Args:
        failure: what happened.
        messages: whether the text of the student's own exception may be shown.
    """
    where = "" if failure.during in ("", "import") else f"{failure.during} "
    line = f" in line {failure.line}" if failure.line else ""
    text = failure.text if len(failure.text) <= LONGEST_MESSAGE else failure.text[:157] + "..."
    if failure.kind == "blank":
        return f"{where or 'this '}is not written yet"
    if failure.kind == "raised":
        said = f": {text}" if messages and text != failure.exception else ""
        where = where or "your file cannot be imported: it "
        return f"{where}raises {failure.exception}{line}{said}"
    if failure.kind == "syntax":
        return f"your file is no valid Python{line}: {text}"
    if failure.kind in ("returned", "array", "missing"):
        return text
    if failure.during == "import" and failure.kind == "timeout":
        return text
    if failure.kind == "import":
        return f"your file{line} {text}"
    reason = KINDS.get(failure.kind, failure.kind).partition(":")[0]
    said = f": {text}" if messages and text and text != reason else ""
    return f"{where}{reason}{line}{said}"


def problem_in_words(exercise: Exercise, output: str, one: Tried, problem: Problem) -> str:
    """One line about a problem; "" where the numbers are wrong and nothing else."""
    if problem.failure is not None:
        return failure_in_words(problem.failure)
    function = function_of(exercise, output)
    yours, correct = one.yours.outputs.get(output), one.correct.outputs.get(output)
    if problem.kind == "none":
        return f"{function} returns None for {output}: is a return missing?"
    if problem.kind == "no error":
        expected = one.correct.failure.exception if one.correct.failure else "an error"
        return f"{expected} must be raised on {one.probe.name}, and nothing was"
    if problem.kind == "shape":
        a, b = np.asarray(yours), np.asarray(correct)
        return f"{output} has shape {a.shape}, expected {b.shape}{_shape_hint(one, a, b)}"
    if problem.kind == "dtype":
        a, b = np.asarray(yours), np.asarray(correct)
        return f"{output} has dtype {a.dtype}, expected {b.dtype}"
    if problem.kind == "nan":
        return f"{output} is NaN"
    return ""


def structure(
    exercise: Exercise, output: str, problems: Iterable[tuple[Tried, Problem]]
) -> list[str]:
    """The different structural problems of one output, each with a probe it was seen on.

    Those that end everything are told without a probe.
    """
    lines: dict[str, str] = {}
    for one, problem in problems:
        text = problem_in_words(exercise, output, one, problem)
        if not text:
            continue
        everywhere = problem.kind in FATAL or problem.kind in ("blank", "no error")
        lines.setdefault(
            problem.kind, text if everywhere else f"{text} (seen on: {one.probe.name})"
        )
    return list(lines.values())


def _shape_hint(one: Tried, yours: Array, correct: Array) -> str:
    if yours.dtype.kind not in "fiu":
        return ""
    if yours.ndim == 2 and yours.shape == correct.shape[::-1] and yours.shape != correct.shape:
        if close(yours.T, correct, one.scale):
            return ": it is the transpose of what is expected"
        return ": is it transposed?"
    said = shape_fact(
        yours.astype(float), correct.astype(float), lambda a, b: close(a, b, one.scale)
    )
    if said:
        return f": {said}"
    if yours.ndim < correct.ndim and yours.ndim == correct.ndim - 1:
        return ": an axis got lost; is keepdims=True missing?"
    if yours.size == correct.size:
        return ": as many numbers, in another shape"
    if yours.ndim > correct.ndim:
        return ": an axis too many; is a sum over it missing?"
    return ""

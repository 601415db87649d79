"""Compares one output of a submission with the correct one, and with that of a known mistake.

Numbers are compared as float64: `|yours - correct| <= 1e-7 max(|correct|, floor)`, where the floor
keeps rounding errors harmless: 1e-3 of the largest correct number, or 1e-4 of the largest input.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinytf.course.grading.outcome import Failure, Outcome
from tinytf.ops.arrays import Array

TOLERANCE = 1e-7
FLOOR_FRACTION = 1e-3
INPUT_FRACTION = 1e-4


@dataclass(frozen=True)
class Problem:
    """What is wrong with one output.

    Attributes:
        kind: a kind of `Failure`, or "none" (None came), "shape", "dtype", "nan", "number", or
            "no error" (one was expected).
        failure: why there is no output, where there is none.
    """

    kind: str
    failure: Failure | None = None


def scale_of(inputs: Mapping[str, Any]) -> float:
    """The largest finite number among the inputs, at least 1: rounding errors grow with it."""
    largest = 1.0
    for value in inputs.values():
        if isinstance(value, float | np.ndarray) and not isinstance(value, bool):
            array = np.asarray(value)
            if array.dtype.kind == "f" and array.size:
                finite = np.abs(array[np.isfinite(array)])
                largest = max(largest, float(finite.max(initial=0.0)))
    return largest


def problem_of(name: str, yours: Outcome, correct: Outcome, scale: float) -> Problem | None:
    """What is wrong with this output, or None where it is right.

    Where the reference raises, the same type of error is right.
    """
    if name not in correct.outputs:
        wanted = correct.failure
        if name in yours.outputs or wanted is None:
            return Problem("no error")
        failure = _failure(yours)
        same = failure.exception == wanted.exception and failure.kind == wanted.kind
        return None if same else Problem(failure.kind, failure)
    if name not in yours.outputs:
        return Problem(_failure(yours).kind, _failure(yours))
    value, expected = yours.outputs[name], correct.outputs[name]
    if value is None or expected is None:
        return None if value is expected else Problem("none" if value is None else "number")
    a, b = np.asarray(value), np.asarray(expected)
    if a.shape != b.shape:
        return Problem("shape")
    if (a.dtype.kind == "b") != (b.dtype.kind == "b"):
        return Problem("dtype")
    if close(a, b, scale):
        return None
    if a.dtype.kind == "f" and (np.isnan(a) & ~np.isnan(b.astype(float))).any():
        return Problem("nan")
    if a.dtype == np.float32 and b.dtype == np.float64 and close(a, b, scale, 1e-4):
        return Problem("dtype")
    return Problem("number")


def same(name: str, one: Outcome, other: Outcome, scale: float) -> bool:
    """Whether two runs gave the same output: the same numbers, or the same type of error.

    True is not 1, and 1 is not 1.0: a mask of numbers is a mistake by itself.
    Entries that are not finite match each other: whether inf or NaN comes out of an overflow is a
    matter of how the rest is written.
    """
    if (name in one.outputs) != (name in other.outputs):
        return False
    if name not in one.outputs:
        a_failed, b_failed = _failure(one), _failure(other)
        return (a_failed.kind, a_failed.exception) == (b_failed.kind, b_failed.exception)
    value, expected = one.outputs[name], other.outputs[name]
    if value is None or expected is None:
        return value is expected
    a, b = np.asarray(value), np.asarray(expected)
    alike = a.shape == b.shape and _sort(a) == _sort(b)
    return alike and close(a, b, scale, loose=True)


def _sort(array: Array) -> str:
    """Booleans, integers or floats, of whatever size."""
    return "i" if array.dtype.kind == "u" else array.dtype.kind


def close(
    a: Array, b: Array, scale: float, tolerance: float = TOLERANCE, loose: bool = False
) -> bool:
    """Whether arrays of one shape agree everywhere; NaN agrees with NaN (`loose`: with inf)."""
    a, b = a.astype(float), b.astype(float)
    finite = np.isfinite(a) & np.isfinite(b)
    if loose:
        others = np.isfinite(a) == np.isfinite(b)
    else:
        others = finite | (a == b) | (np.isnan(a) & np.isnan(b))
    if not others.all():
        return False
    a, b = a[finite], b[finite]
    with np.errstate(over="ignore"):
        gap = np.abs(a - b)
    return bool((gap <= tolerance * np.maximum(np.abs(b), floor_of(b, scale))).all())


def floor_of(correct: Array, scale: float) -> float:
    """Numbers below this are compared absolutely."""
    size = np.abs(correct[np.isfinite(correct)])
    return max(FLOOR_FRACTION * float(size.max(initial=0.0)), INPUT_FRACTION * scale)


def relative_error(yours: Any, correct: Any) -> float:
    """The largest error as a fraction of the largest correct number; 0 where there is none."""
    a, b = np.asarray(yours, float), np.asarray(correct, float)
    if a.shape != b.shape or not b.size or not b.any():
        return 0.0
    return float(np.abs(a - b).max() / np.abs(b).max())


def _failure(outcome: Outcome) -> Failure:
    return outcome.failure or Failure("returned", "did not return this output", "")

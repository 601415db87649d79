"""Slopes of a function along a line, measured without trusting any backward.

A *line* is a function t -> outputs, where t = 0 is the point under test. Both methods return
the slope at t = 0 of

    loss(t) = sum over outputs of sum(cotangent * output(t))

* `complex_slope`: Im(loss(i h)) / h with h = 1e-20. No subtraction, so no cancellation: right to
  the last digits, but only where the function is analytic and carries complex numbers through
  (Squire and Trapp 1998, "Using complex variables to estimate derivatives of real functions").
* `central_slope`: Richardson-extrapolated central differences, good to about 1e-9, with a test
  for kinks (ReLU at 0, ties of a max), where no derivative exists.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tinytf.ops.arrays import Array

Outputs = tuple[Array, ...]
Line = Callable[[complex], Outputs]

COMPLEX_STEP = 1e-20
# Powers of two, so that x + step is exact and the step taken is the step divided by.
# The largest that finds the function smooth is used: a kink nearby then does no harm.
CENTRAL_STEPS = (2.0**-13, 2.0**-16, 2.0**-20)
# How far two estimates of a smooth slope may differ, relative to the slope.
SMOOTH = 1e-7
# Rounding errors of a loss, in units of its size: a few times the float64 epsilon.
ROUNDING = 16 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Slope:
    """A slope by central differences: its value, its rounding error, and whether to use it."""

    value: float
    noise: float
    at_kink: bool


def complex_slope(line: Line, cotangents: Outputs) -> float:
    """Slope at t = 0 by one evaluation at t = 1e-20 i. `line` must accept a complex t."""
    outputs = line(1j * COMPLEX_STEP)
    return _contract(cotangents, [np.imag(y) for y in outputs]) / COMPLEX_STEP


def central_slope(line: Line, cotangents: Outputs, here: Outputs) -> Slope:
    """Slope at t = 0 by central differences; `here` is line(0).

    At each step h the slopes to the right (r) and to the left (l) are compared with those at h/2.
    On a smooth function the mean (r + l)/2 hardly moves (error h^2) and the bend r - l halves.
    A kink at t = 0 keeps the bend as it is; a kink within h moves the mean. If one of them is
    seen, a smaller step is tried; a kink at the point itself is seen at every step.
    """
    size = _contract([np.abs(dy) for dy in cotangents], [np.abs(y) for y in here])
    bends = []
    value = noise = np.nan
    for h in CENTRAL_STEPS:
        right, left = _one_sided(line, cotangents, here, h)
        near_right, near_left = _one_sided(line, cotangents, here, h / 2)
        wide, narrow = (right + left) / 2, (near_right + near_left) / 2
        value = (4 * narrow - wide) / 3
        noise = ROUNDING * size / h
        bend = max(abs(wide - narrow), abs((right - left) - 2 * (near_right - near_left)))
        if bend <= SMOOTH * abs(value) + noise:
            return Slope(value, noise, at_kink=False)
        bends.append(bend)
    # Strong but smooth curvature falls with the square of the step, here by 2^-14. A kink stays as
    # it is, a kink of the slope (the square of a ReLU) falls by 2^-7; NaN compares with nothing.
    return Slope(value, noise, at_kink=not bends[-1] <= 2.0**-10 * bends[0])


def _one_sided(line: Line, cotangents: Outputs, here: Outputs, h: float) -> tuple[float, float]:
    """Slopes of the chords (0, h) and (-h, 0).

    The outputs are subtracted before they are summed: outputs that do not move give exactly 0.
    """
    after, before = line(h), line(-h)
    right = _contract(cotangents, [a - y for a, y in zip(after, here, strict=True)]) / h
    left = _contract(cotangents, [y - b for b, y in zip(before, here, strict=True)]) / h
    return right, left


def _contract(cotangents: Sequence[Array], outputs: Sequence[Array]) -> float:
    """sum(cotangent * output) over all outputs."""
    pairs = zip(cotangents, outputs, strict=True)
    return float(sum(np.sum(dy * y) for dy, y in pairs))

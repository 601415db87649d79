"""The comparison itself: measure the gradient of each variable, compare it with yours.

A *variable* is an array that is perturbed: an input of an op, or a parameter of a layer. The
function under test is given as `evaluate(variables) -> outputs`, so that this file knows nothing
of forwards and backwards.
"""

import math
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from tinytf.gradcheck.evidence import Context, Evidence
from tinytf.gradcheck.facts import find_facts
from tinytf.gradcheck.numeric import Line, Outputs, Slope, central_slope, complex_slope
from tinytf.gradcheck.report import InputResult
from tinytf.ops.arrays import Array

Variables = dict[str, Array]
Evaluate = Callable[[Variables], Outputs]

METHODS = ("auto", "complex", "central")
METHOD_NAMES = {"complex": "complex-step", "central": "central differences"}
TOLERANCES = {"complex": 1e-9, "central": 1e-6}
# An expected gradient below this fraction of the largest one in the check counts as zero: the
# error is then measured against that fraction, where rounding errors are harmless.
FLOOR_FRACTION = 1e-3
# The floor where every expected gradient is zero.
SMALLEST_FLOOR = 1e-6
# Complex-step and central differences must agree along a random direction to this.
AGREEMENT = 1e-5
# A fact must hold to this many tolerances: an error is far larger than rounding.
FACT_SLACK = 100.0


@dataclass(frozen=True, eq=False)
class Measurement:
    """The measured gradient of one variable.

    expected: NaN where not measured. at_kink: True where no derivative exists.
    direction, slope: one random direction and the slope along it (None: every entry was picked).
    lost: why complex-step was not possible ("" if it was, or was not tried).
    """

    name: str
    method: str
    note: str
    lost: str
    expected: Array
    at_kink: Array
    direction: Array | None
    slope: float | None


class Meter:
    """Measures slopes of one function at one point, with fixed cotangents."""

    def __init__(self, evaluate: Evaluate, variables: Variables, cotangents: Outputs):
        self.evaluate = evaluate
        self.variables = variables
        # All variables turn complex, not only the perturbed one: an op may allocate its result
        # with the dtype of any of them.
        self.complex_variables = {name: x.astype(complex) for name, x in variables.items()}
        self.cotangents = cotangents
        self.here = evaluate(variables)

    def complex_slope(self, name: str, direction: Array) -> float:
        """Raises what the function raises, and ComplexWarning where it casts to real."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            line = self._line(self.complex_variables, name, direction)
            return complex_slope(line, self.cotangents)

    def central_slope(self, name: str, direction: Array) -> Slope:
        """The slope by central differences, with its kink test."""
        line = self._line(self.variables, name, direction)
        with np.errstate(all="ignore"):  # a step may leave the domain; that is seen as a kink
            return central_slope(line, self.cotangents, self.here)

    def _line(self, variables: Variables, name: str, direction: Array) -> Line:
        x = variables[name]
        return lambda t: self.evaluate({**variables, name: x + t * direction})


def measure(
    meter: Meter, name: str, rng: np.random.Generator, method: str, max_entries: int | None
) -> Measurement:
    """Measure d loss / d variable `name`, entry by entry (at most `max_entries`, picked by rng).

    One random direction is always tried by central differences. It tells whether any entry is at
    a kink (then each is looked at), and whether complex-step sees the same slope: a function that
    drops the imaginary part would otherwise appear to have gradient zero.
    """
    x = meter.variables[name]
    picked = list(range(x.size))
    if max_entries is not None and max_entries < x.size:
        picked = sorted(rng.choice(x.size, size=max_entries, replace=False).tolist())
    direction = rng.normal(size=x.shape)
    along = meter.central_slope(name, direction)
    lost, slope_along = "", along.value
    if method != "central":
        lost, slope_along = _try_complex_step(meter, name, direction, along)

    central: dict[int, Slope] = {}
    if along.at_kink or method == "central" or (lost and method == "auto"):
        central = {i: meter.central_slope(name, _unit(x, i)) for i in picked}
    smooth = [i for i in picked if i not in central or not central[i].at_kink]
    if along.at_kink and method != "central" and not lost:
        # The direction crosses a kink and cannot tell; the smooth entries can.
        reasons = (_try_complex_step(meter, name, _unit(x, i), central[i])[0] for i in smooth)
        lost = next(filter(None, reasons), "")

    note, slope = "", None
    if lost:
        note = f"complex-step not possible: {lost}"
        note += "; central differences used" if method == "auto" else ""
    use_complex = method != "central" and not lost
    expected = np.full(x.size, np.nan)
    at_kink = np.zeros(x.size, bool)
    at_kink[[i for i in picked if i not in smooth]] = True
    if use_complex:
        expected[smooth] = [meter.complex_slope(name, _unit(x, i)) for i in smooth]
    elif method != "complex":
        expected[smooth] = [central[i].value for i in smooth]

    if len(picked) < x.size and not (lost and method == "complex"):
        if along.at_kink:
            note += ("; " if note else "") + "some entry is at a kink: no direction checked"
        else:
            slope = slope_along if use_complex else along.value
    return Measurement(
        name=name,
        method="complex" if use_complex or method == "complex" else "central",
        note=note,
        lost=lost,
        expected=expected.reshape(x.shape),
        at_kink=at_kink.reshape(x.shape),
        direction=None if slope is None else direction,
        slope=slope,
    )


def _try_complex_step(
    meter: Meter, name: str, direction: Array, central: Slope
) -> tuple[str, float]:
    """Why complex-step fails along `direction`, and the slope it found (NaN where it found none).

    The reason is "" where complex-step agrees with central differences, or those cannot tell.
    """
    try:
        slope = meter.complex_slope(name, direction)
    except np.exceptions.ComplexWarning:
        return "the forward casts complex numbers to real (a ComplexWarning)", math.nan
    except (TypeError, ValueError) as error:
        said = f"the forward raises {type(error).__name__} on complex inputs ({error})"
        return said, math.nan
    allowed = AGREEMENT * max(abs(slope), abs(central.value)) + 10 * central.noise
    if central.at_kink or abs(slope - central.value) <= allowed:
        return "", slope
    return (
        "the forward loses the imaginary part (.real, np.abs, float() or alike): "
        f"slope {slope:.6g} by complex-step, {central.value:.6g} by central differences"
    ), slope


def floor_of(measurements: Iterable[Measurement]) -> float:
    """Expected gradients smaller than this are compared absolutely.

    error = |yours - expected| / max(|expected|, floor),
    floor = max(1e-3 * the largest |expected| in the whole check, 1e-6).
    """
    largest = [0.0]
    for measurement in measurements:
        known = measurement.expected[~np.isnan(measurement.expected)]
        largest.append(float(np.max(np.abs(known), initial=0.0)))
    return max(FLOOR_FRACTION * max(largest), SMALLEST_FLOOR)


def judge(
    measured: Measurement,
    gradient: Array,
    floor: float,
    tolerance: float | None,
    context: Context,
) -> InputResult:
    """Compare `gradient` (yours, of the variable's shape) with what was measured."""
    expected = measured.expected
    if tolerance is None:
        tolerance = TOLERANCES[measured.method]
    known = ~np.isnan(expected)
    gap = np.abs(gradient - expected)
    gap = np.where(known & np.isnan(gap), np.inf, gap)  # NaN in yours is infinitely wrong
    error = np.where(known, gap / np.maximum(np.abs(expected), floor), -1.0)
    index = None
    if known.any():
        # A wrong factor gives all entries the same error: show the largest of them.
        among_worst = error >= (1 - 1e-6) * error.max()
        worst = int(np.argmax(np.where(among_worst, gap, -1.0)))
        index = tuple(int(i) for i in np.unravel_index(worst, error.shape))
    direction_error = None
    if measured.direction is not None and measured.slope is not None:
        slope = float(np.sum(gradient * measured.direction))
        # Along a direction the rounding errors of all entries add up: a floor sqrt(size) higher.
        direction_floor = max(abs(measured.slope), floor * gradient.size**0.5)
        direction_error = abs(slope - measured.slope) / direction_floor
    result = InputResult(
        name=measured.name,
        shape=gradient.shape,
        method=METHOD_NAMES[measured.method],
        note=measured.note,
        tolerance=tolerance,
        worst_error=0.0 if index is None else float(error[index]),
        index=index,
        yours=None if index is None else float(gradient[index]),
        expected=None if index is None else float(expected[index]),
        total=gradient.size,
        checked=int(known.sum()),
        at_kink=int(measured.at_kink.sum()),
        direction_error=direction_error,
        gradient=gradient,
        expected_gradient=expected,
    )
    if result.verdict != "WRONG":
        return result
    evidence = Evidence(
        yours=gradient,
        expected=expected,
        direction=measured.direction,
        slope=measured.slope,
        floor=floor,
        tolerance=FACT_SLACK * tolerance,
        context=context,
    )
    return replace(result, facts=find_facts(evidence))


def _unit(x: Array, position: int) -> Array:
    """The direction that moves one entry: 1 at flat `position`, 0 elsewhere."""
    direction = np.zeros(x.size)
    direction[position] = 1.0
    return direction.reshape(x.shape)

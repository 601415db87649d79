"""Checks the reference itself: a handout is only as right as the functions it is compared with.

1. It runs on every generic probe and gives all outputs that have points.
2. Its gradients are the derivatives of its forward (driver "op"): along a random direction v,
   sum(dx * v) is the slope of sum(dy * y), which the gradient checker's central differences
   measure. They are enough here: a wrong gradient, or two in the wrong order, differs by far more
   than they err.
3. Each known mistake gives a module that runs.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from tinytf.course.assignment import Assignment
from tinytf.course.errors import CourseError
from tinytf.course.exercise import Exercise, Inputs, Probe
from tinytf.course.grading.edited import Reference
from tinytf.course.grading.probes import probes_of
from tinytf.gradcheck.numeric import Outputs, central_slope
from tinytf.ops.arrays import Array

_AGREEMENT = 1e-5  # relative to sum(|dx * v|)
_ROUNDING = 1e-11  # of sum(|dy * y|)


def reference_problems(assignment: Assignment) -> Iterator[str]:
    """What is wrong with the reference, a line for each."""
    for exercise in assignment.exercises:
        try:
            reference = Reference(assignment, exercise)
            generic = [probe for probe, is_generic in probes_of(exercise.cases) if is_generic]
            for probe in generic:
                reference.correct(probe, generic=True)
            for mistake in reference.mistakes:
                reference.run(generic[0].inputs, (mistake,))
        except CourseError as error:
            yield str(error)
            continue
        if exercise.driver == "op":
            yield from _gradient_problems(exercise, reference, generic)


def derivatives(exercise: Exercise) -> dict[str, str]:
    """The gradients that are derivatives by their name -> the input: "dx" -> "x"; driver "op"."""
    if exercise.driver != "op":
        return {}
    call = exercise.call
    pairs = {name: name.removeprefix("d") for name in call["gradients"] if name[:1] == "d"}
    return {name: x for name, x in pairs.items() if x in call["inputs"]}


def _gradient_problems(
    exercise: Exercise, reference: Reference, generic: list[Probe]
) -> Iterator[str]:
    """At most one line for each gradient, and one for dy."""
    call = exercise.call
    output, cotangent = call.get("output", "y"), call["cotangent"]
    for probe in generic:
        shapes = [np.shape(reference.correct(probe, True).outputs[output])]
        shapes.append(np.shape(probe.inputs[cotangent]))
        if shapes[0] != shapes[1]:
            yield (
                f"{exercise.id}: on {probe.name} {output} has shape {shapes[0]}, but {cotangent} "
                f"{shapes[1]}; expected the same"
            )
            return
    for gradient, name in derivatives(exercise).items():
        rng = np.random.default_rng(0)
        found = (_problem(exercise, reference, probe, gradient, name, rng) for probe in generic)
        if problem := next(filter(None, found), ""):
            yield problem


def _problem(
    exercise: Exercise,
    reference: Reference,
    probe: Probe,
    gradient: str,
    name: str,
    rng: np.random.Generator,
) -> str:
    """Why this gradient is not the derivative by this input, or "" where it is."""
    x = probe.inputs[name]
    dx = reference.correct(probe, generic=True).outputs[gradient]
    where = f"{exercise.id}: on {probe.name}"
    if x is None and dx is None:
        return ""
    if x is None or dx is None or np.shape(dx) != np.shape(x):
        came, expected = ("None" if v is None else f"shape {np.shape(v)}" for v in (dx, x))
        return f"{where} {gradient} is of {came}, but {name} of {expected}; {_order(exercise)}"
    if np.asarray(x).dtype.kind != "f":
        return ""
    direction = rng.normal(size=np.shape(x))
    claimed = float(np.sum(dx * direction))
    size = float(np.sum(np.abs(dx * direction)))

    def line(t: complex) -> Outputs:
        return (_terms(exercise, reference, probe.inputs | {name: _moved(x, t.real * direction)}),)

    here = line(0)
    measured = central_slope(line, (np.ones_like(here[0]),), here).value
    rounding = _ROUNDING * float(np.sum(np.abs(here[0])))
    if abs(measured - claimed) <= _AGREEMENT * size + rounding:
        return ""
    return (
        f"{where} {gradient} of the reference is not the derivative by {name}: along a random "
        f"direction it is {claimed:.6g}, central differences of {exercise.call['forward']} give "
        f"{measured:.6g}; {_order(exercise)}"
    )


def _order(exercise: Exercise) -> str:
    named = ", ".join(exercise.call["gradients"])
    return f"does {exercise.call['backward']} return {named} in this order?"


def _moved(x: Any, by: Array) -> Any:
    return x + by if isinstance(x, np.ndarray) else float(x + by)


def _terms(exercise: Exercise, reference: Reference, inputs: Inputs) -> Array:
    """dy * y, whose sum has dx as its gradient."""
    y = reference.fresh(inputs).outputs.get(exercise.call.get("output", "y"), np.nan)
    return np.asarray(inputs[exercise.call["cotangent"]] * y, dtype=np.float64)

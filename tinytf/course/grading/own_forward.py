"""Whether a backward is the right derivative of the submission's own forward."""

from typing import Any

import numpy as np

from tinytf.course.exercise import Exercise, Inputs
from tinytf.course.grading.probes import Run, Trial, Tried
from tinytf.ops.arrays import Array

STEP = 1e-5
AGREEMENT = 1e-5  # relative; central differences are not exact
ROUNDING = 1e-15  # of sum(|dy * y|), in each of the two values that are subtracted
LARGEST = 1e4  # inputs above this swallow the step
SMALLEST = 1e-6  # slopes below this are compared absolutely
SEED = 0


def fits_own_forward(trial: Trial, gradient: str) -> bool:
    """Whether this gradient agrees with central differences of the submission's own forward.

    Only for pairs `y, cache = forward(...)`, `dx = backward(dy, cache)`: driver "op". On each probe
    on which the output or the gradient is wrong, one random direction is measured,
    through the process that runs the submission: an error in any entry shows along it. On a probe
    with the right output and a wrong gradient there is nothing to measure.
    """
    exercise = trial.exercise
    name = gradient.removeprefix("d")
    if exercise.driver != "op" or name not in exercise.call["inputs"]:
        return False
    forward = exercise.call.get("output", "y")
    rng = np.random.default_rng(SEED)
    n_fitting = 0
    for one in trial.tried:
        wrong = one.problem(gradient) is not None
        if one.problem(forward) is None:
            if wrong:
                return False
            continue
        x, claimed = one.probe.inputs.get(name), one.yours.outputs.get(gradient)
        if not isinstance(x, np.ndarray) or not _finite(claimed, x.shape):
            continue
        if np.abs(x).max(initial=0.0) > LARGEST:
            continue
        direction = np.asarray(rng.normal(size=x.shape))
        measured = _slope(exercise, trial.run, one.probe.inputs, name, direction)
        if measured is None:
            continue
        products = np.asarray(claimed, float) * direction
        allowed = AGREEMENT * max(abs(measured), float(np.linalg.norm(products)), SMALLEST)
        allowed += ROUNDING * _size(exercise, one) / STEP
        if abs(float(products.sum()) - measured) > allowed:
            return False
        n_fitting += wrong and bool(products.any())
    return n_fitting > 0


def _slope(
    exercise: Exercise, run: Run, inputs: Inputs, name: str, direction: Array
) -> float | None:
    """The slope of sum(dy * y) along a direction of one input; None where it is not finite."""
    values = []
    for step in (STEP, -STEP):
        value = _objective(exercise, run, inputs | {name: inputs[name] + step * direction})
        if value is None:
            return None
        values.append(value)
    return (values[0] - values[1]) / (2 * STEP)


def _objective(exercise: Exercise, run: Run, inputs: Inputs) -> float | None:
    """sum(dy * y), whose gradient is what the backward returns."""
    outputs = run(inputs).outputs
    y = outputs.get(exercise.call.get("output", "y"))
    dy = inputs[exercise.call["cotangent"]]
    if not _finite(y, np.shape(dy)):
        return None
    return float(np.sum(np.asarray(dy) * np.asarray(y)))


def _size(exercise: Exercise, one: Tried) -> float:
    """sum(|dy * y|)."""
    y = np.asarray(one.yours.outputs[exercise.call.get("output", "y")], float)
    return float(np.abs(one.probe.inputs[exercise.call["cotangent"]] * y).sum())


def _finite(value: Any, shape: tuple[int, ...]) -> bool:
    if value is None or np.shape(value) != shape:
        return False
    return bool(np.isfinite(np.asarray(value, float)).all())

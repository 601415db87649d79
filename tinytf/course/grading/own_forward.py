"""Whether a backward is the right derivative of the submission's own forward."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from tinytf.course.exercise import Exercise, Inputs
from tinytf.course.grading.probes import Run, Trial, Tried
from tinytf.ops.arrays import Array

STEP = 1e-5
AGREEMENT = 1e-5  # relative; central differences are not exact
MOST_ENTRIES = 60  # of a probe that is measured
N_PROBES = 2


def fits_own_forward(trial: Trial, gradient: str, tried: Iterable[Tried]) -> bool:
    """Whether this gradient agrees with central differences of the submission's own forward.

    Only for pairs `y, cache = forward(...)`, `dx = backward(dy, cache)`: driver "op". It is looked
    at on the smallest of these probes, through the process that runs the submission.
    """
    exercise = trial.exercise
    name = gradient.removeprefix("d")
    if exercise.driver != "op" or name not in exercise.call["inputs"]:
        return False
    fitting = 0
    for one in sorted(tried, key=lambda one: _size(one.probe.inputs, name)):
        inputs, x = one.probe.inputs, one.probe.inputs.get(name)
        claimed = one.yours.outputs.get(gradient)
        if not isinstance(x, np.ndarray) or x.size > MOST_ENTRIES or not _finite(claimed, x.shape):
            continue
        measured = _measured(exercise, trial.run, inputs, name)
        if measured is None or not _agree(np.asarray(claimed, float), measured):
            return False
        fitting += 1
        if fitting == N_PROBES:
            break
    return fitting > 0


def _measured(exercise: Exercise, run: Run, inputs: Inputs, name: str) -> Array | None:
    x = inputs[name]
    slopes = np.zeros(x.size)
    for i in range(x.size):
        values = []
        for step in (STEP, -STEP):
            moved = x.copy()
            moved.flat[i] += step
            value = _objective(exercise, run, inputs | {name: moved})
            if value is None:
                return None
            values.append(value)
        slopes[i] = (values[0] - values[1]) / (2 * STEP)
    return slopes.reshape(x.shape)


def _objective(exercise: Exercise, run: Run, inputs: Inputs) -> float | None:
    """sum(dy * y), whose gradient is what the backward returns."""
    outputs = run(inputs).outputs
    y = outputs.get(exercise.call.get("output", "y"))
    dy = inputs[exercise.call["cotangent"]]
    if not _finite(y, np.shape(dy)):
        return None
    return float(np.sum(np.asarray(dy) * np.asarray(y)))


def _finite(value: Any, shape: tuple[int, ...]) -> bool:
    if value is None or np.shape(value) != shape:
        return False
    return bool(np.isfinite(np.asarray(value, float)).all())


def _agree(claimed: Array, measured: Array) -> bool:
    scale = max(float(np.abs(measured).max(initial=0.0)), 1e-6)
    return bool((np.abs(claimed - measured) <= AGREEMENT * scale).all()) and bool(claimed.any())


def _size(inputs: Mapping[str, Any], name: str) -> int:
    return inputs[name].size if isinstance(inputs.get(name), np.ndarray) else 0

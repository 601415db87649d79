"""What costs an output its points though its numbers are right: how it was computed."""

import numpy as np

from tinytf.course.exercise import Exercise
from tinytf.course.grading.compare import relative_error
from tinytf.course.grading.probes import Trial
from tinytf.course.grading.shown import function_of, is_forward

# Another but equal formula differs by rounding, 1e-15 or so; central differences, and single
# precision, differ by more than this.
ROUNDING = 1e-10
# A backward that runs its forward more than once, row by row for instance, is as exact as any.
# Differences are not, though their errors may be small: 1e-11 where the function is nearly linear.
ROUNDING_OF_CALLS = 1e-12


def faults_of(trial: Trial, output: str) -> list[str]:
    """One line for each fault of this output."""
    exercise = trial.exercise
    lines = []
    if trial.unstable and output in trial.unstable[1]:
        lines.append(f"two calls with the same inputs give different {output}")
    if changed := _changed(trial, output):
        lines.append(
            f"{function_of(exercise, output)} changes its input {', '.join(changed)}: work on a "
            "copy, not in place"
        )
    if not is_forward(exercise, output) and exercise.driver == "op":
        lines += _differences(trial, output)
    return lines


def _changed(trial: Trial, output: str) -> list[str]:
    """Inputs that were changed, though the reference leaves them as they are."""
    names = {
        name for one in trial.tried for name in one.yours.changed if name not in one.correct.changed
    }
    if trial.exercise.driver == "op":
        cotangent = trial.exercise.call["cotangent"]
        forward = is_forward(trial.exercise, output)
        names = {name for name in names if (name == cotangent) != forward}
    return sorted(names)


def _differences(trial: Trial, output: str) -> list[str]:
    """Finite differences in the place of a backward."""
    exercise: Exercise = trial.exercise
    calls = max((one.yours.forward_calls_in_backward for one in trial.tried), default=0)
    function = function_of(exercise, output)
    generic = [one for one in trial.tried if one.generic]
    errors = [
        relative_error(one.yours.outputs[output], one.correct.outputs[output])
        for one in generic
        if one.problem(output) is None and one.yours.outputs.get(output) is not None
    ]
    if calls > 1 and max(errors, default=0.0) > ROUNDING_OF_CALLS:
        return [
            f"{function} calls the forward {calls} times, and {output} is only nearly right "
            f"(relative error {max(errors):.0e}): finite differences check a backward, they are "
            "none"
        ]
    if len(errors) >= 2 and np.median(errors) > ROUNDING:
        return [
            f"{output} is only nearly right (relative error {np.median(errors):.0e}): that is what "
            "finite differences or single precision give, not a formula in float64"
        ]
    return []

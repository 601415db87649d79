"""The numeric check of a report's gradients: of all of them, or as many as there is time for."""

import numpy as np

from tinytf.report.build import Step

# A check of one gradient runs the model once more: so many seconds for each of its tensors, and for
# each of its parameters, measured on a core of today. Estimated, not timed: the same step gives the
# same report on every machine.
_SECONDS_A_TENSOR = 6e-5
_SECONDS_A_PARAMETER = 1.1e-8
MOST_SECONDS = 5.5


def check_step(step: Step, most_seconds: float = MOST_SECONDS) -> tuple[dict[str, float], str]:
    """Compare gradients with complex-step.

    Args:
        step: the training step.
        most_seconds: about so long it may take.

    Returns:
        Name -> relative error, and a sentence for the reader that says what was checked.
    """
    trace = step.trace
    names = [tensor.name for tensor in trace if tensor.grad is not None]
    n_parameters = sum(tensor.value.size for tensor in trace.parameters())
    a_run = _SECONDS_A_TENSOR * len(trace) + _SECONDS_A_PARAMETER * n_parameters
    most = max(int(most_seconds / a_run), 1)
    chosen = None
    if len(names) > most:  # evenly spread, so that every layer and every op has some
        chosen = {names[place * len(names) // most] for place in range(most)}
    with np.errstate(all="ignore"):  # a damaged model overflows; the errors are then NaN
        errors = trace.check(names=chosen)
    if chosen is None:
        return errors, f"all {len(errors)} gradients were checked numerically, by complex-step"
    return errors, (
        f"{len(errors)} of {len(names)} gradients were checked numerically, by complex-step; of "
        "the others, the check was left out to save time"
    )

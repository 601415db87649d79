"""The numeric check of a report's gradients: of all of them, or as many as there is time for."""

from tinytf.report.build import Step

# Tensors times parameters: about 4 seconds on a core of today. A check costs a run of the model.
MOST_WORK = 4e8


def check_step(step: Step) -> tuple[dict[str, float], str]:
    """Compare gradients with complex-step.

    Args:
        step: the training step.

    Returns:
        Name -> relative error, and a sentence for the reader that says what was checked.
    """
    trace = step.trace
    names = [tensor.name for tensor in trace if tensor.grad is not None]
    n_parameters = sum(tensor.value.size for tensor in trace.parameters())
    most = max(int(MOST_WORK / max(n_parameters, 1)), 1)
    if len(names) <= most:
        errors = trace.check()
        return errors, f"all {len(errors)} gradients were checked numerically, by complex-step"
    # Evenly spread, so that every layer and every op has some.
    chosen = {names[place * len(names) // most] for place in range(most)}
    errors = trace.check(names=chosen)
    return errors, (
        f"{len(errors)} of {len(names)} gradients were checked numerically, by complex-step; of "
        "the others, the check was left out to save time"
    )

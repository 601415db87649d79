"""Numbers as a student reads them: [[0.5 1.]] on one line, ASCII."""

from typing import Any

import numpy as np

from tinytf.course.exercise import Exercise, Inputs
from tinytf.course.grading.outcome import Outcome
from tinytf.course.grading.remote import Remote
from tinytf.course.grading.shrink import numbers_in

MOST_NUMBERS = 40  # of one array that are shown


def shown(value: Any, digits: int = 6) -> str:
    """An input or an output."""
    if isinstance(value, np.ndarray):
        if value.size > MOST_NUMBERS or value.size == 0:
            return f"(an array of shape {value.shape})"
        return _nested(value, digits)
    if isinstance(value, Remote):
        return repr(value.target).encode("ascii", "replace").decode()[:60]
    if isinstance(value, bool | np.bool_):
        return str(value)
    if isinstance(value, float | np.floating):
        return _number(float(value), digits)
    return ascii(value)[:80]


def shown_inputs(exercise: Exercise, inputs: Inputs, output: str) -> str:
    """The inputs that matter for this output: "x=[[0.]] dy=[[1.]]"."""
    return " ".join(f"{k}={shown(v)}" for k, v in relevant(exercise, inputs, output).items())


def relevant(exercise: Exercise, inputs: Inputs, output: str) -> Inputs:
    """The inputs without the gradient that comes in, where the output is the forward's."""
    hidden = exercise.call.get("cotangent") if is_forward(exercise, output) else None
    return {name: value for name, value in inputs.items() if name != hidden}


def is_forward(exercise: Exercise, output: str) -> bool:
    """Whether this output comes from the forward of a pair of functions (driver "op")."""
    return exercise.driver == "op" and output == exercise.call.get("output", "y")


def function_of(exercise: Exercise, output: str) -> str:
    """The function that gives this output, as far as the driver tells."""
    call = exercise.call
    if exercise.driver == "op":
        return str(call["forward"] if is_forward(exercise, output) else call["backward"])
    return " / ".join(exercise.functions)


def pair_shown(yours: Any, correct: Any) -> tuple[str, str]:
    """Both, with as many digits as they need to look different."""
    for digits in (6, 10, 17):
        texts = shown(yours, digits), shown(correct, digits)
        if texts[0] != texts[1]:
            break
    return texts


def count_shown(exercise: Exercise, inputs: Inputs, output: str, outcomes: list[Outcome]) -> int:
    """How many numbers the message about these inputs shows: inputs, yours and the correct ones."""
    values = [outcome.outputs.get(output) for outcome in outcomes]
    return numbers_in(relevant(exercise, inputs, output)) + sum(
        int(np.size(value)) for value in values if value is not None
    )


def _nested(array: Any, digits: int) -> str:
    if array.ndim == 0:
        return _number(float(array), digits) if array.dtype.kind == "f" else str(array)
    return "[" + " ".join(_nested(np.asarray(part), digits) for part in array) + "]"


def _number(value: float, digits: int) -> str:
    text = f"{value:.{digits}g}"
    plain = text.lstrip("-").isdigit()
    return text + "." if plain else text

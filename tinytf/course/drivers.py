"""How the functions of an exercise are called: the same way for a student's and for the reference.

A driver gets the functions by name, the exercise's `call` and the inputs, and yields each output as
soon as it has it: where a backward fails, the forward's output is there already. An output that the
function should have returned but did not is not yielded by guessing: `Returned` says what came.

This file is sent as text into the process in which a student's functions run, so it imports nothing
but the standard library and NumPy.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

Output = tuple[str, Any]
Namespace = Mapping[str, Any]


class Returned(Exception):
    """A function returned something of the wrong form; the text says what was expected and came."""


def op(
    functions: Namespace, call: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Iterator[Output]:
    """A pair `y, cache = x_forward(...)`, `dx, dw, ... = x_backward(dy, cache)`.

    call:
        forward, backward: names of the functions.
        inputs: names of the forward's inputs, in order.
        options: names of those passed by keyword.
        cotangent: the name of dy among the inputs.
        gradients: names of what the backward returns, in order.
        seed: where the forward draws random numbers: the name of the input that seeds its rng.
    """
    forward, backward = functions[call["forward"]], functions[call["backward"]]
    arguments = [inputs[name] for name in call["inputs"]]
    options = {name: inputs[name] for name in call.get("options", ()) if name in inputs}
    if "seed" in call:
        options["rng"] = np.random.default_rng(inputs[call["seed"]])
    returned = forward(*arguments, **options)
    if type(returned) is not tuple or len(returned) != 2:
        raise Returned(f"{call['forward']}: expected (y, cache), got {_form(returned)}")
    y, cache = returned
    yield "y", y
    gradients = backward(inputs[call["cotangent"]], cache)
    names = call["gradients"]
    if len(names) == 1:
        gradients = (gradients,)
    if type(gradients) not in (tuple, list) or len(gradients) != len(names):
        raise Returned(
            f"{call['backward']}: expected {len(names)} gradients ({', '.join(names)}), "
            f"got {_form(gradients)}"
        )
    yield from zip(names, gradients, strict=True)


def function(
    functions: Namespace, call: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Iterator[Output]:
    """A single function: `y = name(...)`.

    call:
        function: its name.
        inputs: names of its inputs, in order.
        options: names of those passed by keyword.
    """
    arguments = [inputs[name] for name in call["inputs"]]
    options = {name: inputs[name] for name in call.get("options", ()) if name in inputs}
    yield "y", functions[call["function"]](*arguments, **options)


def _form(returned: Any) -> str:
    if type(returned) in (tuple, list):
        return f"{len(returned)} values"
    return "None" if returned is None else f"one {type(returned).__name__}"


DRIVERS: dict[str, Callable[..., Iterator[Output]]] = {"op": op, "function": function}

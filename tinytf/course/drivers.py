"""How the functions of an exercise are called: the same way for a student's and for the reference.

A driver gets the functions by name, the exercise's `call` and the inputs, and yields each output as
soon as it has it: where a backward fails, the forward's output is there already. An output that the
function should have returned but did not is not yielded by guessing: `Returned` says what came.

What a driver's `call` must hold is checked when an assignment is loaded: see `calls.py`. Functions
are the exercise's own, inputs are among those of the probes, each of them goes somewhere, and every
output has points (but for the forward's of a class whose forward is given).

This file is sent as text into the process in which a student's functions run, so it imports nothing
but the standard library, NumPy and files that are sent along.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from tinytf.course.drivers_classes import layer, memory_decoder, optimizer, tied_head, training
from tinytf.course.drivers_layers import dropout, residual
from tinytf.course.returned import Namespace, Output, Returned, two
from tinytf.course.returned import form as _form


def op(
    functions: Namespace, call: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Iterator[Output]:
    """A pair `y, cache = x_forward(...)`, `dx, dw, ... = x_backward(dy, cache)`.

    call:
        forward, backward: names of the functions.
        inputs: names of the forward's inputs, in order.
        options: names of those passed by keyword.
        cotangent: the name of dy among the inputs.
        gradients: names of what the backward returns, in order. What is called d and the name
            of an input is its derivative, which `tinytf assign build` proves: where a backward is
            meant to give something else (a straight-through estimator, say), call it otherwise.
        output: name of what the forward returns, "y" unless given.
        seed: where the forward draws random numbers: the name of the input that seeds its
            rng; probes may leave it out.
    """
    forward, backward = functions[call["forward"]], functions[call["backward"]]
    arguments = [inputs[name] for name in call["inputs"]]
    options = {name: inputs[name] for name in call.get("options", ()) if name in inputs}
    if call.get("seed") in inputs:
        options["rng"] = np.random.default_rng(inputs[call["seed"]])
    output = call.get("output", "y")
    y, cache = two(call["forward"], forward(*arguments, **options), output)
    yield output, y
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


DRIVERS: dict[str, Callable[..., Iterator[Output]]] = {
    driver.__name__: driver
    for driver in (
        op,
        function,
        dropout,
        residual,
        layer,
        memory_decoder,
        tied_head,
        optimizer,
        training,
    )
}

__all__ = ["DRIVERS", "Returned"]

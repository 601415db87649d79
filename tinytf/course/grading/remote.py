"""An object that stays in the grader's process and whose methods a student's code may call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Remote:
    """An input that is an object of the grader, such as a model or an optimiser.

    In the student's process a stand-in takes its place: it has these methods and nothing else, and
    each call goes over the pipe to the object itself. Arrays and numbers among the arguments and
    results are copied; anything else that a method returns (a cache, say) stays with the grader,
    and the student gets a token that can only be passed on to another remote method or function.

        inputs = {
            "model": Remote(model, ("forward", "backward"), {"loss": lambda: measure(model)}),
            "optimiser": Remote(optimiser, ("step", "zero_grad")),
        }

    Attributes:
        target: the object. Made afresh for each run: a run that trains a model changes it.
        methods: the names of the methods that may be called.
        results: outputs that the grader computes itself once the functions have run without a
            failure, name -> function: they are added to the outcome's outputs, and no student's
            code has had them in hand.
    """

    target: Any
    methods: tuple[str, ...]
    results: Mapping[str, Callable[[], Any]] = field(default_factory=dict)


def results_of(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What the grader computes from its own objects after a run."""
    return {
        name: compute()
        for value in inputs.values()
        if isinstance(value, Remote)
        for name, compute in value.results.items()
    }

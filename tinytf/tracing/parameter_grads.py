"""What a backward pass adds to the parameters' gradients, and who adds it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tinytf.layers.parameter import Parameter
from tinytf.ops.arrays import Array
from tinytf.tracing.names import free_name

UNSEEN = "something else than grad += ..."


class ParameterGrads:
    """The contributions to each parameter's `.grad`.

    Those of `grad += ...` are heard of one by one. Whatever else changed a gradient (`grad = ...`,
    `np.add.at(grad, ...)`) is found by comparing it before and after the backward.

    Args:
        parameters: by name.
        wanted: whether a parameter of this name is to be kept.
    """

    def __init__(self, parameters: dict[str, Parameter], wanted: Callable[[str], bool]) -> None:
        self.parts: dict[str, dict[str, Array]] = {}
        self._parameters = {name: p for name, p in parameters.items() if wanted(name)}
        self._names = {id(p): name for name, p in self._parameters.items()}
        self._before: dict[str, Array] = {}
        self._known: dict[str, Array] = {}

    def begin(self) -> None:
        """An outermost backward begins."""
        self._before = {name: p.grad.copy() for name, p in self._parameters.items()}
        self._known = {}

    def add(self, parameter: Parameter, consumer: str, term: Array, index: Any = None) -> None:
        """`parameter.grad += term`, or with an index `parameter.grad[index] += term`."""
        name = self._names.get(id(parameter))
        if name is None:
            return
        part = np.zeros(parameter.value.shape, np.result_type(parameter.grad, term))
        part[... if index is None else index] += term
        parts = self.parts.setdefault(name, {})
        parts[free_name(consumer, parts)] = part
        self._known[name] = self._known[name] + part if name in self._known else part

    def end(self) -> None:
        """An outermost backward has ended."""
        for name, before in self._before.items():
            parameter = self._parameters[name]
            change, known = parameter.grad - before, self._known.get(name, np.zeros_like(before))
            largest = max(float(np.abs(one).max(initial=0)) for one in (before, change))
            rounding = 100 * float(np.finfo(before.dtype).eps) * largest
            if not np.allclose(change, known, rtol=0, atol=rounding, equal_nan=True):
                parts = self.parts.setdefault(name, {})
                parts[free_name(UNSEEN, parts)] = np.asarray(change - known)
        self._before, self._known = {}, {}

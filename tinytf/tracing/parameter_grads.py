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

    Attributes:
        parts: name -> consumer -> what it added.
        leftover: names of those whose gradient already held something when the trace was opened,
            and still did when the backward began.
        gaps: whether some functions are not heard of. Then what changes between two outermost
            backwards counts, too; without gaps it is the user's, who may set gradients to zero.
    """

    def __init__(self, parameters: dict[str, Parameter], wanted: Callable[[str], bool]) -> None:
        self.parts: dict[str, dict[str, Array]] = {}
        self._parameters = {name: p for name, p in parameters.items() if wanted(name)}
        self._names = {id(p): name for name, p in self._parameters.items()}
        self._before: dict[str, Array] = {}
        self._known: dict[str, Array] = {}
        self.leftover: list[str] = []
        self._began = False
        self.gaps = False

    def opened(self, gaps: bool) -> None:
        """The trace begins."""
        self.gaps = gaps
        self.leftover = [name for name, p in self._parameters.items() if p.grad.any()]

    def begin(self) -> None:
        """An outermost backward begins."""
        for name, parameter in self._parameters.items():
            if not (self.gaps and self._began and parameter.grad.any()):
                self._before[name] = parameter.grad.copy()
                self._known.pop(name, None)
        if not self._began:  # a zero_grad may have run since the trace was opened
            self.leftover = [name for name in self.leftover if self._before[name].any()]
            self._began = True

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
            known = self._known.get(name, np.zeros_like(before))
            with np.errstate(invalid="ignore", over="ignore"):
                change = parameter.grad - before
            finite = [one[np.isfinite(one)] for one in (before, change)]
            largest = max(float(np.abs(one).max(initial=0)) for one in finite)
            rounding = 100 * float(np.finfo(before.dtype).eps) * largest
            if not np.allclose(change, known, rtol=0, atol=rounding, equal_nan=True):
                parts = self.parts.setdefault(name, {})
                with np.errstate(invalid="ignore"):
                    parts[free_name(UNSEEN, parts)] = np.asarray(change - known)
                self._known[name] = change
        if not self.gaps:
            self._before, self._known = {}, {}

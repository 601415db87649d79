"""From a trace to matrices: values, gradients, contributions, parameters and their updates."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tinytf.ops.arrays import Array
from tinytf.report.axes import Axis
from tinytf.report.layout import ONE, Layout
from tinytf.report.matrices import Kind, Matrix
from tinytf.report.symbols import DELTA, grad, of_head, parameter_title
from tinytf.tracing import Trace, TracedTensor


class Numbers:
    """The matrices of a trace (of sample 0), head by head where there are heads.

    Args:
        trace: of one training step with B = 1.
        layout: the axes.
        errors: name -> relative error of the gradient's numeric check.
    """

    def __init__(self, trace: Trace, layout: Layout, errors: dict[str, float]) -> None:
        self.trace, self.layout, self.errors = trace, layout, errors
        self._found: dict[tuple[str, ...], Matrix] = {}

    def name(self, name: str) -> str:
        """The tensor's own name, given that or an alias."""
        return self.trace[name].name

    def value(self, name: str, head: int | None = None) -> Matrix:
        """The value of an intermediate or a parameter."""
        tensor = self.trace[name]
        kind = "parameter" if tensor.kind == "parameter" else "value"
        if tensor.name.endswith((".pattern", ".dropped")) and tensor.value.ndim == 4:
            kind = "probability"
        return self._matrix(tensor, "value", tensor.value, "", kind, head)

    def grad(self, name: str, head: int | None = None) -> Matrix:
        """The gradient.

        Raises:
            ValueError: there is none.
        """
        tensor = self.trace[name]
        if tensor.grad is None:
            raise ValueError(f"{name}: expected a gradient, but {tensor.why_no_grad}")
        made = self._matrix(tensor, "grad", tensor.grad, grad(""), "gradient", head)
        return replace(made, error=self.errors.get(tensor.name))

    def part(self, name: str, consumer: str) -> Matrix:
        """What one consumer contributed to the gradient."""
        tensor = self.trace[name]
        part = tensor.grad_parts[consumer]
        made = self._matrix(tensor, f"part {consumer}", part, f"part of {grad('')}", "gradient")
        return replace(made, name=f"{tensor.name}, sent by {consumer}")

    def so_far(self, name: str, consumers: Sequence[str]) -> Matrix:
        """The sum of what these consumers contributed; all of them: the gradient itself."""
        tensor = self.trace[name]
        if len(consumers) == len(tensor.grad_parts):
            return self.grad(name)
        total: Array = sum(tensor.grad_parts[one] for one in consumers) + np.zeros(tensor.shape)
        key = f"sum {len(consumers)}"
        made = self._matrix(tensor, key, total, grad(""), "gradient")
        of = f"{len(consumers)} of {len(tensor.grad_parts)}"
        return replace(made, name=f"{tensor.name}, {of} contributions")

    def delta(self, name: str, learning_rate: float) -> Matrix:
        """What plain SGD adds to a parameter.

        The difference of after and before would say the same, but for rounding: where a gradient
        is 0 but for rounding, that is all there is.
        """
        gradient = self.grad(name)
        title = f"{DELTA}{self.title(name)}"
        numbers = -learning_rate * gradient.numbers
        return replace(gradient, numbers=numbers, title=title, kind="update", error=None)

    def after(self, name: str) -> Matrix:
        """A parameter after the update."""
        tensor = self.trace[name]
        assert tensor.after is not None
        made = self._matrix(tensor, "after", tensor.after, "", "parameter")
        return replace(made, title=f"{made.title} after")

    def constant(
        self,
        numbers: Array,
        rows: Axis,
        cols: Axis,
        title: str,
        name: str,
        kind: Kind = "value",
    ) -> Matrix:
        """A matrix that is no tensor of the trace: an inner step of a formula, or a constant."""
        return Matrix(np.asarray(numbers, dtype=np.float64), rows, cols, title, name, kind)

    def title(self, name: str) -> str:
        """What a formula calls a tensor: as its variable, or norm1.out where that says little."""
        tensor = self.trace[name]
        if tensor.kind == "parameter":
            return parameter_title(tensor.name)
        *path, tail = tensor.name.split("#")[0].split(".")
        return f"{path[-1]}.out" if tail == "out" and path else tail

    def mask(self, name: str, head: int) -> Array | None:
        """Which cells of a pattern's head a mask hides (T, Tk); None where it hides nothing."""
        prefix = name.rsplit(".", 1)[0]
        scores = self.trace[f"{prefix}.scores"].value[0, head]
        hidden: Array = np.isneginf(scores)
        return hidden if hidden.any() else None

    def _matrix(
        self,
        tensor: TracedTensor,
        what: str,
        numbers: Array,
        before: str,
        kind: Kind,
        head: int | None = None,
    ) -> Matrix:
        key = tensor.name, what, str(head)
        if key in self._found:
            return self._found[key]
        if tensor.kind == "parameter":
            rows, cols = self.layout.of_parameter(tensor.name, tensor.shape)
        else:
            rows, cols = self.layout.of_tensor(tensor)
        title, name = f"{before}{self.title(tensor.name)}", tensor.name
        masked = None
        if numbers.ndim == 4:
            assert head is not None
            numbers = numbers[0, head]
            title, name = of_head(title, head), f"{name}, head {head}"
            # A masked share has a gradient as any other; the next step sends it nowhere.
            hidden = (".scores",) if what == "grad" else (".scores", ".pattern", ".dropped")
            if tensor.name.endswith(hidden):
                masked = self.mask(tensor.name, head)
        two = np.asarray(numbers, dtype=np.float64).reshape(rows.size, cols.size)
        made = Matrix(two, rows, cols, title, name, kind, masked)
        self._found[key] = made
        return made


__all__ = ["ONE", "Numbers"]

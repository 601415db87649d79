"""What a trace holds: tensors with their gradients, and the calls that made them."""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from tinytf.ops.arrays import Array

Kind = Literal["input", "intermediate", "parameter"]


@dataclass(frozen=True)
class Source:
    """Where a tensor was made.

    Attributes:
        file: path of the file (or the name of a notebook cell).
        line: number of the statement's first line.
        text: the statement's lines, their indentation removed.
    """

    file: str
    line: int
    text: str


@dataclass
class Call:
    """One call of an op or of a layer, in the order of time.

    Attributes:
        op: what ran: "attention", "linear", or the class of a layer such as "SelfAttention".
        path: the layer it ran in, such as "decoder.layers.0.self_attn"; "" outside all layers.
        phase: "forward" or "backward".
        depth: how many calls were around it.
        inputs: argument -> name of the tensor or parameter that was given; a parameter's transpose
            has ".T" behind its name, and what has no name is left out.
        outputs: names of the tensors that it returned.
        numbers: argument -> value, for numbers, texts and switches.
        twin: place in `Trace.calls` of the call of the other direction; None where there is none.
    """

    op: str
    path: str
    phase: str
    depth: int
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: list[str] = field(default_factory=list)
    numbers: dict[str, float | str | bool | None] = field(default_factory=dict)
    twin: int | None = None


@dataclass(eq=False)
class TracedTensor:
    """A tensor of a trace.

    Attributes:
        name: its name, such as "decoder.layers.0.self_attn.pattern".
        value: its numbers, as they were when its last line had run; of a parameter, before the
            update.
        kind: "input", "intermediate" or "parameter".
        axes: a name for each axis, such as ("B", "H", "T", "T").
        op: what made it, such as "attention"; "" for inputs and parameters.
        source: the line that made it; None for inputs and parameters.
        aliases: other names of the same array; `trace[alias]` finds it too.
        grad: the gradient of the loss with respect to it, of the same shape; None where there is
            none, and then
        why_no_grad: says why.
        grad_parts: consumer -> what it contributed to grad, in the order of the sum. Each gradient
            has one at least; the consumer is a layer, a tensor that this one was added into, or
            where the function that made the tensor uses it up itself, that function's place.
        after: of a parameter: the value where the recording ended.
        place: of an intermediate: how many were made before it.
    """

    name: str
    value: Array
    kind: Kind
    axes: tuple[str, ...]
    op: str = ""
    source: Source | None = None
    aliases: list[str] = field(default_factory=list)
    grad: Array | None = None
    grad_parts: dict[str, Array] = field(default_factory=dict)
    why_no_grad: str = ""
    after: Array | None = None
    place: int = -1

    @property
    def shape(self) -> tuple[int, ...]:
        """The value's shape."""
        return self.value.shape

    @property
    def shape_text(self) -> str:
        """The shape with the names of its axes, such as "B=2 T=5 D=8"; "scalar" without axes."""
        sizes = [
            f"{axis}={size}" if axis.isidentifier() else str(size)
            for axis, size in zip(self.axes, self.shape, strict=True)
        ]
        return " ".join(sizes) or "scalar"

    @property
    def before(self) -> Array | None:
        """Of a parameter: the value before the update."""
        return self.value if self.kind == "parameter" else None

    @property
    def delta(self) -> Array | None:
        """Of a parameter: what the update added; zeros where there was none."""
        if self.after is None:
            return None
        changed = np.asarray(self.after != self.value)  # inf - inf is no change
        with np.errstate(over="ignore"):
            return np.subtract(self.after, self.value, out=np.zeros_like(self.after), where=changed)

    @property
    def update_ratio(self) -> float | None:
        """RMS of the update in units of the RMS of the parameter; None for what has no update."""
        if self.delta is None or not np.any(self.value):
            return None
        with np.errstate(over="ignore"):
            return rms(self.delta) / rms(self.value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """The value, for NumPy functions and `tinytf.show`."""
        return np.array(self.value, dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        """Name, shape and where the gradient comes from; not the numbers."""
        grad = f"no gradient: {self.why_no_grad}" if self.grad is None else "gradient"
        if self.grad_parts:
            grad += f" from {', '.join(self.grad_parts)}"
        return f"TracedTensor({self.name!r}, {self.kind}, {self.shape_text}, {grad})"

    def _repr_html_(self) -> str:
        """For notebooks: value and gradient as coloured matrices."""
        # Here, not above: that file needs this class.
        from tinytf.tracing.html import tensor_html

        return tensor_html(self)


def rms(array: Array) -> float:
    """Root mean square of all numbers; 0 for an empty array."""
    return float(np.sqrt(np.mean(np.square(array, dtype=np.float64)))) if array.size else 0.0

"""A call that is watched, while it runs."""

from dataclasses import dataclass, field
from typing import Any

from tinytf.ops.arrays import Array
from tinytf.tracing.tensors import Call, TracedTensor
from tinytf.tracing.watched import Watched


@dataclass(eq=False)
class Gradient:
    """What d + the name of a variable held.

    Attributes:
        value: the numbers.
        parts: consumer -> what it contributed.
        given: whether it is an argument of the backward, so that of what the forward returned.
    """

    value: Array
    parts: dict[str, Array]
    given: bool


@dataclass(eq=False)
class Variable:
    """What a variable of a forward held, and what d + its name held in the backward.

    A variable that is assigned several times holds several tensors, one after the other; the
    backward, the mirror of the forward, assigns their gradients in the opposite order.

    Attributes:
        tensors: what it held.
        continued: of the tensors, those made by `x = x + ...`.
        changed: whether an array got other numbers where it stood.
        grads: what d + its name held.
        misfits: shapes that d + its name had and the variable never.
    """

    tensors: list[TracedTensor] = field(default_factory=list)
    continued: list[TracedTensor] = field(default_factory=list)
    changed: bool = False
    grads: list[Gradient] = field(default_factory=list)
    misfits: list[tuple[int, ...]] = field(default_factory=list)

    def fits(self, grad: Array) -> bool:
        """Whether an array of this shape may be the gradient of one of the tensors."""
        return any(grad.shape == tensor.shape for tensor in self.tensors)

    def pairs(self) -> list[tuple[TracedTensor, Gradient]] | None:
        """Which gradient belongs to which tensor; None where it cannot be told."""
        found: list[tuple[TracedTensor, Gradient]] = []
        for shape in dict.fromkeys(tensor.shape for tensor in self.tensors):
            tensors = [one for one in self.tensors if one.shape == shape]
            grads = [one for one in self.grads if one.value.shape == shape]
            if len(tensors) == 1 and grads and not (self.changed and len(grads) > 1):
                found.append((tensors[0], grads[-1]))
            elif len(tensors) == len(grads):
                found += zip(tensors, reversed(grads), strict=True)
            elif len(grads) == 1 and (
                grads[0].given or all(one in self.continued for one in tensors[1:])
            ):
                found.append((tensors[-1], grads[0]))
            elif grads:
                return None
        return found


@dataclass(eq=False)
class Frame:
    """A call that is watched, and what its variables hold.

    Attributes:
        watched: the function that runs.
        arguments: what it was given, by name.
        parent: the watched call around it.
        note: what the trace will say about it.
        prefix: what stands before the names of its variables.
        opened: whether its own variables are tensors of the trace.
        variables: of a forward, those that hold tensors.
        forward: of a backward, the call that it undoes; backward: the other way round.
        cache: of a forward, what it returned for its backward.
        helpers: how often each function without a layer of its own was called from here.
        given: of a call outside all others, copies of its arguments, to run it again.
        n_made_before: how many intermediates were made before it.
    """

    watched: Watched
    arguments: dict[str, Any]
    parent: "Frame | None"
    note: Call
    prefix: str = ""
    opened: bool = False
    variables: dict[str, Variable] = field(default_factory=dict)
    forward: "Frame | None" = None
    backward: "Frame | None" = None
    cache: Any = None
    result: Any = None
    helpers: dict[str, int] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    n_made_before: int = 0

    @property
    def layer(self) -> Any:
        """The layer whose method runs; None for an op."""
        return self.arguments.get("self") if self.watched.owner is not None else None

    def settle(self) -> None:
        """At the end of a backward: which array was the gradient of which tensor."""
        assert self.backward is not None
        other = self.backward.watched.name
        for name, variable in self.variables.items():
            pairs = variable.pairs()
            for tensor, gradient in pairs or []:
                if tensor.grad is None:
                    tensor.grad, tensor.grad_parts = gradient.value, gradient.parts
            why = ""
            if pairs is None:
                why = (
                    f"{self.watched.name} gives {name} {_times(variable)} and {other} gives "
                    f"d{name} {len(variable.grads)} values, so which gradient belongs to which "
                    "value cannot be told; give each value a name of its own"
                )
            elif variable.misfits and not variable.grads:
                why = f"{other} gives d{name} the shape {variable.misfits[-1]}, not that of {name}"
            elif pairs:
                why = f"{self.watched.name} gives {name} another value after it, and in {other} "
                why += f"d{name} is the gradient of that one"
            for tensor in variable.tensors if why else []:
                tensor.why_no_grad = why if tensor.grad is None else ""
            variable.grads, variable.misfits = [], []


def _times(variable: Variable) -> str:
    if variable.changed:
        return "values that it changes in place"
    return f"{len(variable.tensors)} values"

"""A call that is watched, while it runs."""

from dataclasses import dataclass, field
from typing import Any

from tinytf.ops.arrays import Array
from tinytf.tracing.tensors import Call, TracedTensor
from tinytf.tracing.watched import Watched


@dataclass(eq=False)
class Variable:
    """What a variable of a forward held, and what d + its name held in the backward.

    A variable that is assigned several times holds several tensors, one after the other; the
    backward, the mirror of the forward, assigns their gradients in the opposite order.
    """

    tensors: list[TracedTensor] = field(default_factory=list)
    grads: list[tuple[Array, dict[str, Array]]] = field(default_factory=list)


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
        for name, variable in self.variables.items():
            tensors, grads = variable.tensors, variable.grads
            variable.grads = []
            if not grads:
                continue
            if len(tensors) == 1 or len(grads) == 1:
                pairs = [(tensors[-1], grads[-1])]
            elif len(tensors) == len(grads):
                pairs = list(zip(tensors, reversed(grads), strict=True))
            else:
                both = f"{self.watched.name} assigns {name} {len(tensors)} times and "
                both += f"{self.backward.watched.name} d{name} {len(grads)} times"
                for tensor in tensors:
                    tensor.why_no_grad = (
                        f"{both}, so which gradient belongs to which value cannot be told; give "
                        "each value a name of its own"
                    )
                continue
            for tensor, (grad, parts) in pairs:
                if tensor.grad is None:
                    tensor.grad, tensor.grad_parts = grad, parts

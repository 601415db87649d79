"""Which functions a trace watches: the layers' methods, and the ops that they call.

Nothing is registered anywhere. The layers of a model are found by walking its attributes, as for
its parameters; the ops by looking up the names that a watched function mentions: whatever is
called `x_forward` or `x_backward`. So a student's own op is watched like any other.
"""

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tinytf.layers.parameter import Layer, add_grad
from tinytf.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from tinytf.ops.squared_error import squared_error_backward, squared_error_forward
from tinytf.tracing.source_copy import TraceError

# A script calls the loss itself, so no layer mentions it.
LOSSES = (
    cross_entropy_forward,
    cross_entropy_backward,
    squared_error_forward,
    squared_error_backward,
)

Mentioned = tuple[type[Layer] | None, FunctionType]  # the class of a method, and the function


@dataclass
class Watched:
    """A watched function.

    Attributes:
        function: the function itself (for a method: as its class defines it).
        owner: the class of a method; None for an op.
        stem: "attention" of `attention_forward`; of a method `forward`, the empty text, of others
            such as `keys_values`, their name.
        direction: "forward" or "backward".
        twin: the function of the other direction, by its place in the list; None where there is
            none.
        chosen: whether it was named by whoever traces, or is the twin of such a function.
    """

    function: FunctionType
    owner: type[Layer] | None
    stem: str
    direction: str
    twin: int | None = field(default=None)
    chosen: bool = False

    @property
    def name(self) -> str:
        """What messages call it, such as "SelfAttention.forward"."""
        own = self.function.__name__
        return f"{self.owner.__name__}.{own}" if self.owner else own

    @property
    def in_tinytf(self) -> bool:
        """Whether it is one of the library's own functions."""
        return (self.function.__module__ or "").startswith("tinytf.")


def named_layers(root: Layer) -> list[tuple[str, Layer]]:
    """Every layer below `root` with the dotted name of each way to it; "" for the root."""
    found: list[tuple[str, Layer]] = []

    def walk(path: str, thing: object) -> None:
        if isinstance(thing, Layer):
            found.append((path, thing))
            items: Iterable[tuple[Any, object]] = vars(thing).items()
        elif isinstance(thing, list | tuple):
            items = enumerate(thing)
        elif isinstance(thing, dict):
            items = thing.items()
        else:
            return
        for name, below in items:
            walk(f"{path}.{name}" if path else str(name), below)

    walk("", root)
    return found


def watched_functions(root: Layer | None, own_ops: Iterable[Any]) -> list[Watched]:
    """The functions to watch, each with its twin.

    Args:
        root: a model or layer; None to watch ops alone.
        own_ops: functions that no layer mentions, such as a student's own loss.

    Raises:
        TraceError: an op is not a function called `x_forward` or `x_backward`.
    """
    found: dict[FunctionType, Watched] = {}
    for _, layer in named_layers(root) if root is not None else []:
        for owner, function in _methods(type(layer)):
            found.setdefault(function, _watched(function, owner))
    for function in map(inspect.unwrap, own_ops):
        if not isinstance(function, FunctionType) or _direction(function.__name__) is None:
            name = getattr(function, "__name__", repr(function))
            raise TraceError(
                f"expected a model and functions called x_forward or x_backward, got {name}"
            )
        for op in (function, _other_direction(function)):
            if op is not None:
                found.setdefault(op, _watched(op, None)).chosen = True
    waiting: list[Mentioned] = [(one.owner, one.function) for one in found.values()]
    losses: Any = LOSSES
    waiting += [(None, loss) for loss in losses]
    while waiting:
        mentioned = waiting.pop()
        found.setdefault(mentioned[1], _watched(mentioned[1], mentioned[0]))
        waiting += [one for one in _mentioned(mentioned[1]) if one[1] not in found]
    add: Any = add_grad
    found[add] = Watched(add, None, "add_grad", "backward")
    watched = list(found.values())
    places = {_twin_key(one): i for i, one in enumerate(watched)}
    for one in watched:
        other = "backward" if one.direction == "forward" else "forward"
        one.twin = places.get((one.function.__module__, one.owner, one.stem, other))
    return watched


def _twin_key(one: Watched) -> tuple[str, type[Layer] | None, str, str]:
    return one.function.__module__, one.owner, one.stem, one.direction


def _watched(function: FunctionType, owner: type[Layer] | None) -> Watched:
    name = function.__name__
    direction = _direction(name) or "forward"
    stem = name.removesuffix(direction).removesuffix("_")
    return Watched(function, owner, stem, direction)


def _direction(name: str) -> str | None:
    for direction in ("forward", "backward"):
        if name == direction or name.endswith(f"_{direction}"):
            return direction
    return None


def _methods(kind: type[Layer]) -> Iterator[tuple[type[Layer], FunctionType]]:
    """forward, backward, and pairs such as keys_values and keys_values_backward."""
    for owner in kind.__mro__:
        if owner in (Layer, object):
            continue
        for name, attribute in vars(owner).items():
            function = inspect.unwrap(attribute) if callable(attribute) else attribute
            if isinstance(function, FunctionType) and (
                _direction(name) or f"{name}_backward" in vars(owner)
            ):
                yield owner, function


def _mentioned(function: FunctionType) -> Iterator[Mentioned]:
    """The ops that a function's code mentions, directly or as `module.op`; layers it may make."""
    names = set(_names(function.__code__))
    modules = [function.__globals__.get(name) for name in names]
    spaces = [function.__globals__, *(vars(m) for m in modules if isinstance(m, ModuleType))]
    for name in sorted(names):
        for space in spaces:
            found: Any = space.get(name)
            if isinstance(found, type) and issubclass(found, Layer) and found is not Layer:
                yield from _methods(found)
            elif _direction(name) is not None and callable(found):
                op = inspect.unwrap(found)
                if isinstance(op, FunctionType):
                    yield None, op


def _names(code: CodeType) -> Iterator[str]:
    """The names that a function's code, and the functions defined inside it, look up."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _other_direction(function: FunctionType) -> FunctionType | None:
    """The op's twin, from the module that defines it."""
    name = function.__name__
    direction = _direction(name) or ""
    other = "backward" if direction == "forward" else "forward"
    twin = function.__globals__.get(name.removesuffix(direction) + other)
    twin = inspect.unwrap(twin) if callable(twin) else twin
    return twin if isinstance(twin, FunctionType) else None

"""Listens to the reporting copies, and puts names to what it hears.

Three facts do the work, and each is a rule that the code of tinytf follows anyway:
* a tensor is called by its layer and its variable;
* a backward gets the very cache object that its forward returned, which tells which call of which
  layer is being undone;
* the gradient of a variable `x` is the variable `dx` of that backward.
"""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from tinytf.layers.parameter import Layer, Parameter
from tinytf.ops.arrays import Array
from tinytf.tracing.call_names import CallNames, is_op
from tinytf.tracing.frames import Frame, Variable
from tinytf.tracing.identity import ById
from tinytf.tracing.names import KNOWN, NO_GRADIENT, free_name, join
from tinytf.tracing.register import Register
from tinytf.tracing.sources import operation, source_lines
from tinytf.tracing.tensors import Call, TracedTensor
from tinytf.tracing.values import arrays_in, as_array, copied
from tinytf.tracing.watched import Watched

Lines = tuple[int, int]


class Recorder:
    """Gets the reports of one pass through a model (or some ops), and makes tensors of them.

    Args:
        root: the model; None to watch ops alone.
        watched: the functions that report.
        wanted: whether a tensor of this name is to be kept.
    """

    def __init__(
        self, root: Layer | None, watched: list[Watched], wanted: Callable[[str], bool]
    ) -> None:
        self.root = root
        self.watched = watched
        self.register = Register(root, wanted)
        self.frames: list[Frame] = []
        self.n_passes = 0
        self.made_in: dict[int, tuple[Frame, str]] = {}  # id of a tensor -> call and variable
        self.n_reports: dict[int, int] = {}  # place of a tensor -> how often it got new numbers
        self._call_names = CallNames(root)
        self._thread = threading.get_ident()
        self._frame: Frame | None = None
        self._terms_of: ById[dict[str, Array]] = ById()  # a sum -> consumer and term
        self._sender_of: ById[Frame] = ById()  # an array -> the innermost call that returned it

    # --- what the copies report ---

    def entered(self, index: int, arguments: dict[str, Any]) -> Frame | None:
        """A watched function begins; what comes back stands for the call in the other reports."""
        if threading.get_ident() != self._thread:
            return None
        watched, parent = self.watched[index], self._frame
        if parent is None and watched.direction == "forward" and self.root is not None:
            self.n_passes += arguments.get("self") is self.root
        if self.n_passes > 1:
            return None
        frame = Frame(watched, arguments, parent, Call("", "", "", 0))
        if parent is None:
            self.register.locate_parameters()
            frame.n_made_before = self.register.n_made
            frame.given = {name: copied(value) for name, value in arguments.items()}
        if watched.direction == "backward":
            frame.forward = self._undone(frame)
            if frame.forward is not None:
                frame.forward.backward = frame
        self._call_names.name(frame)
        self.frames.append(frame)
        self._frame = frame
        for name, value in arguments.items():
            if isinstance(value, np.ndarray):
                self._argument(frame, name, value)
            elif isinstance(value, int | float | str | None):
                frame.note.numbers[name] = value
                if isinstance(value, int | float):
                    self._gradient(frame, name, np.asarray(float(value)), changed=False)
        return frame

    def assigned(self, frame: Frame | None, name: str, value: Any, line: int, end: int) -> Any:
        """A variable has a new value; returns the value that it shall have."""
        array = as_array(value)
        if frame is None or array is None:
            return value
        if frame.watched.direction == "forward" or (frame.watched.stem, name) in NO_GRADIENT:
            reported = self._forward_value(frame, name, array, (line, end), changed=False)
            return value if reported is array else reported
        self._gradient(frame, name, array, changed=False)
        return value

    def kept(self, value: Any) -> Any:
        """The value of a variable that is about to be changed in place."""
        return value.copy() if isinstance(value, np.ndarray) else value

    def summed(
        self,
        frame: Frame | None,
        name: str,
        value: Any,
        terms: tuple[tuple[str, Any], ...],
        line: int,
        end: int,
    ) -> Any:
        """A variable got the sum of `terms`, each with its source text."""
        array = as_array(value)
        if frame is None or array is None:
            return value
        changed = any(text == name for text, _ in terms)
        if frame.watched.direction == "forward":
            reported = self._forward_value(frame, name, array, (line, end), changed)
            return value if reported is array else reported
        parts: dict[str, Array] = {}
        for text, term in terms:
            if isinstance(term, np.ndarray):
                for consumer, part in self._consumers(frame, name, text, term).items():
                    parts[free_name(consumer, parts)] = part
        self._terms_of[array] = parts
        self._gradient(frame, name, array, changed)
        return value

    def added_to_grad(self, frame: Frame | None, owner: Any, term: Any) -> None:
        """`owner.grad += term`."""
        if frame is None or not isinstance(owner, Parameter) or not isinstance(term, np.ndarray):
            return
        of = frame.parent if frame.watched.stem == "add_grad" and frame.parent else frame
        self.register.add_to_parameter(owner, of.prefix or of.note.op, term)

    def returned(self, frame: Frame | None, value: Any) -> Any:
        """A watched function is about to return `value`."""
        if frame is None:
            return value
        frame.result = value
        is_pair = isinstance(value, tuple) and len(value) == 2
        if frame.watched.direction == "forward" and is_pair:
            frame.result, frame.cache = value
        for array in arrays_in(frame.result):
            if self._sender_of.get(array) is None:
                self._sender_of[array] = frame
        return value

    def left(self, frame: Frame | None) -> None:
        """A watched function has ended, by a return or by an error."""
        if frame is None:
            return
        self._frame = frame.parent
        if frame.forward is not None:
            frame.forward.settle()
            frame.forward.cache = None
        for array in arrays_in(frame.result):
            self._output_name(frame, array)
        frame.result = None
        if frame.parent is not None:  # only what is needed later, so that memory can go
            frame.arguments = {"self": frame.layer}

    # --- forward ---

    def _argument(self, frame: Frame, name: str, value: Array) -> None:
        """An array goes into a call."""
        register, backward = self.register, frame.watched.direction == "backward"
        if backward:
            self._gradient(frame, name, value, changed=False)
        elif frame.parent is None and register.name_of(value) is None:
            tensor = register.new(join(frame.prefix, name), value, "input")
            frame.variables[name] = Variable([tensor])
            self.made_in[id(tensor)] = frame, name
        given = register.name_of(value)
        if given is not None:
            frame.note.inputs[name] = given
        if not backward and name in KNOWN and frame.layer is not None:
            known = register.holder(value)
            if known is not None and known.kind == "intermediate":
                register.also_called(known, join(frame.prefix, name), value)

    def _forward_value(
        self, frame: Frame, name: str, value: Array, lines: Lines, changed: bool
    ) -> Array:
        """A variable of a forward holds a new array, or (changed) more in the array it held."""
        if value.dtype.kind not in "fc" or not frame.opened or not self._is_shown(frame, name):
            return value
        given = any(value is argument for argument in frame.arguments.values())
        if given or self.register.parameter_of(value) is not None:
            return value  # a second name of what comes from outside, where others may use it too
        variable = frame.variables.setdefault(name, Variable())
        full_name = _full_name(frame, name)
        holder = self.register.holder(value)
        if changed and variable.tensors:
            value = self._reported(variable.tensors[-1], value)
            self.register.hold(variable.tensors[-1], value)
        elif holder is not None:
            self.register.also_called(holder, full_name, value)
            if holder not in variable.tensors:
                variable.tensors.append(holder)
        else:
            source = source_lines(frame.watched.function, *lines)
            sender = self._sender_of.get(value)
            op = frame.watched.stem if is_op(frame.watched) else operation(source.text)
            op = sender.note.op if sender is not None else op
            tensor = self.register.new(full_name, value, "intermediate", op, source)
            self.made_in[id(tensor)] = frame, name
            variable.tensors.append(tensor)
            value = self._reported(tensor, value)
            self.register.hold(tensor, value)
        if (sender := self._sender_of.get(value)) is not None:
            self._output_name(sender, value)
        return value

    def _reported(self, tensor: TracedTensor, value: Array) -> Array:
        """A tensor has new numbers; returns what its variable shall hold (see `check.py`)."""
        self.n_reports[tensor.place] = self.n_reports.get(tensor.place, 0) + 1
        return value

    def _is_shown(self, frame: Frame, name: str) -> bool:
        """Whether a variable is a tensor of the trace: in tinytf, where the backward knows it."""
        watched = frame.watched
        if not watched.in_tinytf or (watched.stem, name) in NO_GRADIENT:
            return True
        if watched.twin is None:
            return False
        return f"d{name}" in self.watched[watched.twin].function.__code__.co_varnames

    def _output_name(self, frame: Frame, array: Array) -> None:
        name = self.register.name_of(array)
        if name is not None and name not in frame.note.outputs:
            frame.note.outputs.append(name)

    # --- backward ---

    def _undone(self, frame: Frame) -> Frame | None:
        """The forward call that a backward undoes: the one that returned this cache."""
        if frame.watched.twin is None:
            return None
        twin, cache = self.watched[frame.watched.twin], frame.arguments.get("cache")
        waiting = [one for one in self.frames if one.watched is twin and one.backward is None]
        for earlier in reversed(waiting):
            # Without a cache (dropout that drops nothing) the place in the model decides.
            around = frame.parent.forward if frame.parent is not None else None
            if earlier.cache is cache and (cache is not None or earlier.parent is around):
                return earlier
        return None

    def _gradient(self, frame: Frame, name: str, value: Array, changed: bool) -> None:
        """A variable of a backward holds a new array: a gradient, if the forward knows its name."""
        if frame.forward is None or not name.startswith("d"):
            return
        variable = frame.forward.variables.get(name[1:])
        if variable is None or value.shape != variable.tensors[-1].shape:
            return
        passed_on = self.register.grad_of.get(value)
        if len(variable.tensors) == 1 and passed_on is None:
            self.register.grad_of[value] = variable.tensors[0]
        if not any(map(self.register.is_kept, variable.tensors)):
            return
        parts = self._terms_of.get(value)
        if passed_on is not None and passed_on not in variable.tensors:
            parts = {passed_on.name: value.copy()}
        elif parts is None and (sender := self._sender_of.get(value)) is not None:
            parts = {sender.prefix or sender.note.op: value.copy()}
        if changed and variable.grads:
            variable.grads.pop()
        variable.grads.append((value.copy(), dict(parts or {})))

    def _consumers(self, frame: Frame, name: str, text: str, term: Array) -> dict[str, Array]:
        """Who sent a term of a gradient's sum: consumer -> what it sent.

        A term that is the gradient of another tensor went straight through an addition: the
        consumer is the sum. A term that is a sum itself is taken apart. Otherwise the
        consumer is the layer that returned the term; without one, the end of the term's name
        (dx_gate: "gate").
        """
        variables = frame.forward.variables if frame.forward is not None else {}
        held = variables.get(text.removeprefix("d"))
        of = held.tensors[-1] if held is not None else self.register.grad_of.get(term)
        sender, terms = self._sender_of.get(term), self._terms_of.get(term)
        if of is not None:
            consumer = of.name
        elif terms is not None:
            return terms
        elif sender is not None and sender.prefix != frame.prefix:
            consumer = sender.prefix or sender.note.op
        else:
            consumer = join(frame.prefix, text.removeprefix(f"{name}_"))
        return {consumer: term.copy()}


def _full_name(frame: Frame, name: str) -> str:
    """The layer's path and the variable; an op's y is the layer's "out"."""
    if name == frame.prefix.split("#")[0]:  # the variable loss of the loss
        return frame.prefix
    return join(frame.prefix, "out" if name == "y" and is_op(frame.watched) else name)

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
from tinytf.tracing.gradients import Gradients
from tinytf.tracing.matching import axes_in_loss, full_name, is_shown, returned_name, undone
from tinytf.tracing.names import KNOWN, NO_GRADIENT, join
from tinytf.tracing.register import Register
from tinytf.tracing.senders import Senders
from tinytf.tracing.sources import operation, source_lines
from tinytf.tracing.tensors import Call, Source, TracedTensor
from tinytf.tracing.values import Index, arrays_in, as_array, copied, is_float, without_cache
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
        self.ended = ""  # why nothing more is recorded
        self.elsewhere = False  # whether another thread called a watched function
        self.index = Index()
        self.made_in: dict[int, tuple[Frame, str]] = {}  # id of a tensor -> call and variable
        self.n_reports: dict[int, int] = {}  # place of a tensor -> how often it got new numbers
        self._call_names = CallNames(root)
        self._thread = threading.get_ident()
        self._frame: Frame | None = None
        self._senders = Senders(self.register.grad_of)
        self._gradients = Gradients(self.register, self._senders)

    # --- what the copies report ---

    def entered(self, index: int, arguments: dict[str, Any]) -> Frame | None:
        """A watched function begins; what comes back stands for the call in the other reports."""
        if threading.get_ident() != self._thread:
            self.elsewhere = True
            return None
        watched, parent = self.watched[index], self._frame
        if parent is None and self.root is not None and arguments.get("self") is self.root:
            self._require_first(watched)
        if self.ended:
            return None
        frame = Frame(watched, arguments, parent, Call("", "", "", 0))
        if parent is None:
            self.register.locate_parameters()
            frame.n_made_before = self.register.n_made
        if watched.direction == "backward":
            frame.forward = undone(frame, self.frames, self.watched)
            if frame.forward is not None:
                frame.forward.backward = frame
        if parent is None:
            cache = frame.forward.cache if frame.forward is not None else None
            frame.given = {
                given: copied(one)
                for given, one in arguments.items()
                if one is None or one is not cache
            }
            if watched.direction == "backward":
                self.register.parameter_grads.begin()
        self._call_names.name(frame)
        self.frames.append(frame)
        self._frame = frame
        for name, value in arguments.items():
            if isinstance(value, np.ndarray):
                self._argument(frame, name, value)
            elif isinstance(value, int | float | str | None):
                frame.note.numbers[name] = value
                if isinstance(value, int | float):
                    self._gradients.heard(frame, name, np.asarray(float(value)), given=True)
        return frame

    def assigned(
        self,
        frame: Frame | None,
        name: str,
        value: Any,
        line: int,
        end: int,
        written: bool = False,
    ) -> Any:
        """A variable has a new value; returns the value that it shall have.

        `written` says that the value, if it is an array of before, has just been written into.
        """
        array = as_array(value)
        if frame is None or array is None:
            return value
        if written:
            self._senders.overwritten(array)
        if frame.watched.direction == "forward" or (frame.watched.stem, name) in NO_GRADIENT:
            reported = self._forward_value(frame, name, array, (line, end), written)
            return value if reported is array else reported
        self._gradients.heard(frame, name, array)
        return value

    def kept(self, value: Any) -> Any:
        """The value of a variable that is about to be changed in place."""
        if not isinstance(value, np.ndarray):
            return value
        kept = value.copy()
        self._senders.kept(value, kept)
        return kept

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
        if frame.watched.direction == "forward":
            continued = any(text == name for text, _ in terms)
            reported = self._forward_value(frame, name, array, (line, end), True, continued)
            return value if reported is array else reported
        arrays = [(text, one) for text, term in terms if (one := as_array(term)) is not None]
        self._senders.summed(frame, name, array, arrays)
        self._gradients.heard(frame, name, array)
        return value

    def added_to_grad(self, frame: Frame | None, owner: Any, term: Any, index: Any) -> None:
        """`owner.grad += term`, or with an index `owner.grad[index] += term`."""
        if frame is None or not isinstance(owner, Parameter):
            return
        of = frame.parent if frame.watched.stem == "add_grad" and frame.parent else frame
        self.register.parameter_grads.add(owner, of.prefix or of.note.op, np.asarray(term), index)

    def returned(
        self, frame: Frame | None, value: Any, line: int, end: int, written: bool = False
    ) -> Any:
        """A watched function is about to return `value`; returns what it shall return."""
        if frame is None:
            return value
        frame.result = value
        if frame.watched.direction == "forward":
            frame.result, frame.cache = without_cache(value)
            array = as_array(frame.result)
            known = array is not None and not written and self.register.holder(array) is not None
            if frame.parent is None and array is not None and not known:
                # A call from outside, so no variable of a caller will give the array a name.
                name = returned_name(frame, self.watched)
                moved = self._forward_value(frame, name, array, (line, end), written)
                if moved is not array:
                    value = (moved, frame.cache) if frame.result is not value else moved
                    frame.result = moved
        for array in arrays_in(frame.result):
            self._senders.returned(array, frame)
        return value

    def left(self, frame: Frame | None) -> None:
        """A watched function has ended, by a return or by an error."""
        if frame is None:
            return
        self._frame = frame.parent
        if frame.parent is None and frame.watched.direction == "backward":
            self.register.parameter_grads.end()
            self._gradients.of_inputs(frame)
        if frame.forward is not None:
            frame.forward.settle()
            frame.forward.cache = None
        for array in arrays_in(frame.result):
            self.register.note_output(frame.note, array)
        frame.result = None
        frame.arguments = {"self": frame.layer}  # only what is needed later: memory can go

    # --- forward ---

    def _argument(self, frame: Frame, name: str, value: Array) -> None:
        """An array goes into a call."""
        register, backward = self.register, frame.watched.direction == "backward"
        if backward:
            self._gradients.heard(frame, name, value, given=True)
        elif frame.parent is None and register.name_of(value) is None:
            axes = axes_in_loss(frame, name, self.register)
            tensor = register.new(join(frame.prefix, name), value, "input", axes=axes)
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
        self,
        frame: Frame,
        name: str,
        value: Array,
        lines: Lines,
        written: bool,
        continued: bool = False,
    ) -> Array:
        """A variable of a forward holds an array: a new one, or that of before with new numbers."""
        if not is_float(value) or not frame.opened or not is_shown(frame, name, self.watched):
            return value
        given = any(value is argument for argument in frame.arguments.values())
        if given or self.register.parameter_of(value) is not None:
            return value  # a second name of what comes from outside, where others may use it too
        variable = frame.variables.setdefault(name, Variable())
        whole_name = full_name(frame, name)
        last = variable.tensors[-1] if variable.tensors else None
        holder = None if written else self.register.holder(value)
        if last is not None and holder is None and self.register.tensor_of.get(value) is last:
            variable.changed = True
            value = self._reported(last, value)
            self.register.hold(last, value)
        elif holder is not None:
            self.register.also_called(holder, whole_name, value)
            if holder not in variable.tensors:
                variable.tensors.append(holder)
        else:
            op, source, axes = self._description(frame, name, value, lines)
            tensor = self.register.new(whole_name, value, "intermediate", op, source, axes)
            self.made_in[id(tensor)] = frame, name
            variable.tensors.append(tensor)
            if continued and last is not None:
                variable.continued.append(tensor)
            value = self._reported(tensor, value)
            self.register.hold(tensor, value)
        if (sender := self._senders.of(value)) is not None:
            self.register.note_output(sender.note, value)
        return value

    def _description(
        self, frame: Frame, name: str, value: Array, lines: Lines
    ) -> tuple[str, Source | None, tuple[str, ...]]:
        """What made a new tensor, where, and its axes where the name does not tell them."""
        source = source_lines(frame.watched.function, *lines)
        sender = self._senders.of(value)
        op = frame.watched.stem if is_op(frame.watched) else operation(source.text)
        axes = axes_in_loss(frame, name, self.register)
        return (op if sender is None else sender.note.op), source, axes

    def _reported(self, tensor: TracedTensor, value: Array) -> Array:
        """A tensor has new numbers; returns what its variable shall hold (see `check.py`)."""
        self.n_reports[tensor.place] = self.n_reports.get(tensor.place, 0) + 1
        return value

    def _require_first(self, watched: Watched) -> None:
        """Stop where a second pass through the model begins."""
        direction = watched.direction
        if not self.ended and any(
            one.parent is None and one.layer is self.root and one.watched.direction == direction
            for one in self.frames
        ):
            self.ended = f"a second {direction} pass ran inside the trace; what is recorded ends"
            self.ended += " where it began, .after and .delta of the parameters included"
            self.register.keep_after()

"""`with trace(model) as t:` records every intermediate and every gradient of one training step."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from types import FunctionType, TracebackType
from typing import Any

import numpy as np

from tinytf.layers.parameter import Layer
from tinytf.ops.arrays import Array
from tinytf.tracing.check import check_gradients_of
from tinytf.tracing.files import read_trace, write_trace
from tinytf.tracing.html import trace_html
from tinytf.tracing.names import NO_GRADIENT
from tinytf.tracing.recorder import Recorder
from tinytf.tracing.reporting import reporting
from tinytf.tracing.source_copy import TraceError
from tinytf.tracing.table import Text, table
from tinytf.tracing.tensors import Call, TracedTensor
from tinytf.tracing.watched import watched_functions


class Trace:
    """What a trace recorded: tensors by name, in the order they were made.

    Attributes:
        calls: every call of a layer or op, forward and backward, in the order of time.
        notes: what the trace did not record, and why.
    """

    def __init__(self, tensors: list[TracedTensor], calls: list[Call], notes: list[str]) -> None:
        self.calls = calls
        self.notes = notes
        self._tensors = {tensor.name: tensor for tensor in tensors}
        self._aliases = {alias: one.name for one in tensors for alias in one.aliases}

    def __getitem__(self, name: str) -> TracedTensor:
        """The tensor of this name or alias.

        Raises:
            KeyError: there is none; the message names the nearest ones.
        """
        name = self._aliases.get(name, name)
        if name not in self._tensors:
            raise KeyError(self._not_found(name))
        return self._tensors[name]

    def __contains__(self, name: object) -> bool:
        return name in self._tensors or name in self._aliases

    def __iter__(self) -> Iterator[TracedTensor]:
        return iter(self._tensors.values())

    def __len__(self) -> int:
        return len(self._tensors)

    def names(self, pattern: str = "*") -> list[str]:
        """The names that fit a pattern such as "decoder.layers.0.*", in the order they were made.

        A tensor one of whose aliases fits is found under its own name.
        """
        return [
            tensor.name
            for tensor in self
            if any(fnmatchcase(name, pattern) for name in (tensor.name, *tensor.aliases))
        ]

    def parameters(self) -> list[TracedTensor]:
        """The model's parameters."""
        return [tensor for tensor in self if tensor.kind == "parameter"]

    def table(self, pattern: str = "*") -> Text:
        """A line for each tensor: shape, RMS, largest, zeros, gradient, update, flags.

        `print(t.table("decoder.layers.0.*"))` shows the tensors whose names fit; how each flag is
        decided stands in `tinytf.tracing.statistics.summaries`.
        """
        return table(self, self.names(pattern), self.notes)

    def save(self, path: str | Path) -> None:
        """Write everything into one file, an .npz archive, which `tinytf.tracing.load` reads.

        Raises:
            TraceError: a tensor holds Python objects.
            OSError: the file cannot be written.
        """
        write_trace(path, self, self.calls, self.notes)

    def check(
        self, rng: np.random.Generator | None = None, names: Collection[str] | None = None
    ) -> dict[str, float]:
        """Not possible for a trace that comes from a file: the model is not in it.

        Raises:
            TraceError: always.
        """
        raise TraceError(
            "expected the trace of a model that is there to run again, got one from a file; check "
            "gradients before saving"
        )

    def __repr__(self) -> str:
        n_grads = sum(tensor.grad is not None for tensor in self)
        return f"Trace({len(self)} tensors, {n_grads} of them with a gradient)"

    def _repr_html_(self) -> str:
        """For notebooks: the table."""
        return trace_html(self, self.notes)

    def _not_found(self, name: str) -> str:
        known = [*self._tensors, *self._aliases]
        near = get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        return f"expected one of the {len(self)} names of the trace, got {name!r}{hint}"


def load(path: str | Path) -> Trace:
    """Read a trace back that `Trace.save` wrote.

    It answers everything that it did when it was saved, but for `check`.

    Raises:
        TraceError: the file is no trace, is broken, or comes from another version of tinytf.
        OSError: there is no such file, or it cannot be read.
    """
    return Trace(*read_trace(path))


class OpenTrace(Trace):
    """A trace that records while its `with` block runs; made by `trace`."""

    def __init__(
        self, model: Layer | None, own_ops: tuple[FunctionType, ...], names: str | list[str]
    ) -> None:
        super().__init__([], [], [])
        patterns = [names] if isinstance(names, str) else list(names)

        def wanted(name: str) -> bool:
            return any(fnmatchcase(name, pattern) for pattern in patterns)

        self._watched = watched_functions(model, own_ops)
        self._recorder = Recorder(model, self._watched, wanted)
        self._model = model
        self._wanted = wanted
        self._reports = reporting(self._watched, self._recorder)
        self._before: dict[str, Array] = {}

    def __enter__(self) -> "OpenTrace":
        self._reports.__enter__()
        for name, parameter in self._recorder.register.parameters.items():
            if self._wanted(name):
                self._before[name] = parameter.value.copy()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._reports.__exit__(kind, error, traceback)
        register = self._recorder.register
        tensors = [*register.kept(), *self._parameters()]
        for tensor in tensors:
            if tensor.grad is None and not tensor.why_no_grad:
                tensor.why_no_grad = self._why_no_grad(tensor)
        places = {id(frame): i for i, frame in enumerate(self._recorder.frames)}
        for frame in self._recorder.frames:
            twin = frame.forward or frame.backward
            frame.note.twin = places[id(twin)] if twin is not None else None
        self.calls = [frame.note for frame in self._recorder.frames]
        for frame in self._recorder.frames:
            frame.cache = None  # the arrays in there are needed no more
        if self._recorder.ended:
            self.notes.append(self._recorder.ended)
        Trace.__init__(self, tensors, self.calls, self.notes)

    def check(
        self, rng: np.random.Generator | None = None, names: Collection[str] | None = None
    ) -> dict[str, float]:
        """Compare every gradient with complex-step: name -> relative error.

        The pass is run again for each tensor; see `check_gradients_of`. Right gradients of a
        float64 model have errors of about 1e-13, of a float32 model of about 1e-6.

        Args:
            rng: draws the directions in which the tensors are moved; None: the same ones each time.
            names: of the tensors to check, where the model is too large for all; None: all.

        Raises:
            TraceError: there was no backward, or parameters have changed that the trace did not
                keep.
        """
        return check_gradients_of(self, self._recorder, rng or np.random.default_rng(0), names)

    def _parameters(self) -> Iterator[TracedTensor]:
        register = self._recorder.register
        for name, before in self._before.items():
            axes = register.axis_names.of_parameter(name, before.shape)
            tensor = TracedTensor(name, before, "parameter", axes)
            tensor.after = register.parameters[name].value.copy()
            tensor.grad_parts = register.parameter_grads.parts.get(name, {})
            for part in tensor.grad_parts.values():
                tensor.grad = part.copy() if tensor.grad is None else tensor.grad + part
            yield tensor

    def _why_no_grad(self, tensor: TracedTensor) -> str:
        """Why a tensor has no gradient."""
        if not any(frame.watched.direction == "backward" for frame in self._recorder.frames):
            return "no backward ran inside the trace"
        if tensor.kind == "parameter":
            return "no backward added to its grad"
        if tensor.kind == "input":
            what = "a float input" if tensor.value.dtype.kind == "f" else "integers or booleans"
            return f"an input of the model ({what}), which no backward returns a gradient for"
        frame, variable = self._recorder.made_in[id(tensor)]
        watched = frame.watched
        known = NO_GRADIENT.get((watched.stem or watched.name.split(".")[0].lower(), variable))
        if known is not None:
            return known
        if watched.twin is None:
            return f"{watched.name} has no backward"
        twin = self._watched[watched.twin]
        if f"d{variable}" not in twin.function.__code__.co_varnames:
            return f"{twin.name} has no variable d{variable}"
        if frame.backward is None:
            return f"{twin.name} was not called for this call of {watched.name}"
        return f"{twin.name} did not assign d{variable} in this run"


def trace(*subjects: Layer | Any, names: str | list[str] = "*") -> OpenTrace:
    """Record what happens inside: every intermediate, every gradient, every update.

    An example:

        with tinytf.trace(model) as t:
            logits, cache = model.forward(ids)
            loss, loss_cache = cross_entropy_forward(logits, targets)
            model.backward(cross_entropy_backward(1.0, loss_cache), cache)
            optimizer.step(0.1)
        t["decoder.layers.0.self_attn.pattern"].grad

    The first forward pass is recorded, with the loss, the backward and the update that follow.
    Nothing in the model or in the ops is there for the trace: while it is open, the functions run
    copies of themselves that report each assignment (`source_copy.py`); closed, it costs nothing.

    Args:
        subjects: a model or layer, and functions that it does not call itself, such as one's own
            loss `my_loss_forward` (its backward is found by its name). Without a model, ops alone.
        names: keep only tensors whose name fits this pattern, or one of these; the memory for all
            others is not spent.

    Returns:
        What `with` opens: a `Trace` that is complete when the block has ended.

    Raises:
        TraceError: a function's source cannot be read or is not what runs, or (entering the block)
            another trace is open.
        TypeError: several models, or nothing to trace.
    """
    models = [one for one in subjects if isinstance(one, Layer)]
    own_ops = tuple(one for one in subjects if not isinstance(one, Layer))
    if len(models) > 1 or not subjects:
        raise TypeError(f"expected one model, or ops, or both, got {len(models)} models")
    return OpenTrace(models[0] if models else None, own_ops, names)

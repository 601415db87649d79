"""`with trace(model) as t:` records every intermediate and every gradient of one training step."""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Any

import numpy as np

from tinytf.layers.parameter import Layer
from tinytf.ops.arrays import Array
from tinytf.tracing.check import check_gradients_of
from tinytf.tracing.content import Trace
from tinytf.tracing.reasons import notes_about, why_no_grad
from tinytf.tracing.recorder import Recorder
from tinytf.tracing.reporting import reporting
from tinytf.tracing.source_copy import TraceError
from tinytf.tracing.tensors import TracedTensor
from tinytf.tracing.watched import watched_functions

_NOT_OPENED = "the trace is empty: the `with` block that it records has not begun"
_OPEN = "the trace is still open: it is complete when its `with` block has ended"


class OpenTrace(Trace):
    """A trace that records while its `with` block runs; made by `trace`."""

    def __init__(self, model: Layer | None, own_ops: tuple[Any, ...], names: list[str]) -> None:
        super().__init__([], [], [])
        self._pending = _NOT_OPENED
        self._patterns = names

        def wanted(name: str) -> bool:
            return any(fnmatchcase(name, pattern) for pattern in names)

        self._watched = watched_functions(model, own_ops)
        self._recorder = Recorder(model, self._watched, wanted)
        self._reports: AbstractContextManager[dict[str, str]] | None = None
        self._refused: dict[str, str] = {}
        self._before: dict[str, Array] = {}

    def __enter__(self) -> "OpenTrace":
        if self._reports is not None:
            raise TraceError(
                "expected a new trace, got one that was opened before; each `with` block needs its "
                "own: `with trace(model) as t:`"
            )
        reports = reporting(self._watched, self._recorder)
        self._refused = reports.__enter__()
        self._reports, self._pending = reports, _OPEN
        register = self._recorder.register
        register.parameter_grads.opened(gaps=bool(self._refused))
        for name, parameter in register.parameters.items():
            if register.wanted(name):
                self._before[name] = parameter.value.copy()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._reports is not None
        self._reports.__exit__(kind, error, traceback)
        recorder = self._recorder
        register = recorder.register
        if not recorder.ended:
            register.keep_after()
        tensors = [*register.kept(), *self._parameters()]
        for tensor in tensors:
            if tensor.grad is None and not tensor.why_no_grad:
                tensor.why_no_grad = why_no_grad(tensor, recorder, self._refused)
        places = {id(frame): i for i, frame in enumerate(recorder.frames)}
        for frame in recorder.frames:
            twin = frame.forward or frame.backward
            frame.note.twin = places[id(twin)] if twin is not None else None
        updated = any(bool(np.any(one.delta)) for one in tensors if one.delta is not None)
        notes = notes_about(recorder, self._refused, self._patterns, updated)
        for frame in recorder.frames:
            frame.cache = None  # the arrays in there are needed no more
        Trace.__init__(self, tensors, [frame.note for frame in recorder.frames], notes)
        why = f"it was recorded, but names={self._patterns} leaves it out"
        self._left_out = {name: why for name in register.names() if name not in self}

    def check(
        self, rng: np.random.Generator | None = None, names: Collection[str] | None = None
    ) -> dict[str, float]:
        """Compare every gradient with complex-step: name -> relative error.

        The pass is run again for each tensor; see `check_gradients_of`. Right gradients of a
        float64 model have errors below 1e-9, of a float32 model below 1e-5.

        Args:
            rng: draws the directions in which the tensors are moved; None: the same ones each time.
            names: of the tensors to check, where the model is too large for all; None: all.

        Raises:
            TraceError: there was no backward, or the trace did not keep all parameters, or an op
                cannot be run with complex numbers.
        """
        if self._pending:
            raise TraceError(self._pending)
        return check_gradients_of(self, self._recorder, rng or np.random.default_rng(0), names)

    def _parameters(self) -> Iterator[TracedTensor]:
        register = self._recorder.register
        for name, before in self._before.items():
            axes = register.axis_names.of_parameter(name, before.shape)
            tensor = TracedTensor(name, before, "parameter", axes)
            tensor.after = register.after[name]
            tensor.grad_parts = register.parameter_grads.parts.get(name, {})
            for part in tensor.grad_parts.values():
                tensor.grad = part.copy() if tensor.grad is None else tensor.grad + part
            yield tensor


def trace(*subjects: Layer | Any, names: str | Collection[str] = "*") -> OpenTrace:
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
        TraceError: something to trace is no op; or, entering the block: the source of an op named
            here cannot be read or is not what runs, or another trace is open. (Of any other
            function, such as a method of the model's, that is a note in the trace.)
        TypeError: several models, or nothing to trace, or names are no texts.
    """
    models = [one for one in subjects if isinstance(one, Layer)]
    own_ops = tuple(one for one in subjects if not isinstance(one, Layer))
    if len(models) > 1 or not subjects:
        raise TypeError(f"expected one model, or ops, or both, got {len(models)} models")
    patterns = [names] if isinstance(names, str) else names
    if not isinstance(patterns, Collection) or not all(isinstance(one, str) for one in patterns):
        raise TypeError(f"names: expected a pattern or a list of patterns, got {names!r}")
    return OpenTrace(models[0] if models else None, own_ops, list(patterns))

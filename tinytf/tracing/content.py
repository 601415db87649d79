"""What a trace holds when it is complete, or read from a file."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np

from tinytf.tracing.files import read_trace, write_trace
from tinytf.tracing.html import trace_html
from tinytf.tracing.source_copy import TraceError
from tinytf.tracing.table import Text, table
from tinytf.tracing.tensors import Call, TracedTensor


class Trace:
    """What a trace recorded: tensors by name, in the order they were made.

    Attributes:
        calls: every call of a layer or op, forward and backward, in the order of time.
        notes: what the trace did not record, and why.
    """

    def __init__(self, tensors: list[TracedTensor], calls: list[Call], notes: list[str]) -> None:
        self.calls = calls
        self.notes = notes
        self._pending = ""  # why it is not complete yet
        self._left_out: dict[str, str] = {}  # name -> why it was not kept
        self._tensors = {tensor.name: tensor for tensor in tensors}
        self._aliases = {alias: one.name for one in tensors for alias in one.aliases}

    def __getitem__(self, name: str) -> TracedTensor:
        """The tensor of this name or alias.

        Raises:
            KeyError: there is none; the message names the nearest ones.
            TypeError: the name is no text.
        """
        if not isinstance(name, str):
            raise TypeError(
                f"expected the name of a tensor, a str, got {type(name).__name__} {name!r}"
            )
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
        if self._pending:
            return Text(self._pending)
        return table(self, self.names(pattern), self.notes)

    def save(self, path: str | Path) -> None:
        """Write everything into one file, an .npz archive, which `tinytf.tracing.load` reads.

        Raises:
            TraceError: a tensor holds Python objects, or the trace is still open.
            OSError: the file cannot be written.
        """
        if self._pending:
            raise TraceError(self._pending)
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
        if self._pending:
            return f"Trace({self._pending})"
        n_grads = sum(tensor.grad is not None for tensor in self)
        return f"Trace({len(self)} tensors, {n_grads} of them with a gradient)"

    def _repr_html_(self) -> str:
        """For notebooks: the table."""
        if self._pending:
            return f"<p>{self._pending}</p>"
        return trace_html(self, self.notes)

    def _not_found(self, name: str) -> str:
        if self._pending:
            return f"{name!r}: {self._pending}"
        if name in self._left_out:
            return f"{name!r}: {self._left_out[name]}"
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

"""A trace in a file, and back.

The file is an ordinary NumPy archive: `array/0`, `array/1`, ..., each different array once, and
`about`, a JSON text with everything else, which refers to the arrays by number; so it does not
matter what characters a name has. Nothing is pickled: reading a trace runs no code. The file is
written beside its final place and then renamed: it is there whole or not at all.
"""

import hashlib
import json
import os
import tokenize
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from tinytf.ops.arrays import Array
from tinytf.tracing.source_copy import TraceError
from tinytf.tracing.tensors import Call, Source, TracedTensor

_FORMAT = "tinytf trace 1"
_START = b"PK\x03\x04"  # what a zip archive, and so an .npz file, begins with
# All that damaged bytes make NumPy, zipfile and json raise.
_BROKEN = (
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    RuntimeError,
    NotImplementedError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
Content = tuple[list[TracedTensor], list[Call], list[str]]


def write_trace(
    path: str | Path, tensors: Iterable[TracedTensor], calls: list[Call], notes: list[str]
) -> None:
    """Write a trace into one file, whole or not at all.

    Args:
        path: of the file; nothing is added to its name. A file that is there is replaced.
        tensors, calls, notes: what the trace holds.

    Raises:
        TraceError: a tensor holds Python objects, which only a pickle could keep.
        OSError: the disk is full, or the directory is missing or cannot be written.
    """
    store = _Store()
    about: dict[str, Any] = {
        "format": _FORMAT,
        "tensors": [_described(one, store) for one in tensors],
        "calls": [asdict(call) for call in calls],
        "notes": notes,
    }
    arrays = {f"array/{i}": array for i, array in enumerate(store.arrays)}
    arrays["about"] = np.array(json.dumps(about))
    path = Path(path)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with open(unfinished, "wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException as error:
        unfinished.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is not None:
            # Not by the name that only we know.
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def read_trace(path: str | Path) -> Content:
    """What `write_trace` wrote: tensors, calls and notes.

    Raises:
        TraceError: the file is no trace, is broken, or comes from another version of tinytf.
        OSError: there is no such file, or it cannot be read.
    """
    with open(path, "rb") as file:
        if file.read(len(_START)) != _START:
            raise TraceError(f"{path}: expected a saved trace, got another kind of file")
        file.seek(0)
        try:
            with np.load(file, allow_pickle=False) as archive:
                if "about" not in archive.files:
                    raise TraceError(f"{path}: expected a saved trace, got an archive without one")
                about = json.loads(str(archive["about"]))
                _require_format(path, about)
                return _content(about, archive)
        except _BROKEN as error:
            raise TraceError(
                f"{path}: the trace is broken ({type(error).__name__}: {error})"
            ) from error


class _Store:
    """Arrays by number; equal ones, such as a gradient and its only part, have the same.

    Attributes:
        arrays: each once.
    """

    def __init__(self) -> None:
        self.arrays: list[Array] = []
        self._numbers: dict[tuple[str, tuple[int, ...], bytes], int] = {}

    def number(self, array: Array | None, name: str) -> int | None:
        """The number of an array; None for none."""
        if array is None:
            return None
        if array.dtype.hasobject:
            raise TraceError(f"{name}: expected numbers or texts, got dtype {array.dtype}")
        digest = hashlib.sha256(array.tobytes()).digest()
        key = str(np.lib.format.dtype_to_descr(array.dtype)), array.shape, digest
        if key not in self._numbers:
            self._numbers[key] = len(self.arrays)
            self.arrays.append(array)
        return self._numbers[key]


def _described(tensor: TracedTensor, store: _Store) -> dict[str, Any]:
    """A tensor as JSON values, its arrays as their numbers."""
    name = tensor.name
    return {
        "name": name,
        "kind": tensor.kind,
        "axes": tensor.axes,
        "op": tensor.op,
        "source": None if tensor.source is None else asdict(tensor.source),
        "aliases": tensor.aliases,
        "why_no_grad": tensor.why_no_grad,
        "place": tensor.place,
        "value": store.number(tensor.value, name),
        "grad": store.number(tensor.grad, name),
        "after": store.number(tensor.after, name),
        "grad_parts": [[who, store.number(part, name)] for who, part in tensor.grad_parts.items()],
    }


def _content(about: dict[str, Any], archive: Any) -> Content:
    def array(number: int | None) -> Any:
        """A copy of its own for each use, as in the trace that was saved."""
        return None if number is None else archive[f"array/{number}"]

    tensors = [
        TracedTensor(
            name=one["name"],
            value=array(one["value"]),
            kind=one["kind"],
            axes=tuple(one["axes"]),
            op=one["op"],
            source=None if one["source"] is None else Source(**one["source"]),
            aliases=one["aliases"],
            grad=array(one["grad"]),
            grad_parts={who: array(number) for who, number in one["grad_parts"]},
            why_no_grad=one["why_no_grad"],
            after=array(one["after"]),
            place=one["place"],
        )
        for one in about["tensors"]
    ]
    return tensors, [Call(**call) for call in about["calls"]], about["notes"]


def _require_format(path: str | Path, about: Any) -> None:
    came = about.get("format") if isinstance(about, dict) else None
    if came == _FORMAT:
        return
    hint = ""
    if isinstance(came, str) and came.startswith(_FORMAT.rstrip("1")):
        hint = "; another version of tinytf wrote it"
    raise TraceError(f"{path}: expected {_FORMAT!r}, got {came!r}{hint}")

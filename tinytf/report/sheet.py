"""What the page is given: labels, arrays and tensors, each embedded once, by a short id."""

import base64
import math
from typing import Any

import numpy as np

from tinytf.ops.arrays import Array


class Sheet:
    """Collects the parts of a report that several places share.

    Attributes:
        labels: id -> the names of rows or columns.
        arrays: id -> {"shape", "f32"}: base64 of 32-bit floats, little-endian.
        tensors: id -> what the page shows of one matrix.
    """

    def __init__(self) -> None:
        self.labels: dict[str, list[str]] = {}
        self.arrays: dict[str, dict[str, Any]] = {}
        self.tensors: dict[str, dict[str, Any]] = {}
        self._label_ids: dict[tuple[str, ...], str] = {}
        self._array_ids: dict[tuple[tuple[int, ...], bytes], str] = {}
        self._tensor_ids: dict[str, str] = {}

    def label(self, names: tuple[str, ...]) -> str:
        """The id of a list of labels; the same list has the same id."""
        if names not in self._label_ids:
            self._label_ids[names] = f"l{len(self.labels)}"
            self.labels[self._label_ids[names]] = list(names)
        return self._label_ids[names]

    def array(self, numbers: Array) -> str:
        """The id of an array (r, c); equal numbers are embedded once."""
        # Double precision may hold what a 32-bit float cannot: it becomes an infinity or a zero.
        with np.errstate(over="ignore", under="ignore"):
            raw = np.ascontiguousarray(numbers, dtype="<f4").tobytes()
        key = numbers.shape, raw
        if key not in self._array_ids:
            self._array_ids[key] = f"a{len(self.arrays)}"
            text = base64.b64encode(raw).decode("ascii")
            self.arrays[self._array_ids[key]] = {"shape": list(numbers.shape), "f32": text}
        return self._array_ids[key]

    def tensor(self, about: dict[str, Any]) -> str:
        """The id of a tensor; what is shown in the same way has the same id."""
        key = repr(sorted(about.items()))
        if key not in self._tensor_ids:
            self._tensor_ids[key] = f"t{len(self.tensors)}"
            self.tensors[self._tensor_ids[key]] = about
        return self._tensor_ids[key]


def number(value: float) -> float | str:
    """A number for JSON, which has no infinities and no NaN: those become texts."""
    return float(value) if math.isfinite(value) else str(float(value))

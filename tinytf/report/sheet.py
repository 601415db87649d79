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
        arrays: id -> {"shape", "f32"}: base64 of 32-bit floats, little-endian; "f64" where numbers
            are too small or too large for these.
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
        dtype, name = ("<f4", "f32") if _fits_single(numbers) else ("<f8", "f64")
        raw = np.ascontiguousarray(numbers, dtype=dtype).tobytes()
        key = numbers.shape, raw
        if key not in self._array_ids:
            self._array_ids[key] = f"a{len(self.arrays)}"
            text = base64.b64encode(raw).decode("ascii")
            self.arrays[self._array_ids[key]] = {"shape": list(numbers.shape), name: text}
        return self._array_ids[key]

    def tensor(self, about: dict[str, Any]) -> str:
        """The id of a tensor; what is shown in the same way has the same id."""
        key = repr(sorted(about.items()))
        if key not in self._tensor_ids:
            self._tensor_ids[key] = f"t{len(self.tensors)}"
            self.tensors[self._tensor_ids[key]] = about
        return self._tensor_ids[key]


def _fits_single(numbers: Array) -> bool:
    """Whether 32-bit floats hold these numbers to all their digits: no subnormals, no overflow."""
    sizes = np.abs(numbers[np.isfinite(numbers) & (numbers != 0)])
    limits = np.finfo(np.float32)
    return bool(np.all((sizes >= limits.smallest_normal) & (sizes <= limits.max)))


def number(value: float) -> float | str:
    """A number for JSON, which has no infinities and no NaN: those become texts."""
    return float(value) if math.isfinite(value) else str(float(value))

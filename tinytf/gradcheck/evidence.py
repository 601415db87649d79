"""What the facts are drawn from: both gradients, and everything that was around them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from tinytf.ops.arrays import Array

TINY = 1e-300


@dataclass(frozen=True, eq=False)
class Context:
    """What was around: the arrays and numbers passed in, the outputs, the cotangents drawn."""

    arrays: Mapping[str, Array] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    outputs: tuple[Array, ...] = ()
    cotangents: tuple[Array, ...] = ()


@dataclass(frozen=True, eq=False)
class Evidence:
    """Your gradient and the measured one (NaN where not measured), of the same shape."""

    yours: Array
    expected: Array
    floor: float
    tolerance: float
    direction: Array | None = None
    slope: float | None = None
    context: Context = field(default_factory=Context)

    @property
    def known(self) -> Array:
        """True where `expected` was measured."""
        return ~np.isnan(self.expected)

    @property
    def complete(self) -> bool:
        """Every entry was measured, and there is one."""
        return self.yours.size > 0 and bool(self.known.all())

    @property
    def right(self) -> Array:
        """True where yours equals expected; False where it does not, or was not measured."""
        return self.close(self.yours, self.expected)

    @property
    def error(self) -> float:
        """The largest |yours - expected| / max(|expected|, floor) of the known entries."""
        a, b = self.yours[self.known], self.expected[self.known]
        gaps = np.abs(a - b) / np.maximum(np.maximum(np.abs(b), self.floor), TINY)
        return float(gaps.max(initial=0.0))

    def close(self, a: Array, b: Array | float) -> Array:
        """Elementwise |a - b| <= tolerance * max(|b|, floor); NaN is close to nothing."""
        return np.asarray(np.abs(a - b) <= self.tolerance * np.maximum(np.abs(b), self.floor))

    def everywhere(self, a: Array, b: Array) -> bool:
        """`close` on all known entries, and b is not zero on all of them."""
        a, b = a[self.known], b[self.known]
        return bool(self.close(a, b).all() and (np.abs(b) > self.floor).any())


def names_of(ratio: float, evidence: Evidence) -> str:
    """What the ratio equals, as " = 1 / (size of axis 0 of x)"; "" where nothing fits."""
    fitting = []
    for said, number in _named_numbers(evidence.context):
        for form, value in ((f"({said})", number), (f"1 / ({said})", number and 1 / number)):
            for sign, signed in (("", value), ("-", -value)):
                if value and abs(ratio / signed - 1) <= evidence.tolerance:
                    fitting.append(sign + form)
    return " = " + " or ".join(fitting[:2]) if fitting else ""


def _named_numbers(context: Context) -> Iterator[tuple[str, float]]:
    """A scalar cotangent, numeric options, sizes of axes, products of two of them."""
    for dy in context.cotangents:
        if dy.ndim == 0:
            yield "dloss", float(dy)
    for name, number in context.numbers.items():
        yield name, number
        yield f"1 - {name}", 1 - number
    axes: dict[int, list[str]] = {}
    for name, array in context.arrays.items():
        for axis, size in enumerate(array.shape):
            if size > 1:
                axes.setdefault(size, []).append(f"axis {axis} of {name}")
    sizes = {size: f"size of {' or '.join(names[:3])}" for size, names in axes.items()}
    for size, said in sizes.items():
        yield said, size
        yield f"the square root of the {said}", size**0.5
    for a, said_a in sizes.items():
        for b, said_b in sizes.items():
            if a <= b:
                yield f"{said_a} times {said_b}", a * b


def patterns(context: Context, shape: tuple[int, ...]) -> Iterator[tuple[str, Array]]:
    """Arrays of this shape that an error may be a multiple of, row by row."""
    outputs = {f"y[{i}]": y for i, y in enumerate(context.outputs)}
    if len(outputs) == 1:
        outputs = {"y": context.outputs[0]}
    cotangents = {f"d{name}": dy for name, dy in zip(outputs, context.cotangents, strict=False)}
    for name, array in (outputs | cotangents | dict(context.arrays)).items():
        if array.shape == shape and array.dtype.kind == "f":
            yield name, array
            yield f"{name} minus its mean", array - array.mean(axis=-1, keepdims=True)


def broadcast(array: Array, shape: tuple[int, ...]) -> Array | None:
    """`array` broadcast to `shape`, or None where it does not fit."""
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        return None


def conditions(name: str, values: Array) -> Iterator[tuple[str, Array]]:
    """Conditions on an array that mistakes often hide behind, and where each holds."""
    if values.dtype.kind == "b":
        yield f"{name} is True", values
        yield f"{name} is False", ~values
        return
    yield f"{name} is 1", values == 1
    yield f"{name} is 0", values == 0
    yield f"{name} is not 0", values != 0
    yield f"{name} > 0", values > 0
    yield f"{name} < 0", values < 0
    yield f"|{name}| < 1", np.abs(values) < 1

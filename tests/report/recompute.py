"""Every equation of a report made again from the embedded numbers, in Python.

The same as the page's self-test does in the browser, written once more and independently: NumPy in
double precision on whole matrices. The error of a cell is relative to the sum of the absolute
values that went into it, since the numbers are embedded as 32-bit floats.
"""

import base64
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Pair = tuple[Array, Array]  # a result, and the sum of the absolute values of what it is made of

ALLOWED = 1e-5


class Remade(NamedTuple):
    """What became of one equation.

    Attributes:
        where: step, row, kind and formula.
        error: the largest of its cells; None where the report says that it shows a part only.
    """

    where: str
    error: float | None


def remake(report: dict[str, Any]) -> Iterator[Remade]:
    """Every row of every step, and every sum "before + this = now"."""
    for step in report["steps"]:
        for place, row in enumerate(step["rows"]):
            where = f"step {step['id']} ({step['title']}), row {place}, {row['kind']}: "
            where += row["formula"]
            if row.get("options", {}).get("partial"):
                yield Remade(where, None)
                continue
            yield Remade(where, error_of(report, row))
        if step["sum"]:
            total = step["sum"]
            views = [one for one in (total["before"], total["this"]) if one]
            row = {"kind": "add", "out": total["now"], "operands": views}
            yield Remade(f"step {step['id']} ({step['title']}), sum", error_of(report, row))


def error_of(report: dict[str, Any], row: dict[str, Any]) -> float:
    """The largest relative error of a row's cells.

    Raises:
        ValueError: the shapes do not fit together.
    """
    operands = [None if one is None else numbers_of(report, one) for one in row["operands"]]
    shown = numbers_of(report, row["out"])
    options = row.get("options", {})
    with np.errstate(all="ignore"):
        value, size = KINDS[row["kind"]](operands, float(row.get("scale", 1)), options, shown.shape)
    value, size = np.broadcast_to(value, shown.shape), np.broadcast_to(size, shown.shape)
    return worst_error(value, size, shown, hidden_of(report, row["out"]))


def worst_error(value: Array, size: Array, shown: Array, hidden: Array) -> float:
    """Equal infinities are equal; NaN never is; a masked -inf needs no reason."""
    same = (value == shown) | (hidden & np.isneginf(shown))
    with np.errstate(all="ignore"):
        error = np.abs(value - shown) / np.maximum(size, np.abs(shown))
    error = np.where(same, 0.0, error)
    return math.inf if np.isnan(error).any() else float(error.max(initial=0.0))


def numbers_of(report: dict[str, Any], view: dict[str, Any]) -> Array:
    """The numbers of a view, in double precision."""
    tensor = report["tensors"][view["tensor"]]
    numbers = decoded(report["arrays"][tensor["array"]])
    labels = [len(report["labels"][tensor[side]]) for side in ("rows", "cols")]
    if list(numbers.shape) != labels:
        raise ValueError(f"{tensor['name']}: {numbers.shape} numbers, but {labels} labels")
    return numbers.T if view["transposed"] else numbers


def hidden_of(report: dict[str, Any], view: dict[str, Any]) -> Array:
    """Which cells of a view are masked."""
    tensor = report["tensors"][view["tensor"]]
    if not tensor["masked"]:
        return np.zeros(numbers_of(report, view).shape, bool)
    hidden = decoded(report["arrays"][tensor["masked"]]) != 0
    return hidden.T if view["transposed"] else hidden


def decoded(array: dict[str, Any]) -> Array:
    """The numbers of an embedded array, in double precision."""
    dtype, text = ("<f4", array["f32"]) if "f32" in array else ("<f8", array["f64"])
    raw = np.frombuffer(base64.b64decode(text), dtype=dtype)
    return raw.reshape(array["shape"]).astype(np.float64)


# --- the kinds ---

Operands = list[Any]
Options = dict[str, Any]
Shape = tuple[int, ...]


def _matmul(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    value, size = scale * (x[0] @ x[1]), abs(scale) * (np.abs(x[0]) @ np.abs(x[1]))
    for plus in x[2:]:
        value, size = value + plus, size + np.abs(plus)
    return value, size


def _add(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    signs = options.get("signs", [1] * len(x))
    value = sum(sign * one for sign, one in zip(signs, x, strict=True))
    return scale * value, abs(scale) * sum(np.abs(one) for one in x)


def _multiply(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    value = scale * math.prod(x[1:], start=x[0])
    return value, np.abs(value)


def _divide(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    value = scale * x[0] / x[1]
    return value, np.abs(value)


_erfc = np.frompyfunc(math.erfc, 1, 1)


def _functions(name: str, eps: float) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """A function and its slope; the slope of a central difference in double precision."""
    root = math.sqrt(2 / math.pi)
    known: dict[str, Callable[[Array], Array]] = {
        "relu": lambda x: np.maximum(x, 0),
        "gelu": lambda x: x * _erfc(-x / math.sqrt(2)).astype(float) / 2,
        "gelu_tanh": lambda x: x * (1 + np.tanh(root * (x + 0.044715 * x**3))) / 2,
        "silu": lambda x: x / (1 + np.exp(-x)),
        "tanh": np.tanh,
        "rsqrt": lambda x: 1 / np.sqrt(x + eps),
    }
    f = known[name]
    h = 1e-5
    if name == "relu":
        return f, lambda x: (x > 0).astype(float)
    return f, lambda x: (8 * (f(x + h) - f(x - h)) - f(x + 2 * h) + f(x - 2 * h)) / (12 * h)


def _function(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    f, slope = _functions(options["name"], options.get("eps", 0))
    value = scale * f(x[0])
    spread = np.abs(x[0] * slope(x[0])) if options["name"] != "rsqrt" else np.abs(value)
    return value, np.abs(value) + abs(scale) * spread


def _function_grad(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    slope = _functions(options["name"], options.get("eps", 0))[1](x[1])
    return scale * x[0] * slope, np.abs(scale * x[0]) * (np.abs(slope) + np.abs(x[1]) + 1e-3)


def _softmax(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    largest = x[0].max(axis=1, keepdims=True)
    e = np.exp(x[0] - np.where(np.isneginf(largest), 0, largest))
    total = e.sum(axis=1, keepdims=True)
    value = e / np.where(total == 0, 1, total)
    return value, value * (1 + np.abs(np.nan_to_num(x[0], neginf=0)) + np.abs(largest))


def _softmax_grad(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    p, d = x
    value = p * (d - (d * p).sum(axis=1, keepdims=True))
    return value, p * (np.abs(d) + np.abs(d * p).sum(axis=1, keepdims=True))


def _log_softmax(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    largest = x[0].max(axis=1, keepdims=True)
    log_total = np.log(np.exp(x[0] - largest).sum(axis=1, keepdims=True))
    size = np.abs(x[0]) + np.abs(largest) + log_total + 1
    return x[0] - largest - log_total, size


def _lookup(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    rows = options["rows"]
    value = np.stack([x[0][rows.index(one)] for one in options["ids"]])
    return value, np.abs(value)


def _scatter_add(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    picks = np.array([[one == row for one in options["ids"]] for row in options["row_ids"]], float)
    return picks @ x[0], picks @ np.abs(x[0])


def _sum_rows(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    return scale * x[0].sum(0, keepdims=True), abs(scale) * np.abs(x[0]).sum(0, keepdims=True)


def _sum_cols(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    return scale * x[0].sum(1, keepdims=True), abs(scale) * np.abs(x[0]).sum(1, keepdims=True)


def _mean_cols(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    return _sum_cols(x, scale / x[0].shape[1], options, shape)


def _dot_rows(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    return _sum_cols([x[0] * x[1]], scale, options, shape)


def _norm_grad(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    dnormed, normed, rstd, dmean, drstd = x
    n = options.get("n", dnormed.shape[1])
    terms = [rstd * dnormed, -normed * rstd**2 * drstd / n]
    terms += [] if dmean is None else [dmean / n]
    return sum(terms, np.zeros(())), sum(map(np.abs, terms), np.zeros(()))


def _rotate(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    first, second = np.split(x[0], 2, axis=1)
    cos, sin = x[1], -x[2] if options.get("inverse") else x[2]
    parts = [[first * cos, -second * sin], [second * cos, first * sin]]
    value = np.concatenate([a + b for a, b in parts], axis=1)
    return value, np.concatenate([np.abs(a) + np.abs(b) for a, b in parts], axis=1)


def _wanted(options: Options, shape: Shape) -> Array:
    """(rows, shown classes): what the loss wants of each class."""
    smoothing = options.get("smoothing", 0)
    wanted = np.full(shape, smoothing / options.get("classes", shape[1]))
    for i, target in enumerate(options["targets"]):
        if target >= 0:
            wanted[i, target] += 1 - smoothing
    return wanted * ~np.array(options["ignored"])[:, None]


def _pick_nll(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    # What is ignored may be -inf, and 0 times that is no number.
    terms = np.where(_wanted(options, x[0].shape) == 0, 0, -_wanted(options, x[0].shape) * x[0])
    return terms.sum(1, keepdims=True), np.abs(terms).sum(1, keepdims=True)


def _mean_real(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    real = np.array(options["real"])
    value = x[0][real].sum() / max(real.sum(), 1)
    return value, np.abs(x[0][real]).sum() / max(real.sum(), 1)


def _cross_entropy_grad(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    real = ~np.array(options["ignored"])[:, None]
    wanted = _wanted(options, x[0].shape)
    value = np.where(real, (x[0] - wanted) * x[1], 0)
    return value, np.where(real, (x[0] + wanted) * np.abs(x[1]), 0)


def _copy(x: Operands, scale: float, options: Options, shape: Shape) -> Pair:
    together = np.concatenate(x, axis=0 if options.get("stack") == "rows" else 1)
    row, col = options.get("row_start", 0), options.get("col_start", 0)
    value = together[row : row + shape[0], col : col + shape[1]]
    if value.shape != shape:
        raise ValueError(f"copy: expected {shape}, got {value.shape}")
    return value, np.abs(value)


KINDS: dict[str, Callable[[Operands, float, Options, Shape], Pair]] = {
    "matmul": _matmul,
    "add": _add,
    "multiply": _multiply,
    "divide": _divide,
    "function": _function,
    "function_grad": _function_grad,
    "softmax": _softmax,
    "softmax_grad": _softmax_grad,
    "log_softmax": _log_softmax,
    "lookup": _lookup,
    "scatter_add": _scatter_add,
    "sum_rows": _sum_rows,
    "sum_cols": _sum_cols,
    "mean_cols": _mean_cols,
    "dot_rows": _dot_rows,
    "norm_grad": _norm_grad,
    "rotate": _rotate,
    "pick_nll": _pick_nll,
    "mean_real": _mean_real,
    "cross_entropy_grad": _cross_entropy_grad,
    "copy": _copy,
}

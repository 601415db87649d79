"""Equations of a step: the kinds that the page knows how to recompute, from matrices.

Where the axis that a product sums over is cropped, the shown numbers alone do not give the result.
The products that are left out are then added up here, from all numbers, and shown as one more term;
so the page can still recompute every cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinytf.ops.arrays import Array
from tinytf.report.axes import Axis
from tinytf.report.matrices import Matrix, Shown, View, as_view
from tinytf.report.sheet import Sheet


@dataclass
class Equation:
    """`out = kind(operands)`; see `tinytf/report/page/arithmetic*.js` for what each kind does."""

    formula: str
    kind: str
    out: View
    operands: list[View | None]
    scale: float = 1.0
    options: dict[str, Any] = field(default_factory=dict)

    def put(self, sheet: Sheet) -> dict[str, Any]:
        """The equation for the page."""
        row: dict[str, Any] = {
            "formula": self.formula,
            "kind": self.kind,
            "out": self.out.put(sheet),
            "operands": [one.put(sheet) if one else None for one in self.operands],
        }
        if self.scale != 1:
            row["scale"] = self.scale
        if self.options:
            row["options"] = self.options
        return row


def equation(
    formula: str,
    kind: str,
    out: Shown,
    operands: Sequence[Shown | None],
    scale: float = 1.0,
    sums_over: Axis | None = None,
    **options: Any,
) -> Equation:
    """An equation of any kind but matmul.

    Args:
        formula: as text.
        kind: of the page.
        out: the result.
        operands: what it is made of; None for one that there is not.
        scale: factor of the result.
        sums_over: the axis that it sums over; where that is cropped, the page is told not to
            recompute it.
        options: of the kind.
    """
    if sums_over is not None and sums_over.cropped:
        options["partial"] = sums_over.words
    views = [None if one is None else as_view(one) for one in operands]
    return Equation(formula, kind, as_view(out), views, scale, options)


def matmul(
    formula: str,
    out: Shown,
    a: Shown,
    b: Shown,
    plus: Shown | None = None,
    scale: float = 1.0,
) -> Equation:
    """`out = scale * a @ b + plus`.

    Args:
        formula: as text.
        out: (r, c).
        a: (r, k).
        b: (k, c), with the same axis k.
        plus: (r, c) or (1, c); None for nothing.
        scale: factor of the product.

    Raises:
        ValueError: the inner axes are not the same.
    """
    a, b = as_view(a), as_view(b)
    inner = a.cols
    if inner.shown != b.rows.shown or inner.size != b.rows.size:
        raise ValueError(f"{formula}: expected one inner axis, got {inner} and {b.rows}")
    operands: list[View | None] = [a, b]
    options: dict[str, Any] = {}
    if inner.cropped:
        options["text"] = f"{inner.words[0].upper()}{inner.words[1:]}; the last matrix " + (
            "adds up the products of all others."
            if plus is None
            else f"adds up the products of all others, and {as_view(plus).title}."
        )
        operands.append(_rest(a, b, plus, scale).view)
    elif plus is not None:
        operands.append(as_view(plus))
    return Equation(formula, "matmul", as_view(out), operands, scale, options)


def _rest(a: View, b: View, plus: Shown | None, scale: float) -> Matrix:
    """What the places that are not shown add to the product, and what is added to it anyway."""
    hidden = a.cols.hidden
    numbers: Array = scale * (a.numbers[:, hidden] @ b.numbers[hidden, :])
    title = f"other {len(hidden):,}"
    if plus is not None:
        plus = as_view(plus)
        with np.errstate(invalid="ignore"):
            numbers = numbers + plus.numbers
        title += f" + {plus.title}"
    name = f"products of the {len(hidden):,} that are not shown"
    return Matrix(numbers, a.rows, b.cols, title, name, "value")

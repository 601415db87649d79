"""Matrices as a report shows them: all their numbers, and which of these are shown."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tinytf.ops.arrays import Array
from tinytf.report.axes import Axis
from tinytf.report.sheet import Sheet, number
from tinytf.report.symbols import transposed

Kind = str  # "value", "gradient", "parameter", "update" or "probability"


@dataclass(frozen=True, eq=False)
class Matrix:
    """Numbers with two labelled sides.

    Attributes:
        numbers: (R, C), all of them, in double precision.
        rows, cols: its sides.
        title: what formulas call it, such as "q".
        name: what the trace calls it.
        kind: decides its colours.
        masked: (R, C) booleans, True where a mask hides the cell; None for no mask.
        error: relative error of the gradient's numeric check; None where there is none.
    """

    numbers: Array
    rows: Axis
    cols: Axis
    title: str
    name: str
    kind: Kind = "value"
    masked: Array | None = None
    error: float | None = None

    def __post_init__(self) -> None:
        expected = self.rows.size, self.cols.size
        if self.numbers.shape != expected:
            raise ValueError(f"{self.name}: expected {expected}, got {self.numbers.shape}")

    @property
    def view(self) -> "View":
        """The matrix as it is."""
        return View(self)

    @property
    def t(self) -> "View":
        """Its transpose."""
        return View(self, is_transposed=True)

    def shown(self, numbers: Array) -> Array:
        """The part of an array of the matrix's shape that is shown."""
        return numbers[np.ix_(self.rows.shown, self.cols.shown)]

    def put(self, sheet: Sheet) -> str:
        """Write the matrix into a sheet; its tensor's id."""
        masked = None if self.masked is None else sheet.array(self.shown(self.masked))
        cropped = self.rows.cropped or self.cols.cropped
        about: dict[str, Any] = {
            "title": self.title,
            "name": self.name,
            "kind": self.kind,
            "array": sheet.array(self.shown(self.numbers)),
            "rows": sheet.label(self.rows.labels),
            "cols": sheet.label(self.cols.labels),
            "row_axis": self.rows.name,
            "col_axis": self.cols.name,
            "of": [self.rows.size, self.cols.size] if cropped else None,
            "scale": None,
            "masked": masked,
            "check": None if self.error is None else {"error": number(self.error)},
        }
        return sheet.tensor(about)


@dataclass(frozen=True, eq=False)
class View:
    """A matrix as an equation uses it: as it is or transposed, perhaps under another title."""

    matrix: Matrix
    is_transposed: bool = False
    own_title: str | None = None

    @property
    def numbers(self) -> Array:
        """All numbers, as used."""
        return self.matrix.numbers.T if self.is_transposed else self.matrix.numbers

    @property
    def rows(self) -> Axis:
        """The rows, as used."""
        return self.matrix.cols if self.is_transposed else self.matrix.rows

    @property
    def cols(self) -> Axis:
        """The columns, as used."""
        return self.matrix.rows if self.is_transposed else self.matrix.cols

    @property
    def title(self) -> str:
        """What a formula calls it."""
        return transposed(self.matrix.title) if self.is_transposed else self.matrix.title

    def titled(self, title: str) -> "View":
        """The same under another title."""
        return replace(self, own_title=title)

    def put(self, sheet: Sheet) -> dict[str, Any]:
        """The view for the page."""
        tensor = self.matrix.put(sheet)
        return {"tensor": tensor, "transposed": self.is_transposed, "title": self.own_title}


Shown = Matrix | View


def as_view(shown: Shown) -> View:
    """A matrix, or a view of one, as a view."""
    return shown.view if isinstance(shown, Matrix) else shown

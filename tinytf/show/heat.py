"""An array as a heat map: two characters a number, so that a pattern is seen at one glance.

Characters alone show all there is to see, a minus for every negative number included; colour is
added where the terminal has it. A legend below says what each shade stands for.
"""

from collections.abc import Sequence

import numpy.typing as npt

from tinytf.show.layout import (
    LINE_WIDTH,
    MAX_ROWS,
    as_array,
    as_matrix,
    col_labels,
    cut,
    left_out_lines,
    row_labels,
    title_lines,
)
from tinytf.show.shades import N_SHADES, Scale, mark, paint, symbol

# Column labels are written downwards; longer ones would make the picture mostly label.
MAX_LABEL = 16
CELL = 2  # characters
GAP = " "  # between a row's label and its first cell


def format_heat(
    array: npt.ArrayLike,
    rows: Sequence[object] | None = None,
    cols: Sequence[object] | None = None,
    title: str | None = None,
    colour: bool = False,
) -> str:
    """Lay out a vector or a matrix as shades, with a legend.

    The scale is that of the numbers shown: the darkest shade is the largest |value| among them.
    The first rows and columns are shown, as many as fit into 24 lines of 100 characters.

    Args:
        array: (N,), shown as one row, or (R, C); True counts as 1, False as 0.
        rows: R labels; None for 0, 1, 2, ... (none for a vector).
        cols: C labels, written downwards; None for 0, 1, 2, ...
        title: the line above, to which the shape is added; None for no such line.
        colour: put each shade on its colour; the text stays the same.

    Returns:
        The text, without a line break at its end.

    Raises:
        TypeError: the array holds something else than booleans, integers or real floats.
        ValueError: the array has not 1 or 2 axes, or a number of labels does not fit.
    """
    array = as_array(array)
    row_names = row_labels(array, rows)[:MAX_ROWS]
    label_width = min(MAX_LABEL, max(map(len, row_names), default=0))
    col_names = col_labels(array, cols)[: (LINE_WIDTH - label_width - len(GAP)) // CELL]
    shown = as_matrix(array)[: len(row_names), : len(col_names)]
    values = [[float(value) for value in row] for row in shown.tolist()]
    scale = Scale.of(values)

    def cell(value: float) -> str:
        text = symbol(value, scale)
        return paint(text, value, scale) if colour else text

    lines = title_lines(title, array)
    for characters in _downwards([cut(name, MAX_LABEL) for name in col_names]):
        below = "".join(character.rjust(CELL) for character in characters)
        lines.append((" " * label_width + GAP + below).rstrip())
    for name, row in zip(row_names, values, strict=True):
        lines.append(
            (cut(name, MAX_LABEL).ljust(label_width) + GAP + "".join(map(cell, row))).rstrip()
        )
    lines += left_out_lines(array, len(row_names), len(col_names))
    if any(len(name) > MAX_LABEL for name in row_names + col_names):
        lines.append(f"(labels longer than {MAX_LABEL} characters end in ~)")
    return "\n".join(lines + _legend(values, scale, colour, yes_no=array.dtype == bool))


def _downwards(labels: list[str]) -> list[list[str]]:
    """The labels as lines of one character each, all ending in the lowest line."""
    height = max(map(len, labels), default=0)
    return [[label.rjust(height)[i] for label in labels] for i in range(height)]


def _legend(values: list[list[float]], scale: Scale, colour: bool, yes_no: bool) -> list[str]:
    """What the shades stand for, but only those signs and marks that can be seen above."""

    def entry(value: float, meaning: str) -> str:
        text = symbol(value, scale)
        return f"{paint(text, value, scale) if colour else text} {meaning}"

    numbers = [value for row in values for value in row]
    lines = []
    for sign, words in ((1.0, "up to"), (-1.0, "down to")):
        if not yes_no and any(sign * value > 0 for value in numbers if mark(value) is None):
            bounds = [sign * scale.largest * i / N_SHADES for i in range(1, N_SHADES + 1)]
            lines.append(f"{words}: " + " ".join(entry(x, f"{x:.3g}") for x in bounds))
    others = {}  # each thing that is no number with a bound, once
    for value in numbers:
        special = mark(value)
        if special is not None:
            others[special[2]] = entry(value, special[2])
        elif yes_no:
            others[str(value)] = entry(value, "yes" if value else "(blank) no")
        elif value == 0:
            others["0"] = entry(0.0, "(blank) exactly 0")
    if others:
        lines.append("also: " + " ".join(others[name] for name in sorted(others)))
    return lines

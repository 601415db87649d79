"""An array as an aligned, labelled matrix: what the walkthroughs look at numbers with.

Nothing in a printed matrix is rounded away without a sign of it: an exact 0 is printed as `0`, a
number too small for the decimals as `1e-09`, and what does not fit is counted below the matrix.
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
from tinytf.show.shades import Scale, paint

GAP = "  "  # between two columns
# All columns are as wide as the widest one, so one long label would leave no room for the others.
MAX_ROW_LABEL = 30
MAX_COL_LABEL = 20
# From here on a number is printed as 1.234e+06: more digits before the point are hard to read.
LARGE = 1e6


def format_matrix(
    array: npt.ArrayLike,
    rows: Sequence[object] | None = None,
    cols: Sequence[object] | None = None,
    title: str | None = None,
    digits: int = 3,
    colour: bool = False,
) -> str:
    """Lay out a vector or a matrix as text, every column of the same width.

    Booleans are printed as `yes` and `.`, integers as they are, floats with `digits` decimals.
    The first rows and columns are shown, as many as fit into 24 lines of 100 characters.

    Args:
        array: (N,), shown as one row, or (R, C); a list of numbers, or a tensor of a trace, whose
            value is shown, will do as well. Of a tensor with more axes show one matrix at a
            time: `pattern[0, 1]` is the second head of the first sequence.
        rows: R labels; None for 0, 1, 2, ... (none for a vector).
        cols: C labels; None for 0, 1, 2, ...
        title: the line above, to which the shape is added; None for no such line.
        digits: decimals of a float.
        colour: put each float on the colour of its shade, as in `format_heat`; the text stays the
            same. Integers, which are ids and counts, and booleans get none.

    Returns:
        The text, without a line break at its end.

    Raises:
        TypeError: the array holds something else than booleans, integers or real floats.
        ValueError: the array has not 1 or 2 axes, or a number of labels does not fit.
    """
    array = as_array(array)
    matrix = as_matrix(array)
    row_names = row_labels(array, rows)[:MAX_ROWS]
    # No column is narrower than its gap and one character.
    col_names = col_labels(array, cols)[: LINE_WIDTH // (len(GAP) + 1)]
    whole_rows, row_names = row_names, [cut(name, MAX_ROW_LABEL) for name in row_names]
    whole_cols, col_names = col_names, [cut(name, MAX_COL_LABEL) for name in col_names]

    values = matrix[: len(row_names), : len(col_names)].tolist()
    cells = [[_cell(value, digits) for value in row] for row in values]
    label_width = max(map(len, row_names), default=0)
    width = max((len(text) for line in [col_names, *cells] for text in line), default=0)
    n_fit = max(1, (LINE_WIDTH - label_width) // (width + len(GAP)))
    n_cols = min(n_fit, len(col_names))

    lines = title_lines(title, array)
    header = "".join(GAP + name.rjust(width) for name in col_names[:n_cols])
    lines.append((" " * label_width + header).rstrip())
    scale = Scale.of([row[:n_cols] for row in values]) if array.dtype.kind == "f" else None
    for name, row, texts in zip(row_names, values, cells, strict=True):
        line = name.ljust(label_width)
        for value, text in zip(row[:n_cols], texts[:n_cols], strict=True):
            padded = text.rjust(width)
            line += GAP + (paint(padded, value, scale) if colour and scale else padded)
        lines.append(line.rstrip())
    lines += left_out_lines(array, len(row_names), n_cols)
    kinds = (("row", whole_rows, MAX_ROW_LABEL), ("column", whole_cols[:n_cols], MAX_COL_LABEL))
    for kind, names, longest in kinds:
        if any(len(name) > longest for name in names):
            lines.append(f"({kind} labels longer than {longest} characters end in ~)")
    return "\n".join(lines)


def _cell(value: bool | int | float, digits: int) -> str:
    """One number as text, to be aligned at its right end."""
    if isinstance(value, bool):
        return "yes" if value else "."
    if isinstance(value, int):
        return str(value)
    if value == 0:
        return "0" + " " * (digits + 1)  # stands where the others have their last digit before "."
    text = f"{value:.{digits}f}"  # "-inf" and "nan" as well
    if float(text) == 0:
        return f"{value:.0e}"
    return f"{value:.{digits}e}" if LARGE <= abs(value) < float("inf") else text

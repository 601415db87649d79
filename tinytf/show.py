"""Print an array as an aligned, labelled matrix: what the walkthroughs look at numbers with.

Nothing in a printed matrix is rounded away without a sign of it: an exact 0 is printed as `0`, a
number too small for the decimals as `1e-09`, and what does not fit is counted below the matrix.
The text is ASCII, whatever the labels are, and the same in every terminal.
"""

from collections.abc import Sequence

from tinytf.ops.arrays import Array

# A line is at most this long, unless a single column is wider.
LINE_WIDTH = 100
MAX_ROWS = 24
GAP = "  "  # between two columns
# From here on a number is printed as 1.234e+06: more digits before the point are hard to read.
LARGE = 1e6


def show(
    array: Array,
    rows: Sequence[str] | None = None,
    cols: Sequence[str] | None = None,
    title: str | None = None,
    digits: int = 3,
) -> None:
    """Print what `format_matrix` returns, and an empty line."""
    print(format_matrix(array, rows, cols, title, digits) + "\n")


def format_matrix(
    array: Array,
    rows: Sequence[str] | None = None,
    cols: Sequence[str] | None = None,
    title: str | None = None,
    digits: int = 3,
) -> str:
    """Lay out a vector or a matrix as text, every column of the same width.

    Booleans are printed as `yes` and `.`, integers as they are, floats with `digits` decimals.
    The first rows and columns are shown, as many as fit into 24 lines of 100 characters.

    Args:
        array: (N,), shown as one row, or (R, C). Of a tensor with more axes show one matrix at a
            time: `pattern[0, 1]` is the second head of the first sequence.
        rows: R labels; None for 0, 1, 2, ... (none for a vector).
        cols: C labels; None for 0, 1, 2, ...
        title: the line above, to which the shape is added; None for no such line.
        digits: decimals of a float.

    Returns:
        The text, without a line break at its end.

    Raises:
        TypeError: the array holds something else than booleans, integers or real floats.
        ValueError: the array has not 1 or 2 axes, or a number of labels does not fit.
    """
    if array.dtype.kind not in "biuf":
        raise TypeError(f"array: expected booleans, integers or floats, got dtype {array.dtype}")
    if array.ndim not in (1, 2):
        raise ValueError(
            f"array: expected 1 or 2 axes, got shape {array.shape}; show one matrix at a time, "
            "such as array[0, 1]"
        )
    matrix = array[None, :] if array.ndim == 1 else array  # (R, C)
    n_rows, n_cols = matrix.shape
    if rows is None and array.ndim == 1:
        rows = [""]
    row_labels = _labels("rows", rows, n_rows)[:MAX_ROWS]
    # No column is narrower than its gap and one character.
    col_labels = _labels("cols", cols, n_cols)[: LINE_WIDTH // (len(GAP) + 1)]

    shown = matrix[: len(row_labels), : len(col_labels)]
    cells = [[_cell(value, digits) for value in row] for row in shown.tolist()]
    label_width = max(map(len, row_labels), default=0)
    width = max((len(text) for line in [col_labels, *cells] for text in line), default=0)
    n_fit = max(1, (LINE_WIDTH - label_width) // (width + len(GAP)))

    lines = [] if title is None else [f"{_ascii(title)} {array.shape}"]
    for label, line in zip(["", *row_labels], [col_labels, *cells], strict=True):
        padded = [GAP + text.rjust(width) for text in line[:n_fit]]
        lines.append((label.ljust(label_width) + "".join(padded)).rstrip())
    left_out = [
        f"{n_shown} of {n_all} {what}"
        for n_shown, n_all, what in (
            (len(row_labels), n_rows, "rows"),
            (min(n_fit, len(col_labels)), n_cols, "columns"),
        )
        if n_shown < n_all
    ]
    if left_out:
        lines.append(f"(showing {' and '.join(left_out)})")
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


def _labels(name: str, labels: Sequence[str] | None, size: int) -> list[str]:
    if labels is None:
        return [str(i) for i in range(size)]
    if len(labels) != size:
        raise ValueError(f"{name}: expected {size} labels, got {len(labels)}")
    return [_ascii(label) for label in labels]


def _ascii(text: str) -> str:
    """The text on one line and in ASCII: a line break becomes `\\n`, an umlaut `\\xfc`."""
    return text.encode("unicode_escape").decode("ascii")

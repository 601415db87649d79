"""What the two pictures of an array share: one matrix, its labels, and how much of it fits."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tinytf.ops.arrays import Array

# A line is at most this long, unless a single column is wider.
LINE_WIDTH = 100
MAX_ROWS = 24


def as_array(given: npt.ArrayLike) -> Array:
    """What is to be shown as an array: lists of numbers, and whatever else NumPy takes.

    Raises:
        TypeError: it is nothing that holds numbers.
        ValueError: it is a list of rows of unlike lengths.
    """
    try:
        array: Array = np.asarray(given)
    except ValueError as error:
        raise ValueError(f"array: expected rows of the same length, got a list ({error})") from None
    if array.dtype == object and not isinstance(given, np.ndarray):
        raise TypeError(f"array: expected an array of numbers, got {type(given).__name__}")
    return array


def as_matrix(array: Array) -> Array:
    """The array with two axes (R, C): a vector is one row.

    Raises:
        TypeError: the array holds something else than booleans, integers or real floats.
        ValueError: the array has not 1 or 2 axes.
    """
    if array.dtype.kind not in "biuf":
        raise TypeError(f"array: expected booleans, integers or floats, got dtype {array.dtype}")
    if array.ndim not in (1, 2):
        raise ValueError(
            f"array: expected 1 or 2 axes, got shape {array.shape}; show one matrix at a time, "
            "such as array[0, 1]"
        )
    return array[None, :] if array.ndim == 1 else array


def row_labels(array: Array, labels: Sequence[object] | None) -> list[str]:
    """All R labels of the rows; None numbers them, but for a vector's only row."""
    if labels is None and array.ndim == 1:
        labels = [""]
    return _labels("rows", labels, as_matrix(array).shape[0])


def col_labels(array: Array, labels: Sequence[object] | None) -> list[str]:
    """All C labels of the columns; None numbers them."""
    return _labels("cols", labels, as_matrix(array).shape[1])


def title_lines(title: str | None, array: Array) -> list[str]:
    """The line above the picture: the title and the array's shape."""
    return [] if title is None else [f"{_ascii(title)} {array.shape}"]


def left_out_lines(array: Array, n_rows: int, n_cols: int) -> list[str]:
    """A line that says of how many rows and columns these are shown; none where it is all."""
    all_rows, all_cols = as_matrix(array).shape
    counts = ((n_rows, all_rows, "rows"), (n_cols, all_cols, "columns"))
    left_out = [f"{n_shown} of {n} {what}" for n_shown, n, what in counts if n_shown < n]
    return [f"(showing {' and '.join(left_out)})"] if left_out else []


def _labels(name: str, labels: Sequence[object] | None, size: int) -> list[str]:
    if labels is None:
        return [str(i) for i in range(size)]
    if len(labels) != size:
        raise ValueError(f"{name}: expected {size} labels, got {len(labels)}")
    return [_ascii(str(label)) for label in labels]


def cut(label: str, longest: int) -> str:
    """The label, with "~" for its end where it is longer."""
    return label if len(label) <= longest else label[: longest - 1] + "~"


def _ascii(text: str) -> str:
    """The text on one line and in ASCII: a line break becomes `\\n`, an umlaut `\\xfc`.

    What is ASCII already stays, a backslash too: many a label is such a text itself.
    """
    return "".join(
        one if " " <= one <= "~" else one.encode("unicode_escape").decode("ascii") for one in text
    )

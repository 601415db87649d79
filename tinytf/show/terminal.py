"""Printing an array, in colour where somebody looks at a terminal that has it."""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

import numpy.typing as npt

from tinytf.show.heat import format_heat
from tinytf.show.matrix import format_matrix


def show(
    array: npt.ArrayLike,
    rows: Sequence[object] | None = None,
    cols: Sequence[object] | None = None,
    title: str | None = None,
    digits: int = 3,
    heat: bool = False,
) -> None:
    """Print an array as aligned numbers or as a heat map, and an empty line.

    Args:
        array: (N,) or (R, C).
        rows: R labels, such as the tokens that look; None numbers the rows.
        cols: C labels, such as the tokens looked at; None numbers the columns.
        title: the line above.
        digits: decimals of a float; a heat map has none.
        heat: shades instead of numbers, which shows three times as many columns.

    Raises:
        TypeError, ValueError: as `format_matrix` and `format_heat`.
    """
    colour = has_colour(sys.stdout, os.environ)
    if heat:
        print(format_heat(array, rows, cols, title, colour) + "\n")
    else:
        print(format_matrix(array, rows, cols, title, digits, colour) + "\n")


def has_colour(stream: TextIO | None, environment: Mapping[str, str]) -> bool:
    """Whether text with colours may be written there.

    It may where the stream is a terminal, but for one that calls itself dumb or has no name, and
    never where NO_COLOR is set (https://no-color.org). The old Windows console, which would show
    the codes themselves, sets no name; Windows Terminal is known by its WT_SESSION.
    """
    if environment.get("NO_COLOR") or stream is None:
        return False
    name = environment.get("TERM") or environment.get("WT_SESSION")
    if name in (None, "", "dumb"):
        return False
    try:
        return os.isatty(stream.fileno())
    except (OSError, ValueError):  # no file at all, as in a notebook; or a closed one
        return False

"""An attention pattern as a picture: who looked at whom, a cell for each pair of tokens."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tinytf.plotting.figures import draw

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INCHES_A_CELL, INCHES_OF_LABELS = 0.55, 1.6
# One hue from white to dark, so that a larger share is darker in every print and for every eye.
COLOUR_MAP = "Blues"
SHOWN = 0.005  # smaller shares would be 0.00
WHITE_TEXT = 0.6  # on cells darker than this share


def draw_pattern(
    pattern: npt.NDArray[np.floating],
    queries: Sequence[str],
    keys: Sequence[str],
    title: str,
    file_format: str,
) -> bytes:
    """Draw a pattern, keys from left to right and queries downwards, and return the file's content.

    Args:
        pattern: (Tq, Tk), shares from 0 to 1. Each cell's is written into it, unless it is 0.00.
        queries: Tq names of rows, the tokens that look.
        keys: Tk names of columns, the tokens looked at.
        title: above the picture.
        file_format: "svg" or "png".

    Raises:
        ImportError: matplotlib is not installed; says which extra has it.
        ValueError: a shape does not fit its names, or a number is not a share.
    """
    if pattern.shape != (len(queries), len(keys)) or not pattern.size:
        expected = f"({len(queries)}, {len(keys)}), as many as names and at least one"
        raise ValueError(f"pattern: expected shape {expected}, got {pattern.shape}")
    if not ((pattern >= 0) & (pattern <= 1 + 1e-6)).all():
        raise ValueError("pattern: expected shares from 0 to 1")

    def fill(figure: "Figure") -> None:
        axes = figure.subplots()
        axes.set_title(title)
        axes.imshow(pattern, cmap=COLOUR_MAP, vmin=0, vmax=1)
        axes.set_xticks(range(len(keys)), keys, rotation=90)
        axes.set_yticks(range(len(queries)), queries)
        axes.xaxis.tick_top()
        axes.set_frame_on(False)
        axes.tick_params(length=0)
        for row, column in np.argwhere(pattern >= SHOWN):
            share = float(pattern[row, column])
            colour = "white" if share > WHITE_TEXT else "black"
            axes.text(column, row, f"{share:.2f}", ha="center", va="center", color=colour)

    width, height = (INCHES_OF_LABELS + INCHES_A_CELL * n for n in pattern.shape[::-1])
    return draw(fill, (width, height), file_format)

"""Small arrays of whole numbers, drawn at once: quicker to draw and to shrink than one by one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from tinytf.course.exercise import Inputs

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Shapes = Mapping[str, tuple[int, ...]]

# Leading axes of x, simple ones first.
LEADING = (1,), (2,), (3,), (1, 2), (2, 1), (2, 2)


def small_arrays(shapes: Shapes, largest: int = 3) -> "SearchStrategy[Inputs]":
    """float64 arrays of whole numbers from -largest to largest; they shrink to zeros.

    Numbers at low indices are drawn first, those of all arrays: where hypothesis makes a size
    smaller, the numbers that are left stay what they were, and so the case goes on failing.

    Args:
        shapes: name -> shape.
        largest: the largest number.
    """
    from hypothesis import strategies as st

    entries = [(name, place) for name, shape in shapes.items() for place in np.ndindex(shape)]
    entries.sort(key=lambda entry: max(entry[1]))

    def fill(numbers: list[int]) -> Inputs:
        arrays: Inputs = {name: np.zeros(shape) for name, shape in shapes.items()}
        for (name, place), number in zip(entries, numbers, strict=True):
            arrays[name][place] = number
        return arrays

    n = len(entries)
    return st.lists(st.integers(-largest, largest), min_size=n, max_size=n).map(fill)

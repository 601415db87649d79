"""What is shown in the tests: any matrix, any label; and taking colours off again."""

import re

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

COLOUR = re.compile(r"\x1b\[38;5;(\d+);48;5;(\d+)m(.*?)\x1b\[0m")
LEVELS = (0, 95, 135, 175, 215, 255)


def matrices(max_side: int = 60) -> st.SearchStrategy[np.ndarray]:
    """Vectors and matrices with zeros, tiny and huge numbers, NaN and both infinities."""
    anything = st.floats(allow_nan=True, allow_infinity=True, width=32)
    probabilities = st.floats(0, 1, width=32)
    shapes = st_numpy.array_shapes(min_dims=1, max_dims=2, max_side=max_side)
    return st.sampled_from([anything, probabilities]).flatmap(
        lambda elements: st_numpy.arrays(np.float64, shapes, elements=elements)
    )


def without_colour(text: str) -> str:
    """The text as it is without colour: that of blank cells ends no line."""
    return "\n".join(line.rstrip() for line in COLOUR.sub(r"\3", text).split("\n"))


def backgrounds(line: str) -> list[int]:
    """The background's number among xterm's 256 colours, of each coloured piece of a line."""
    return [int(background) for _, background, _ in COLOUR.findall(line)]


def rgb(number: int) -> np.ndarray:
    """Red, green and blue, 0 to 1, of one of xterm's 256 colours (cube of six levels, or grey)."""
    if number >= 232:
        return np.full(3, 8 + 10 * (number - 232)) / 255
    digits = np.unravel_index(number - 16, (6, 6, 6))
    return np.array([LEVELS[digit] for digit in digits]) / 255

"""Shades: how strong a number is beside the others that are shown, as a character and as a colour.

Five shades, equal steps of |value| up to the largest one shown, and one more that only an exact
zero has. Signed numbers are blue below zero and orange above, and white at zero; numbers from 0 to
1, such as probabilities, are green. Each palette grows darker step by step, and blue and orange are
a pair that all three kinds of colour-blindness tell apart. What is not a finite number has a mark
of its own and no part in the scale.

The colours are those of xterm's 256 (`ESC[48;5;Nm`), which nearly every terminal with colour shows;
the strongest, #005faf and #af5f00, are its nearest to the report's #2166ac and #b35806.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

N_SHADES = 5
# Index 0 is an exact zero, N_SHADES the largest number shown.
CHARACTERS = " .:o#@"
BLUE = (231, 153, 111, 74, 32, 25)
ORANGE = (231, 223, 216, 209, 172, 130)
GREEN = (231, 194, 151, 71, 29, 22)
BLACK, WHITE = 16, 231
# What is not a finite number: its character, its background, and its name in the legend.
MASKED = ("x", 250, "masked (-inf)")
INFINITE = ("!", 226, "Inf")
NOT_A_NUMBER = ("?", 226, "NaN")

# In float32 a softmax's largest probability may exceed 1 by a rounding error.
ROUNDING = 1e-5


class Scale(NamedTuple):
    """How numbers become shades.

    Attributes:
        largest: the largest |value| of the finite numbers; 0 where there are none but zeros.
        signed: whether the palette is blue and orange; otherwise all numbers are from 0 to 1.
    """

    largest: float
    signed: bool

    @classmethod
    def of(cls, rows: Sequence[Sequence[float]]) -> "Scale":
        """The scale of the numbers shown."""
        finite = [value for row in rows for value in row if math.isfinite(value)]
        largest = max(map(abs, finite), default=0.0)
        return cls(largest, any(value < 0 for value in finite) or largest > 1 + ROUNDING)

    def shade(self, value: float) -> int:
        """The shade of a finite number, -N_SHADES to N_SHADES; 0 is that of an exact zero only."""
        if value == 0:
            return 0
        steps = min(N_SHADES, max(1, math.ceil(abs(value) / self.largest * N_SHADES)))
        return steps if value > 0 else -steps

    def palette(self, value: float) -> tuple[int, ...]:
        """The colours that a finite number's shades have, from zero on."""
        if not self.signed:
            return GREEN
        return ORANGE if value >= 0 else BLUE


def mark(value: float) -> tuple[str, int, str] | None:
    """Character, background and name of what is not a finite number; None for one that is."""
    if math.isfinite(value):
        return None
    if math.isnan(value):
        return NOT_A_NUMBER
    return INFINITE if value > 0 else MASKED


def symbol(value: float, scale: Scale) -> str:
    """Two characters: a minus where the number is negative, and the character of its shade."""
    special = mark(value)
    if special is not None:
        return " " + special[0]
    shade = scale.shade(value)
    return ("-" if shade < 0 else " ") + CHARACTERS[abs(shade)]


def paint(text: str, value: float, scale: Scale) -> str:
    """The text on the colour that the number has, and the terminal's own colours after it."""
    special = mark(value)
    if special is not None:
        return _coloured(text, BLACK, special[1])
    shade = abs(scale.shade(value))
    foreground = WHITE if shade == N_SHADES else BLACK
    return _coloured(text, foreground, scale.palette(value)[shade])


def _coloured(text: str, foreground: int, background: int) -> str:
    return f"\x1b[38;5;{foreground};48;5;{background}m{text}\x1b[0m"

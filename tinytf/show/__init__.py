"""Looking at an array in a terminal: as aligned numbers, or as a heat map of shades.

The text is ASCII whatever the labels are, and says what it leaves out. A terminal that has colour
gets coloured cells; a pipe, a file and a notebook get the same text without them.
"""

from tinytf.show.heat import format_heat
from tinytf.show.matrix import format_matrix
from tinytf.show.terminal import has_colour, show

__all__ = ["format_heat", "format_matrix", "has_colour", "show"]

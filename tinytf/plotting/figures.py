"""What all pictures share: style, file formats, and that matplotlib is an extra.

The same numbers give the same file, byte for byte, with the same version of matplotlib: no date and
no random identifiers are written, and a user's matplotlib settings play no part.
"""

import io
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("svg", "png")
DOTS_PER_INCH = 120
_STYLE = {
    "svg.hashsalt": "tinytf",
    "svg.fonttype": "none",  # text stays text: it can be searched and read aloud
    "text.parse_math": False,  # a name with two $ is a name, not a formula
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw(fill: "Callable[[Figure], None]", size: tuple[float, float], file_format: str) -> bytes:
    """A picture's file content.

    Args:
        fill: draws into the empty figure.
        size: width and height in inches.
        file_format: one of FORMATS.

    Raises:
        ImportError: matplotlib is not installed; says which extra has it.
    """
    try:
        import matplotlib.style
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError('pictures need matplotlib: pip install "tinytf[plot]"') from error
    with matplotlib.style.context(["default", _STYLE]), warnings.catch_warnings():
        # A name in letters that the font lacks is shown with boxes; the numbers are what counts.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = Figure(figsize=size, dpi=DOTS_PER_INCH, layout="constrained")
        fill(figure)
        content = io.BytesIO()
        metadata = {"Date": None} if file_format == "svg" else None
        figure.savefig(content, format=file_format, metadata=metadata)
    return content.getvalue()

"""What the drivers share: their types, and the error for a return value of the wrong form.

This file is sent as text into the process in which a student's functions run, so it imports nothing
but the standard library and NumPy.
"""

from collections.abc import Mapping
from typing import Any

Output = tuple[str, Any]
Namespace = Mapping[str, Any]


class Returned(Exception):
    """A function returned something of the wrong form; the text says what was expected and came."""


def form(returned: Any) -> str:
    """What came, in words: "3 values", "None", "one ndarray"."""
    if type(returned) in (tuple, list):
        return f"{len(returned)} values"
    return "None: is a return missing?" if returned is None else f"one {type(returned).__name__}"


def two(name: str, returned: Any, output: str = "y") -> tuple[Any, Any]:
    """The pair (y, cache) that a forward returned; its output may have another name.

    Raises:
        Returned: it is no pair.
    """
    if type(returned) is not tuple or len(returned) != 2:
        raise Returned(f"{name}: expected ({output}, cache), got {form(returned)}")
    return returned

"""What functions hand to each other: arrays among other things."""

import copy
from typing import Any

import numpy as np

from tinytf.ops.arrays import Array


def as_array(value: Any) -> Array | None:
    """An array as it is, a NumPy number (such as `x.sum()` gives) as an array; else None."""
    if isinstance(value, np.ndarray):
        return value
    return np.asarray(value) if isinstance(value, np.inexact) else None


def arrays_in(value: Any) -> list[Array]:
    """The arrays in an array or in a tuple of them."""
    values = value if type(value) is tuple else (value,)
    return [one for one in values if isinstance(one, np.ndarray)]


def copied(value: Any) -> Any:
    """A copy of what a call changes or its caller may change: arrays and generators."""
    return copy.deepcopy(value) if isinstance(value, np.ndarray | np.random.Generator) else value

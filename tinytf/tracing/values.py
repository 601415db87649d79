"""What functions hand to each other: arrays among other things."""

import copy
from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.ops.arrays import Array


def as_array(value: Any) -> Array | None:
    """An array as it is, a NumPy number (such as `x.sum()` gives) as an array; else None."""
    if isinstance(value, np.ndarray):
        return value
    return np.asarray(value) if isinstance(value, np.inexact) else None


def is_float(array: Array) -> bool:
    """Whether it holds real numbers (or, while a gradient is checked, complex ones)."""
    return array.dtype.kind in "fc"


def arrays_in(value: Any) -> list[Array]:
    """The arrays in an array or in a tuple of them."""
    values = value if type(value) is tuple else (value,)
    return [one for one in values if isinstance(one, np.ndarray)]


def copied(value: Any, dtype: npt.DTypeLike | None = None) -> Any:
    """A copy of what a call changes or its caller may change: arrays and generators.

    Args:
        value: an array or a generator, or a tuple, list or dict of such, or anything else.
        dtype: of the copies of floats; None: as they are.
    """
    if isinstance(value, np.ndarray):
        return value.astype(dtype) if dtype and value.dtype.kind == "f" else value.copy()
    if isinstance(value, np.random.Generator):
        return copy.deepcopy(value)
    if type(value) in (tuple, list):
        return type(value)(copied(one, dtype) for one in value)
    if type(value) is dict:
        return {name: copied(one, dtype) for name, one in value.items()}
    return value


def without_cache(value: Any) -> tuple[Any, Any]:
    """What a forward returned: its result and its cache (None where it returned no pair)."""
    return value if isinstance(value, tuple) and len(value) == 2 else (value, None)


class Index:
    """`index[1:, 2]` is what stands between the brackets."""

    def __getitem__(self, index: Any) -> Any:
        return index

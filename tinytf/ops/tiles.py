"""Long elementwise formulas, one cache-sized tile at a time.

NumPy computes `a * b + c` as two passes over whole arrays. A formula of ten operations on an array
larger than the processor's cache fetches it from memory ten times; cut into tiles that stay in the
cache, it is fetched once. On 2048 x 1536 numbers GELU becomes 1.4 times (tanh) to twice (exact) as
fast.
"""

from collections.abc import Callable

import numpy as np

from tinytf.ops.arrays import Array

TILE = 1 << 15  # numbers: 128 KB of float32, so that a few temporaries fit the cache together


def in_tiles(formula: Callable[..., Array], *arrays: Array) -> Array:
    """Return `formula(*arrays)`, computed tile by tile.

    Args:
        formula: works on each element by itself and keeps shape and dtype.
        arrays: arrays of one shape; the first one gives the result's dtype.
    """
    first = arrays[0]
    if first.size <= TILE:
        return formula(*arrays)
    flat = [array.reshape(-1) for array in arrays]
    result = np.empty(first.size, first.dtype)
    for start in range(0, first.size, TILE):
        tile = slice(start, start + TILE)
        result[tile] = formula(*(array[tile] for array in flat))
    return result.reshape(first.shape)

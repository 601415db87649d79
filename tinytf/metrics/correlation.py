"""How well predicted numbers follow the true ones, whatever their unit: -1 to 1.

Neither correlation is defined where all numbers of one side are equal. That is nan here, not 0 and
not an error: a model may say one number for everything after its first epoch, and the training
should go on. Test for it with `math.isnan`; nan is neither greater nor less than another score.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tinytf.metrics.checks import check_lengths

Array = npt.NDArray[np.float64]


def pearson(gold: Sequence[float], predicted: Sequence[float]) -> float:
    """Pearson's correlation: how near the points (gold, predicted) are to a straight line.

    Returns nan where all numbers of one side are equal, so also for a single pair.

    Raises:
        ValueError: not equally many, none, or a number that is not finite.
    """
    check_lengths(gold, predicted, "numbers")
    return _correlation(_finite("gold", gold), _finite("predicted", predicted))


def spearman(gold: Sequence[float], predicted: Sequence[float]) -> float:
    """Spearman's correlation: Pearson's of the ranks, so only the order counts.

    Equal numbers share the mean of their ranks. Returns nan and raises as `pearson` does.
    """
    check_lengths(gold, predicted, "numbers")
    return _correlation(_ranks(_finite("gold", gold)), _ranks(_finite("predicted", predicted)))


def _finite(name: str, numbers: Sequence[float]) -> Array:
    array = np.asarray(numbers, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name}: expected a sequence of numbers, got shape {array.shape}")
    if not np.isfinite(array).all():
        bad = int(np.flatnonzero(~np.isfinite(array))[0])
        raise ValueError(f"{name}: expected finite numbers, got {array[bad]} at position {bad}")
    return array


def _correlation(x: Array, y: Array) -> float:
    # Compared, not measured by the variance: the mean of equal numbers is not always that number.
    if x.min() == x.max() or y.min() == y.max():
        return math.nan
    x, y = _centred(x), _centred(y)
    r = float(x @ y) / math.sqrt(float(x @ x) * float(y @ y))
    return min(1.0, max(-1.0, r))  # rounding may carry it over by 1e-16


def _centred(x: Array) -> Array:
    """`x` less its mean, scaled by a power of two to at most 1, so that no square overflows."""
    _, exponent = np.frexp(np.abs(x).max())
    x = np.ldexp(x, -exponent)
    # The least first: numbers that are nearly equal lose no digit so, as they would to their mean.
    x = x - x.min()
    return np.asarray(x - x.mean())


def _ranks(x: Array) -> Array:
    """1 for the smallest; equal numbers share the mean of their ranks."""
    _, which, counts = np.unique(x, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)  # the highest rank of each different number
    return np.asarray((last - (counts - 1) / 2)[which])

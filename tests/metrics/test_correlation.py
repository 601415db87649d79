"""Correlations: against the statistics module, exact fractions and a slow ranking, and by hand."""

import math
import statistics
import warnings
from fractions import Fraction
from types import ModuleType

import pytest
from hypothesis import assume
from hypothesis import strategies as st

from tests.ops.claims import claim

# Few different numbers, so that some are equal.
numbers = st.integers(-4, 4)
pairs = st.lists(st.tuples(numbers, numbers), min_size=2, max_size=12)
scales = st.sampled_from([1e-300, 1e-5, 1.0, 1e5, 1e300])


def slow_pearson(x: list[Fraction], y: list[Fraction]) -> float:
    n = len(x)
    mean_x, mean_y = sum(x, Fraction()) / n, sum(y, Fraction()) / n
    both = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    own = sum((a - mean_x) ** 2 for a in x) * sum((b - mean_y) ** 2 for b in y)
    return float(both) / math.sqrt(own)


def slow_ranks(x: list[int]) -> list[Fraction]:
    """One more than the numbers that are smaller, and half of the others that are equal."""
    return [1 + sum(b < a for b in x) + Fraction(x.count(a) - 1, 2) for a in x]


@claim(max_examples=100, rows=pairs, scale=scales, shift=st.sampled_from([0, 3, -100]))
def test_by_definition(
    module: ModuleType, rows: list[tuple[int, int]], scale: float, shift: int
) -> None:
    x, y = [a for a, _ in rows], [b for _, b in rows]
    assume(len(set(x)) > 1 and len(set(y)) > 1)
    scaled = [(a + shift) * scale for a in x]
    exact = slow_pearson([Fraction(a) for a in x], [Fraction(b) for b in y])
    assert module.pearson(scaled, y) == pytest.approx(exact, abs=1e-9)
    assert module.pearson(y, scaled) == pytest.approx(exact, abs=1e-9)
    exact = slow_pearson(slow_ranks(x), slow_ranks(y))
    assert module.spearman(scaled, y) == pytest.approx(exact, abs=1e-12)
    assert module.spearman(y, scaled) == pytest.approx(exact, abs=1e-12)


@claim(rows=st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=2, max_size=12))
def test_in_range(module: ModuleType, rows: list[tuple[float, float]]) -> None:
    for measure in (module.pearson, module.spearman):
        r = measure([a for a, _ in rows], [b for _, b in rows])
        assert math.isnan(r) or -1 <= r <= 1


def test_against_the_statistics_module(module: ModuleType) -> None:
    x, y = [2.5, 0.1, 4.4, 4.4, 3.0, 5.0], [2.0, 1.1, 3.5, 5.0, 3.6, 4.4]
    assert module.pearson(x, y) == pytest.approx(statistics.correlation(x, y), rel=1e-12)


def test_by_hand(module: ModuleType) -> None:
    assert module.pearson([1, 2, 3, 4], [1, 3, 2, 4]) == pytest.approx(0.8)
    assert module.spearman([1, 2, 3, 4], [1, 3, 2, 4]) == pytest.approx(0.8)
    assert module.spearman([1, 2, 3], [1, 10, 1e9]) == pytest.approx(1)
    assert module.pearson([1, 2, 3], [1, 10, 1e9]) == pytest.approx(math.sqrt(3) / 2, rel=1e-6)
    assert module.pearson([1, 2], [3, -3]) == -1.0
    # Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: covariance 4.5, sums of squares 4.5 and 5.
    assert module.spearman([1, 5, 5, 7], [1, 2, 3, 4]) == pytest.approx(math.sqrt(4.5 / 5))


def test_numbers_that_are_all_equal(module: ModuleType) -> None:
    """nan without a warning, also where the mean of equal numbers is another number: 0.1."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for measure in (module.pearson, module.spearman):
            for constant in (0.1, 0.0, -1e300, 5e-324):
                assert math.isnan(measure([constant] * 10, list(range(10))))
                assert math.isnan(measure(list(range(10)), [constant] * 10))
            assert math.isnan(measure([3.0], [4.0]))


def test_almost_equal_numbers(module: ModuleType) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for x in ([1, 1 + 2**-52], [1.5 - 2**-52, 1.5], [0, 5e-324], [-1.7e308, 1.7e308]):
            assert module.pearson(x, [0, 1]) == pytest.approx(1), x


def test_wrong_arguments(module: ModuleType) -> None:
    for measure in (module.pearson, module.spearman):
        with pytest.raises(ValueError, match="expected as many numbers as gold, 2, got 1"):
            measure([1, 2], [1])
        with pytest.raises(ValueError, match="expected at least one of the numbers, got none"):
            measure([], [])
        with pytest.raises(
            ValueError, match="gold: expected finite numbers, got inf at position 1"
        ):
            measure([0.0, math.inf], [1, 2])
        with pytest.raises(ValueError, match="predicted: expected finite numbers, got nan"):
            measure([1, 2], [math.nan, 1])
        with pytest.raises(ValueError, match=r"gold: expected a sequence of numbers, got shape"):
            measure([[1, 2]], [[1, 2]])

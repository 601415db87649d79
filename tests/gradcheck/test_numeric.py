"""Slopes along a line against slopes known from calculus, and where there is none."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytf.gradcheck.numeric import Line, Slope, central_slope, complex_slope
from tinytf.ops.arrays import Array

ONE = (np.array(1.0),)


def line_through(f: Callable[[Array], Array], x: float) -> Line:
    return lambda t: (np.asarray(f(np.asarray(x + t))),)


def central(f: Callable[[Array], Array], x: float) -> Slope:
    line = line_through(f, x)
    return central_slope(line, ONE, line(0))


def relu(x: Array) -> Array:
    return x * (x.real > 0)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=6), st.floats(-2, 2))
def test_both_methods_differentiate_polynomials(coefficients: list[int], x: float) -> None:
    def f(t: Array) -> Array:
        return np.polyval(coefficients, t)

    exact = float(np.polyval(np.polyder(coefficients), x))
    size = 1 + np.sum(np.abs(coefficients)) * 2.0**5
    assert abs(complex_slope(line_through(f, x), ONE) - exact) <= 1e-14 * size
    slope = central(f, x)
    assert not slope.at_kink
    assert abs(slope.value - exact) <= 1e-9 * size


@pytest.mark.parametrize("x", [-30.0, -1.0, 0.0, 1e-3, 2.0, 1000.0])
def test_complex_step_has_no_cancellation(x: float) -> None:
    assert complex_slope(line_through(np.sin, x), ONE) == pytest.approx(np.cos(x), rel=1e-14)


def test_outputs_are_weighted_with_the_cotangents_and_summed() -> None:
    def line(t: complex) -> tuple[Array, Array]:
        return np.array([1.0, 2.0]) * t, np.asarray(t * t + 5 * t)

    cotangents = (np.array([10.0, 100.0]), np.array(-1.0))
    assert complex_slope(line, cotangents) == pytest.approx(10 + 200 - 5, rel=1e-15)
    assert central_slope(line, cotangents, line(0)).value == pytest.approx(205, rel=1e-10)


@pytest.mark.parametrize(
    ("name", "f", "x"),
    [
        ("relu", relu, 0.0),
        ("abs", np.abs, 0.0),
        ("maximum", lambda t: np.maximum(t, 1.5), 1.5),
        ("minimum", lambda t: np.minimum(t * t, 4.0), 2.0),
        ("clip", lambda t: np.clip(t, -1, 1), -1.0),
        ("jump", lambda t: np.sign(t) + t, 0.0),
        ("root", np.sqrt, 0.0),
        ("kink of the slope", lambda t: relu(t) * relu(t), 0.0),
        ("kink on a large slope", lambda t: 1e4 * t + np.abs(t), 0.0),
        ("kink on a large value", lambda t: 1e3 + np.abs(t), 0.0),
        ("small kink", lambda t: np.sin(t) + 1e-4 * np.abs(t), 0.0),
    ],
)
def test_kinks_are_seen(name: str, f: Callable[[Array], Array], x: float) -> None:
    with np.errstate(invalid="ignore"):
        assert central(f, x).at_kink, name


@pytest.mark.parametrize("distance", [3e-6, 2e-5, 5e-5, 1e-4 / 3, 1e-3, 0.1])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_kink_nearby_does_no_harm(distance: float, side: int) -> None:
    slope = central(relu, side * distance)
    assert not slope.at_kink
    assert slope.value == pytest.approx(max(side, 0), abs=1e-8)


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (lambda t: t * t * t, 0.0, 0.0),
        (lambda t: np.exp(30 * t), 0.0, 30.0),
        (lambda t: np.tanh(300 * t), 0.0, 300.0),
        (lambda t: np.sin(100 * t), 0.3, 100 * np.cos(30)),
        (lambda t: 0 * t + 7, 1.0, 0.0),
    ],
)
def test_curvature_is_no_kink(f: Callable[[Array], Array], x: float, expected: float) -> None:
    slope = central(f, x)
    assert not slope.at_kink
    assert slope.value == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_central_differences_are_extrapolated() -> None:
    """Plain differences at the same step would be off by 1.5e-8."""
    assert central(lambda t: np.exp(5 * t), 0.0).value == pytest.approx(5, rel=1e-9)

"""Inputs of the exercise "linear"."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tinytf.course.cases.small import LEADING, small_arrays
from tinytf.course.exercise import Cases, Inputs, Probe

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def _strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    def inputs(leading: tuple[int, ...], d_in: int, d_out: int) -> "SearchStrategy[Inputs]":
        return small_arrays(
            {
                "x": (*leading, d_in),
                "weight": (d_in, d_out),
                "bias": (d_out,),
                "dy": (*leading, d_out),
            }
        )

    sizes = st.tuples(st.sampled_from(LEADING), st.integers(1, 3), st.integers(1, 3))
    return sizes.flatmap(lambda drawn: inputs(*drawn))


def _inputs(rng: np.random.Generator, leading: tuple[int, ...], d_in: int, d_out: int) -> Inputs:
    return {
        "x": rng.normal(size=(*leading, d_in)),
        "weight": rng.normal(size=(d_in, d_out)),
        "bias": rng.normal(size=d_out),
        "dy": rng.normal(size=(*leading, d_out)),
    }


def _generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("random numbers, x (5, 3)", _inputs(rng, (5,), 3, 4)),
        Probe("random numbers, x (2, 5, 3)", _inputs(rng, (2, 5), 3, 4)),
        Probe("random numbers, fewer outputs than inputs", _inputs(rng, (4,), 5, 2)),
    ]


def _special(rng: np.random.Generator) -> list[Probe]:
    large = _inputs(rng, (2,), 3, 2)
    large["x"] = 1000 * large["x"]
    small = _inputs(rng, (3,), 2, 4)
    small["dy"] = 1e-4 * small["dy"]
    return [
        Probe("a square weight", _inputs(rng, (2,), 3, 3)),
        Probe("all sizes equal, x (3, 3, 3)", _inputs(rng, (3, 3), 3, 3)),
        Probe("x with four axes", _inputs(rng, (2, 1, 3), 2, 5)),
        Probe("x around 1000", large),
        Probe("gradients around 1e-4", small),
        Probe("all sizes 1", _edge([[3.0]], [[2.0]], [1.0], [[5.0]]), edge=True),
        Probe("x with a single axis", _edge([3.0, 2.0], [[2.0], [4.0]], [1.0], [5.0]), edge=True),
        Probe("no bias", _edge([[3.0], [2.0]], [[2.0]], None, [[5.0], [1.0]]), edge=True),
    ]


def _edge(x: Any, weight: Any, bias: Any, dy: Any) -> Inputs:
    named = {"x": x, "weight": weight, "bias": bias, "dy": dy}
    return {name: None if value is None else np.array(value) for name, value in named.items()}


linear = Cases(_strategy, _generic, _special)

"""Inputs of the exercise "linear"."""

from typing import TYPE_CHECKING

import numpy as np

from tinytf.course.exercise import Cases, Inputs, Probe

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def _strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    from tinytf.gradcheck.strategies import readable_arrays, shapes

    def inputs(leading: tuple[int, ...], d_in: int, d_out: int) -> "SearchStrategy[Inputs]":
        return st.fixed_dictionaries(
            {
                "x": readable_arrays((*leading, d_in)),
                "weight": readable_arrays((d_in, d_out)),
                "bias": readable_arrays((d_out,)),
                "dy": readable_arrays((*leading, d_out)),
            }
        )

    sizes = st.tuples(shapes(1, 2, 3), st.integers(1, 3), st.integers(1, 3))
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
    one_row = _inputs(rng, (), 2, 3)
    no_bias = _inputs(rng, (2,), 1, 2) | {"bias": None}
    return [
        Probe("a square weight", _inputs(rng, (2,), 3, 3)),
        Probe("all sizes equal, x (3, 3, 3)", _inputs(rng, (3, 3), 3, 3)),
        Probe("x with four axes", _inputs(rng, (2, 1, 3), 2, 5)),
        Probe("x around 1000", large),
        Probe("gradients around 1e-4", small),
        Probe("all sizes 1", _inputs(rng, (1,), 1, 1), edge=True),
        Probe("x a single row, with one axis", one_row, edge=True),
        Probe("no bias", no_bias, edge=True),
    ]


linear = Cases(_strategy, _generic, _special)

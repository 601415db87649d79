"""Inputs of the exercise "residual": pre- and post-norm, with and without a memory and dropout."""

from typing import TYPE_CHECKING

import numpy as np

from tinytf.course.cases.small import small_arrays
from tinytf.course.exercise import Cases, Inputs, Probe

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def _strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    def inputs(d_model: int, n_positions: int, memory: bool) -> "SearchStrategy[Inputs]":
        x, vector = (1, n_positions, d_model), (d_model,)
        shapes = {"x": x, "gamma": vector, "beta": vector, "weight": vector, "dy": x}
        return small_arrays(shapes | {"memory": x} if memory else shapes, 2)

    side = st.integers(1, 2)
    arrays = st.tuples(side, side, st.booleans()).flatmap(lambda drawn: inputs(*drawn))
    options: list[Inputs] = [
        {"norm_position": position, **dropped}
        for dropped in ({}, *({"dropout": 0.5, "seed": seed} for seed in range(3)))
        for position in ("pre", "post")
    ]
    return st.builds(lambda drawn, option: drawn | option, arrays, st.sampled_from(options))


def _inputs(
    rng: np.random.Generator, shape: tuple[int, ...], norm_position: str, memory: bool = False
) -> Inputs:
    inputs = {
        "x": rng.normal(size=shape),
        "gamma": rng.normal(size=shape[-1]),
        "beta": rng.normal(size=shape[-1]),
        "weight": rng.normal(size=shape[-1]),
        "norm_position": norm_position,
        "dy": rng.normal(size=shape),
    }
    return inputs | {"memory": rng.normal(size=shape)} if memory else inputs


def _generic(rng: np.random.Generator) -> list[Probe]:
    probes = []
    for position in ("pre", "post"):
        dropped = {"dropout": 0.3, "seed": 1}
        cross = _inputs(rng, (2, 3, 4), position, memory=True)
        probes += [
            Probe(f"{position}-norm", _inputs(rng, (2, 3, 4), position)),
            Probe(f"{position}-norm with dropout", _inputs(rng, (3, 4, 5), position) | dropped),
            Probe(f"{position}-norm, a sub-layer with a memory", cross),
        ]
    return probes


def _special(rng: np.random.Generator) -> list[Probe]:
    probes = []
    for position in ("pre", "post"):
        small = _inputs(rng, (1, 2, 3), position)
        small["dy"] = 1e-4 * small["dy"]
        both = _inputs(rng, (2, 4, 5), position, memory=True) | {"dropout": 0.4, "seed": 2}
        ones: Inputs = {name: np.full(1, 2.0) for name in ("gamma", "beta", "weight")}
        ones |= {"x": np.ones((1, 1, 1)), "norm_position": position, "dy": np.ones((1, 1, 1))}
        evaluation = ones | {"dropout": 0.75}
        probes += [
            Probe(f"{position}-norm, all sizes equal", _inputs(rng, (3, 3, 3), position)),
            Probe(f"{position}-norm, gradients around 1e-4", small),
            Probe(f"{position}-norm, memory and dropout", both),
            Probe(f"{position}-norm, evaluation: no generator, no dropout", evaluation, edge=True),
            Probe(f"{position}-norm, all sizes 1", ones, edge=True),
        ]
    return probes


residual = Cases(_strategy, _generic, _special)

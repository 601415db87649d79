"""Inputs of the exercises "layernorm" and "rmsnorm": gamma and beta are never just 1 and 0."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tinytf.course.cases.small import LEADING, small_arrays
from tinytf.course.exercise import Cases, Inputs, Probe

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def _layernorm_strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    def inputs(leading: tuple[int, ...], d_model: int) -> "SearchStrategy[Inputs]":
        x, vector = (*leading, d_model), (d_model,)
        return small_arrays({"x": x, "gamma": vector, "beta": vector, "dy": x})

    sizes = st.tuples(st.sampled_from(LEADING), st.integers(1, 4))
    return sizes.flatmap(lambda drawn: inputs(*drawn))


def _rmsnorm_strategy() -> "SearchStrategy[Inputs]":
    return _layernorm_strategy().map(_without_beta)


def _inputs(rng: np.random.Generator, *shape: int) -> Inputs:
    return {
        "x": rng.normal(size=shape),
        "gamma": rng.normal(size=shape[-1]),
        "beta": rng.normal(size=shape[-1]),
        "dy": rng.normal(size=shape),
    }


def _generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("random numbers, x (4, 5)", _inputs(rng, 4, 5)),
        Probe("random numbers, x (2, 3, 6)", _inputs(rng, 2, 3, 6)),
        Probe("a large eps, 0.25", _inputs(rng, 3, 4) | {"eps": 0.25}),
    ]


def _special(rng: np.random.Generator) -> list[Probe]:
    small = _inputs(rng, 3, 4)
    small["dy"] = 1e-4 * small["dy"]
    equal = _inputs(rng, 3, 4)
    equal["x"][1] = 2.0
    tiny = _inputs(rng, 2, 3)
    tiny["x"] = 0.01 * tiny["x"]
    wide = _inputs(rng, 2, 5)
    wide["x"] = 1000 * wide["x"]
    shifted = _inputs(rng, 2, 5)
    shifted["x"] = 1000 + shifted["x"]
    return [
        Probe("as many rows as features", _inputs(rng, 4, 4)),
        Probe("all sizes equal, x (3, 3, 3)", _inputs(rng, 3, 3, 3)),
        Probe("a row of equal numbers", equal),
        Probe("x around 0.01, where eps counts", tiny),
        Probe("x from -1000 to 1000", wide),
        Probe("x around 1000", shifted),
        Probe("gradients around 1e-4", small),
        Probe("x with a single axis", _edge([1.0, 2.0]), edge=True),
        Probe("a single feature", _edge([[3.0]]), edge=True),
    ]


def _edge(x: Any) -> Inputs:
    array = np.array(x)
    numbers = np.arange(2.0, array.size + 2)
    return {
        "x": array,
        "gamma": numbers,
        "beta": 3 * numbers,
        "dy": (numbers**2).reshape(array.shape),
    }


def _special_of_layernorm(rng: np.random.Generator) -> list[Probe]:
    return [
        *_special(rng),
        Probe("no beta", _edge([[1.0, 3.0]]) | {"beta": None}, edge=True),
        Probe("x far from 0, where digits are lost", _edge([[1e8, 1e8 + 2]]), edge=True),
    ]


def _special_of_rmsnorm(rng: np.random.Generator) -> list[Probe]:
    probes = [*_special(rng), Probe("a row of zeros", _edge([[0.0, 0.0]]), edge=True)]
    return [Probe(probe.name, _without_beta(probe.inputs), probe.edge) for probe in probes]


def _generic_of_rmsnorm(rng: np.random.Generator) -> list[Probe]:
    return [Probe(probe.name, _without_beta(probe.inputs)) for probe in _generic(rng)]


def _without_beta(inputs: Inputs) -> Inputs:
    return {name: value for name, value in inputs.items() if name != "beta"}


layernorm = Cases(_layernorm_strategy, _generic, _special_of_layernorm)
rmsnorm = Cases(_rmsnorm_strategy, _generic_of_rmsnorm, _special_of_rmsnorm)

"""Inputs of the exercise "dropout": numbers that are not 0, in training and in evaluation."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tinytf.course.exercise import Cases, Inputs, Probe

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

COPIES = 2000  # rows that a small x is repeated for, so that the share of zeros is near p


def _strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    numbers = st.integers(1, 3).map(float)

    def inputs(size: int) -> "SearchStrategy[Inputs]":
        rows = st.lists(numbers, min_size=size, max_size=size).map(np.array)
        return st.fixed_dictionaries(
            {
                "x": rows,
                "p": st.sampled_from([0.5, 0.25, 0.75, 0.125]),
                "seed": st.integers(0, 3),
                "dy": rows,
                "copies": st.just(COPIES),
            }
        )

    return st.integers(1, 3).flatmap(inputs)


def _inputs(rng: np.random.Generator, shape: tuple[int, ...], p: float, seed: int = 0) -> Inputs:
    return {
        "x": rng.normal(size=shape),
        "p": p,
        "seed": seed,
        "dy": rng.normal(size=shape),
    }


def _edge(**options: Any) -> Inputs:
    return {"x": np.array([1.0, 3.0]), "p": 0.25, "seed": 0, "dy": np.array([2.0, 4.0])} | options


def _generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("p = 0.2, x (60, 70)", _inputs(rng, (60, 70), 0.2, 1)),
        Probe("p = 0.7, x (30, 4, 40)", _inputs(rng, (30, 4, 40), 0.7, 2)),
        Probe("p = 0.1, x (70, 50)", _inputs(rng, (70, 50), 0.1, 3)),
    ]


def _special(rng: np.random.Generator) -> list[Probe]:
    small = _inputs(rng, (50, 50), 0.4, 5)
    small["dy"] = 1e-4 * small["dy"]
    with_zeros = _inputs(rng, (50, 60), 0.3, 6)
    with_zeros["x"] = np.maximum(with_zeros["x"], 0)
    return [
        Probe("p = 0.5", _inputs(rng, (50, 50), 0.5, 4)),
        Probe("gradients around 1e-4", small),
        Probe("some x are 0", with_zeros),
        Probe(
            "x around 1000",
            _inputs(rng, (40, 50), 0.6, 7) | {"x": 1000 + rng.normal(size=(40, 50))},
        ),
        Probe("evaluation", _edge(training=False), edge=True),
        Probe("evaluation without a generator", _edge(training=False, seed=None), edge=True),
        Probe("p = 0", _edge(p=0.0), edge=True),
    ]


dropout = Cases(_strategy, _generic, _special)

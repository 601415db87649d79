"""Inputs of the exercises "sgd" and "adam": several steps on a matrix and a vector."""

from typing import TYPE_CHECKING

import numpy as np

from tinytf.course.cases.small import small_arrays
from tinytf.course.exercise import Cases, Inputs, Probe
from tinytf.ops.tiles import TILE

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def _strategy(options: dict[str, list[float]]) -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    def inputs(sizes: tuple[int, int]) -> "SearchStrategy[Inputs]":
        d_out, n_steps = sizes
        arrays = small_arrays(
            {
                "weight": (1, d_out),
                "bias": (d_out,),
                "dweight": (n_steps, 1, d_out),
                "dbias": (n_steps, d_out),
            }
        )
        chosen = {name: st.sampled_from(values) for name, values in options.items()}
        chosen["learning_rate"] = st.just(0.5)
        return st.builds(lambda one, two: one | two, arrays, st.fixed_dictionaries(chosen))

    return st.tuples(st.integers(1, 2), st.integers(1, 3)).flatmap(inputs)


def _inputs(
    rng: np.random.Generator, d_in: int, d_out: int, n_steps: int, **options: float
) -> Inputs:
    return {
        "weight": rng.normal(size=(d_in, d_out)),
        "bias": rng.normal(size=d_out),
        "dweight": rng.normal(size=(n_steps, d_in, d_out)),
        "dbias": rng.normal(size=(n_steps, d_out)),
        **options,
    }


def _scaled(inputs: Inputs, factor: float) -> Inputs:
    return inputs | {name: factor * inputs[name] for name in ("dweight", "dbias")}


def _sgd_strategy() -> "SearchStrategy[Inputs]":
    return _strategy({"momentum": [0.0, 0.5], "weight_decay": [0.0, 0.25]})


def _sgd_generic(rng: np.random.Generator) -> list[Probe]:
    both = {"learning_rate": 0.3, "momentum": 0.6, "weight_decay": 0.2}
    plain = {"learning_rate": 0.2, "momentum": 0.0, "weight_decay": 0.0}
    return [
        Probe("momentum and weight decay, 4 steps", _inputs(rng, 3, 2, 4, **both)),
        Probe("plain, 2 steps", _inputs(rng, 2, 3, 2, **plain)),
        Probe("momentum, 3 steps", _inputs(rng, 2, 4, 3, **{**plain, "momentum": 0.9})),
        Probe("weight decay, 3 steps", _inputs(rng, 4, 2, 3, **{**plain, "weight_decay": 0.5})),
    ]


def _sgd_special(rng: np.random.Generator) -> list[Probe]:
    both = {"learning_rate": 0.1, "momentum": 0.9, "weight_decay": 0.1}
    still = _scaled(_inputs(rng, 1, 1, 2, **both), 0.0)
    return [
        Probe("gradients around 1e-4", _scaled(_inputs(rng, 2, 3, 3, **both), 1e-4)),
        Probe("gradients of 0", still, edge=True),
        Probe("one number each, one step", _inputs(rng, 1, 1, 1, **both), edge=True),
        Probe("more numbers than a tile", _inputs(rng, 1, TILE + 3, 2, **both), edge=True),
    ]


def _adam_strategy() -> "SearchStrategy[Inputs]":
    return _strategy(
        {"beta1": [0.5, 0.0], "beta2": [0.75, 0.0], "eps": [0.5], "weight_decay": [0.0, 0.25]}
    )


def _adam_generic(rng: np.random.Generator) -> list[Probe]:
    """A large eps: one of 1e-8 would hide where it stands."""
    base = {"learning_rate": 0.3, "beta1": 0.6, "beta2": 0.8, "eps": 0.2, "weight_decay": 0.0}
    return [
        Probe("4 steps", _inputs(rng, 3, 2, 4, **base)),
        Probe("weight decay, 3 steps", _inputs(rng, 2, 4, 3, **{**base, "weight_decay": 0.5})),
        Probe("beta2 below beta1", _inputs(rng, 2, 3, 3, **{**base, "beta1": 0.9, "beta2": 0.5})),
    ]


def _adam_special(rng: np.random.Generator) -> list[Probe]:
    usual = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01}
    still = _scaled(_inputs(rng, 1, 1, 2, **usual), 0.0)
    return [
        Probe("the usual settings, 6 steps", _inputs(rng, 2, 3, 6, **usual)),
        Probe("gradients around 1e-4", _scaled(_inputs(rng, 2, 2, 3, **usual), 1e-4)),
        Probe("gradients of 0", still, edge=True),
        Probe("gradients around 1000", _scaled(_inputs(rng, 1, 1, 2, **usual), 1e3), edge=True),
        Probe("one number each, one step", _inputs(rng, 1, 1, 1, **usual), edge=True),
        Probe("more numbers than a tile", _inputs(rng, 1, TILE + 3, 2, **usual), edge=True),
    ]


sgd = Cases(_sgd_strategy, _sgd_generic, _sgd_special)
adam = Cases(_adam_strategy, _adam_generic, _adam_special)

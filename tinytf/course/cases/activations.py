"""Inputs of the exercises "relu", "gelu", "tanh" and "silu": x of any shape."""

from typing import TYPE_CHECKING

import numpy as np

from tinytf.course.cases.small import LEADING, small_arrays
from tinytf.course.exercise import Cases, Inputs, Probe

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def _strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    return st.sampled_from(LEADING).flatmap(lambda shape: small_arrays({"x": shape, "dy": shape}))


def _strategy_without_zeros() -> "SearchStrategy[Inputs]":
    """For relu: at x = 0 its gradient is a convention, which a probe looks at."""
    return _strategy().map(lambda inputs: inputs | {"x": inputs["x"] + (inputs["x"] >= 0)})


def _strategy_of_both_forms() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    forms: SearchStrategy[Inputs] = st.sampled_from([{}, {"approximate": "tanh"}])
    return st.builds(lambda inputs, form: inputs | form, _strategy(), forms)


def _inputs(rng: np.random.Generator, *shape: int) -> Inputs:
    return {"x": rng.normal(size=shape), "dy": rng.normal(size=shape)}


def _generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("random numbers, x (3, 4)", _inputs(rng, 3, 4)),
        Probe("random numbers, x (2, 3, 5)", _inputs(rng, 2, 3, 5)),
        Probe("random numbers from -3 to 3", _inputs(rng, 7) | {"x": rng.uniform(-3, 3, 7)}),
    ]


def _special(rng: np.random.Generator) -> list[Probe]:
    small = _inputs(rng, 5)
    small["dy"] = 1e-4 * small["dy"]
    negative = {"x": -np.abs(rng.normal(size=6)), "dy": rng.normal(size=6)}
    return [
        Probe("x (3, 3)", _inputs(rng, 3, 3)),
        Probe("nothing but negative x", negative),
        Probe("dy of one sign", _inputs(rng, 6) | {"dy": rng.uniform(1, 2, 6)}),
        Probe("gradients around 1e-4", small),
        Probe("a single number", _edge(1.0), edge=True),
        Probe("x at 1000", _edge(1000.0), edge=True),
        Probe("x at -1000 and 1", _edge(-1000.0, 1.0), edge=True),
        Probe("x at 40, -40 and 1", _edge(40.0, -40.0, 1.0), edge=True),
    ]


def _edge(*x: float) -> Inputs:
    return {"x": np.array(x), "dy": np.arange(2.0, len(x) + 2)}


def _special_of_relu(rng: np.random.Generator) -> list[Probe]:
    return [*_special(rng), Probe("x at the kink, 0", _edge(0.0), edge=True)]


def _in_both_forms(probes: list[Probe]) -> list[Probe]:
    tanh_form = [
        Probe(f"{probe.name}, tanh form", {**probe.inputs, "approximate": "tanh"}, probe.edge)
        for probe in probes
    ]
    return [*probes, *tanh_form]


relu = Cases(_strategy_without_zeros, _generic, _special_of_relu)
tanh = Cases(_strategy, _generic, _special)
silu = Cases(_strategy, _generic, _special)
gelu = Cases(
    _strategy_of_both_forms,
    lambda rng: _in_both_forms(_generic(rng)),
    lambda rng: _in_both_forms(_special(rng)),
)

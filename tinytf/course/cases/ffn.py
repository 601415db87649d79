"""Inputs of the exercises "ffn" and "swiglu_ffn": two layers of weights around an activation."""

from typing import TYPE_CHECKING

import numpy as np

from tinytf.course.cases.small import LEADING, Shapes, small_arrays
from tinytf.course.exercise import Cases, Inputs, Probe

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

ACTIVATIONS = "relu", "gelu", "gelu_tanh", "silu"


def _ffn_shapes(leading: tuple[int, ...], d_model: int, d_ff: int) -> Shapes:
    return {
        "x": (*leading, d_model),
        "w_in": (d_model, d_ff),
        "b_in": (d_ff,),
        "w_out": (d_ff, d_model),
        "b_out": (d_model,),
        "dout": (*leading, d_model),
    }


def _swiglu_shapes(leading: tuple[int, ...], d_model: int, d_ff: int) -> Shapes:
    return {
        "x": (*leading, d_model),
        "w_gate": (d_model, d_ff),
        "w_up": (d_model, d_ff),
        "w_down": (d_ff, d_model),
        "dout": (*leading, d_model),
    }


def _ffn_strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    sizes = st.tuples(st.sampled_from(LEADING), st.integers(1, 2), st.integers(1, 2))
    arrays = sizes.flatmap(lambda drawn: small_arrays(_ffn_shapes(*drawn), 2))
    # Never exactly at relu's kink: halves added to whole numbers.
    return st.builds(
        lambda inputs, activation: _with(inputs | {"b_in": inputs["b_in"] + 0.5}, activation),
        arrays,
        st.sampled_from(ACTIVATIONS),
    )


def _swiglu_strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    sizes = st.tuples(st.sampled_from(LEADING), st.integers(1, 2), st.integers(1, 2))
    return sizes.flatmap(lambda drawn: small_arrays(_swiglu_shapes(*drawn), 2))


def _normal(rng: np.random.Generator, shapes: Shapes) -> Inputs:
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def _ffn_inputs(
    rng: np.random.Generator,
    leading: tuple[int, ...],
    d_model: int,
    d_ff: int,
    activation: str = "relu",
) -> Inputs:
    return _with(_normal(rng, _ffn_shapes(leading, d_model, d_ff)), activation)


def _with(inputs: Inputs, activation: str) -> Inputs:
    return inputs if activation == "relu" else inputs | {"activation": activation}


def _ffn_generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe(f"random numbers, {name}", _ffn_inputs(rng, (2, 4), 3, 5, name))
        for name in ACTIVATIONS
    ]


def _ffn_special(rng: np.random.Generator) -> list[Probe]:
    small = _ffn_inputs(rng, (3,), 2, 4, "gelu")
    small["dout"] = 1e-4 * small["dout"]
    one = {name: np.full(shape, 2.0) for name, shape in _ffn_shapes((1,), 1, 1).items()}
    row = {name: np.full(shape, 2.0) for name, shape in _ffn_shapes((), 1, 2).items()}
    return [
        Probe("all sizes equal", _ffn_inputs(rng, (3, 3), 3, 3, "silu")),
        Probe("fewer features inside than outside", _ffn_inputs(rng, (3,), 4, 2, "gelu_tanh")),
        Probe("gradients around 1e-4", small),
        Probe("all sizes 1", one, edge=True),
        Probe("x with a single axis", row, edge=True),
        Probe("no biases", one | {"b_in": None, "b_out": None}, edge=True),
    ]


def _swiglu_inputs(
    rng: np.random.Generator, leading: tuple[int, ...], d_model: int, d_ff: int
) -> Inputs:
    return _normal(rng, _swiglu_shapes(leading, d_model, d_ff))


def _swiglu_generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("random numbers, x (2, 4, 3)", _swiglu_inputs(rng, (2, 4), 3, 5)),
        Probe("random numbers, x (6, 4)", _swiglu_inputs(rng, (6,), 4, 3)),
    ]


def _two_rows(one: Inputs) -> Inputs:
    rows = np.array([[-1000.0], [1.0]])
    return one | {"x": rows, "dout": np.full((2, 1), 2.0)}


def _swiglu_special(rng: np.random.Generator) -> list[Probe]:
    small = _swiglu_inputs(rng, (3,), 2, 4)
    small["dout"] = 1e-4 * small["dout"]
    one = {name: np.full(shape, 2.0) for name, shape in _swiglu_shapes((1,), 1, 1).items()}
    row = {name: np.full(shape, 2.0) for name, shape in _swiglu_shapes((), 1, 2).items()}
    return [
        Probe("all sizes equal", _swiglu_inputs(rng, (3, 3), 3, 3)),
        Probe("gradients around 1e-4", small),
        Probe("all sizes 1", one, edge=True),
        Probe("x with a single axis", row, edge=True),
        Probe("x at 1000", one | {"x": np.array([[1000.0]])}, edge=True),
        Probe("x at -1000", _two_rows(one), edge=True),
    ]


ffn = Cases(_ffn_strategy, _ffn_generic, _ffn_special)
swiglu_ffn = Cases(_swiglu_strategy, _swiglu_generic, _swiglu_special)

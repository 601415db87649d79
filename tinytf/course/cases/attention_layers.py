"""Inputs of the exercises "self_attention" and "cross_attention"; a seed draws the parameters."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tinytf.course.cases.small import small_arrays
from tinytf.course.exercise import Cases, Inputs, Probe

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy


def _self_strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    @st.composite
    def inputs(draw: "DrawFn") -> Inputs:
        batch, length = draw(st.integers(1, 2)), draw(st.integers(1, 3))
        n_heads, d_head = draw(st.integers(1, 2)), draw(st.integers(1, 2))
        shape = batch, length, n_heads * d_head
        return draw(small_arrays({"x": shape, "dout": shape})) | {
            "n_heads": n_heads,
            "causal": draw(st.booleans()),
            "seed": draw(st.integers(0, 3)),
        }

    return inputs()


def _self(
    rng: np.random.Generator, batch: int, length: int, n_heads: int, d_head: int, **options: Any
) -> Inputs:
    shape = batch, length, n_heads * d_head
    return {
        "x": rng.normal(size=shape),
        "n_heads": n_heads,
        "causal": False,
        "seed": int(rng.integers(100)),
        "dout": rng.normal(size=shape),
        **options,
    }


def _self_generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("two heads", _self(rng, 2, 5, 2, 3)),
        Probe("three heads, causal", _self(rng, 2, 4, 3, 2, causal=True)),
    ]


def _self_special(rng: np.random.Generator) -> list[Probe]:
    padding = np.array([[True, True, False], [True, False, False]])[:, None, None, :]
    small = _self(rng, 2, 3, 2, 2)
    small["dout"] = 1e-4 * small["dout"]
    return [
        Probe("as many heads as positions", _self(rng, 2, 3, 3, 3)),
        Probe("a single sequence", _self(rng, 1, 4, 2, 2)),
        Probe("a padding mask", _self(rng, 2, 3, 2, 2, mask=padding)),
        Probe("gradients around 1e-4", small),
        Probe("a single head", _self(rng, 1, 2, 1, 1), edge=True),
        Probe("a single position", _self(rng, 1, 1, 2, 1), edge=True),
        Probe("grouped heads: H = 2, Hkv = 1", _self(rng, 1, 2, 2, 1, n_kv_heads=1), edge=True),
        Probe("rope", _self(rng, 1, 2, 1, 2, positions="rope"), edge=True),
    ]


def _cross_strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    @st.composite
    def inputs(draw: "DrawFn") -> Inputs:
        batch, n_targets = draw(st.integers(1, 2)), draw(st.integers(1, 2))
        n_sources = draw(st.integers(1, 3))
        n_heads, d_head = draw(st.integers(1, 2)), draw(st.integers(1, 2))
        shape = batch, n_targets, n_heads * d_head
        memory = batch, n_sources, n_heads * d_head
        return draw(small_arrays({"x": shape, "memory": memory, "dout": shape})) | {
            "n_heads": n_heads,
            "seed": draw(st.integers(0, 3)),
        }

    return inputs()


def _cross(
    rng: np.random.Generator,
    batch: int,
    n_targets: int,
    n_sources: int,
    n_heads: int,
    d_head: int,
    **options: Any,
) -> Inputs:
    d_model = n_heads * d_head
    return {
        "x": rng.normal(size=(batch, n_targets, d_model)),
        "memory": rng.normal(size=(batch, n_sources, d_model)),
        "n_heads": n_heads,
        "seed": int(rng.integers(100)),
        "dout": rng.normal(size=(batch, n_targets, d_model)),
        **options,
    }


def _cross_generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("a longer source", _cross(rng, 2, 3, 5, 2, 3)),
        Probe("source and target of one length", _cross(rng, 2, 4, 4, 3, 2)),
    ]


def _cross_special(rng: np.random.Generator) -> list[Probe]:
    padding = np.array([[True, True, False], [True, False, False]])[:, None, None, :]
    per_query = np.array([[True, True, False], [False, True, True]])
    small = _cross(rng, 2, 2, 3, 2, 2)
    small["dout"] = 1e-4 * small["dout"]
    return [
        Probe("a longer target", _cross(rng, 2, 5, 2, 2, 2)),
        Probe("as many heads as positions", _cross(rng, 2, 3, 3, 3, 3)),
        Probe("a padding mask", _cross(rng, 2, 3, 3, 2, 2, mask=padding)),
        Probe("a mask (T, S)", _cross(rng, 1, 2, 3, 2, 2, mask=per_query)),
        Probe("gradients around 1e-4", small),
        Probe("a single head", _cross(rng, 1, 1, 2, 1, 1), edge=True),
        Probe("a source of one token", _cross(rng, 1, 1, 1, 2, 1), edge=True),
        Probe("grouped heads: H = 2, Hkv = 1", _cross(rng, 1, 1, 2, 2, 1, n_kv_heads=1), edge=True),
    ]


self_attention = Cases(_self_strategy, _self_generic, _self_special)
cross_attention = Cases(_cross_strategy, _cross_generic, _cross_special)

"""Inputs of the exercise "attention": q, k, v and dz, with masks, bias, groups and dropout."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tinytf.course.cases.small import small_arrays
from tinytf.course.exercise import Cases, Inputs, Probe

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy


def _strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    @st.composite
    def inputs(draw: "DrawFn") -> Inputs:
        """Every query has a key to attend to: dead rows are among the special probes."""
        size = st.integers(1, 3)
        batch, n_heads = 1, draw(st.integers(1, 2))
        n_queries, n_keys, d_head, d_value = (draw(size) for _ in range(4))
        shapes = {
            "q": (batch, n_heads, n_queries, d_head),
            "k": (batch, n_heads, n_keys, d_head),
            "v": (batch, n_heads, n_keys, d_value),
            "dz": (batch, n_heads, n_queries, d_value),
        }
        made: Inputs = draw(small_arrays(shapes))
        kind = draw(st.sampled_from(["none", "mask", "causal"]))
        if kind == "mask":
            seen = draw(st.lists(st.booleans(), min_size=n_keys - 1, max_size=n_keys - 1))
            made["mask"] = np.array([*seen, True])
        if kind == "causal" and n_keys >= n_queries:
            made["causal"] = True
        return made

    return inputs()


def _inputs(
    rng: np.random.Generator,
    batch: int,
    n_heads: int,
    n_queries: int,
    n_keys: int,
    d_head: int,
    n_kv_heads: int | None = None,
    **options: Any,
) -> Inputs:
    n_kv_heads = n_heads if n_kv_heads is None else n_kv_heads
    return {
        "q": rng.normal(size=(batch, n_heads, n_queries, d_head)),
        "k": rng.normal(size=(batch, n_kv_heads, n_keys, d_head)),
        "v": rng.normal(size=(batch, n_kv_heads, n_keys, d_head)),
        "dz": rng.normal(size=(batch, n_heads, n_queries, d_head)),
        **options,
    }


def _generic(rng: np.random.Generator) -> list[Probe]:
    mask = rng.random((2, 1, 4, 5)) < 0.6
    mask[..., 2] = True
    return [
        Probe("random numbers, no mask", _inputs(rng, 2, 3, 4, 6, 5)),
        Probe("a mask (B, 1, Tq, Tk)", _inputs(rng, 2, 3, 4, 5, 2, mask=mask)),
        Probe("causal, T = 4", _inputs(rng, 2, 2, 4, 4, 3, causal=True)),
    ]


def _special(rng: np.random.Generator) -> list[Probe]:
    padding = np.array([[True, True, False], [True, False, False]])[:, None, None, :]
    small = _inputs(rng, 2, 2, 3, 4, 3)
    small["dz"] = 1e-4 * small["dz"]
    return [
        Probe("every size 3", _inputs(rng, 3, 3, 3, 3, 3)),
        Probe("as many positions as features", _inputs(rng, 2, 1, 4, 4, 4)),
        Probe("more queries than keys", _inputs(rng, 1, 2, 5, 2, 3)),
        Probe("causal, with a past: Tk > Tq", _inputs(rng, 1, 2, 3, 5, 2, causal=True)),
        Probe("a padding mask (B, 1, 1, Tk)", _inputs(rng, 2, 2, 3, 3, 2, mask=padding)),
        Probe("causal, and a padding mask", _inputs(rng, 2, 2, 3, 3, 2, mask=padding, causal=True)),
        Probe("gradients around 1e-4", small),
        *_edges(rng),
    ]


def _edges(rng: np.random.Generator) -> list[Probe]:
    """Few numbers each, because the smallest one that fails is shown."""
    dead = np.array([[True, True], [False, False]])
    large = _small(rng, 1, 2, 2, 1)
    large["q"] = np.array([[[[1000.0], [-1000.0]]]])
    large["k"] = np.array([[[[1.0], [0.999]]]])
    wide = _small(rng, 1, 1, 2, 1)
    wide["v"] = np.array([[[[1.0, 2.0], [3.0, 5.0]]]])
    wide["dz"] = np.array([[[[1.0, -2.0]]]])
    per_head = np.array([[[True, True]], [[False, True]]])
    bias = np.array([[0.5, -1.0]])
    return [
        Probe("scores around +-1000", large, edge=True),
        Probe("a query that may attend to nothing", _small(rng, 1, 2, 2, 1, mask=dead), edge=True),
        Probe("causal, Tq > Tk: dead rows", _small(rng, 1, 2, 1, 1, causal=True), edge=True),
        Probe("heads of a single feature", _small(rng, 1, 2, 2, 1), edge=True),
        Probe("a single key", _small(rng, 1, 1, 1, 2), edge=True),
        Probe("grouped heads: H = 4, Hkv = 2", _small(rng, 4, 1, 2, 1, n_kv_heads=2), edge=True),
        Probe("one key head for all: Hkv = 1", _small(rng, 2, 1, 2, 1, n_kv_heads=1), edge=True),
        Probe("values wider than the keys", wide, edge=True),
        Probe("a mask (H, Tq, Tk)", _small(rng, 2, 1, 2, 1, mask=per_head), edge=True),
        Probe("a bias (Tq, Tk)", _small(rng, 1, 1, 2, 2, bias=bias), edge=True),
        Probe("a scale of 0.3", _small(rng, 1, 1, 2, 1, scale=0.3), edge=True),
        Probe("dropout", _small(rng, 1, 2, 3, 1, dropout_p=0.3, seed=1), edge=True),
        Probe(
            "a mask of 0 and 1: an error, since ~mask would be -1 and -2",
            _small(rng, 1, 1, 2, 1, mask=np.array([1, 0])),
            edge=True,
        ),
    ]


def _small(
    rng: np.random.Generator,
    n_heads: int,
    n_queries: int,
    n_keys: int,
    d_head: int,
    n_kv_heads: int | None = None,
    **options: Any,
) -> Inputs:
    """One sequence, numbers with one decimal."""
    made = _inputs(rng, 1, n_heads, n_queries, n_keys, d_head, n_kv_heads)
    return {name: np.round(array, 1) for name, array in made.items()} | options


attention = Cases(_strategy, _generic, _special)

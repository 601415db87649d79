"""Inputs of the exercises "causal_mask" and "padding_mask": sizes, and lengths."""

from typing import TYPE_CHECKING

import numpy as np

from tinytf.course.exercise import Cases, Inputs, Probe

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def _causal_strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    size = st.integers(1, 5)
    return st.fixed_dictionaries({"n_queries": size, "n_keys": size})


def _sizes(n_queries: int, n_keys: int) -> Inputs:
    return {"n_queries": n_queries, "n_keys": n_keys}


def _causal_generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("as many queries as keys", _sizes(5, 5)),
        Probe("more keys than queries: a past of 2 keys", _sizes(3, 5)),
    ]


def _causal_special(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("one query at the last of 4 keys", _sizes(1, 4)),
        Probe("a single position", _sizes(1, 1), edge=True),
        Probe("more queries than keys", _sizes(5, 3), edge=True),
        Probe("no queries", _sizes(0, 3), edge=True),
    ]


def _padding_strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    def inputs(n_keys: int) -> "SearchStrategy[Inputs]":
        lengths = st.lists(st.integers(0, n_keys), min_size=1, max_size=3).map(np.array)
        return st.fixed_dictionaries({"lengths": lengths, "n_keys": st.just(n_keys)})

    return st.integers(1, 4).flatmap(inputs)


def _lengths(lengths: list[int], n_keys: int) -> Inputs:
    return {"lengths": np.array(lengths, dtype=np.int64), "n_keys": n_keys}


def _padding_generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("three sequences of up to 5 tokens", _lengths([2, 5, 4], 5)),
        Probe("two sequences, padded to 4", _lengths([1, 3], 4)),
    ]


def _padding_special(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("as many sequences as keys", _lengths([3, 1, 2], 3)),
        Probe("a single sequence", _lengths([2], 3), edge=True),
        Probe("an empty sequence among others", _lengths([0, 2], 2), edge=True),
        Probe("no padding at all", _lengths([3, 3], 3), edge=True),
    ]


causal_mask = Cases(_causal_strategy, _causal_generic, _causal_special)
padding_mask = Cases(_padding_strategy, _padding_generic, _padding_special)

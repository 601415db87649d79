"""Inputs of the exercises "split_heads" and "merge_heads": every size apart, and alike."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from tinytf.course.exercise import Cases, Inputs, Probe
from tinytf.ops.arrays import Array

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

# name, edge, and (batch, length, n_heads, d_head)
_GENERIC = (
    ("every size apart", False, (2, 5, 3, 4)),
    ("more heads than positions", False, (3, 2, 4, 5)),
)
_SPECIAL = (
    ("as many heads as positions", False, (2, 3, 3, 2)),
    ("a single sequence", False, (1, 4, 2, 3)),
    ("a single head", True, (2, 3, 1, 2)),
    ("heads of a single feature", True, (2, 3, 2, 1)),
    ("a single position", True, (2, 1, 2, 2)),
)


def _split(numbers: Array) -> Inputs:
    batch, length, n_heads, d_head = numbers.shape
    return {"x": numbers.reshape(batch, length, n_heads * d_head), "n_heads": n_heads}


def _merge(numbers: Array) -> Inputs:
    return {"z": numbers.transpose(0, 2, 1, 3).copy()}


def _cases(inputs: Callable[[Array], Inputs]) -> Cases:
    """Cases of a function whose inputs are made from numbers (B, T, H, K)."""

    def strategy() -> "SearchStrategy[Inputs]":
        from hypothesis import strategies as st

        from tinytf.gradcheck.strategies import readable_arrays

        size = st.integers(1, 3)
        sizes = st.tuples(st.integers(1, 2), size, size, size)
        return sizes.flatmap(readable_arrays).map(inputs)

    def probes(
        rng: np.random.Generator, listed: tuple[tuple[str, bool, tuple[int, ...]], ...]
    ) -> list[Probe]:
        return [Probe(name, inputs(rng.normal(size=sizes)), edge) for name, edge, sizes in listed]

    return Cases(strategy, lambda rng: probes(rng, _GENERIC), lambda rng: probes(rng, _SPECIAL))


split_heads = _cases(_split)
merge_heads = _cases(_merge)

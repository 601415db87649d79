"""Inputs of the exercise "embedding": ids with duplicates, with and without padding."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tinytf.course.exercise import Cases, Inputs, Probe

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def _strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    from tinytf.gradcheck.strategies import ids, readable_arrays, shapes

    def inputs(shape: tuple[int, ...], n_ids: int, d_model: int) -> "SearchStrategy[Inputs]":
        return st.fixed_dictionaries(
            {
                "ids": ids(shape, n_ids),
                "weight": readable_arrays((n_ids, d_model)),
                "dy": readable_arrays((*shape, d_model)),
            }
        )

    sizes = st.tuples(shapes(1, 2, 3), st.integers(1, 3), st.integers(1, 2))
    return sizes.flatmap(lambda drawn: inputs(*drawn))


def _inputs(rng: np.random.Generator, ids: Any, n_ids: int, d_model: int) -> Inputs:
    taken = np.array(ids)
    return {
        "ids": taken,
        "weight": rng.normal(size=(n_ids, d_model)),
        "dy": rng.normal(size=(*taken.shape, d_model)),
    }


def _edge(ids: Any, n_ids: int, **options: Any) -> Inputs:
    taken = np.array(ids)
    weight = np.arange(10.0, 10.0 + n_ids)[:, None]
    return {
        "ids": taken,
        "weight": weight,
        **options,
        "dy": np.arange(1.0, taken.size + 1)[:, None],
    }


def _generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("ids (3, 4), many twice", _inputs(rng, rng.integers(0, 6, (3, 4)), 7, 2)),
        Probe("ids (5,), one of them three times", _inputs(rng, [4, 1, 4, 0, 4], 6, 3)),
        Probe("ids (2, 3, 4)", _inputs(rng, rng.integers(0, 9, (2, 3, 4)), 9, 5)),
    ]


def _special(rng: np.random.Generator) -> list[Probe]:
    small = _inputs(rng, [0, 2, 2, 1], 3, 2)
    small["dy"] = 1e-4 * small["dy"]
    return [
        Probe("as many ids as features and rows", _inputs(rng, [2, 0, 2], 3, 3)),
        Probe("every id once", _inputs(rng, [2, 0, 3, 1], 4, 3)),
        Probe("one id everywhere", _inputs(rng, [[1, 1, 1], [1, 1, 1]], 3, 2)),
        Probe("gradients around 1e-4", small),
        Probe("the last row's id", _inputs(rng, [4, 0, 4], 5, 2)),
        Probe("a single id", _edge([0], 1), edge=True),
        Probe("ids of one byte each", _edge(np.array([1, 0, 1], np.uint8), 2), edge=True),
        Probe("padding 1", _edge([0, 1, 1], 2, padding_idx=1), edge=True),
        Probe("padding 0", _edge([0, 1, 0], 2, padding_idx=0), edge=True),
        Probe("padding that does not occur", _edge([0, 0], 2, padding_idx=1), edge=True),
    ]


embedding = Cases(_strategy, _generic, _special)

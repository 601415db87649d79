"""Inputs of the exercises "memory_decoder" and "tied_head"."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tinytf.course.cases.small import small_arrays
from tinytf.course.exercise import Cases, Inputs, Probe

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

N_IDS = 5  # as in the exercise's config


def _decoder_strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    from tinytf.gradcheck.strategies import ids

    @st.composite
    def inputs(draw: "DrawFn") -> Inputs:
        n_targets, n_sources, d_model = (draw(st.integers(1, 2)) for _ in range(3))
        shapes = {"memory": (1, n_sources, d_model), "dresid": (1, n_targets, d_model)}
        return draw(small_arrays(shapes)) | {
            "ids": draw(ids((1, n_targets), N_IDS)),
            "n_layers": draw(st.integers(1, 3)),
            "norm_position": draw(st.sampled_from(["post", "pre"])),
            "seed": draw(st.integers(0, 3)),
        }

    return inputs()


def _decoder(
    rng: np.random.Generator,
    batch: int,
    n_targets: int,
    n_sources: int,
    d_model: int,
    n_layers: int,
    norm_position: str,
    **options: Any,
) -> Inputs:
    return {
        "ids": rng.integers(0, N_IDS, (batch, n_targets)),
        "memory": rng.normal(size=(batch, n_sources, d_model)),
        "n_layers": n_layers,
        "norm_position": norm_position,
        "seed": int(rng.integers(100)),
        "dresid": rng.normal(size=(batch, n_targets, d_model)),
        **options,
    }


def _decoder_generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("three layers, pre-norm", _decoder(rng, 2, 4, 3, 5, 3, "pre")),
        Probe("three layers, post-norm", _decoder(rng, 2, 3, 5, 4, 3, "post")),
    ]


def _decoder_special(rng: np.random.Generator) -> list[Probe]:
    small = _decoder(rng, 1, 3, 2, 4, 2, "pre")
    small["dresid"] = 1e-4 * small["dresid"]
    return [
        Probe("two layers, source and target alike", _decoder(rng, 2, 3, 3, 3, 2, "pre")),
        Probe("gradients around 1e-4", small),
        Probe("a single layer", _decoder(rng, 1, 1, 1, 3, 1, "pre"), edge=True),
        Probe("a single layer, post-norm", _decoder(rng, 1, 1, 1, 2, 1, "post"), edge=True),
        Probe("sinusoidal", _decoder(rng, 1, 1, 1, 4, 2, "pre", positions="sinusoidal"), edge=True),
    ]


def _head_strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    @st.composite
    def inputs(draw: "DrawFn") -> Inputs:
        length, n_ids, d_model = (draw(st.integers(1, 3)) for _ in range(3))
        shapes = {
            "resid": (1, length, d_model),
            "table": (n_ids, d_model),
            "dtable": (n_ids, d_model),
            "dlogits": (1, length, n_ids),
        }
        return draw(small_arrays(shapes)) | {"head": None}

    return inputs()


def _head(
    rng: np.random.Generator, batch: int, length: int, n_ids: int, d_model: int, tied: bool = True
) -> Inputs:
    return {
        "resid": rng.normal(size=(batch, length, d_model)),
        "table": rng.normal(size=(n_ids, d_model)),
        "dtable": rng.normal(size=(n_ids, d_model)),
        "head": None if tied else rng.normal(size=(d_model, n_ids)),
        "dlogits": rng.normal(size=(batch, length, n_ids)),
    }


def _head_generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("every size apart", _head(rng, 2, 3, 5, 4)),
        Probe("a vocabulary smaller than d_model", _head(rng, 2, 4, 3, 5)),
    ]


def _head_special(rng: np.random.Generator) -> list[Probe]:
    small = _head(rng, 2, 3, 4, 3)
    small["dlogits"] = 1e-4 * small["dlogits"]
    return [
        Probe("as many ids as features", _head(rng, 2, 3, 4, 4)),
        Probe("gradients around 1e-4", small),
        Probe("a head with a matrix of its own", _head(rng, 1, 1, 2, 1, tied=False), edge=True),
        Probe("a single id", _head(rng, 1, 1, 1, 2), edge=True),
    ]


memory_decoder = Cases(_decoder_strategy, _decoder_generic, _decoder_special)
tied_head = Cases(_head_strategy, _head_generic, _head_special)

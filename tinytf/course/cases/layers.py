"""Inputs of the exercises "transformer_layer" and "decoder_layer"; a seed draws the parameters."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tinytf.course.cases.small import small_arrays
from tinytf.course.exercise import Cases, Inputs, Probe

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy


def _strategy(memory: bool) -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    @st.composite
    def inputs(draw: "DrawFn") -> Inputs:
        length, n_heads, d_head = (draw(st.integers(1, 2)) for _ in range(3))
        shape = 1, length, n_heads * d_head
        shapes = {"resid_pre": shape}
        if memory:
            shapes["memory"] = 1, draw(st.integers(1, 2)), shape[-1]
        shapes["dresid_post"] = shape
        return draw(small_arrays(shapes)) | {
            "n_heads": n_heads,
            "norm_position": draw(st.sampled_from(["pre", "post"])),
            "seed": draw(st.integers(0, 3)),
        }

    return inputs()


def _layer(
    rng: np.random.Generator,
    shape: tuple[int, int, int],
    n_heads: int,
    norm_position: str,
    **options: Any,
) -> Inputs:
    return {
        "resid_pre": rng.normal(size=shape),
        "n_heads": n_heads,
        "norm_position": norm_position,
        "seed": int(rng.integers(100)),
        "dresid_post": rng.normal(size=shape),
        **options,
    }


def _transformer_generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("pre-norm", _layer(rng, (2, 4, 6), 2, "pre")),
        Probe("post-norm", _layer(rng, (2, 3, 6), 3, "post")),
    ]


def _transformer_special(rng: np.random.Generator) -> list[Probe]:
    padding = np.array([[True, True, False], [True, False, False]])[:, None, None, :]
    small = _layer(rng, (1, 3, 4), 2, "pre")
    small["dresid_post"] = 1e-4 * small["dresid_post"]
    return [
        Probe("as many positions as features", _layer(rng, (2, 4, 4), 2, "pre")),
        Probe("a padding mask", _layer(rng, (2, 3, 4), 2, "post", mask=padding)),
        Probe("an encoder's layer: not causal", _layer(rng, (2, 3, 4), 2, "pre", causal=False)),
        Probe("gradients around 1e-4", small),
        Probe("a single position", _layer(rng, (1, 1, 3), 1, "post"), edge=True),
        Probe("rmsnorm", _layer(rng, (1, 1, 2), 1, "pre", norm="rmsnorm"), edge=True),
        Probe("swiglu", _layer(rng, (1, 1, 3), 1, "post", activation="swiglu"), edge=True),
    ]


def _decoder(
    rng: np.random.Generator,
    shape: tuple[int, int, int],
    n_sources: int,
    n_heads: int,
    norm_position: str,
    **options: Any,
) -> Inputs:
    made = _layer(rng, shape, n_heads, norm_position, **options)
    batch, _, d_model = shape
    return made | {"memory": rng.normal(size=(batch, n_sources, d_model))}


def _decoder_generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("pre-norm, a longer source", _decoder(rng, (2, 3, 6), 5, 2, "pre")),
        Probe("post-norm, a longer target", _decoder(rng, (2, 4, 6), 2, 3, "post")),
    ]


def _decoder_special(rng: np.random.Generator) -> list[Probe]:
    padding = np.array([[True, True, False], [True, False, False]])[:, None, None, :]
    small = _decoder(rng, (1, 2, 4), 3, 2, "pre")
    small["dresid_post"] = 1e-4 * small["dresid_post"]
    masked = _decoder(rng, (2, 2, 4), 3, 2, "pre", memory_mask=padding)
    return [
        Probe("source and target of one length", _decoder(rng, (2, 3, 4), 3, 2, "pre")),
        Probe("as many positions as features", _decoder(rng, (1, 4, 4), 4, 2, "post")),
        Probe("a padding mask for the source", masked),
        Probe("gradients around 1e-4", small),
        Probe("a source and a target of one token", _decoder(rng, (1, 1, 3), 1, 1, "post"), True),
        Probe("rmsnorm", _decoder(rng, (1, 1, 2), 2, 1, "pre", norm="rmsnorm"), edge=True),
    ]


transformer_layer = Cases(lambda: _strategy(False), _transformer_generic, _transformer_special)
decoder_layer = Cases(lambda: _strategy(True), _decoder_generic, _decoder_special)

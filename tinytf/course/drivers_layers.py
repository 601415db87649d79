"""Drivers of two exercises that `op` does not fit: dropout and the residual connection.

This file is sent as text into the process in which a student's functions run, so it imports nothing
but the standard library, NumPy and `returned.py`. Nor does it hold anything that an exercise asks
for: norm and sub-layer of the residual connection are stand-ins.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from tinytf.course.returned import Namespace, Output, Returned, form, two

MANY = (
    20  # from so many entries along an axis on, a mask that never differs along it is no accident
)


def dropout(
    functions: Namespace, call: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Iterator[Output]:
    """Dropout: yields what every right implementation has in common, however it draws its mask.

    call:
        forward, backward: names of the functions.

    inputs: x; p; seed of the generator, None for no generator; training (or it is True); dy, of
        x's shape, without zeros; copies, if there: x and dy are repeated so many times along a new
        first axis, so that a small x has many draws, too.
    outputs: where x is not 0, "kept" are the entries with y != 0.
        kept_scale: the smallest and the largest y / x of the kept entries.
        dropped_share: the share of entries that are not kept; exactly p where it is within 5
            standard deviations of p (or else 1 - p likewise).
        mask: four times 1 for yes, 0 for no: the same seed gives the same y again; the next call
            with the same generator gives another; the mask differs along the last axis; it differs
            along every other axis.
        dx: the smallest and the largest dx (1 - p) / dy of the kept entries; the smallest and the
            largest dx / dy of the others. A backward that fits the student's own wrong scale is
            not wrong again: there the first two are 1.
    """
    forward, backward = functions[call["forward"]], functions[call["backward"]]
    x, dy, p = inputs["x"], inputs["dy"], inputs["p"]
    training = inputs.get("training", True)
    if "copies" in inputs:
        x, dy = (np.stack([array] * inputs["copies"]) for array in (x, dy))

    def draw(rng: np.random.Generator | None) -> tuple[Any, Any]:
        y, cache = two(call["forward"], forward(x, p, rng, training=training))
        return _like("y", call["forward"], y, x), cache

    rng = _generator(inputs["seed"])
    y, cache = draw(rng)
    y = y.copy()
    kept = y != 0  # where x is 0, too, this makes kept_scale infinite
    dropped = (y == 0) & (x != 0)
    with np.errstate(divide="ignore"):
        scale = y[kept] / x[kept]
    yield "kept_scale", _ends(scale, otherwise=np.nan)
    constant = _constant_along(kept, dropped)
    n_draws = (kept | dropped).sum() / math.prod(x.shape[axis] for axis in constant)
    share = float(dropped.sum() / (kept | dropped).sum())
    yield "dropped_share", _named(share, n_draws, p if training else 0.0)
    again, _ = draw(_generator(inputs["seed"]))
    other, _ = draw(rng)
    repeated, drawn_anew = np.array_equal(y, again), not np.array_equal(y, other)
    last = x.ndim - 1
    along_last, along_others = last not in constant, not set(constant) - {last}
    yield "mask", np.array([repeated, drawn_anew, along_last, along_others], float)
    dx = _like("dx", call["backward"], backward(dy, cache), x)
    ratio = dx[kept] / dy[kept]
    fits = np.allclose(ratio, scale, rtol=1e-9, atol=0)
    at_kept = _ends(ratio / scale if fits else ratio * (1 - p if training else 1), otherwise=1.0)
    at_dropped = _ends(dx[dropped] / dy[dropped], otherwise=0.0)
    yield "dx", np.concatenate([at_kept, at_dropped])


def _generator(seed: int | None) -> np.random.Generator | None:
    return None if seed is None else np.random.default_rng(seed)


def _like(name: str, function: str, array: Any, x: Any) -> Any:
    if type(array) is not np.ndarray or array.shape != x.shape:
        came = f"shape {array.shape}" if type(array) is np.ndarray else form(array)
        raise Returned(f"{function}: expected {name} of shape {x.shape}, got {came}")
    return array


def _ends(ratios: Any, otherwise: float) -> Any:
    """The smallest and the largest; `otherwise` where there are none."""
    return np.array([ratios.min(), ratios.max()]) if ratios.size else np.full(2, otherwise)


def _constant_along(kept: Any, dropped: Any) -> list[int]:
    """The axes along which the mask never differs, though it is too large for an accident."""
    if kept.size < MANY:
        return []
    axes = [axis for axis in range(kept.ndim) if kept.shape[axis] > 1]
    return [axis for axis in axes if not (kept.any(axis) & dropped.any(axis)).any()]


def _named(share: float, n_draws: float, p: float) -> float:
    """The share, or p (or 1 - p) where it differs from that only by what chance can do.

    So that right implementations with different draws have one and the same share.
    """
    allowed = 5 * (p * (1 - p) / n_draws) ** 0.5
    return next((expected for expected in (p, 1 - p) if abs(share - expected) <= allowed), share)


def residual(
    functions: Namespace, call: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Iterator[Output]:
    """A residual connection around a stand-in for a sub-layer, with a stand-in for a norm.

    call:
        forward, backward: names of the functions.

    inputs: x (B, T, D); gamma, beta (D,), of the norm; weight (D,), of the sub-layer; memory, if
        there, of x's shape: a second input of the sub-layer, as in cross-attention; norm_position,
        "pre" or "post"; dropout (or it is 0); seed of the generator (or it is None, as in
        evaluation); dy.
    outputs: y; dx; dmemory, None without memory; dgamma and dbeta, what the norm's backward has
        added up; dweight, the same for the sub-layer's.
    """
    norm = _StandInNorm(inputs["gamma"], inputs["beta"])
    sublayer = _StandInSublayer(inputs["weight"], inputs.get("memory"))
    position, rng = inputs["norm_position"], _generator(inputs.get("seed"))
    p = inputs.get("dropout", 0.0)
    forward: Callable[..., Any] = functions[call["forward"]]
    returned = forward(inputs["x"], norm, sublayer.forward, position, p, rng)
    y, cache = two(call["forward"], returned)
    yield "y", y
    dx = functions[call["backward"]](inputs["dy"], norm, sublayer.backward, position, cache)
    dmemory = None
    if "memory" in inputs:
        if type(dx) is not tuple or len(dx) != 2:
            raise Returned(f"{call['backward']}: expected (dx, dmemory), got {form(dx)}")
        dx, dmemory = dx
    yield "dx", dx
    yield "dmemory", dmemory
    yield "dgamma", norm.dgamma
    yield "dbeta", norm.dbeta
    yield "dweight", sublayer.dweight


class _StandInNorm:
    """y = gamma * (x + x * x) + beta, in the place of a norm."""

    def __init__(self, gamma: Any, beta: Any) -> None:
        self.gamma, self.beta = gamma, beta
        self.dgamma, self.dbeta = np.zeros_like(gamma), np.zeros_like(beta)

    def forward(self, x: Any) -> tuple[Any, Any]:
        """x (..., D) -> y (..., D)."""
        return self.gamma * (x + x * x) + self.beta, ("norm", x)

    def backward(self, dy: Any, cache: Any) -> Any:
        """dy (..., D) -> dx (..., D)."""
        x = _own("norm", cache)
        self.dgamma = self.dgamma + _over_rows(dy * (x + x * x))
        self.dbeta = self.dbeta + _over_rows(dy)
        return dy * (self.gamma * (1 + 2 * x))


class _StandInSublayer:
    """out[d] = weight[d] * inner[d - 1], times memory where there is one, for an FFN or attention.

    Index -1 is the last one: feature 0 takes over the last feature.
    """

    def __init__(self, weight: Any, memory: Any) -> None:
        self.weight, self.memory = weight, memory
        self.dweight = np.zeros_like(weight)

    def forward(self, inner: Any) -> tuple[Any, Any]:
        """inner (..., D) -> out (..., D)."""
        shifted = np.roll(inner, 1, axis=-1)
        memory = 1.0 if self.memory is None else self.memory
        return self.weight * shifted * memory, ("sub-layer", shifted)

    def backward(self, dout: Any, cache: Any) -> Any:
        """dout (..., D) -> dinner (..., D); with a memory, dinner and dmemory."""
        shifted = _own("sub-layer", cache)
        memory = 1.0 if self.memory is None else self.memory
        self.dweight = self.dweight + _over_rows(dout * shifted * memory)
        dinner = np.roll(dout * self.weight * memory, -1, axis=-1)
        return dinner if self.memory is None else (dinner, dout * self.weight * shifted)


def _own(name: str, cache: Any) -> Any:
    """What a stand-in's forward put into its cache."""
    if type(cache) is not tuple or len(cache) != 2 or cache[0] != name:
        raise ValueError(f"{name}: its backward wants the cache that its forward returned")
    return cache[1]


def _over_rows(array: Any) -> Any:
    return array.reshape(-1, array.shape[-1]).sum(axis=0)

"""Inputs for softmax, log-softmax and cross-entropy."""

from typing import TYPE_CHECKING

import numpy as np

from tinytf.course.exercise import Cases, Inputs, Probe
from tinytf.ops.arrays import Array

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

# --- softmax and log-softmax ---------------------------------------------------------------------


def _scores(scale: float) -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    from tinytf.gradcheck.strategies import readable_arrays, shapes

    @st.composite
    def inputs(draw: "DrawFn") -> Inputs:
        shape = draw(shapes())
        axis = draw(st.one_of(st.just(-1), st.integers(0, len(shape) - 1)))
        x, dy = draw(readable_arrays(shape)), draw(readable_arrays(shape))
        drawn = {"x": scale * x, "axis": axis, "dy": dy}
        return {name: drawn[name] for name in drawn if name != "axis" or axis != -1}

    return inputs()


def _scores_generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("x of 2 axes", _drawn(rng, 3, 5)),
        Probe("x of 1 axis", _drawn(rng, 4)),
        Probe("x of 3 axes", _drawn(rng, 2, 3, 4)),
        Probe("axis=0", _drawn(rng, 4, 3) | {"axis": 0}),
        Probe("axis=1 of 3 axes", _drawn(rng, 2, 5, 3) | {"axis": 1}),
    ]


def _drawn(rng: np.random.Generator, *shape: int) -> Inputs:
    return {"x": rng.normal(size=shape), "dy": rng.normal(size=shape)}


def _scores_special(rng: np.random.Generator) -> list[Probe]:
    square, other = _drawn(rng, 4, 4), _drawn(rng, 3, 3)
    small = _drawn(rng, 2, 3)
    return [
        Probe("x with as many rows as columns", square),
        Probe("x with as many rows as columns, axis=0", other | {"axis": 0}),
        Probe("gradients around 1e-4", small | {"dy": 1e-4 * small["dy"]}),
        Probe("scores around 1000", _edge([[1000.0, 1001.0]]), edge=True),
        Probe("scores around -1000", _edge([[-1000.0, -1001.0]]), edge=True),
        Probe("scores of 1000 and 0 in one row", _edge([[1000.0, 0.0]]), edge=True),
        Probe("rows that are 1000 apart", _edge([[1000.0, 999.0], [0.0, 1.0]]), edge=True),
        Probe("a score of -inf", _edge([[-np.inf, 0.0, 1.0]]), edge=True),
    ]


def _softmax_special(rng: np.random.Generator) -> list[Probe]:
    # log_softmax of such a row does not exist, so this one is softmax's alone
    dead = Probe("a row of nothing but -inf", _edge([[-np.inf, -np.inf]]), edge=True)
    return [*_scores_special(rng), dead]


def _edge(x: list[list[float]]) -> Inputs:
    scores = np.array(x)
    return {"x": scores, "dy": np.arange(1.0, scores.size + 1).reshape(scores.shape)}


softmax = Cases(
    strategy=lambda: _scores(1.0),
    generic=_scores_generic,
    special=_softmax_special,
    edge=lambda: _scores(1000.0),
)
log_softmax = Cases(
    strategy=lambda: _scores(1.0),
    generic=_scores_generic,
    special=_scores_special,
    edge=lambda: _scores(1000.0),
)

# --- cross-entropy -------------------------------------------------------------------------------


def _losses(scale: float, smoothed: bool) -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    from tinytf.gradcheck.strategies import readable_arrays, targets

    @st.composite
    def inputs(draw: "DrawFn") -> Inputs:
        shape = draw(st.lists(st.integers(1, 3), max_size=2).map(tuple))
        vocab_size = draw(st.integers(1, 4))
        drawn = {
            "logits": scale * draw(readable_arrays((*shape, vocab_size))),
            "targets": draw(targets(shape, vocab_size)),
        }
        if smoothed:
            drawn["label_smoothing"] = draw(st.sampled_from((0.5, 0.25, 1.0)))
        return drawn | {"dloss": float(draw(st.integers(1, 3)))}

    return inputs()


def _loss(rng: np.random.Generator, *shape: int, ignored: int = 0) -> Inputs:
    """Logits (*shape, V), and targets of which the first few of a random order are ignored."""
    *rows, vocab_size = shape
    targets = rng.integers(0, vocab_size, rows)
    targets.flat[rng.permutation(targets.size)[:ignored]] = -100
    return {"logits": rng.normal(size=shape), "targets": targets, "dloss": float(rng.normal())}


def _losses_generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("logits of 2 axes", _loss(rng, 5, 7)),
        Probe("ignored targets", _loss(rng, 6, 5, ignored=2)),
        Probe("logits of 3 axes", _loss(rng, 2, 3, 5)),
        Probe("logits of 3 axes, ignored targets", _loss(rng, 2, 4, 3, ignored=3)),
        Probe("logits of 1 axis", _loss(rng, 6)),
    ]


def _losses_special(rng: np.random.Generator) -> list[Probe]:
    smoothed = _loss(rng, 4, 5) | {"label_smoothing": 0.1}
    padded = _loss(rng, 2, 3, 4, ignored=2) | {"label_smoothing": 0.3}
    zero = _loss(rng, 4, 3)
    zero["targets"][:2] = 0
    zero["targets"][2] = 1
    nan = _loss(rng, 2, 3, ignored=1)
    nan["logits"][nan["targets"] == -100] = np.nan
    return [
        Probe("as many rows as classes", _loss(rng, 4, 4)),
        Probe("dloss around 1e-4", _loss(rng, 3, 4) | {"dloss": 1.5e-4}),
        Probe("ignore_index=0", zero | {"ignore_index": 0}, edge=True),
        Probe("label smoothing", smoothed, edge=True),
        Probe("label smoothing with ignored targets", padded, edge=True),
        Probe("label smoothing of 1", _loss(rng, 2, 3) | {"label_smoothing": 1.0}, edge=True),
        Probe("logits around 1000", _extreme([[1000.0, 1001.0]], [0]), edge=True),
        Probe("logits around -1000", _extreme([[-1000.0, -1001.0]], [1]), edge=True),
        Probe("logits of 1000 and 0 in one row", _extreme([[1000.0, 0.0]], [1]), edge=True),
        Probe("rows that are 1000 apart", _extreme([[1000.0, 999.0], [0.0, 1.0]], [0, 0]), True),
        Probe("nothing but ignored targets", _extreme([[1.0, 0.0]], [-100]), edge=True),
        Probe("NaN logits at ignored targets", nan, edge=True),
    ]


def _extreme(logits: list[list[float]], targets: list[int]) -> Inputs:
    labels: Array = np.array(targets)
    return {"logits": np.array(logits), "targets": labels, "dloss": 2.0}


cross_entropy = Cases(
    strategy=lambda: _losses(1.0, smoothed=False),
    generic=_losses_generic,
    special=_losses_special,
    edge=lambda: _losses(1.0, smoothed=True),
)

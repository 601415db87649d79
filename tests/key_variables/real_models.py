"""Real models, small ones, and what a training step of them really does and keeps.

`step` runs forward, loss and backward of any kind of model. `kept_bytes` walks what it left in the
caches; `counted_flops` runs it on arrays that count their own matrix products.
"""

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from tests.layers.strategies import configs
from tests.models.stacks import encoder_configs, translator_configs
from tests.ops.strategies import Draw, seeds
from tinytf.config import Config
from tinytf.key_variables.flops import Lengths
from tinytf.ops import cross_entropy_backward, cross_entropy_forward
from tinytf.training import KINDS

N_LABELS = 3


class Case(NamedTuple):
    """A model and the sizes of a batch for it."""

    kind: str
    config: Config
    lengths: Lengths
    batch: int

    def model(self) -> Any:
        labels = {"labels": ["a", "b", "c"][:N_LABELS]}
        return KINDS[self.kind].make(self.config, labels, np.random.default_rng(0))


@st.composite
def cases(draw: Draw, kinds: tuple[str, ...] = tuple(KINDS)) -> list[Case]:
    """A model of each kind, with any combination of switches.

    One drawn seed chooses the sizes: see `configs`.
    """
    return [_case(kind, draw, random.Random(draw(seeds))) for kind in kinds]


def _case(kind: str, draw: Draw, chance: random.Random) -> Case:
    if kind == "decoder":
        config = draw(configs())
    elif kind == "encoder-decoder":
        config = draw(translator_configs())
    else:
        config = draw(encoder_configs())
    source, target = chance.randint(1, config.max_len), chance.randint(1, config.max_len)
    lengths = Lengths(
        source=0 if kind == "decoder" else source,
        target=target if kind in ("decoder", "encoder-decoder") else 0,
        predicted=chance.randint(1, source) if kind == "bert" else 0,
    )
    return Case(kind, config, lengths, chance.randint(1, 3))


def step(case: Case, model: Any, dropout: bool = False, backward: bool = True) -> Any:
    """Forward and loss, and backward if wanted; returns all that is kept for the backward."""
    rng = np.random.default_rng(1) if dropout else None
    source = np.zeros((case.batch, case.lengths.source), np.int64)
    target = np.zeros((case.batch, case.lengths.target), np.int64)
    if case.kind == "decoder":
        logits, cache = model.forward(target, rng)
    elif case.kind == "encoder-decoder":
        logits, cache = model.forward(source, target, rng=rng)
    elif case.kind == "bert":
        predict = np.arange(case.lengths.source) < case.lengths.predicted
        predict = np.broadcast_to(predict, source.shape).copy()
        logits, cache = model.forward(source, predict, rng=rng)
    else:
        logits, cache = model.forward(source, rng=rng)
    if case.kind.endswith("regressor"):
        if backward:
            model.backward(np.ones_like(logits), cache)
        return logits, cache
    several = logits if isinstance(logits, tuple) else (logits,)
    losses = [cross_entropy_forward(one, np.zeros(one.shape[:-1], np.int64)) for one in several]
    if backward:
        dlogits = [cross_entropy_backward(1.0, loss_cache) for _, loss_cache in losses]
        model.backward(tuple(dlogits) if isinstance(logits, tuple) else dlogits[0], cache)
    return several, cache, [loss_cache for _, loss_cache in losses]


def kept_bytes(kept: Any, model: Any) -> int:
    """Bytes of all memory that the arrays in `kept` hold, each piece once, parameters left out."""
    owners = {id(owner(array)): owner(array) for array in _arrays_in(kept)}
    for parameter in model.parameters().values():
        owners.pop(id(owner(parameter.value)), None)
    return sum(array.nbytes for array in owners.values())


def owner(array: Any) -> Any:
    """The array whose memory a view looks into."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _arrays_in(kept: Any) -> Iterator[Any]:
    if isinstance(kept, np.ndarray):
        if kept.ndim:
            yield kept
    elif isinstance(kept, list | tuple):
        for item in kept:
            yield from _arrays_in(item)
    elif isinstance(kept, dict):
        yield from _arrays_in(list(kept.values()))


class Counting(np.ndarray):
    """An array that counts the FLOPs of each matrix product with another one of its class.

    Sums that tinytf computes as a product with a column of ones do not count: ones are plain.
    """

    flops = 0

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if ufunc is np.matmul and all(isinstance(x, Counting) for x in inputs):
            a, b = inputs
            stacked = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
            Counting.flops += 2 * int(np.prod(stacked)) * a.shape[-2] * a.shape[-1] * b.shape[-1]
        if "out" in options:
            options["out"] = tuple(map(_plain, options["out"]))
        result = getattr(ufunc, method)(*map(_plain, inputs), **options)
        return result.view(Counting) if isinstance(result, np.ndarray) else result

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        result = super().__array_function__(func, types, args, kwargs)
        return result.view(Counting) if type(result) is np.ndarray else result


def _plain(x: Any) -> Any:
    return x.view(np.ndarray) if isinstance(x, Counting) else x


def counted_flops(case: Case, backward: bool) -> int:
    """FLOPs of the matrix products of a forward pass, or of forward and backward."""
    model = case.model()
    for parameter in model.parameters().values():
        parameter.value = parameter.value.view(Counting)
    Counting.flops = 0
    step(case, model, backward=backward)
    return Counting.flops

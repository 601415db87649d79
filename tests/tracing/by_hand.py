"""Tensors of a trace that no model made, and whole traced steps of models."""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

import tinytf
from tinytf.config import Config
from tinytf.models import DecoderLM
from tinytf.ops import cross_entropy_backward, cross_entropy_forward
from tinytf.tracing import Trace, TracedTensor
from tinytf.training import SGD


def tensor(
    name: str,
    value: Any,
    grad: Any = None,
    kind: Any = "intermediate",
    axes: Sequence[str] | None = None,
    **more: Any,
) -> TracedTensor:
    """A tensor; lists become arrays, a number for `grad` a gradient that is the same everywhere."""
    array = np.asarray(value)
    if isinstance(grad, float):
        grad = np.full(array.shape, grad)
    given = tuple(axes) if axes is not None else tuple(f"axis {i}" for i in range(array.ndim))
    found = TracedTensor(name, array, kind, given, **more)
    found.grad = None if grad is None else np.asarray(grad)
    return found


def parameter(name: str, value: Any, grad: Any = None, after: Any = None) -> TracedTensor:
    """A parameter; without `after`, one that no update has changed."""
    found = tensor(name, value, grad, "parameter")
    found.after = found.value.copy() if after is None else np.asarray(after)
    return found


@functools.cache
def read_only_decoder(learning_rate: float | None = 0.1, **switches: Any) -> Trace:
    """As `traced_decoder`, but made once for all tests, which must not change it."""
    return traced_decoder(learning_rate, **switches)


def traced_decoder(learning_rate: float | None = 0.1, **switches: Any) -> Trace:
    """One training step of a small decoder."""
    rng = np.random.default_rng(0)
    sizes = {"vocab_size": 7, "d_model": 8, "max_len": 5, "n_heads": 2, "d_ff": 10, "n_layers": 2}
    model = DecoderLM(Config(**{**sizes, **switches}), rng, np.float64)
    ids, targets = rng.integers(0, 7, (2, 2, 5))
    optimizer = SGD(model)
    with tinytf.trace(model) as t:
        logits, cache = model.forward(ids)
        _, loss_cache = cross_entropy_forward(logits, targets)
        model.backward(cross_entropy_backward(1.0, loss_cache), cache)
        if learning_rate is not None:
            optimizer.step(learning_rate)
    return t

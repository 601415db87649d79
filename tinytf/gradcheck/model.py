"""Check a layer or a whole model: the gradients of its inputs and of every parameter."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from tinytf.gradcheck.check import (
    float_inputs,
    input_names,
    notes_on_others,
    numbers_in,
    pair_up,
    refuse_generators,
    require_pair,
)
from tinytf.gradcheck.procedure import (
    Arrays,
    Settings,
    Subject,
    generator_or_default,
    random_cotangents,
    run,
)
from tinytf.gradcheck.report import Problem, Report
from tinytf.layers.parameter import Parameter
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward

# Rounding of (start + gradient) - start, relative to the larger of the two.
ADDING_TOLERANCE = 1e-12


class Differentiable(Protocol):
    """What `check_layer` and `check_model` need; every layer and model of tinytf has it."""

    def forward(self, *inputs: Any, **options: Any) -> tuple[Any, Any]:
        """Inputs -> (y, cache)."""

    def backward(self, dy: Any, cache: Any) -> Any:
        """Gradients of the float inputs; adds into each parameter's grad."""

    def parameters(self) -> Mapping[str, Parameter]:
        """Dotted name -> Parameter."""


def check_layer(
    layer: Differentiable,
    *inputs: Any,
    rng: np.random.Generator | None = None,
    method: str = "auto",
    tolerance: float | None = None,
    max_entries: int | None = None,
    forward_seed: int | None = None,
    **options: Any,
) -> Report:
    """Compare dx and every parameter's gradient with measured ones.

    The check calls `y, cache = layer.forward(*inputs, **options)` and `layer.backward(dy, cache)`.
    Parameters are perturbed by binding `parameter.value` to another array for the time of a call;
    values and gradients are the caller's own again afterwards, whatever happens.
    Also checked: that the backward *adds* into `parameter.grad`.

    Give the parameters random values first: a gradient may be right only at the usual start,
    gamma = 1 and bias = 0.

    Args:
        layer: with float64 parameters.
        inputs: as in `check_gradients`.
        rng, method, tolerance, max_entries, forward_seed, options: as in `check_gradients`;
            forward_seed turns dropout on, with the same mask at every call.

    Returns:
        The report: one result for each float input, then one for each parameter.

    Raises:
        TypeError, ValueError: as in `check_gradients`.
    """
    settings = Settings(generator_or_default(rng), method, tolerance, max_entries)
    return _check(layer, inputs, options, forward_seed, None, 0.0, settings)


def check_model(
    model: Differentiable,
    *inputs: Any,
    targets: Array | None = None,
    label_smoothing: float = 0.0,
    rng: np.random.Generator | None = None,
    method: str = "auto",
    tolerance: float | None = None,
    max_entries: int | None = 4,
    forward_seed: int | None = None,
    **options: Any,
) -> Report:
    """`check_layer` for a whole model: a few entries of each parameter, and the loss on top.

    Args:
        model: with float64 parameters.
        inputs: ids (B, T), or whatever the model's forward takes: source and target of an
            encoder-decoder. A mask goes in by its name, such as `source_mask=mask`.
        targets: (B, T) ids. The model's output is then followed by the cross-entropy, whose mean
            gets a random dloss. None: the output itself gets a random cotangent.
        label_smoothing: of the cross-entropy.
        max_entries: entries checked for each parameter, picked by rng, besides one random
            direction through all entries. None: all entries.
        rng, method, tolerance, forward_seed, options: as in `check_layer`.

    Returns:
        The report: one result for each parameter.

    Raises:
        TypeError, ValueError: as in `check_gradients`.
    """
    settings = Settings(generator_or_default(rng), method, tolerance, max_entries)
    return _check(model, inputs, options, forward_seed, targets, label_smoothing, settings)


def _check(
    layer: Differentiable,
    inputs: tuple[Any, ...],
    options: dict[str, Any],
    forward_seed: int | None,
    targets: Array | None,
    label_smoothing: float,
    settings: Settings,
) -> Report:
    parameters = dict(layer.parameters())
    named = dict(zip(input_names(layer.forward, len(inputs)), inputs, strict=True))
    refuse_generators(named | options)
    given: Arrays = {n: x for n, x in (named | options).items() if isinstance(x, np.ndarray)}
    if targets is not None:
        given["targets"] = targets
    if shared := given.keys() & parameters.keys():
        raise ValueError(f"expected other names for inputs than for parameters, got {shared} twice")
    original = {name: p.value for name, p in parameters.items()}

    def forward(current: Arrays) -> tuple[Any, Any]:
        positional = [current.get(name, x) for name, x in named.items()]
        keywords = {name: current.get(name, x) for name, x in options.items()}
        if forward_seed is not None:
            keywords["rng"] = np.random.default_rng(forward_seed)
        with _bound(parameters, {name: current[name] for name in parameters}):
            y, cache = require_pair(layer.forward(*positional, **keywords), type(layer).__name__)
            if targets is None:
                return y, (cache, None)
            loss, loss_cache = cross_entropy_forward(
                y, current["targets"], label_smoothing=label_smoothing
            )
            return loss, (cache, loss_cache)

    def backward(dy: Any, caches: Any) -> dict[str, Any]:
        return backward_from(dy, caches, {n: np.zeros_like(x) for n, x in original.items()})

    def backward_from(dy: Any, caches: Any, start: Arrays) -> dict[str, Any]:
        """Gradient by name, where each parameter's grad starts from `start`."""
        cache, loss_cache = caches
        if targets is not None:
            dy = cross_entropy_backward(dy, loss_cache)
        with _bound(parameters, {n: x.copy() for n, x in original.items()}, start):
            returned = layer.backward(dy, cache)
            grads = {name: p.grad.copy() for name, p in parameters.items()}
        if returned is None and not float_inputs(named):
            return grads
        return pair_up(returned, named, type(layer).__name__) | grads

    subject = Subject(
        title=type(layer).__name__,
        arrays=given | original,
        wrt=(*float_inputs(named), *parameters),
        numbers=numbers_in(named | options),
        notes=notes_on_others(named),
        forward=forward,
        backward=backward,
    )
    report = run(subject, settings)
    if not report.results:
        return report

    rng = settings.rng
    y, caches = forward({name: x.copy() for name, x in subject.arrays.items()})
    dy = random_cotangents(rng, y)
    start = {name: rng.normal(size=x.shape) for name, x in original.items()}
    ends = backward_from(dy, caches, {name: x.copy() for name, x in start.items()})
    return replace(report, problems=report.problems + _not_added(start, ends, backward(dy, caches)))


def _not_added(start: Arrays, ends: Arrays, gradients: Arrays) -> tuple[Problem, ...]:
    """A backward adds: every parameter's grad must end at start + gradient."""
    problems = []
    for name, before in start.items():
        size = np.abs(before) + np.abs(gradients[name])
        error = np.abs(ends[name] - before - gradients[name])
        if not (error <= ADDING_TOLERANCE * size).all():
            how = "overwrites" if np.array_equal(ends[name], gradients[name]) else "does not add to"
            said = f"the backward {how} {name}.grad: expected grad += gradient"
            problems.append(Problem("not added", name, said))
    return tuple(problems)


@contextmanager
def _bound(
    parameters: Mapping[str, Parameter], values: Arrays, grads: Arrays | None = None
) -> Iterator[None]:
    """Within the block the parameters have these values (and gradients), afterwards their own."""
    kept = {name: (p.value, p.grad) for name, p in parameters.items()}
    try:
        for name, parameter in parameters.items():
            parameter.value = values[name]
            if grads is not None:
                parameter.grad = grads[name]
        yield
    finally:
        for name, parameter in parameters.items():
            parameter.value, parameter.grad = kept[name]

"""Check an op: a pair of functions `forward(...) -> (y, cache)` and `backward(dy, cache)`."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from tinytf.gradcheck.procedure import Arrays, Settings, Subject, generator_or_default, run
from tinytf.gradcheck.report import Report

Forward = Callable[..., tuple[Any, Any]]
Backward = Callable[[Any, Any], Any]


def check_gradients(
    forward: Forward,
    backward: Backward,
    *inputs: Any,
    rng: np.random.Generator | None = None,
    method: str = "auto",
    tolerance: float | None = None,
    max_entries: int | None = None,
    forward_seed: int | None = None,
    **options: Any,
) -> Report:
    """Compare the gradients that `backward` returns with measured ones.

    The check calls `y, cache = forward(*inputs, **options)` and `backward(dy, cache)` with a
    random dy of y's shape (a tuple of them where y is a tuple; a random number for a scalar y).

    Args:
        forward, backward: the pair. `backward` returns one gradient for each float input, in
            order (a bare array where there is one); None in the place of other inputs is allowed.
        inputs: float64 arrays are checked. Anything else (integers, bools, None, numbers) is
            passed on as it is, and the report says so. So is every option.
        rng: draws dy and the entries to check. None means a fresh generator with a seed of its own,
            so that a check gives the same result each time. (Inputs drawn from the same seed as dy
            would be equal to dy, and hide a backward that confuses the two.)
        method: "complex" (complex-step), "central" (central differences), or "auto": complex-step
            where the forward carries complex numbers through, central differences elsewhere.
        tolerance: largest relative error allowed; None means 1e-9 for complex-step and 1e-6 for
            central differences. The error is |yours - expected| / max(|expected|, floor) with
            floor = 1e-3 of the largest |expected| of all inputs (at least 1e-6).
        max_entries: check this many entries of each input, picked by rng, and one random
            direction through all of them. None: check all entries.
        forward_seed: for a forward that draws random numbers: each call gets a fresh
            `rng=np.random.default_rng(forward_seed)`, hence the same mask every time.
        options: keyword options of the forward, passed on.

    Returns:
        The report. `report.ok` says whether all is right.

    Raises:
        TypeError: an input is a float array but not float64, or a Generator; the forward does
            not return a pair.
        ValueError: no float input, NaN in an input, or an unknown method.
    """
    settings = Settings(generator_or_default(rng), method, tolerance, max_entries)
    return run(_op_subject(forward, backward, inputs, options, forward_seed), settings)


def assert_gradients(forward: Forward, backward: Backward, *inputs: Any, **options: Any) -> Report:
    """`check_gradients` for tests: raise `GradientError` with the report unless all is right."""
    report = check_gradients(forward, backward, *inputs, **options)
    report.raise_if_wrong()
    return report


def input_names(function: Callable[..., Any], count: int) -> list[str]:
    """Names of the first `count` positional parameters; "input i" where there is no name."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # some builtins have no signature
        parameters = []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [p.name for p in parameters if p.kind in kinds]
    return [names[i] if i < len(names) else f"input {i}" for i in range(count)]


def require_pair(result: Any, name: str) -> tuple[Any, Any]:
    """`result` if it is (y, cache)."""
    if not isinstance(result, tuple) or len(result) != 2:
        raise TypeError(f"{name}: expected the forward to return (y, cache), got {result!r:.60}")
    return result


def float_inputs(named: dict[str, Any]) -> tuple[str, ...]:
    """Names of the inputs that have a gradient: float arrays."""
    return tuple(n for n, x in named.items() if isinstance(x, np.ndarray) and x.dtype.kind == "f")


def notes_on_others(named: dict[str, Any]) -> tuple[str, ...]:
    """One line for each input that is not checked, and why."""
    checked = float_inputs(named)
    notes = []
    for name, x in named.items():
        if name not in checked:
            what = f"{x.dtype} array" if isinstance(x, np.ndarray) else type(x).__name__
            notes.append(f"{name} is not checked ({'None' if x is None else what})")
    return tuple(notes)


def numbers_in(named: dict[str, Any]) -> dict[str, float]:
    """The numeric options: a wrong factor is often one of them."""
    return {
        name: float(x)
        for name, x in named.items()
        if isinstance(x, int | float) and not isinstance(x, bool)
    }


def pair_up(gradients: Any, named: dict[str, Any], title: str) -> dict[str, Any]:
    """Gradient by name. `gradients` is what a backward returned for the inputs `named`.

    Three spellings are accepted: one for each float input; one for each input that is a float
    array or None (the gradient of a bias that was not given); one for each input.
    """
    returned = list(gradients) if isinstance(gradients, tuple | list) else [gradients]
    floats = float_inputs(named)
    or_none = [name for name, x in named.items() if name in floats or x is None]
    for names in (floats, or_none, list(named)):
        if len(returned) == len(names):
            by_name = dict(zip(names, returned, strict=True))
            if all(by_name[name] is None for name in names if name not in floats):
                return {name: by_name[name] for name in floats}
    raise TypeError(
        f"{title}: expected {len(floats)} gradients from the backward ({', '.join(floats)}), "
        f"got {len(returned)}"
    )


def refuse_generators(named: dict[str, Any]) -> None:
    """A shared Generator moves on with each call, and the function with it."""
    for name, x in named.items():
        if isinstance(x, np.random.Generator):
            raise TypeError(f"{name}: expected forward_seed=<int> instead of a shared Generator")


def _op_subject(
    forward: Forward,
    backward: Backward,
    inputs: tuple[Any, ...],
    options: dict[str, Any],
    forward_seed: int | None,
) -> Subject:
    named = dict(zip(input_names(forward, len(inputs)), inputs, strict=True))
    refuse_generators(named | options)
    title = getattr(forward, "__name__", type(forward).__name__).removesuffix("_forward")
    arrays = {n: x for n, x in (named | options).items() if isinstance(x, np.ndarray)}

    def call(current: Arrays) -> tuple[Any, Any]:
        positional = [current.get(name, x) for name, x in named.items()]
        keywords = {name: current.get(name, x) for name, x in options.items()}
        if forward_seed is not None:
            keywords["rng"] = np.random.default_rng(forward_seed)
        return require_pair(forward(*positional, **keywords), title)

    return Subject(
        title=title,
        arrays=arrays,
        wrt=float_inputs(named),
        numbers=numbers_in(named | options),
        notes=notes_on_others(named),
        forward=call,
        backward=lambda dy, cache: pair_up(backward(dy, cache), named, title),
    )

"""One check from start to end, for anything that has a forward and a backward.

`check.py` (op pairs) and `model.py` (layers, models) describe what they check as a `Subject`;
`run` calls it, looks for the mistakes that no comparison of numbers shows, then compares.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinytf.gradcheck.compare import (
    METHODS,
    Measurement,
    Meter,
    Variables,
    floor_of,
    judge,
    measure,
)
from tinytf.gradcheck.evidence import Context
from tinytf.gradcheck.facts import shape_fact
from tinytf.gradcheck.report import InputResult, Problem, Report
from tinytf.ops.arrays import Array

Arrays = dict[str, Array]

# Two calls with the same inputs may differ by this fraction of the largest number.
REPEAT_TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False)
class Subject:
    """What is checked.

    arrays: every array the forward gets, by name; `wrt` names those with a gradient.
    numbers: numeric options, by name, that a wrong factor may turn out to be.
    forward: arrays by name -> (y, cache). It may keep and change the arrays it is given.
    backward: (dy, cache) -> gradient by name, for each name in `wrt` (None: there was none).
    """

    title: str
    arrays: Arrays
    wrt: tuple[str, ...]
    numbers: dict[str, float]
    notes: tuple[str, ...]
    forward: Callable[[Arrays], tuple[Any, Any]]
    backward: Callable[[Any, Any], dict[str, Any]]


@dataclass(frozen=True)
class Settings:
    """How it is checked; see `check.check_gradients` for each of them."""

    rng: np.random.Generator
    method: str = "auto"
    tolerance: float | None = None
    max_entries: int | None = None

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"method: expected one of {METHODS}, got {self.method!r}")
        if self.tolerance is not None and not self.tolerance > 0:
            raise ValueError(f"tolerance: expected a number > 0, got {self.tolerance}")
        if self.max_entries is not None and self.max_entries < 1:
            raise ValueError(f"max_entries: expected at least 1, got {self.max_entries}")


def run(subject: Subject, settings: Settings) -> Report:
    """Call forward and backward twice each, note what is wrong with them, compare gradients."""
    _require_checkable(subject)
    handed = _copies(subject.arrays)
    y, cache = subject.forward(handed)
    outputs = _outputs(y)
    unusable = _unusable("output", _named_outputs(outputs))
    again = _outputs(subject.forward(_copies(subject.arrays))[0])
    if not all(_repeats(a, b) for a, b in zip(outputs, again, strict=True)):
        said = "two forwards with the same inputs differ (random numbers? pass forward_seed)"
        unusable.append(Problem("not reproducible", "forward", said))
    problems = _changed(subject.arrays, handed, "the forward")
    if unusable:  # nothing can be measured on such a forward
        return Report(subject.title, (), (*unusable, *problems), subject.notes)

    dy = random_cotangents(settings.rng, y)
    cotangents = _outputs(dy)
    gradients, more = _call_backward(subject, dy, cache, outputs)
    if not problems:  # what the forward changed was seen above
        problems = _changed(subject.arrays, handed, "the backward")
    problems += more

    def evaluate(variables: Variables) -> tuple[Array, ...]:
        return _outputs(subject.forward(_copies({**subject.arrays, **variables}))[0])

    variables = {name: subject.arrays[name] for name in subject.wrt}
    meter = Meter(evaluate, variables, cotangents)
    measured = [
        measure(meter, name, settings.rng, settings.method, settings.max_entries)
        for name in subject.wrt
    ]
    context = Context(subject.arrays, subject.numbers, outputs, cotangents)
    with np.errstate(invalid="ignore", over="ignore"):  # yours may hold NaN or infinity
        results, more = _compare(measured, gradients, settings, context)
    return Report(subject.title, results, (*problems, *more), subject.notes)


def _call_backward(
    subject: Subject, dy: Any, cache: Any, outputs: tuple[Array, ...]
) -> tuple[dict[str, Any], list[Problem]]:
    """Gradients by name, and what two calls on one cache show. `dy` itself stays as it is."""
    problems = []
    given, y_before = deepcopy(dy), [y.copy() for y in outputs]
    gradients = {name: _copy(g) for name, g in subject.backward(given, cache).items()}
    if not _same(y_before, outputs):
        problems.append(Problem("mutated", "y", "the backward changed the forward's output"))
    if not _same(_outputs(dy), _outputs(given)):
        problems.append(Problem("mutated", "dy", "the backward changed dy"))
    problems += _differences(gradients, subject.backward(deepcopy(dy), cache))
    known = {name: gradient for name, gradient in gradients.items() if gradient is not None}
    return gradients, problems + _unusable("gradient of", known)


def _compare(
    measured: list[Measurement], gradients: dict[str, Any], settings: Settings, context: Context
) -> tuple[tuple[InputResult, ...], list[Problem]]:
    """Results for the gradients that have the right shape, problems for the others."""
    floor = floor_of(measured)
    results, problems = [], []
    for m in measured:
        gradient = gradients[m.name]
        if m.lost and settings.method == "complex":
            said = f"{m.name}: complex-step was asked for, but {m.lost}"
            problems.append(Problem("complex-step", m.name, said))
        if gradient is None:
            said = f"the backward returned no gradient for {m.name}, a float input"
            problems.append(Problem("missing", m.name, said))
        elif gradient.shape != m.expected.shape:
            problems.append(_wrong_shape(m, gradient, floor))
        else:
            results.append(judge(m, gradient, floor, settings.tolerance, context))
    return tuple(results), problems


def _wrong_shape(measured: Measurement, gradient: Array, floor: float) -> Problem:
    def close(a: Array, b: Array) -> bool:
        return bool((np.abs(a - b) <= 1e-6 * np.maximum(np.abs(b), floor)).all())

    fact = shape_fact(gradient, measured.expected, close)
    said = f"gradient of {measured.name}: expected shape {measured.expected.shape}, "
    said += f"got {gradient.shape}" + (f"; {fact}" if fact else "")
    return Problem("shape", measured.name, said)


def generator_or_default(rng: np.random.Generator | None) -> np.random.Generator:
    """The generator passed, or a fresh one with a seed that nobody draws inputs from by chance."""
    return np.random.default_rng([0x7F, 0x2017, 0x1706_03762]) if rng is None else rng


def _require_checkable(subject: Subject) -> None:
    """The caller's own mistakes: those raise at once."""
    if not subject.wrt:
        raise ValueError(
            f"{subject.title}: expected at least one float64 array to check, "
            f"got none (lists, integers and None are only passed on)"
        )
    for name in subject.wrt:
        x = subject.arrays[name]
        if x.dtype != np.float64:
            raise TypeError(
                f"{name}: expected float64 for a gradient check, got {x.dtype} "
                f"(make arrays, layers and models with dtype=np.float64)"
            )
        if not np.isfinite(x).all():
            raise ValueError(f"{name}: expected finite numbers, got NaN or infinity")


def random_cotangents(rng: np.random.Generator, y: Any) -> Any:
    """A random dy with the structure and shapes of y. Never ones: a sum hides many mistakes."""
    if isinstance(y, tuple):
        return tuple(random_cotangents(rng, part) for part in y)
    if np.ndim(y):
        return rng.normal(size=np.shape(y))
    # A scalar keeps away from 0 and 1, where a forgotten dloss would not show.
    return np.asarray(rng.uniform(1.5, 2.5) * rng.choice([-1.0, 1.0]))


def _outputs(y: Any) -> tuple[Array, ...]:
    return tuple(np.asarray(part) for part in (y if isinstance(y, tuple) else (y,)))


def _named_outputs(outputs: Sequence[Array]) -> Arrays:
    return {"y" if len(outputs) == 1 else f"y[{i}]": y for i, y in enumerate(outputs)}


def _copies(arrays: Arrays) -> Arrays:
    """Fresh arrays for each call: a forward that changes its inputs spoils only its own."""
    return {name: x.copy() for name, x in arrays.items()}


def _copy(gradient: Any) -> Any:
    return None if gradient is None else np.array(gradient)


def _same(a: Sequence[Array], b: Sequence[Array]) -> bool:
    return len(a) == len(b) and all(
        np.array_equal(x, y, equal_nan=x.dtype.kind in "fc") for x, y in zip(a, b, strict=True)
    )


def _repeats(a: Array, b: Array) -> bool:
    """Equal up to rounding: sums may be taken in another order, depending on memory addresses."""
    if a.shape != b.shape:
        return False
    size = np.max(np.abs(a), initial=0.0, where=np.isfinite(a))
    return np.allclose(a, b, rtol=0, atol=REPEAT_TOLERANCE * float(size), equal_nan=True)


def _changed(original: Arrays, handed: Arrays, who: str) -> list[Problem]:
    return [
        Problem("mutated", name, f"{who} changed its input {name}")
        for name, x in original.items()
        if not _same([x], [handed[name]])
    ]


def _unusable(kind: str, arrays: Arrays) -> list[Problem]:
    """Not float64, or not finite."""
    problems = []
    for name, array in arrays.items():
        if array.dtype != np.float64:
            said = f"{kind} {name}: expected dtype float64 for float64 inputs, got {array.dtype}"
            problems.append(Problem("dtype", name, said))
        elif not np.isfinite(array).all():
            index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
            said = f"{kind} {name}: {array[index]} at index {index}"
            problems.append(Problem("not finite", name, said))
    return problems


def _differences(first: dict[str, Any], second: dict[str, Any]) -> list[Problem]:
    """The backward is called twice on one cache: it must not use it up."""
    said = "two backwards with the same dy and cache differ"
    return [
        Problem("not reproducible", name, f"gradient of {name}: {said}")
        for name, gradient in first.items()
        if gradient is not None and not _repeats(gradient, np.asarray(second[name]))
    ]

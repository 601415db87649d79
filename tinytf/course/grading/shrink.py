"""Finds the smallest inputs on which a submission fails, with hypothesis."""

import contextlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytf.course.errors import CourseError
from tinytf.course.exercise import Inputs
from tinytf.course.grading.running import fingerprint

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

N_DRAWN = 40  # drawn cases that a submission must pass
MOST_RUNS = 400  # runs of a submission for finding and shrinking one case
MOST_SECONDS = 10.0  # by the clock; far more than so many runs need on an idle machine

MISSING = "grading needs hypothesis: pip install 'tinytf[course]'"


def require_hypothesis() -> None:
    """Raise CourseError, in one line, where hypothesis is not installed."""
    try:
        import hypothesis  # noqa: F401
    except ImportError as error:
        raise CourseError(MISSING) from error


def smallest_failing(
    strategy: "SearchStrategy[Inputs]",
    fails: Callable[[Inputs], bool],
    n_drawn: int = N_DRAWN,
    seed: int | None = None,
) -> Inputs | None:
    """The smallest inputs that fail, or None where `n_drawn` drawn ones pass.

    Args:
        strategy: draws inputs.
        fails: whether a submission fails on them.
        n_drawn: how many are drawn at most until one fails.
        seed: draws other inputs; None: the same ones in every run.
    """
    require_hypothesis()
    from hypothesis import HealthCheck, Phase, errors, find, settings

    search = _Search(fails)
    how = settings(
        max_examples=n_drawn,
        derandomize=seed is None,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    random = None
    if seed is not None:
        from random import Random

        random = Random(seed)
    with contextlib.suppress(errors.NoSuchExample, errors.Flaky, errors.Unsatisfiable):
        find(strategy, search, settings=how, random=random)
    return search.best


def draw(strategy: "SearchStrategy[Inputs]", n_drawn: int, seed: int | None = None) -> list[Inputs]:
    """Inputs drawn from the strategy: others for each seed, the same ones without one."""
    drawn: list[Inputs] = []

    def collect(inputs: Inputs) -> bool:
        drawn.append(inputs)
        return False

    if n_drawn:
        smallest_failing(strategy, collect, n_drawn, seed)
    return drawn[:n_drawn]


class _Search:
    """Remembers what failed, and ends the search by calling everything else right."""

    def __init__(self, fails: Callable[[Inputs], bool]) -> None:
        self.best: Inputs | None = None
        self._fails = fails
        self._known: dict[str, bool] = {}
        self._until = 0.0

    def __call__(self, inputs: Inputs) -> bool:
        key = repr(fingerprint(inputs))
        if key not in self._known:
            self._known[key] = self._may_run() and self._fails(inputs)
        if self._known[key] and (self.best is None or _size(inputs) <= _size(self.best)):
            if self.best is None:
                self._until = time.monotonic() + MOST_SECONDS
            self.best = inputs
        return self._known[key]

    def _may_run(self) -> bool:
        """The limits hold for shrinking; until something fails, all cases must be tried."""
        if self.best is None:
            return True
        return len(self._known) < MOST_RUNS and time.monotonic() < self._until


def numbers_in(value: Any) -> int:
    """How many numbers of arrays there are in an input, or in a dict of inputs."""
    if isinstance(value, np.ndarray):
        return value.size
    if isinstance(value, dict):
        return sum(numbers_in(item) for item in value.values())
    if isinstance(value, list | tuple):
        return sum(numbers_in(item) for item in value)
    return 0


def _size(inputs: Inputs) -> tuple[int, int, float]:
    """Fewer numbers are smaller, then those with fewer that are not 0, then smaller ones."""
    arrays = [np.asarray(v, float) for v in inputs.values() if isinstance(v, np.ndarray)]
    numbers = [float(v) for v in inputs.values() if isinstance(v, bool | int | float)]
    nonzero = sum(int((array != 0).sum()) for array in arrays)
    total = sum(float(np.abs(array).sum()) for array in arrays) + sum(map(abs, numbers))
    return numbers_in(inputs), nonzero, total

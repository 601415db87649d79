"""What a gradient check found: one `InputResult` per input, named `Problem`s, and their text."""

from dataclasses import dataclass, field

import numpy as np

from tinytf.ops.arrays import Array


class GradientError(AssertionError):
    """A gradient check failed; the message is the whole report."""


@dataclass(frozen=True)
class Problem:
    """Something wrong that is not a wrong number.

    `kind` is one of "mutated", "shape", "dtype", "not finite", "not reproducible", "missing",
    "not added", "complex-step".
    """

    kind: str
    name: str
    message: str


@dataclass(frozen=True, eq=False)
class InputResult:
    """The gradient of one input (or parameter), compared entry by entry.

    worst_error: the largest |yours - expected| / max(|expected|, floor), see `compare.floor_of`.
    index, yours, expected: where that was, and both values there (None: nothing was compared).
    total, checked, at_kink: entries there are, compared, and skipped because at a kink.
    direction_error: the same error for one random direction through all entries at once,
        measured where not every entry was picked (None: not measured).
    gradient, expected_gradient: the arrays themselves; expected is NaN where not measured.
    """

    name: str
    shape: tuple[int, ...]
    method: str
    note: str
    tolerance: float
    worst_error: float
    index: tuple[int, ...] | None
    yours: float | None
    expected: float | None
    total: int
    checked: int
    at_kink: int
    direction_error: float | None
    gradient: Array
    expected_gradient: Array
    facts: tuple[str, ...] = ()

    @property
    def error(self) -> float:
        """The larger of worst_error and direction_error; NaN if either is."""
        direction_error = 0.0 if self.direction_error is None else self.direction_error
        return float(np.max([self.worst_error, direction_error]))

    @property
    def ok(self) -> bool:
        """Right on all that was checked, and something was checked."""
        right = self.worst_error <= self.tolerance
        right_direction = self.direction_error is None or self.direction_error <= self.tolerance
        return right and right_direction and (self.checked > 0 or self.total == 0)

    @property
    def verdict(self) -> str:
        """One word for the table."""
        if self.ok:
            return "ok" if self.total else "empty"
        return "WRONG" if self.checked or self.direction_error is not None else "NOT CHECKED"


@dataclass(frozen=True, eq=False)
class Report:
    """The outcome of one check. `str(report)` is the text; `raise_if_wrong()` is the assertion."""

    title: str
    results: tuple[InputResult, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """No problem, every result right, and at least one entry compared."""
        compared = any(result.checked for result in self.results)
        return compared and not self.problems and all(result.ok for result in self.results)

    @property
    def worst(self) -> InputResult | None:
        """The result whose error is largest in units of its tolerance (None: no results)."""
        return max(self.results, key=_excess, default=None)

    def raise_if_wrong(self) -> None:
        """Raise `GradientError` with the report's text unless `ok`."""
        if not self.ok:
            raise GradientError("\n" + str(self))

    def __str__(self) -> str:
        lines = [f"{'OK' if self.ok else 'FAIL'} {self.title}"]
        lines += [f"  problem ({p.kind}): {p.message}" for p in self.problems]
        if self.results:
            lines += _table(self.results)
        elif not self.problems:
            lines.append("  nothing was checked")
        for result in self.results:
            lines += _details(result)
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join(lines)


def _excess(result: InputResult) -> float:
    """Error over tolerance; NaN and unchecked inputs count as infinitely wrong."""
    worst = result.error / result.tolerance
    unchecked = result.checked == 0 and result.total > 0
    return np.inf if unchecked or np.isnan(worst) else worst


def _table(results: tuple[InputResult, ...]) -> list[str]:
    """Aligned rows: one per input, with a header."""
    rows = [("input", "shape", "method", "checked", "at kink", "worst error", "")]
    for r in results:
        shape = str(r.shape)
        error = "-" if r.checked == 0 else f"{r.worst_error:.1e}"
        checked = f"{r.checked}/{r.total}"
        if r.direction_error is not None:
            checked += " + direction"
        rows.append((r.name, shape, r.method, checked, str(r.at_kink), error, r.verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    cells = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    return [("  " + "  ".join(row)).rstrip() for row in cells]


def _details(result: InputResult) -> list[str]:
    """The lines below the table about one input: notes always, evidence where it is wrong."""
    lines = [f"  {result.name}: {result.note}"] if result.note else []
    if result.verdict == "NOT CHECKED":
        lines.append(f"  {result.name}: no entry could be checked ({result.at_kink} at a kink)")
    if result.verdict != "WRONG":
        return lines
    if result.index is not None and not result.worst_error <= result.tolerance:
        lines.append(
            f"  {result.name} is worst at index {result.index}: "
            f"yours {result.yours:.9g}, expected {result.expected:.9g}"
        )
    if result.direction_error is not None and not result.direction_error <= result.tolerance:
        lines.append(
            f"  {result.name}: wrong along a random direction through all entries "
            f"(error {result.direction_error:.1e})"
        )
    return lines + [f"    - {fact}" for fact in result.facts]

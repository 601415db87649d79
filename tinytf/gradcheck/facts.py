"""Facts about a wrong gradient that help to find the mistake.

Each function looks at the whole comparison and returns one sentence, or None. A sentence is only
said after it was proven on every entry that was checked; none of them is a guess about the code.
Where only some entries were measured, facts that need the whole array stay silent.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from tinytf.gradcheck.evidence import Evidence, broadcast, conditions, names_of, patterns
from tinytf.ops.arrays import Array

SHARE = 0.01  # of the error: what a fact may leave unexplained

# --- the whole array -----------------------------------------------------------------------------


def zero_everywhere(e: Evidence) -> str | None:
    """All of yours is 0."""
    return "yours is zero everywhere" if not e.yours.any() else None


def constant_ratio(e: Evidence) -> str | None:
    """Yours is a multiple of expected: the same factor on all entries, named if it has a name."""
    yours, expected = e.yours[e.known], e.expected[e.known]
    if not (np.abs(expected) > e.floor).any() or not np.isfinite(yours).all():
        return None
    ratio = float(yours @ expected / (expected @ expected))
    if ratio == 0 or not e.everywhere(e.yours / ratio, e.expected):
        return None
    if e.direction is not None and e.slope is not None:
        slope = np.asarray(np.sum(e.yours / ratio * e.direction))
        size = e.yours.size**0.5
        if not abs(slope - e.slope) <= e.tolerance * max(abs(e.slope), e.floor * size):
            return None
    if abs(ratio + 1) <= e.tolerance:
        return "the sign is flipped: yours / expected is -1 on all entries"
    name = names_of(ratio, e)
    if not name and len(yours) < 2:
        return None  # one entry always has "a constant ratio"
    return f"yours / expected is {ratio:.9g}{name} on all entries"


def transposed(e: Evidence) -> str | None:
    """Yours is right after swapping the last two axes."""
    if e.yours.ndim < 2 or not e.complete:
        return None
    swapped = np.swapaxes(e.yours, -1, -2)
    if swapped.shape != e.expected.shape or not e.everywhere(swapped, e.expected):
        return None
    return "yours is the transpose of expected"


def last_of_duplicates(e: Evidence) -> str | None:
    """Rows of a table: each is dy at the last place where its id stood."""
    for name, ids in _ids_of_wrong_rows(e):
        if _only_last_counted(e, ids):
            return f"only the last of duplicate {name} is counted: their gradients must add up"
    return None


# --- where it is right, where it is wrong --------------------------------------------------------


def zero_rows(e: Evidence) -> str | None:
    """Yours is 0 on some rows where expected is not; the other rows are right."""
    if e.yours.ndim < 1 or not e.complete:
        return None
    zero = np.asarray(~e.yours.reshape(len(e.yours), -1).any(axis=1))
    zero &= ~e.right.reshape(len(e.yours), -1).all(axis=1)
    if not zero.any() or not e.right[~zero].all() or zero.all():
        return None
    rows = [int(i) for i in np.flatnonzero(zero)]
    return f"yours is zero on rows {rows} of axis 0; all other rows are right"


def one_slice(e: Evidence) -> str | None:
    """Right at only one index of an axis, or wrong at only one."""
    if not e.complete:
        return None
    for axis, size in enumerate(e.yours.shape):
        other = tuple(a for a in range(e.yours.ndim) if a != axis)
        good = np.asarray(e.right.all(axis=other))
        if size > 1 and good.sum() == 1:
            return f"right only at index {int(np.flatnonzero(good)[0])} of axis {axis} (of {size})"
        if size > 1 and good.sum() == size - 1:
            return f"wrong only at index {int(np.flatnonzero(~good)[0])} of axis {axis} (of {size})"
    return None


def decided_by_an_input(e: Evidence) -> str | None:
    """Right exactly where a condition on one input holds."""
    right, known = e.right, e.known
    for name, array in e.context.arrays.items():
        values = broadcast(array, e.yours.shape)
        if values is None:
            continue
        for said, holds in conditions(name, values):
            if (right == holds)[known].all() and holds[known].any() and not holds[known].all():
                return f"right exactly where {said}, wrong everywhere else"
    return None


def duplicate_ids(e: Evidence) -> str | None:
    """Rows of a table: right for ids that occur once, wrong for ids that occur more often."""
    for name, _ in _ids_of_wrong_rows(e):
        return f"right for {name} that occur at most once, wrong for {name} that occur more often"
    return None


# --- what the error looks like -------------------------------------------------------------------


def missing_factor(e: Evidence) -> str | None:
    """Yours times (or divided by) one of the inputs or cotangents is expected."""
    candidates = dict(e.context.arrays)
    candidates |= {f"dy{i or ''}": dy for i, dy in enumerate(e.context.cotangents)}
    for name, array in candidates.items():
        values = broadcast(array, e.yours.shape)
        if values is None or values.size < 2 or values.dtype.kind != "f":
            continue
        if e.everywhere(e.yours * values, e.expected):
            return f"yours times {name} is expected on all entries: a factor {name} is missing"
        if e.everywhere(e.yours, e.expected * values):
            return f"yours is expected times {name}: a factor {name} too many"
    return None


def factor_per_slice(e: Evidence) -> str | None:
    """Yours is right up to one factor for each index of an axis (rows, columns)."""
    if not e.complete or e.yours.ndim < 2 or not np.isfinite(e.yours).all():
        return None
    for axis in range(e.yours.ndim):
        other = tuple(a for a in range(e.yours.ndim) if a != axis)
        count = e.yours.size // max(e.yours.shape[axis], 1)
        square = np.sum(e.expected * e.expected, axis=other, keepdims=True)
        if count < 2 or e.yours.shape[axis] < 2 or not (square > 0).all():
            continue
        ratio = np.sum(e.yours * e.expected, axis=other, keepdims=True) / square
        if e.close(e.yours, ratio * e.expected).all():
            first = ratio.ravel()[:4]
            digits = 4 if np.abs(first - 1).max() > 1e-3 else 9
            shown = ", ".join(f"{r:.{digits}g}" for r in first)
            more = ", ..." if ratio.size > 4 else ""
            return f"right up to one factor for each index of axis {axis}: {shown}{more}"
    return None


def error_along(e: Evidence) -> str | None:
    """In each row (last axis), yours - expected is a multiple of the input, the output or dy."""
    if not e.complete or e.yours.ndim < 1 or e.yours.shape[-1] < 3:
        return None  # in rows of two, unrelated vectors are too easily parallel
    error = e.yours - e.expected
    for name, pattern in patterns(e.context, e.yours.shape):
        square = np.sum(pattern * pattern, axis=-1, keepdims=True)
        factor = np.sum(error * pattern, axis=-1, keepdims=True) / np.where(square == 0, 1, square)
        allowed = e.tolerance * np.maximum(np.abs(e.expected), e.floor)
        if (np.abs(error - factor * pattern) <= allowed).all():
            return f"in every row (last axis) the error is a multiple of {name}"
    return None


def constant_error(e: Evidence) -> str | None:
    """Yours - expected does not change along an axis: a mean or projection term."""
    if not e.complete:
        return None
    error = e.yours - e.expected
    for axis in reversed(range(e.yours.ndim)):
        if e.yours.shape[axis] < 2:
            continue
        mean = error.mean(axis=axis, keepdims=True)
        steady = np.abs(error - mean) <= e.tolerance * np.maximum(np.abs(e.expected), e.floor)
        if steady.all():
            return f"the error is the same all along axis {axis}: a sum or mean over it is wrong"
    return None


def sums_to_zero(e: Evidence) -> str | None:
    """Expected sums to 0 along an axis, yours does not."""
    if not e.complete:
        return None
    for axis in reversed(range(e.yours.ndim)):
        if e.yours.shape[axis] < 2:
            continue
        allowed = e.tolerance * np.maximum(np.abs(e.expected).sum(axis=axis), e.floor)
        if (np.abs(e.expected.sum(axis=axis)) <= allowed).all() and not (
            np.abs(e.yours.sum(axis=axis)) <= allowed
        ).all():
            return f"expected sums to 0 along axis {axis}, yours does not"
    return None


def shape_fact(yours: Array, expected: Array, close: Callable[[Array, Array], bool]) -> str | None:
    """For a gradient of the wrong shape: what would make it right."""
    swapped = np.swapaxes(yours, -1, -2) if yours.ndim >= 2 else yours
    if swapped.shape == expected.shape and close(swapped, expected):
        return "it is the transpose of what is expected"
    if yours.size == expected.size and close(yours.reshape(expected.shape), expected):
        return "its numbers are right"
    for axis in range(yours.ndim):
        for axes in (tuple(range(axis + 1)), (axis,)):
            summed = yours.sum(axis=axes)
            if summed.size == expected.size and close(summed.reshape(expected.shape), expected):
                over = f"axis {axes[0]}" if len(axes) == 1 else f"axes {axes}"
                return f"summed over {over} it is what is expected"
    return None


CONCLUSIVE = (zero_everywhere, constant_ratio, transposed, last_of_duplicates)
SUPPORTING = (
    missing_factor,
    duplicate_ids,
    zero_rows,
    one_slice,
    decided_by_an_input,
    factor_per_slice,
    error_along,
    constant_error,
    sums_to_zero,
)


def find_facts(evidence: Evidence) -> tuple[str, ...]:
    """The one fact that says it all, if there is one; else all that hold.

    They must hold far more exactly than the error is large: with an error of 1e-6, nearly anything
    holds to 1e-5.
    """
    evidence = replace(evidence, tolerance=min(evidence.tolerance, SHARE * evidence.error))
    for fact in CONCLUSIVE:
        if said := fact(evidence):
            return (said,)
    return tuple(said for fact in SUPPORTING if (said := fact(evidence)))


def _ids_of_wrong_rows(e: Evidence) -> Iterator[tuple[str, Array]]:
    """The inputs of whole numbers that stand for rows; wrong are exactly the rows named twice."""
    if e.yours.ndim < 1 or not e.complete:
        return
    row_right = np.asarray(e.right.reshape(len(e.yours), -1).all(axis=1))
    for name, ids in e.context.arrays.items():
        if ids.dtype.kind not in "iu" or not ids.size:
            continue
        if ids.min() < 0 or ids.max() >= len(row_right):
            continue
        counts = np.bincount(ids.ravel(), minlength=len(row_right))
        if (counts > 1).any() and np.array_equal(row_right, counts <= 1):
            yield name, ids


def _only_last_counted(e: Evidence, ids: Array) -> bool:
    """For a plain table look-up: yours is dy at the last place each id stood."""
    shape = ids.shape + e.yours.shape[1:]
    for dy in e.context.cotangents:
        if dy.shape == shape:
            last = np.zeros(e.yours.shape)
            last[ids.ravel()] = dy.reshape(-1, *e.yours.shape[1:])
            return bool(e.close(e.yours, last).all())
    return False

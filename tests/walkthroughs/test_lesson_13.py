"""Lesson 13: its claims hold when computed another way, with and without hypothesis."""

import math
import sys
from unittest import mock

import numpy as np
import pytest

from .golden_text import ROOT, finished, golden_path, run
from .numeric import slope, softmax

STEM = "13_gradient_checking"


@pytest.fixture(scope="module")
def variables() -> dict:
    return finished(STEM)[0]


def test_errors_are_as_large_as_theory_says(variables: dict) -> None:
    """The measured digits against h, h^2 and eps / h with the factors of Taylor's series."""
    x, eps = 0.7, np.finfo(float).eps
    f, slope_of_f = x / math.sqrt(x**2 + 1), (x**2 + 1) ** -1.5
    second = -3 * x * (x**2 + 1) ** -2.5
    third = (12 * x**2 - 3) * (x**2 + 1) ** -3.5
    for n, digits in zip(variables["steps"], variables["digits"], strict=True):
        h = 10.0**-n
        rounding = 2 * eps * f / h + eps * x / h
        for curve, found in zip((h * second / 2, h**2 * third / 6), digits[:2], strict=True):
            most = abs(curve) + rounding
            assert found >= math.floor(-math.log10(min(1, most / slope_of_f)))
        if n < 6:  # the curve alone
            expected = -math.log10(abs(h**2 * third / 6) / slope_of_f)
            assert abs(digits[1] - expected) < 1.1
            assert abs(digits[0] - -math.log10(abs(h * second / 2) / slope_of_f)) < 1.1


def test_what_ones_cannot_see(variables: dict) -> None:
    q, k, v, dy = (variables[name] for name in ("q", "k", "v", "dy"))  # (B, T, H K)

    def loss(q, dy):
        total = 0.0
        for b, h in np.ndindex(2, 2):
            own = slice(3 * h, 3 * h + 3)
            scores = q[b][:, own] @ k[b][:, own].T / 3**0.5
            pattern = softmax(np.where(np.tri(5, dtype=bool), scores, -np.inf))
            total += (dy[b][:, own] * (pattern @ v[b][:, own])).sum()
        return total

    for some_dy, column in ((np.ones_like(dy), 0), (dy, 1)):
        dq = slope(lambda q, some_dy=some_dy: loss(q, some_dy), q)
        for i, wrong in enumerate(variables["backwards"].values()):
            error = abs(wrong(some_dy)[0] - dq).max()
            assert (error > 1e-3) == (variables["errors"][i, column] > 1e-3)
    assert np.isclose(
        variables["promised"], (slope(lambda q: loss(q, dy), q) * variables["u"]).sum()
    )


def test_kinks(variables: dict) -> None:
    assert np.allclose(
        variables["table"], [[0, 0, 1, 1], [0, 0.5, 0.65, 1], [0, 1, 1, 1]], atol=1e-9
    )


def test_no_shorter_or_smaller_ids_are_wrong(variables: dict) -> None:
    check = variables["check"]
    assert variables["smallest"].tolist() == [0, 0]
    for shorter in ([0], [5]):
        assert check(np.array(shorter)).ok
    assert "duplicate ids" in str(check(np.array([0, 0])))


def test_it_runs_without_hypothesis_and_says_what_is_missing() -> None:
    path = ROOT / "walkthroughs" / f"{STEM}.py"
    with mock.patch.dict(sys.modules, {"hypothesis": None}):
        variables, printed = run(path)
    assert "smallest" not in variables
    missing = [line for line in printed.splitlines() if "[test]" in line]
    assert len(missing) == 1
    # All other lines are those that come with hypothesis.
    golden = golden_path(path).read_text(encoding="ascii").splitlines()
    begin = next(i for i, line in enumerate(golden) if line.startswith("hypothesis: "))
    end = next(i for i, line in enumerate(golden) if line.startswith("An id that occurs twice"))
    got = printed.splitlines()
    assert got[begin : begin + 2] == [*missing, ""]
    assert got[begin + 2 :] == golden[end:]

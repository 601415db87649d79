"""The smallest failing case: few numbers, small ones, the same each time, and a bounded search."""

import builtins
from typing import Any

import numpy as np
import pytest

from tinytf.course.cases.losses import softmax
from tinytf.course.errors import CourseError
from tinytf.course.exercise import Inputs
from tinytf.course.grading import shrink
from tinytf.course.grading.shrink import draw, numbers_in, smallest_failing


def test_the_case_is_small_and_the_same_each_time() -> None:
    def fails(inputs: Inputs) -> bool:
        return inputs["x"].ndim == 2 and inputs["dy"].sum() != 0

    found = smallest_failing(softmax.strategy(), fails)
    again = smallest_failing(softmax.strategy(), fails)
    assert found is not None
    assert again is not None
    assert fails(found)
    assert numbers_in(found) == 2
    assert np.abs(found["dy"]).sum() == 1
    assert "axis" not in found
    assert all(np.array_equal(found[name], again[name]) for name in found)


def test_nothing_fails() -> None:
    count = 0

    def fails(inputs: Inputs) -> bool:
        nonlocal count
        count += 1
        return False

    assert smallest_failing(softmax.strategy(), fails, 30) is None
    assert 15 <= count <= 30  # the same inputs are not tried twice


def test_a_search_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrink, "MOST_RUNS", 20)
    count = 0

    def fails(inputs: Inputs) -> bool:
        nonlocal count
        count += 1
        return bool(inputs["x"].size > 3)

    found = smallest_failing(softmax.strategy(), fails)
    assert found is not None
    assert found["x"].size > 3
    assert count <= 40


def test_a_submission_that_fails_now_and_then_ends_no_search() -> None:
    rng = np.random.default_rng(0)
    found = smallest_failing(softmax.strategy(), lambda inputs: bool(rng.random() < 0.3))
    assert found is not None


def test_seeds_draw_other_inputs() -> None:
    one, again, other = (draw(softmax.strategy(), 20, seed) for seed in (1, 1, 2))
    assert repr(one) == repr(again)
    assert repr(one) != repr(other)


def test_without_hypothesis_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] == "hypothesis":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(
        CourseError, match=r"^grading needs hypothesis: pip install 'tinytf\[course"
    ):
        shrink.require_hypothesis()

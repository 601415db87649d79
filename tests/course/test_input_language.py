"""Inputs declared in words: what they give, and what is not understood."""

import contextlib
from typing import Any

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from tinytf.course.declared import cases_of
from tinytf.course.errors import CourseError
from tinytf.course.exercise import Probe

WORDS = {
    "x": "float (*, D)",
    "weight": "float (D, F)",
    "bias": "float (F) or none",
    "ids": "int (*) below F",
    "mask": "bool (D, 2)",
    "axis": "one of [0, -1]",
    "name": "one of ['a', none, true, 0.5]",
    "step": "int below 9",
    "scale": "float",
    "eps": 1e-5,
    "dy": "float (*, F)",
}
CASES = cases_of(WORDS, "dy")


def probes(declarations: dict[str, Any] = WORDS) -> dict[str, Probe]:
    cases, rng = cases_of(declarations, "dy"), np.random.default_rng(0)
    return {probe.name: probe for probe in cases.generic(rng) + cases.special(rng)}


def require_fits(inputs: dict[str, Any]) -> None:
    """Each input is what was declared, and sizes of one letter are equal."""
    *leading, d = inputs["x"].shape
    d_weight, f = inputs["weight"].shape
    assert d == d_weight
    assert inputs["bias"] is None or inputs["bias"].shape == (f,)
    assert inputs["ids"].shape == tuple(leading)
    assert inputs["ids"].dtype.kind == "i"
    assert ((inputs["ids"] >= 0) & (inputs["ids"] < f)).all()
    assert inputs["mask"].shape == (d, 2)
    assert inputs["mask"].dtype == bool
    assert inputs["axis"] in (0, -1)
    assert inputs["name"] in ("a", None, True, 0.5)
    assert type(inputs["step"]) is int
    assert 0 <= inputs["step"] < 9
    assert type(inputs["scale"]) is float
    assert inputs["eps"] == 1e-5
    assert inputs["dy"].shape == (*leading, f)
    assert inputs["x"].dtype == np.float64


@given(CASES.strategy())
@settings(max_examples=50, deadline=None, derandomize=True)
def test_drawn_inputs_are_as_declared(inputs: dict[str, Any]) -> None:
    require_fits(inputs)
    assert (inputs["x"] == np.round(inputs["x"])).all()


def test_probes_are_as_declared() -> None:
    for probe in probes().values():
        require_fits(probe.inputs)


def test_generic_sizes_differ_from_each_other_and_all_choices_are_tried() -> None:
    generic = CASES.generic(np.random.default_rng(0))
    for probe in generic:
        sizes = [*probe.inputs["x"].shape, probe.inputs["weight"].shape[1]]
        assert len(set(sizes)) == len(sizes), sizes
        assert not probe.edge
    assert {probe.inputs["name"] for probe in generic} == {"a", None, True, 0.5}
    assert {probe.inputs["x"].ndim for probe in generic} == {2, 3}


def test_special_probes_are_what_random_shapes_miss() -> None:
    named = probes()
    assert named["all sizes 1"].inputs["weight"].shape == (1, 1)
    assert named["all sizes equal"].inputs["weight"].shape == (3, 3)
    assert named["no leading axis"].inputs["x"].ndim == 1
    assert named["3 leading axes"].inputs["x"].ndim == 4
    large = named["numbers around 1000"].inputs
    assert np.abs(large["x"]).max() > 500
    assert np.abs(large["dy"]).max() < 10
    small = named["gradients around 1e-4"].inputs
    assert 1e-5 < np.abs(small["dy"]).max() < 1e-3
    assert np.abs(small["x"]).max() > 0.1
    assert named["bias is None"].inputs["bias"] is None
    assert len(set(named["ids all the same"].inputs["ids"].ravel())) == 1
    assert not named["mask all False"].inputs["mask"].any()
    assert named["mask all True"].inputs["mask"].all()


def test_special_probes_cost_edge_points_only_where_there_are_some() -> None:
    rng = np.random.default_rng(0)
    edge = {probe.name for probe in CASES.special(rng) if probe.edge}
    assert {"all sizes 1", "bias is None", "numbers around 1000"} <= edge
    assert not {"all sizes equal", "gradients around 1e-4"} & edge
    assert not any(probe.edge for probe in cases_of(WORDS, "dy", edge=False).special(rng))


def test_the_smallest_case_is_small() -> None:
    found = find(CASES.strategy(), lambda inputs: bool((inputs["x"] > 0).any()))
    assert found["x"].tolist() == [1.0]
    assert found["weight"].tolist() == [[0.0]]
    assert found["bias"].tolist() == [0.0]


def test_the_same_seed_gives_the_same_numbers() -> None:
    first, second = probes(), probes()
    for name in first:
        np.testing.assert_array_equal(first[name].inputs["x"], second[name].inputs["x"])


WRONG = [
    ("floats (N)", "expected such as"),
    ("float (N", "expected such as"),
    ("float (N, +)", "for an axis, got '+'"),
    ("float (*, *)", "once at most"),
    ("float ()", "expected axes"),
    ("float (0)", "for an axis, got '0'"),
    ("int (N)", "below a size"),
    ("float (N) below V", "below a size"),
    ("int (N) below 0", "below: expected a letter or a number"),
    ("one of [a]", "expected a number, a text in quotes"),
    ("one of []", "expected a number, a text in quotes"),
    ("one of [inf]", "expected a number, a text in quotes"),
    (["float"], "expected a text or a number"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_what_is_not_understood(words: Any, said: str) -> None:
    with pytest.raises(CourseError) as caught:
        cases_of({"x": words})
    assert said in str(caught.value)
    assert str(caught.value).startswith("inputs: x: ")


@given(st.text(max_size=30))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_text_is_understood_or_refused(text: str) -> None:
    with contextlib.suppress(CourseError):
        cases_of({"x": text})

"""Functions of other exercises, and objects of the grader: the reference answers."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.course.grading.submissions import (
    APPLY,
    LIMITS,
    apply,
    child,
)
from tinytf.course.grading.here import run_here
from tinytf.course.grading.remote import Remote
from tinytf.layers.parameter import Parameter

CACHE = "def apply(x):\n    y, cache = half_forward(x)\n    return half_backward(y, {})\n"


def half_forward(x: Any) -> Any:
    if x.ndim == 0:
        raise ValueError("x: expected at least one axis")
    return x / 2, (x.shape, "secret")


def half_backward(dy: Any, cache: Any) -> Any:
    assert cache[1] == "secret"
    return dy / 2


HALVES = {"half_forward": half_forward, "half_backward": half_backward}


def test_functions_of_other_exercises_are_the_references() -> None:
    code = (
        "def half_forward(x):\n    return x, x  # wrong, and graded elsewhere\n"
        "TABLE = {'half': (half_forward,)}\n"
        "def apply(x):\n    y, cache = TABLE['half'][0](x)\n    return half_backward(y, cache)\n"
    )
    with child(code, APPLY, remote=HALVES) as one:
        outcome = one.run({"x": np.array([8.0])})
    assert outcome.failure is None
    assert outcome.outputs["y"] == 2.0


@pytest.mark.parametrize(
    ("body", "exception", "text"),
    [
        ("return half_forward(np.array(1.0))[0]", "ValueError", "x: expected at least one axis"),
        ("return half_forward()[0]", "TypeError", "missing 1 required positional argument"),
        (
            "y, (shape, word) = half_forward(x)",
            "TypeError",
            "half_forward is the reference's",
        ),
        ("return half_forward(x)[1][0]", "TypeError", "its own business"),
        ("return half_forward([print])", "TypeError", "takes plain arrays and numbers"),
        ("return half_forward(np.zeros(65_537))", "ValueError", "at most 65536 numbers"),
        ("return half_backward(x, half_forward)", "TypeError", "takes plain arrays and numbers"),
    ],
)
def test_errors_of_the_reference_come_back(body: str, exception: str, text: str) -> None:
    failure = apply(body, np.ones(2), HALVES).failure
    assert failure is not None
    assert (failure.kind, failure.exception) == ("raised", exception)
    assert text in failure.text
    assert failure.line is not None


def test_a_cache_shows_nothing() -> None:
    failure = apply("raise ValueError(repr(half_forward(x)[1]))", np.ones(2), HALVES).failure
    assert failure is not None
    assert failure.text == "<what half_forward returned, to be passed on as it is>"


def test_calls_of_the_reference_are_counted() -> None:
    loop = "    for i in range(100):\n        y = half_backward(x, half_forward(x)[1])\n"
    code = f"def apply(x):\n{loop}    return y\n"
    with child(code, APPLY, replace(LIMITS, remote_calls=199), HALVES) as one:
        failure = one.run({"x": np.ones(2)}).failure
    assert failure is not None
    assert "more often than it may" in failure.text
    with child(code, APPLY, replace(LIMITS, remote_calls=200), HALVES) as one:
        assert one.run({"x": np.ones(2)}).failure is None


class Walker:
    """An object with a state, a method that is open and one that is not."""

    def __init__(self) -> None:
        self.place = 0.0
        self.parameter = Parameter(np.zeros(2))

    def parameters(self) -> dict[str, Parameter]:
        return {"p": self.parameter}

    def step(self, by: float, *, parameters: Any = None) -> float:
        assert parameters is None or parameters["p"] is self.parameter
        self.place += by
        return self.place

    def secret(self) -> float:
        return 42.0


def walking(walker: Walker) -> dict[str, Any]:
    results = {"place": lambda: np.array(walker.place)}
    return {"x": Remote(walker, ("step", "parameters"), results)}


def test_an_object_of_the_grader_is_called_by_its_methods() -> None:
    code = "def apply(x):\n    x.step(1.5, parameters=x.parameters())\n    return x.step(0.25)\n"
    with child(code, APPLY) as one:
        first, second = one.run(walking(Walker())), one.run(walking(Walker()))
    here = run_here(APPLY, {"apply": lambda x: (x.step(1.5), x.step(0.25))[1]}, walking(Walker()))
    for outcome in (first, second, here):
        assert outcome.failure is None
        assert outcome.outputs == {"y": 1.75, "place": np.array(1.75)}


def test_the_graders_own_result_does_not_depend_on_what_the_student_returns() -> None:
    assert apply("return 1e9", walking(Walker())["x"]).outputs["place"] == 0.0


@pytest.mark.parametrize("body", ["return x.secret()", "return x.place", "x.place = 3.0"])
def test_nothing_else_of_the_object_is_there(body: str) -> None:
    failure = apply(body, walking(Walker())["x"]).failure
    assert failure is not None
    assert failure.exception == "AttributeError"


def test_the_line_is_not_moved_by_what_is_cut_out() -> None:
    cut_out = "def half_forward(x):\n    pass\n    pass\n\n"
    code = cut_out + "def apply(x):\n    half_forward(x)\n    return 1 / 0\n"
    with child(code, APPLY, remote=HALVES) as one:
        failure = one.run({"x": np.ones(1)}).failure
    assert failure is not None
    assert failure.line == 7

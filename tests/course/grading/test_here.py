"""Trusted functions, run in this process, have the same kind of outcome."""

from typing import Any

import numpy as np
import pytest

from tests.course.grading.submissions import APPLY, DOUBLE, RIGHT, child, inputs
from tinytf.course.grading.here import run_here

SAME = [
    "def double_forward(x):\n    return x\n",
    "def double_forward(x):\n    x *= 2\n    return x, None\n",
    "def double_forward(x):\n    raise NotImplementedError('hw0: double_forward')\n",
    "def double_backward(dy, cache):\n    raise ValueError('dy: no')\n",
    "def double_backward(dy, cache):\n    return [dy]\n",
    "def double_backward(dy, cache):\n    return dy.astype(complex)\n",
    "def double_backward(dy, cache):\n    return None\n",
    "def double_backward(dy, cache):\n    [][1]\n",
    "def double_backward(dy, cache):\n    raise MemoryError\n",
]


@pytest.mark.parametrize("code", SAME)
def test_the_outcome_is_the_same_as_in_a_process_of_its_own(code: str) -> None:
    names: dict[str, Any] = {}
    exec(RIGHT + code, names)
    here = run_here(DOUBLE, names, inputs())
    with child(RIGHT + code) as one:
        there = one.run(inputs())
    assert here.changed == there.changed
    assert list(here.outputs) == list(there.outputs)
    for name, value in here.outputs.items():
        np.testing.assert_array_equal(value, there.outputs[name])
    assert (here.failure is None) == (there.failure is None)
    if here.failure is not None and there.failure is not None:
        assert (here.failure.kind, here.failure.during, here.failure.exception) == (
            there.failure.kind,
            there.failure.during,
            there.failure.exception,
        )


def test_inputs_and_outputs_are_copies() -> None:
    x = np.ones(2)
    outcome = run_here(APPLY, {"apply": lambda x: x}, {"x": x})
    outcome.outputs["y"][0] = 5.0
    assert x[0] == 1.0


@pytest.mark.parametrize("names", [{}, {"double_forward": 3, "double_backward": abs}])
def test_a_function_that_is_not_there(names: dict[str, Any]) -> None:
    failure = run_here(DOUBLE, names, inputs()).failure
    assert failure is not None
    assert failure.kind == "missing"


def test_overflow_is_quiet() -> None:
    outcome = run_here(APPLY, {"apply": lambda x: np.exp(x) + np.mean([])}, {"x": np.array([1e9])})
    assert outcome.failure is None

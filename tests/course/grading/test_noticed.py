"""What is noticed of a submission that runs: changed inputs, reruns of the forward, prints."""

import time
from dataclasses import replace

import numpy as np
import pytest

from tests.course.grading.submissions import (
    APPLY,
    DOUBLE,
    LIMITS,
    RIGHT,
    child,
    inputs,
    leaves_nothing,
)


def test_changed_inputs_are_named() -> None:
    code = RIGHT + "def double_forward(x):\n    y = 2 * x\n    x *= 1.5\n    return y, None\n"
    given = inputs()
    with child(code) as one:
        outcome = one.run(given)
    assert outcome.changed == ("x",)
    np.testing.assert_array_equal(given["x"], inputs()["x"])


@pytest.mark.parametrize("change", ["x.shape = 3, 1", "x[0, 0] = -1.0", "x[...] = -x"])
def test_every_change_is_noticed(change: str) -> None:
    code = (
        RIGHT
        + f"def double_backward(dy, cache, x=None):\n    x = dy\n    {change}\n    return 2 * dy\n"
    )
    with child(code) as one:
        assert one.run(inputs()).changed == ("dy",)


def test_an_input_that_was_written_to_but_is_the_same_has_not_changed() -> None:
    with child(RIGHT + "def double_forward(x):\n    x += 0\n    return 2 * x, None\n") as one:
        assert one.run(inputs()).changed == ()


FINITE_DIFFERENCES = """
def double_backward(dy, cache):
    ones = np.ones(3)
    slopes = [double_forward(one + 1e-6)[0] - double_forward(one)[0] for one in ones]
    return dy * np.array(slopes) / 1e-6
"""


def test_a_forward_that_runs_in_the_backward_is_counted() -> None:
    with child(RIGHT + FINITE_DIFFERENCES) as one:
        assert [one.run(inputs()).forward_calls_in_backward for _ in range(2)] == [6, 6]


def test_a_forward_under_another_name_is_counted_too() -> None:
    code = (
        RIGHT + "again = double_forward\ndef double_backward(dy, cache):\n    return again(dy)[0]\n"
    )
    with child(code) as one:
        assert one.run(inputs()).forward_calls_in_backward == 1


def test_a_forward_made_by_an_assignment_is_watched() -> None:
    code = (
        RIGHT
        + "double_forward = lambda x: (2 * x, None)\n"
        + "double_backward = lambda dy, c: double_forward(dy)[0]\n"
    )
    with child(code) as one:
        assert one.run(inputs()).forward_calls_in_backward == 1


def test_methods_are_watched() -> None:
    exercise = replace(
        DOUBLE,
        functions=("Double.forward", "Double.backward"),
        driver="function",
        call={"function": "use", "inputs": ["x"]},
    )
    code = (
        "class Double:\n    def forward(self, x):\n        return 2 * x\n"
        "    def backward(self, dy):\n        return self.forward(dy)\n"
        "def use(x):\n    return Double().backward(x)\n"
    )
    with child(code, exercise) as one:
        outcome = one.run(inputs())
        assert outcome.forward_calls_in_backward == 1
        np.testing.assert_array_equal(outcome.outputs["y"], 2 * inputs()["x"])


def test_an_error_has_the_line_in_the_students_file_even_if_given_code_raises_it() -> None:
    given = "def fail(x):\n    raise ValueError('x: expected a plum')\n"
    code = "from hw0.given import fail\n\ndef apply(x):\n    return fail(\n        x)\n"
    with child(code, APPLY, given=given) as one:
        failure = one.run({"x": 1.0}).failure
    assert failure is not None
    assert (failure.kind, failure.exception, failure.line) == ("raised", "ValueError", 4)
    assert failure.text == "x: expected a plum"
    assert failure.during == "apply"


def test_what_is_printed_is_counted_and_not_kept() -> None:
    start = time.monotonic()
    code = (
        RIGHT + "def double_backward(dy, cache):\n    print('x' * 50_000_000)\n    return 2 * dy\n"
    )
    with leaves_nothing(one := child(code, limits=replace(LIMITS, memory=2**28))):
        first, second = one.run(inputs()), one.run(inputs())
        one.close()
        assert first.failure is None
        assert second.failure is None
        assert first.printed + second.printed + one._newly_printed() >= 100_000_000
        assert first.printed > 40_000_000
    assert time.monotonic() - start < 20

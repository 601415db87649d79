"""A student's process: values survive exactly, the reference answers, and everything is noticed."""

import os
import sys
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.course.grading.submissions import (
    APPLY,
    DOUBLE,
    LIMITS,
    RIGHT,
    apply,
    child,
    inputs,
    leaves_nothing,
)
from tinytf.course.grading.bootstrap import other_user
from tinytf.course.grading.child import Child, isolation_note
from tinytf.course.grading.here import run_here
from tinytf.course.grading.remote import Remote
from tinytf.layers.parameter import Parameter

CACHE = "def apply(x):\n    y, cache = half_forward(x)\n    return half_backward(y, {})\n"
SPECIAL = np.array([np.nan, -np.nan, np.inf, -np.inf, -0.0, 5e-324, 0.1])


def half_forward(x: Any) -> Any:
    if x.ndim == 0:
        raise ValueError("x: expected at least one axis")
    return x / 2, (x.shape, "secret")


def half_backward(dy: Any, cache: Any) -> Any:
    assert cache[1] == "secret"
    return dy / 2


HALVES = {"half_forward": half_forward, "half_backward": half_backward}


def test_a_right_submission_is_run_as_it_would_be_here() -> None:
    with child(RIGHT) as one:
        there = one.run(inputs())
    here = run_here(DOUBLE, {"double_forward": _double, "double_backward": _backward}, inputs())
    assert there.failure is None
    assert list(there.outputs) == list(here.outputs) == ["y", "dx"]
    for name in there.outputs:
        np.testing.assert_array_equal(there.outputs[name], here.outputs[name])
    assert (there.changed, there.forward_calls_in_backward, there.printed) == ((), 0, 0)


def _double(x: Any) -> Any:
    return 2 * x, None


def _backward(dy: Any, cache: Any) -> Any:
    return 2 * dy


@pytest.mark.parametrize(
    "x",
    [
        SPECIAL,
        SPECIAL.astype(np.float32),
        np.array(-0.0),
        np.zeros((3, 0, 2)),
        np.arange(6).reshape(2, 3),
        np.array([True, False]),
        np.array([[255]], np.uint8),
        np.arange(12.0).reshape(3, 4).T,
        np.arange(3).astype(">i4"),
    ],
    ids=lambda x: f"{x.dtype.name} {x.shape}",
)
def test_arrays_survive_exactly(x: Any) -> None:
    returned = apply("return x", x).outputs["y"]
    assert type(returned) is np.ndarray
    assert returned.shape == x.shape
    assert returned.dtype == x.dtype.newbyteorder("=")
    assert returned.tobytes() == np.ascontiguousarray(x, returned.dtype).tobytes()
    returned[...] = 0  # it is nobody else's


@pytest.mark.parametrize("x", [0.1, -0.0, float("inf"), 3, -(2**63), True, "causal", None])
def test_other_inputs_survive_exactly(x: Any) -> None:
    assert apply(
        f"return np.array(type(x).__name__ + repr(x) == {type(x).__name__ + repr(x)!r})", x
    ).outputs["y"]


@pytest.mark.parametrize("returned", ["0.1", "-0.0", "7", "True", "None"])
def test_numbers_survive_exactly(returned: str) -> None:
    y = apply(f"return {returned}").outputs["y"]
    assert type(y).__name__ + repr(y) == type(eval(returned)).__name__ + returned


def test_numpy_scalars_become_arrays_without_axes() -> None:
    y = apply("return np.float64(0.1)").outputs["y"]
    assert type(y) is np.ndarray
    assert y.shape == ()
    assert y == 0.1


# --- what is noticed -----------------------------------------------------------------------------


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


def test_the_line_is_not_moved_by_what_is_cut_out() -> None:
    cut_out = "def half_forward(x):\n    pass\n    pass\n\n"
    code = cut_out + "def apply(x):\n    half_forward(x)\n    return 1 / 0\n"
    with child(code, APPLY, remote=HALVES) as one:
        failure = one.run({"x": np.ones(1)}).failure
    assert failure is not None
    assert failure.line == 7


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


# --- the reference answers -----------------------------------------------------------------------


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


# --- starts and ends -----------------------------------------------------------------------------

DIES_AT_ZERO = "import os\ndef apply(x):\n    return x if x else os._exit(0)\n"


def test_after_a_fatal_failure_it_is_started_again_but_not_for_ever() -> None:
    with leaves_nothing(one := child(DIES_AT_ZERO, APPLY, replace(LIMITS, fatal_failures=2))):
        kinds = [one.run({"x": x}).failure for x in (1.0, 0.0, 2.0, 0.0, 3.0)]
    ends = [failure and failure.kind for failure in kinds]
    assert ends == [None, "died", None, "died", "died"]


def test_all_runs_together_have_a_limit() -> None:
    limits = replace(LIMITS, seconds_per_exercise=2.0)
    with child(
        "import time\ndef apply(x):\n    time.sleep(0.5)\n    return x\n", APPLY, limits
    ) as one:
        start = time.monotonic()
        outcomes = [one.run({"x": 1.0}) for _ in range(30)]
    assert time.monotonic() - start < 12  # and not 15: the limit, and starting Python
    last = outcomes[-1].failure
    assert last is not None
    assert last.kind == "timeout"
    assert {outcome.failure and outcome.failure.text for outcome in outcomes} == {
        None,
        "all runs together took longer than 2 seconds",
    }


def test_a_failure_at_import_is_the_answer_to_every_run() -> None:
    with child("import torch", APPLY) as one:
        failures = [one.run({"x": 1.0}).failure for _ in range(3)]
        assert one._process is None
    assert failures[0] is not None
    assert failures == failures[:1] * 3
    assert failures[0].line == 1


def test_state_lasts_from_run_to_run_so_that_a_second_call_can_differ() -> None:
    code = "calls = []\ndef apply(x):\n    calls.append(1)\n    return len(calls)\n"
    with child(code, APPLY) as one:
        assert [one.run({"x": 1.0}).outputs["y"] for _ in range(3)] == [1, 2, 3]


def test_a_process_that_does_not_start_is_no_fault_of_the_student(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tinytf.course.grading.bootstrap.PROGRAM", "raise SystemExit('no numpy')")
    with child(RIGHT) as one, pytest.raises(RuntimeError, match="does not start: no numpy"):
        one.run(inputs())


def test_an_input_that_cannot_be_sent_is_no_fault_of_the_student() -> None:
    with (
        child(RIGHT) as one,
        pytest.raises(TypeError, match="expected arrays, numbers or a Remote"),
    ):
        one.run({**inputs(), "x": object()})


# --- what the process sees -----------------------------------------------------------------------


def test_the_environment_is_empty_and_the_folder_too() -> None:
    body = "import os\nraise ValueError(' '.join([*sorted(os.environ), *os.listdir()]))"
    failure = apply(body).failure
    assert failure is not None
    wanted = "BLIS_NUM_THREADS MKL_NUM_THREADS OMP_NUM_THREADS OPENBLAS_NUM_THREADS"
    seen = [name for name in failure.text.split() if name not in ("SYSTEMROOT", "LC_CTYPE")]
    assert seen == [*wanted.split(), "VECLIB_MAXIMUM_NUM_THREADS"]


def test_neither_the_reference_nor_the_site_packages_are_on_the_path() -> None:
    failure = apply("import sys\nraise ValueError(' '.join([*sys.path, *sys.modules]))").failure
    assert failure is not None
    assert "site-packages" not in failure.text
    assert "tinytf" not in failure.text


def test_its_own_folder_can_be_written_to() -> None:
    body = "open('a', 'w').write('b')\nreturn len(open('a').read())"
    assert apply(body).outputs["y"] == 1


def test_given_files_and_the_plain_standard_library_can_be_imported() -> None:
    code = (
        "from __future__ import annotations\nimport math, functools, dataclasses, collections.abc\n"
        "import numpy as np, numpy.linalg\nfrom numpy.random import default_rng\n"
        "from .given import one\nfrom hw0 import given\nimport hw0.given as again\n"
        "@dataclasses.dataclass\nclass Pair:\n    a: float\n"
        "def apply(x):\n    return Pair(one + given.one + again.one).a\n"
    )
    with child(code, APPLY, given="one = 1.0\n") as one:
        outcome = one.run({"x": 1.0})
    assert outcome.failure is None
    assert outcome.outputs["y"] == 3.0


def test_warnings_and_odd_settings_are_no_failure() -> None:
    code = (
        RIGHT
        + "sys.setrecursionlimit(60)\n"
        + "def double_forward(x):\n    np.log(-abs(x)), np.mean([])\n    return 2 * x, None\n"
    )
    with child(code) as one:
        assert [one.run(inputs()).failure for _ in range(2)] == [None, None]


@pytest.mark.skipif(other_user() is None, reason="only root can run it as another user")
def test_root_runs_it_as_another_user() -> None:
    user = apply(
        "import os\nreturn np.array([*os.getresuid(), *os.getresgid(), len(os.getgroups())])"
    )
    uid, gid = other_user() or (0, 0)
    assert user.outputs["y"].tolist() == [uid] * 3 + [gid] * 3 + [0]
    assert isolation_note() == ""


def test_elsewhere_a_note_says_that_it_is_no_boundary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinytf.course.grading.bootstrap.other_user", lambda: None)
    assert "no security boundary" in isolation_note()
    assert "\n" not in isolation_note()


def test_without_root_it_runs_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinytf.course.grading.bootstrap.other_user", lambda: None)
    outcome = apply("import os\nreturn os.getuid()" if os.name == "posix" else "return 0")
    assert outcome.outputs["y"] == (os.getuid() if os.name == "posix" else 0)


def test_a_call_is_quick(capsys: pytest.CaptureFixture[str]) -> None:
    with child(RIGHT) as one:
        one.run(inputs())
        start = time.perf_counter()
        for _ in range(100):
            one.run(inputs())
    assert time.perf_counter() - start < 5  # 0.1 on an idle machine


def test_the_worker_runs_on_this_python() -> None:
    assert apply("import sys\nreturn sys.version_info[1]").outputs["y"] == sys.version_info[1]


def test_a_child_is_closed_without_ever_having_run() -> None:
    with child(RIGHT) as one:
        assert isinstance(one, Child)

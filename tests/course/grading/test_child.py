"""A student's process: values survive exactly, it starts and ends, and what it sees."""

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

SPECIAL = np.array([np.nan, -np.nan, np.inf, -np.inf, -0.0, 5e-324, 0.1])


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

"""Pauses wait only for a reader in a terminal who asked for it; exercises are judged."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from tinytf.stepping import assert_gradient, complex_step, pause, report_exercise, take_results

from .terminal import CTRL_C, CTRL_D, ENTER, PROMPT, run_in_pipe, run_in_terminal

needs_pty = pytest.mark.skipif(os.name == "nt", reason="Windows has no pty")
TWO_PAUSES = (
    "from tinytf.stepping import pause; pause('first?'); print('one'); pause('second?'); "
    "print('two')"
)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "two_pauses.py"
    path.write_text(TWO_PAUSES.replace("; ", "\n"))
    return path


@pytest.mark.parametrize("arguments", [[], ["--step"]])
def test_in_a_pipe_it_never_waits(script: Path, arguments: list[str]) -> None:
    code, output, errors = run_in_pipe(script, *arguments)
    assert (code, errors) == (0, "")
    assert output == "PREDICT: first?\n\none\nPREDICT: second?\n\ntwo\n"


@needs_pty
def test_in_a_terminal_it_waits_only_with_step(script: Path) -> None:
    code, shown = run_in_terminal(script, keys=[])
    assert (code, shown) == (0, b"PREDICT: first?\n\none\nPREDICT: second?\n\ntwo\n")
    code, shown = run_in_terminal(script, "--step", keys=[ENTER, ENTER])
    assert code == 0
    assert shown.count(PROMPT) == 2
    assert shown.index(b"first?") < shown.index(PROMPT) < shown.index(b"one")
    assert shown.index(b"second?") < shown.rindex(PROMPT) < shown.index(b"two")


@needs_pty
@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
def test_ctrl_c_and_ctrl_d_end_without_traceback(script: Path, key: bytes) -> None:
    code, shown = run_in_terminal(script, "--step", keys=[ENTER, key])
    assert code == 0
    assert b"one" in shown
    assert b"two" not in shown
    assert b"Traceback" not in shown


@pytest.mark.parametrize("stdin", [None, io.StringIO("")])
def test_without_standard_input_it_does_not_wait(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stdin: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    monkeypatch.setattr(sys, "argv", ["walkthrough.py", "--step"])
    pause("why?")
    assert capsys.readouterr().out == "PREDICT: why?\n\n"


def check_double(answer):
    if answer(3) != 6:
        raise AssertionError("Wrong for 3.")


def yours(x):
    return None


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (yours, "Exercise 7: not done yet. Fill in yours and run this again.\n"),
        (
            lambda x: (None, None),
            "Exercise 7: not done yet. Fill in <lambda> and run this again.\n",
        ),
        (lambda x: [None], "Exercise 7: not done yet. Fill in <lambda> and run this again.\n"),
        (lambda x: (), "Exercise 7: not right. Wrong for 3.\n"),
        (lambda x: 2 * x, "Exercise 7: right.\n"),
        (lambda x: x * x, "Exercise 7: not right. Wrong for 3.\n"),
    ],
)
def test_report(capsys: pytest.CaptureFixture[str], answer, line: str) -> None:
    report_exercise("Exercise 7", check_double, answer)
    assert capsys.readouterr().out == line


def test_an_error_of_the_reader_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        report_exercise("Exercise 7", check_double, lambda x: 1 / 0)


def test_assert_gradient() -> None:
    expected = np.random.default_rng(0).normal(size=(2, 3))
    assert_gradient("dx", expected + 1e-12, expected)
    with pytest.raises(AssertionError, match=r"^dx: expected shape \(2, 3\), got \(3,\)\.$"):
        assert_gradient("dx", expected[0], expected)
    with pytest.raises(
        AssertionError, match=r"^dx has the right shape, but is wrong by up to 1\.$"
    ):
        assert_gradient("dx", expected + np.eye(2, 3), expected)
    with pytest.raises(AssertionError, match="nan"):
        assert_gradient("dx", np.full((2, 3), np.nan), expected)


@pytest.mark.parametrize("result", [(1, 2, 3), [1, 2, 3]])
def test_take_results(result) -> None:
    assert take_results(result, "dq", "dk", "dv") == [1, 2, 3]


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (np.ones(2), "Expected 2 results, dx and dtau, got one ndarray."),
        ((1,), "Expected 2 results, dx and dtau, got 1."),
        ([1, 2, 3], "Expected 2 results, dx and dtau, got 3."),
        ((1, None), "dtau is None."),
    ],
)
def test_take_results_says_what_is_missing(result, message: str) -> None:
    with pytest.raises(AssertionError) as caught:
        take_results(result, "dx", "dtau")
    assert str(caught.value) == message


@pytest.mark.parametrize("shape", [(), (3,), (2, 3, 1)])
def test_complex_step(shape: tuple[int, ...]) -> None:
    """Against derivatives known by hand, each entry with a weight of its own."""
    x, dy = np.random.default_rng(0).normal(size=(2, *shape))
    before = x.copy()
    measured = complex_step(lambda x: (dy * np.exp(x) * np.sin(x)).sum(), x)
    assert measured.shape == shape
    assert measured.dtype == np.float64
    right = dy * np.exp(x) * (np.sin(x) + np.cos(x))
    np.testing.assert_allclose(measured, right, rtol=1e-14)
    np.testing.assert_array_equal(x, before)

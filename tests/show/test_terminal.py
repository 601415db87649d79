"""Printing: colour in a real terminal that has it, and not one escape code anywhere else."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import tinytf
from tinytf.show import format_heat, format_matrix

needs_pty = pytest.mark.skipif(os.name == "nt", reason="Windows has no pty")
# Two probabilities, as numbers and as shades.
SCRIPT = (
    "import numpy as np; from tinytf.show import show; "
    "x = np.array([1.0, 0.25]); show(x, title='x'); show(x, cols=['a', 'b'], heat=True)"
)
X = np.array([1.0, 0.25])
SPAWN = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


def expected(colour: bool) -> str:
    numbers = format_matrix(X, title="x", colour=colour)
    return f"{numbers}\n\n{format_heat(X, cols=['a', 'b'], colour=colour)}\n\n"


def shown(in_terminal: bool, **variables: str) -> str:
    """What a process of its own prints, where only these variables say something of a terminal."""
    ours = ("TERM", "NO_COLOR", "WT_SESSION")
    environment = {k: v for k, v in os.environ.items() if k not in ours}
    environment |= {"PYTHONPATH": str(Path(tinytf.__file__).parents[1])} | variables
    command = [sys.executable, "-c", SCRIPT]
    if in_terminal:
        command = [sys.executable, "-c", SPAWN, *command]
    done = subprocess.run(
        command, env=environment, capture_output=True, stdin=subprocess.DEVNULL, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode("ascii").replace("\r\n", "\n")


def test_it_prints_what_the_formats_return(module: ModuleType) -> None:
    rows, cols = ["a", "b"], ["c", "d"]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        module.show(np.eye(2), rows, cols, "eye", digits=1)
        module.show(np.eye(2), rows, cols, "eye", heat=True)
    matrix = format_matrix(np.eye(2), rows, cols, "eye", 1)
    heat = format_heat(np.eye(2), rows, cols, "eye")
    assert printed.getvalue() == f"{matrix}\n\n{heat}\n\n"


@needs_pty
def test_which_environment_has_colour(module: ModuleType) -> None:
    leader, follower = os.openpty()
    with os.fdopen(leader), os.fdopen(follower, "w") as terminal:
        for environment, answer in (
            ({"TERM": "xterm"}, True),
            ({"TERM": "xterm", "NO_COLOR": ""}, True),  # no-color.org: an empty one does not count
            ({"TERM": "xterm", "NO_COLOR": "0"}, False),
            ({"TERM": "dumb"}, False),
            ({"TERM": "dumb", "WT_SESSION": "3f8a"}, False),  # Linux on Windows, in an editor
            ({}, False),  # as in the old Windows console
            ({"WT_SESSION": "3f8a"}, True),
            ({"WT_SESSION": "3f8a", "NO_COLOR": "1"}, False),
        ):
            assert module.has_colour(terminal, environment) == answer, environment


def test_what_is_no_terminal_has_no_colour(module: ModuleType, tmp_path: Path) -> None:
    environment = {"TERM": "xterm"}
    with open(tmp_path / "file", "w", encoding="ascii") as file:
        assert not module.has_colour(file, environment)
    assert not module.has_colour(file, environment)  # closed
    assert not module.has_colour(io.StringIO(), environment)
    assert not module.has_colour(None, environment)  # pythonw has no standard output


@needs_pty
@pytest.mark.parametrize("name", ["xterm-256color", "screen"])
def test_a_terminal_shows_colour(name: str) -> None:
    assert shown(True, TERM=name) == expected(colour=True)


@needs_pty
@pytest.mark.parametrize(
    "variables", [{"TERM": "dumb"}, {}, {"TERM": "xterm-256color", "NO_COLOR": "1"}], ids=str
)
def test_a_terminal_without_colour_shows_plain_text(variables: dict[str, str]) -> None:
    assert shown(True, **variables) == expected(colour=False)


def test_a_pipe_gets_plain_text_whatever_the_terminal() -> None:
    assert shown(False, TERM="xterm-256color", COLORTERM="truecolor") == expected(colour=False)

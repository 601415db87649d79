"""The three lines of the package docstring, in a student's own file, run by a real pytest."""

import subprocess
import sys
from pathlib import Path

import numpy as np

import tinytf
import tinytf.gradcheck
from tinytf.gradcheck import check_gradients
from tinytf.ops.arrays import Array

STUDENT_FILE = """
import numpy as np
from tinytf.gradcheck import assert_gradients


def softmax_forward(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    y = e / e.sum(axis=-1, keepdims=True)
    return y, y


def softmax_backward(dy, y):
    return y * (dy - (dy * y).sum(axis=-1, keepdims=True))


def forgot_the_cross_term(dy, y):
    return y * dy


def test_softmax():
    x = np.random.default_rng(0).normal(size=(3, 4))
    assert_gradients(softmax_forward, softmax_backward, x)


def test_wrong():
    x = np.random.default_rng(0).normal(size=(3, 4))
    assert_gradients(softmax_forward, forgot_the_cross_term, x)
"""


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    root = str(Path(tinytf.__file__).parents[1])
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_from_a_students_pytest_file(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(STUDENT_FILE, encoding="ascii")
    done = run(["-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mine.py"], tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed, 1 passed" in done.stdout
    assert "GradientError" in done.stdout
    assert "FAIL softmax" in done.stdout
    assert "expected sums to 0 along axis 1, yours does not" in done.stdout


def test_the_docstring_shows_those_lines() -> None:
    for line in (
        "from tinytf.gradcheck import assert_gradients",
        "def test_softmax():",
        "assert_gradients(softmax_forward, softmax_backward, x)",
    ):
        assert line in (tinytf.gradcheck.__doc__ or "")


def test_hypothesis_is_not_imported_by_the_package(tmp_path: Path) -> None:
    code = "import sys, tinytf.gradcheck; sys.exit('hypothesis' in sys.modules)"
    done = run(["-c", code], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_strategies_without_hypothesis_say_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['hypothesis'] = None; import tinytf.gradcheck.strategies"
    done = run(["-c", code], tmp_path)
    assert done.returncode == 1
    wanted = "ImportError: tinytf.gradcheck.strategies needs: pip install hypothesis"
    assert done.stderr.strip().endswith(wanted), done.stderr


def test_dy_is_not_the_input_drawn_from_the_usual_seed() -> None:
    """A backward that puts x in the place of dy is right wherever dy equals x."""
    x = np.random.default_rng(0).normal(size=(3, 4))  # as the README draws it

    def square_backward(dy: Array, cache: Array) -> Array:
        return 2 * dy * dy  # should be 2 * x * dy

    report = check_gradients(lambda x: (x * x, x), square_backward, x)
    assert not report.ok

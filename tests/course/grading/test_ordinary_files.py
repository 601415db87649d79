"""What ordinary files hold and a grader may stumble over: other alphabets, a byte order mark, and
imports of the standard library that a solution may have.
"""

from pathlib import Path

import pytest

from tests.course.grading.submissions import LIMITS, apply, child, inputs
from tests.course.variants import Variant, assignment_of, graded
from tinytf.course.extract import package_files, student_file
from tinytf.course.grading.grade import grade_submission
from tinytf.course.grading.student_package import LOADED_LATER, NUMPY_PARTS, PLAIN_MODULES

GREEK = "\u03c3\u0177"  # sigma, and y with a circumflex
ROW_BY_ROW = """
def softmax_forward(x, axis=-1):
    m = x.max(axis, keepdims=True)
    e = np.exp(x - np.where(np.isfinite(m), m, 0.0))
    s = e.sum(axis, keepdims=True)
    p = e / np.where(s == 0, 1.0, s)
    return p, (x, axis)

def softmax_backward(dy, cache):
    x, axis = cache
    rows = np.moveaxis(x, axis, -1)
    again = np.empty_like(rows)
    for i in np.ndindex(rows.shape[:-1]):
        again[i] = softmax_forward(rows[i])[0]
    p = np.moveaxis(again, -1, axis)
    return p * (dy - (dy * p).sum(axis, keepdims=True))
"""


@pytest.mark.parametrize(
    "body",
    [
        f"{GREEK} = 2 * x\nreturn {GREEK}",
        "return 2 * x if '\\N{GREEK SMALL LETTER ALPHA}' == '\\u03b1' else None",
        "import unicodedata\nreturn 2 * x",
        "import datetime\ndatetime.datetime.strptime('1', '%S')\nreturn 2 * x",
        "'a'.encode('utf-16')\nreturn 2 * x",
        "np.testing.assert_allclose(x, x)\nreturn 2 * x",
        "np.memmap('here', float, 'w+', shape=(2,))\nreturn 2 * x",
    ],
)
def test_what_python_and_numpy_load_when_it_is_first_used_is_there(body: str) -> None:
    outcome = apply(body)
    assert outcome.failure is None
    assert outcome.outputs["y"] == 2.0


def test_every_plain_module_can_be_imported() -> None:
    names = sorted({*PLAIN_MODULES, *NUMPY_PARTS} - {"__future__"})
    lines = "\n".join(f"import {name}" for name in names)
    text = f"from __future__ import annotations\n{lines}\n"
    functions = (
        "def double_forward(x):\n    return x, 1\ndef double_backward(dy, c):\n    return dy\n"
    )
    with child(text + functions) as one:
        assert one.run(inputs()).failure is None
    assert {"decimal", "fractions", "statistics", "logging", "inspect", "timeit"} <= {*names}
    assert not set(names) & {*LOADED_LATER, "subprocess", "socket", "ctypes", "threading"}


@pytest.mark.parametrize(
    "body",
    [
        "import inspect\nreturn inspect.currentframe().f_back",
        "import inspect\nreturn inspect.stack()",
        "import traceback\nreturn list(traceback.walk_stack(None))",
    ],
)
def test_modules_that_hand_out_frames_hand_out_none(body: str) -> None:
    failure = apply(body).failure
    assert failure is not None
    assert failure.kind == "forbidden"
    assert "frames" in failure.text


def test_a_file_that_clears_its_names_shows_none_of_the_graders() -> None:
    with child("def double_forward(x):\n    return x, 1\nglobals().clear()\n") as one:
        failure = one.run(inputs()).failure
    assert failure is not None
    assert failure.text == "double_forward is not there in hw0/ops.py"


def test_the_limit_of_all_outputs_is_told_the_same_each_time() -> None:
    half = LIMITS.reply // 16
    body = f"    return np.zeros({half}), 1\n"
    text = f"import numpy as np\ndef double_forward(x):\n{body}"
    with child(f"{text}def double_backward(dy, cache):\n    return np.zeros({half + 1})\n") as one:
        failure = one.run(inputs()).failure
    assert failure is not None
    assert failure.text.startswith(f"dx: expected outputs of at most {LIMITS.reply} bytes together")


def test_a_file_with_a_byte_order_mark_is_a_file_like_others(tmp_path: Path) -> None:
    hw1 = assignment_of("hw1")
    (tmp_path / "ops.py").write_text(
        package_files(hw1, solved=True)[student_file(hw1)], encoding="utf-8-sig"
    )
    (result,) = grade_submission(hw1, tmp_path, only="softmax")
    assert result.full


def test_a_backward_that_runs_its_forward_row_by_row_is_no_finite_differences() -> None:
    assert graded("hw1", Variant("softmax", "row by row", ROW_BY_ROW)).full

"""What a student's file does while it is imported: trying things out is fine, errors are named."""

from pathlib import Path

import numpy as np
import pytest

from tests.course.grading.submissions import RIGHT, child, inputs
from tests.course.grading.test_grade import HW1, submission
from tinytf.course.extract import package_files, student_file
from tinytf.course.grading.grade import grade_submission
from tinytf.course.grading.text import exercise_text

SOLVED = package_files(HW1, solved=True)[student_file(HW1)]


@pytest.mark.parametrize(
    "tried",
    [
        "print(softmax_forward(np.ones((2, 3))))",
        "PROBABILITIES, CACHE = softmax_forward(np.ones(3))\nsoftmax_backward(np.ones(3), CACHE)",
        "loss, cache = cross_entropy_forward(np.ones((200, 200)), np.zeros(200, int))",
        "for _ in range(100):\n    softmax_backward(np.ones(3), softmax_forward(np.ones(3))[1])",
    ],
    ids=["own or another's", "a backward", "a large array", "often"],
)
def test_functions_may_be_tried_out_below_their_definition(tried: str, tmp_path: Path) -> None:
    """Whichever exercise is graded: its own functions run there, others are the reference's."""
    results = grade_submission(HW1, submission(tmp_path, f"{SOLVED}\n\n{tried}\n"))
    assert all(result.full for result in results), "\n".join(map(exercise_text, results))


def test_what_runs_is_the_import_while_the_file_is_imported() -> None:
    with child(f"{RIGHT}\ndouble_forward(np.ones(2))\n") as one:
        outcome = one.run(inputs())
    assert outcome.failure is None
    np.testing.assert_array_equal(outcome.outputs["y"], 2 * inputs()["x"])
    with child(f"{RIGHT}\ndouble_forward(np.ones(2))\nwhile True:\n    pass\n") as one:
        failure = one.run(inputs()).failure
    assert failure is not None
    assert (failure.kind, failure.during) == ("timeout", "import")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x = undefined_name", "your file cannot be imported: it raises NameError in line"),
        ("softmax_forward(3)", "your file cannot be imported: it raises"),
        ("import torch", "imports torch: while grading there are only NumPy and the standard"),
        ("softmax_forward(3", "your file is no valid Python in line"),
        ("while True: pass", "importing the file took longer than 5 seconds"),
    ],
)
def test_a_file_that_cannot_be_imported_is_said_in_one_line(
    line: str, said: str, tmp_path: Path
) -> None:
    graded = grade_submission(HW1, submission(tmp_path, f"{SOLVED}\n\n{line}\n"), only="softmax")
    (text,) = map(exercise_text, graded)
    assert said in text
    assert len(text.splitlines()) <= 4, text


def test_the_function_that_is_not_written_yet_is_the_one_that_is_named(tmp_path: Path) -> None:
    calls = "def softmax_forward(x, axis=-1):\n    return softmax_backward(x, (x, axis))\n"
    blank = "def softmax_backward(dy, cache):\n    raise NotImplementedError('hw1')\n"
    text = submission(tmp_path, f"{SOLVED}\n\n{calls}\n\n{blank}")
    (graded,) = grade_submission(HW1, text, only="softmax")
    assert "softmax_backward is not written yet" in exercise_text(graded)


def test_a_name_that_is_nearly_right_is_recognised(tmp_path: Path) -> None:
    text = submission(tmp_path, SOLVED.replace("def softmax_forward", "def soft_max_forward"))
    (graded,) = grade_submission(HW1, text, only="softmax")
    said = " ".join(exercise_text(graded).split())
    assert "softmax_forward is not there (is it soft_max_forward?) in hw1/ops.py" in said

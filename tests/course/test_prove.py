"""What is wrong with a handout is found and named, and a right one is proven.

Grading takes seconds, so most tests give `prove` a grader that only looks at the submission's text.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tinytf.course.prove as proving
from tinytf.course.assignment import Assignment, load_assignment
from tinytf.course.exercise import Exercise
from tinytf.course.grading.part import GradedExercise, Part
from tinytf.course.handout import handout_files, write_files
from tinytf.course.prove import UnprovenError, prove

from .own_assignment import OP, write_own


def handout(tmp_path: Path, **changed: str) -> tuple[Assignment, Path]:
    assignment = load_assignment(write_own(tmp_path / "own", **changed))
    write_files(handout_files(assignment), tmp_path / "handout")
    return assignment, tmp_path / "handout"


def problems(assignment: Assignment, directory: Path) -> list[str]:
    with pytest.raises(UnprovenError) as caught:
        prove(assignment, directory)
    assert all("\n" not in problem for problem in caught.value.problems)
    return caught.value.problems


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


BLANK = "raise NotImplementedError("
Judge = Callable[[str], tuple[float, str]]


def judged(text: str) -> tuple[float, str]:
    """What a right grader says of the student's file: points of 10, and why not more."""
    if BLANK in text:
        return 0, "square_forward is not written yet"
    if "except BaseException" in text:
        named = "square.py" if "open(" in text else "tinytf"
        return 0, f"tried to get at {named}"
    return 10, ""


def grade_by(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let `prove` grade with this judge; the list gets the text of each submission."""
    seen: list[str] = []

    def grade(assignment: Assignment, directory: Path, only: Any = None) -> list[GradedExercise]:
        seen.append((directory / "squares" / "ops.py").read_text(encoding="utf-8"))
        score, line = judge(seen[-1])
        exercise: Exercise = assignment.exercise(only or "square")
        return [GradedExercise(exercise, (Part("y", score, 10, (line,) if line else ()),))]

    monkeypatch.setattr(proving, "grade_submission", grade)
    return seen


def test_a_right_handout_is_proven_step_by_step(tmp_path: Path) -> None:
    said: list[str] = []
    before, directory = handout(tmp_path)
    files = {path: path.read_bytes() for path in directory.rglob("*.*")}
    prove(before, directory, said.append)
    assert said == [
        "it imports with NumPy alone",
        "none of 4 lines of the solution is left in it",
        "the reference runs, and 2 of its gradients are derivatives",
        "as it is it gets 0 points",
        "with the reference's solution it gets full marks",
        "the reference is out of reach while it is graded",
    ]
    assert {path: path.read_bytes() for path in directory.rglob("*.*")} == files


def test_what_is_graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blank file, the solved one, and the solved one with each attempt at the reference."""
    seen = grade_by(judged, monkeypatch)
    prove(*handout(tmp_path))
    blank, solved, *attempts = seen
    assert blank.count(BLANK) == 2
    assert "y = gamma * x * x" in solved
    assert "SOLUTION" not in solved
    assert len(attempts) >= 4
    for attempt in attempts:
        before, _, after = attempt.partition("    try:\n")
        _, _, rest = after.partition("    except BaseException:\n        pass\n")
        assert before + rest == solved


@pytest.mark.parametrize("module", ["tinytf", "tinytf.ops.softmax", "pytest", "hypothesis"])
def test_a_handout_that_imports_more_than_numpy(
    tmp_path: Path, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade_by(judged, monkeypatch)
    assignment, directory = handout(tmp_path)
    edit(directory / "squares" / "ops.py", "import numpy as np", f"import {module}")
    (problem,) = problems(assignment, directory)
    assert problem.startswith("the handout does not import: ImportError: imports ")
    assert "NumPy and nothing else" in problem


@pytest.mark.parametrize("wrong", ["1 / 0", "import sys; sys.exit()", "print(x)"])
def test_a_handout_that_does_not_import(
    tmp_path: Path, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade_by(judged, monkeypatch)
    assignment, directory = handout(tmp_path)
    edit(directory / "squares" / "ops.py", "import numpy as np", wrong)
    assert "the handout does not import: " in problems(assignment, directory)[0]


@pytest.mark.parametrize("file", ["README.md", "squares/__init__.py", "tests/test_public.py"])
def test_a_line_of_the_solution_anywhere(
    tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade_by(judged, monkeypatch)
    assignment, directory = handout(tmp_path)
    (directory / "tests").mkdir()
    with (directory / file).open("a", encoding="utf-8") as stream:
        stream.write("# dx = dy*gamma * _slope(x)\n")
    (problem,) = problems(assignment, directory)
    assert problem.startswith(f"a line of the solution is left: {file}, line ")
    assert "'dx = dy * gamma * _slope(x)' is a line of square.py, line 36" in problem


def test_a_region_that_is_not_blanked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grade_by(judged, monkeypatch)
    assignment, directory = handout(tmp_path)
    write_files(handout_files(assignment, solved=True), directory)
    assert len(problems(assignment, directory)) == 4


def test_a_blank_that_gets_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grade_by(lambda text: (2, "") if BLANK in text else judged(text), monkeypatch)
    assert problems(*handout(tmp_path)) == ["the blank handout gets 2 points for square"]


def test_a_reference_without_full_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def harsh(text: str) -> tuple[float, str]:
        score, line = judged(text)
        return (7, "too slow") if score else (score, line)

    grade_by(harsh, monkeypatch)
    (problem,) = problems(*handout(tmp_path))
    assert problem == "the reference gets 7 of 10 points for square: y: too slow"


def test_a_reference_with_a_wrong_gradient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its handout would be graded by it, so nothing but a derivative can tell."""
    grade_by(judged, monkeypatch)
    op = OP.replace("return 2.0 * x", "return 1.0 * x")
    mistakes = "MISTAKES = ()\n"
    (problem,) = problems(*handout(tmp_path, op=op, mistakes=mistakes))
    assert "dx of the reference is not the derivative by x" in problem


def test_an_attempt_that_gets_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grade_by(lambda text: (1, "") if "open(" in text else judged(text), monkeypatch)
    assert problems(*handout(tmp_path)) == [
        "a submission that reads the reference's source gets 1 points for square"
    ]


def test_an_attempt_that_is_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grade_by(lambda text: (0, "no") if "open(" in text else judged(text), monkeypatch)
    assert problems(*handout(tmp_path)) == [
        "a submission that reads the reference's source is refused, but not told why: no"
    ]


def test_a_reference_that_is_not_right_in_a_handout(tmp_path: Path) -> None:
    """It looks at where it runs: its own tests pass, but a student could never get the points."""
    op = OP.replace("y = gamma * x * x", 'y = gamma * x * x * ("squares" not in __name__)')
    assignment, directory = handout(tmp_path, op=op)
    (problem,) = problems(assignment, directory)
    assert problem.startswith("the reference gets ")
    assert "of 10 points for square: y: " in problem

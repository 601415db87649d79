"""What is wrong with a handout is found and named, and a right one is proven."""

from collections.abc import Callable
from pathlib import Path

import pytest

import tinytf.course.prove as proving
from tinytf.course.assignment import Assignment, load_assignment
from tinytf.course.handout import handout_files, write_files
from tinytf.course.prove import UnprovenError, prove

from .own_assignment import OP, TOML, write_own


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


def test_a_right_handout_is_proven_step_by_step(tmp_path: Path) -> None:
    said: list[str] = []
    before, directory = handout(tmp_path)
    files = {path: path.read_bytes() for path in directory.rglob("*.*")}
    prove(before, directory, said.append)
    assert said == [
        "it imports with NumPy alone",
        "none of 4 lines of the solution is left in it",
        "as it is it gets 0 points",
        "with the reference's solution it gets full marks",
        "the reference is out of reach while it is graded",
    ]
    assert {path: path.read_bytes() for path in directory.rglob("*.*")} == files


@pytest.mark.parametrize("module", ["tinytf", "tinytf.ops.softmax", "pytest", "hypothesis"])
def test_a_handout_that_imports_more_than_numpy(tmp_path: Path, module: str) -> None:
    assignment, directory = handout(tmp_path)
    edit(directory / "squares" / "ops.py", "import numpy as np", f"import {module}")
    (problem,) = problems(assignment, directory)
    assert problem.startswith("the handout does not import: ImportError: imports ")
    assert "NumPy and nothing else" in problem


@pytest.mark.parametrize("wrong", ["1 / 0", "import sys; sys.exit()", "print(x)"])
def test_a_handout_that_does_not_import(tmp_path: Path, wrong: str) -> None:
    assignment, directory = handout(tmp_path)
    edit(directory / "squares" / "ops.py", "import numpy as np", wrong)
    assert "the handout does not import: " in problems(assignment, directory)[0]


@pytest.mark.parametrize("file", ["README.md", "squares/__init__.py", "tests/test_public.py"])
def test_a_line_of_the_solution_anywhere(tmp_path: Path, file: str) -> None:
    assignment, directory = handout(tmp_path)
    (directory / "tests").mkdir()
    with (directory / file).open("a", encoding="utf-8") as stream:
        stream.write("# dx = dy*gamma * _slope(x)\n")
    (problem,) = problems(assignment, directory)
    assert problem.startswith(f"a line of the solution is left: {file}, line ")
    assert "'dx = dy * gamma * _slope(x)' is a line of square.py, line 36" in problem


def test_a_region_that_is_not_blanked(tmp_path: Path) -> None:
    assignment, directory = handout(tmp_path)
    write_files(handout_files(assignment, solved=True), directory)
    assert len(problems(assignment, directory)) == 4


def test_a_blank_that_gets_points(tmp_path: Path) -> None:
    """The solution, in other words, is not found line by line; the points show it."""
    assignment, directory = handout(tmp_path)
    blank = '    # YOUR CODE HERE\n    raise NotImplementedError("squares: square_forward")'
    edit(directory / "squares" / "ops.py", blank, "    return x**2 * gamma, None")
    assert problems(assignment, directory) == ["the blank handout gets 2 points for square"]


def test_a_reference_that_is_not_right_in_a_handout(tmp_path: Path) -> None:
    """It looks at where it runs: its own tests pass, but a student could never get the points."""
    op = OP.replace("y = gamma * x * x", 'y = gamma * x * x * ("squares" not in __name__)')
    assignment, directory = handout(tmp_path, op=op)
    (problem,) = problems(assignment, directory)
    assert problem.startswith("the reference gets ")
    assert "of 10 points for square: y: " in problem


def test_an_attempt_at_the_reference_that_succeeds_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment, directory = handout(tmp_path)
    harmless: Callable[[Path], list[tuple[str, list[str], str]]] = lambda path: [  # noqa: E731
        ("does nothing", ["pass"], "tinytf"),
        ("fails for another reason", ["1 / 0"], "tinytf"),
    ]
    monkeypatch.setattr(proving, "escapes", harmless)
    first, second = problems(assignment, directory)
    assert first == "a submission that does nothing gets 10 points for square"
    assert second.startswith("a submission that fails for another reason is refused, but not told")


def test_points_without_an_edge(tmp_path: Path) -> None:
    assignment, directory = handout(tmp_path, toml=TOML.replace(", edge = 2", ""))
    prove(assignment, directory)

"""`assignment.toml`: the assignments that come with tinytf, a teacher's own, and wrong ones."""

import re
from pathlib import Path

import pytest

from tinytf.course.assignment import builtin_names, load_assignment
from tinytf.course.errors import CourseError
from tinytf.course.handout import handout_files

from .own_assignment import MISTAKES, TOML, write_own


@pytest.mark.parametrize("name", ["hw1", "hw2", "hw3", "hw4", "hw5"])
def test_what_comes_with_tinytf_is_complete(name: str) -> None:
    assert name in builtin_names()
    assignment = load_assignment(name)
    assert assignment.name == name
    for exercise in assignment.exercises:
        assert exercise.outputs, exercise.id
        mistakes = assignment.mistakes(exercise.id)
        assert len({mistake.name for mistake in mistakes}) == len(mistakes) > 0, exercise.id


def test_a_teachers_own(tmp_path: Path) -> None:
    assignment = load_assignment(write_own(tmp_path))
    (exercise,) = assignment.exercises
    assert assignment.title == "A scaled square"
    assert exercise.functions == ("square_forward", "square_backward")
    assert exercise.outputs == ("y", "dx", "dgamma")
    assert [mistake.name for mistake in assignment.mistakes("square")] == ["no factor 2", "mean"]
    assert hasattr(assignment.load("square.py"), "square_backward")


def test_the_one_in_the_docs(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "own-assignment.md"
    (toml,) = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    shown = load_assignment(write_own(tmp_path, toml=toml))
    full = load_assignment(write_own(tmp_path))
    assert (shown.name, shown.title, shown.modules) == (full.name, full.title, full.modules)
    assert shown.exercises[0].call == full.exercises[0].call
    assert shown.exercises[0].points == full.exercises[0].points


def test_the_path_may_be_that_of_the_directory(tmp_path: Path) -> None:
    write_own(tmp_path).rename(tmp_path / "assignment.toml")
    assert load_assignment(tmp_path).name == "squares"


def test_two_directories_may_hold_files_of_one_name(tmp_path: Path) -> None:
    write_own(tmp_path / "one", op="WHO = 1\n")
    write_own(tmp_path / "two", op="WHO = 2\n")
    found = [
        load_assignment(tmp_path / name / "squares.toml").load("square.py").WHO
        for name in ("one", "two", "one")
    ]
    assert found == [1, 2, 1]


def test_a_file_may_import_its_neighbour(tmp_path: Path) -> None:
    toml = write_own(tmp_path, op="from neighbour import who\n")
    (tmp_path / "neighbour.py").write_text("who = 3\n", encoding="utf-8")
    assert load_assignment(toml).load("square.py").who == 3


def test_an_exercise_without_known_mistakes(tmp_path: Path) -> None:
    toml = write_own(tmp_path, toml=TOML.replace('mistakes = "square_mistakes.py"\n', ""))
    assert load_assignment(toml).mistakes("square") == ()


WRONG = {
    "no name": ('name = "squares"', "", "missing: name"),
    "a name that is no package": ('"squares"', '"my squares"', "name of a new package"),
    "a name that is taken": ('"squares"', '"numpy"', "name of a new package"),
    "an unknown key": ("title", "titel", "unknown: titel"),
    "a list that is none": ('["square.py"]', '"square.py"', "modules: expected a list"),
    "no such module": ('["square.py"]', '["cube.py"]', "cube.py: no such file"),
    "no such dotted module": ('["square.py"]', '["tinytf.ops.cube"]', "no such module"),
    "a module of no module": ('module = "square.py"', 'module = "x.py"', "one of the modules"),
    "an unknown driver": ('"op"', '"ops"', "driver: expected one of op"),
    "no functions": ('["square_forward", "square_backward"]', "[]", "list of names"),
    "a name twice": (
        '["square_forward", "square_backward"]',
        '["square_forward", "square_forward"]',
        "stands twice",
    ),
    "no points": ("{ y = 2, dx = 3, dgamma = 3, edge = 2 }", "{}", "an output with its points"),
    "negative points": ("y = 2", "y = -2", "above 0 for y, got -2"),
    "points in words": ("y = 2", 'y = "2"', "above 0 for y"),
    "a title that cannot be printed": ('"A scaled square"', '"A\\u0000square"', "title: expected"),
    "a title of two lines": ('"Scaled square"', '"Scaled\\nsquare"', "title: expected one line"),
    "sizes beyond measure": ('"float (D)"', '"float (999, 999, 999)"', "at most 262,144 numbers"),
    "an id with a space": ('id = "square"', 'id = "a square"', "id: expected letters"),
    "neither inputs nor cases": ("inputs = { x", "outputs = { x", "unknown: outputs"),
    "no colon": ("inputs = {", 'cases = "x.py"\n# {', 'expected "module:name"'),
    "no cases of this name": ("inputs = {", 'cases = "square.py:x"\n# {', "no Cases called"),
    "inputs nobody understands": ('"float (D)"', '"floats (D)"', "inputs: gamma: expected such"),
    "no toml": ("[[exercise]]", "[[exercise]", "squares.toml: "),
}


@pytest.mark.parametrize(("old", "new", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_toml_is_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert TOML.count(old) >= 1
    toml = write_own(tmp_path, toml=TOML.replace(old, new, 1))
    with pytest.raises(CourseError) as caught:
        load_assignment(toml)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(toml))
    assert "\n" not in str(caught.value)


def test_an_id_twice(tmp_path: Path) -> None:
    exercise = TOML[TOML.index("[[exercise]]") :]
    with pytest.raises(CourseError, match="an id of its own"):
        load_assignment(write_own(tmp_path, toml=TOML + exercise))


def test_no_such_assignment() -> None:
    with pytest.raises(CourseError, match=r"hw99: no such assignment; expected one of hw1, "):
        load_assignment("hw99")


def test_no_such_exercise(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="no exercise 'cube'; it has square"):
        load_assignment(write_own(tmp_path)).exercise("cube")


EDITS = '(("2.0 * x", "1.0 * x"),)'


@pytest.mark.parametrize(
    ("mistakes", "said"),
    [
        (MISTAKES.replace("MISTAKES = (", "OTHERS = ("), "expected MISTAKES"),
        (MISTAKES.replace("MISTAKES = (", "MISTAKES = (1,"), "expected MISTAKES"),
        ("1 / 0\n", "ZeroDivisionError"),
        (MISTAKES.replace('"mean"', '"no factor 2"'), "two mistakes are called 'no factor 2'"),
        (
            MISTAKES.replace(EDITS, '("2.0 * x", "1.0 * x")'),
            "'no factor 2': edits",
        ),
        (MISTAKES.replace(EDITS, "()"), "'no factor 2': edits"),
        (MISTAKES.replace('"your dx is half of the right one"', "None"), "mistake 1: evidence"),
    ],
)
def test_wrong_mistakes(tmp_path: Path, mistakes: str, said: str) -> None:
    assignment = load_assignment(write_own(tmp_path, mistakes=mistakes))
    with pytest.raises(CourseError, match=said):
        assignment.mistakes("square")


def test_the_toml_of_a_handout_is_none_of_an_assignment(tmp_path: Path) -> None:
    text = handout_files(load_assignment(write_own(tmp_path)))["squares.toml"]
    (tmp_path / "handout.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=r"handout.toml: this is the toml of a handout"):
        load_assignment(tmp_path / "handout.toml")


def test_a_toml_that_is_not_utf8(tmp_path: Path) -> None:
    toml = write_own(tmp_path)
    toml.write_bytes(TOML.replace("A scaled square", "Übung").encode("latin-1"))
    with pytest.raises(CourseError, match=r"squares.toml, line 2: not UTF-8: byte 0xdc"):
        load_assignment(toml)


@pytest.mark.parametrize(
    ("generic", "said"),
    [("1 / 0", "ZeroDivisionError"), ("np.zeros((10**6, 10**9))", "MemoryError"), ("[]", "none")],
)
def test_cases_that_cannot_be_made(tmp_path: Path, generic: str, said: str) -> None:
    cases = (
        "import numpy as np\nfrom tinytf.course.exercise import Cases\n"
        f"CASES = Cases(lambda: None, lambda rng: {generic}, lambda rng: [])\n"
    )
    toml = write_own(tmp_path, toml=TOML.replace("inputs = {", 'cases = "own_cases.py:CASES"\n# {'))
    (tmp_path / "own_cases.py").write_text(cases, encoding="utf-8")
    with pytest.raises(CourseError, match=f"exercise square: cases: .*{said}"):
        load_assignment(toml)

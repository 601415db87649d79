"""A handout: complete, the same each time, and never half made."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tinytf.course.assignment import Assignment, load_assignment
from tinytf.course.errors import CourseError
from tinytf.course.handout import build, handout_files, write_files

from .own_assignment import OP, TOML, write_own


def proven(assignment: Assignment, directory: Path) -> None:
    """Says yes to everything."""


def refused(assignment: Assignment, directory: Path) -> None:
    assert (directory / "README.md").is_file()
    raise CourseError("no")


@pytest.mark.parametrize("name", ["hw1", "hw2", "hw3", "hw4", "hw5"])
def test_what_comes_with_tinytf(name: str, tmp_path: Path) -> None:
    assignment = load_assignment(name)
    files = handout_files(assignment)
    assert {"README.md", f"{name}.toml", f"{name}/ops.py", "tests/test_public.py"} <= set(files)
    table = tomllib.loads(files[f"{name}.toml"])
    assert [exercise["id"] for exercise in table["exercise"]] == [
        exercise.id for exercise in assignment.exercises
    ]
    for said, exercise in zip(table["exercise"], assignment.exercises, strict=True):
        assert said["points"] == exercise.points
        assert said["functions"] == list(exercise.functions)
        assert exercise.id in files["README.md"] or exercise.title in files["README.md"]
    assert "import tinytf" not in "".join(files.values())
    assert "from tinytf" not in "".join(files.values())


def test_a_handout_of_ones_own(tmp_path: Path) -> None:
    assignment = load_assignment(write_own(tmp_path))
    files = handout_files(assignment)
    assert set(files) == {"README.md", "squares.toml", "squares/__init__.py", "squares/ops.py"}
    assert "- Scaled square: `square_forward`, `square_backward` (10 points)" in files["README.md"]
    assert tomllib.loads(files["squares.toml"])["file"] == "squares/ops.py"
    # students could not run it: it needs the toml that only their teacher has
    assert "tinytf grade" not in "".join(files.values())
    assert "tinytf grade" in handout_files(load_assignment("hw1"))["hw1.toml"]


def test_a_title_of_any_characters_that_can_be_printed(tmp_path: Path) -> None:
    title = 'Quotes """ and \\ and "'
    toml = TOML.replace('"A scaled square"', f"'{title}'")
    files = handout_files(load_assignment(write_own(tmp_path, toml=toml)))
    module = ast.parse(files["squares/__init__.py"])
    assert ast.get_docstring(module, clean=False) == f"squares: {title}."
    assert tomllib.loads(files["squares.toml"])["title"] == title


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    toml = write_own(tmp_path)
    plain = handout_files(load_assignment(toml))
    for path in tmp_path.glob("square*"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    marked = load_assignment(toml)
    assert handout_files(marked) == plain
    assert len(marked.mistakes("square")) == 2
    assert hasattr(marked.load("square.py"), "square_forward")


def test_public_tests_of_ones_own_are_named(tmp_path: Path) -> None:
    toml = write_own(tmp_path)
    assert "pytest" not in handout_files(load_assignment(toml))["README.md"]
    (tmp_path / "test_public.py").write_text("# tests\n", encoding="utf-8")
    assert "python -m pytest" in handout_files(load_assignment(toml))["README.md"]


def test_own_readme_and_tests_are_taken(tmp_path: Path) -> None:
    toml = write_own(tmp_path)
    (tmp_path / "README.md").write_text("# Mine\n", encoding="utf-8")
    (tmp_path / "test_public.py").write_text("# tests\n", encoding="utf-8")
    files = handout_files(load_assignment(toml))
    assert files["README.md"] == "# Mine\n"
    assert files["tests/test_public.py"] == "# tests\n"


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from tinytf.course.assignment import load_assignment;"
        "from tinytf.course.handout import handout_files, write_files;"
        "write_files(handout_files(load_assignment('hw4')), Path(sys.argv[1]))"
    )
    for seed in ("0", "1"):
        env = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])}
        subprocess.run([sys.executable, "-c", code, tmp_path / seed], env=env, check=True)
    one, other = (
        {p.relative_to(tmp_path / seed): p.read_bytes() for p in (tmp_path / seed).rglob("*.*")}
        for seed in ("0", "1")
    )
    assert one == other
    assert len(one) > 8


def test_a_directory_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    assignment = load_assignment(write_own(tmp_path / "own"))
    target = tmp_path / "handout"
    target.mkdir()
    (target / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CourseError, match="not empty; nothing was written"):
        build(assignment, target, proven)
    assert [path.name for path in target.iterdir()] == ["mine.txt"]


def test_an_empty_directory_is_filled(tmp_path: Path) -> None:
    assignment = load_assignment(write_own(tmp_path / "own"))
    (tmp_path / "handout").mkdir()
    written = build(assignment, tmp_path / "handout", proven)
    found = [p for p in (tmp_path / "handout").rglob("*") if p.is_file()]
    assert written == sorted(p.relative_to(tmp_path / "handout").as_posix() for p in found)


def test_a_file_in_its_place(tmp_path: Path) -> None:
    assignment = load_assignment(write_own(tmp_path / "own"))
    (tmp_path / "handout").write_text("mine", encoding="utf-8")
    with pytest.raises(CourseError, match="exists and is no directory"):
        build(assignment, tmp_path / "handout", proven)
    assert (tmp_path / "handout").read_text(encoding="utf-8") == "mine"


def test_a_place_that_cannot_be_written_is_refused_before_the_proof(tmp_path: Path) -> None:
    assignment = load_assignment(write_own(tmp_path / "own"))
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(CourseError, match="handout: cannot be written: Not a directory"):
        build(assignment, tmp_path / "file" / "handout", refused)


def test_what_is_not_proven_is_not_written(tmp_path: Path) -> None:
    assignment = load_assignment(write_own(tmp_path / "own"))
    with pytest.raises(CourseError, match="no"):
        build(assignment, tmp_path / "handout", refused)
    assert not (tmp_path / "handout").exists()


def test_what_cannot_be_written_whole_is_not_left_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment = load_assignment(write_own(tmp_path / "own"))
    real = Path.write_text

    def full(path: Path, *args: object, **options: object) -> int:
        if path == tmp_path / "handout" / "squares" / "ops.py":
            raise OSError(28, "No space left on device")
        return real(path, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        build(assignment, tmp_path / "handout", proven)
    assert not (tmp_path / "handout").exists()


def test_a_function_without_a_marked_region(tmp_path: Path) -> None:
    op = OP.replace("    # BEGIN SOLUTION\n", "", 1).replace("    # END SOLUTION\n", "", 1)
    assignment = load_assignment(write_own(tmp_path, op=op))
    with pytest.raises(CourseError, match=r"square.py: no marked region in square_forward"):
        handout_files(assignment)


@pytest.mark.parametrize("name", ["README.md", "test_public.py"])
def test_a_file_that_is_not_utf8(tmp_path: Path, name: str) -> None:
    toml = write_own(tmp_path)
    (tmp_path / name).write_bytes(b"# one\n\xff")
    with pytest.raises(CourseError, match=f"{name}, line 2: not UTF-8: byte 0xff"):
        handout_files(load_assignment(toml))


def test_line_ends_are_the_same_everywhere(tmp_path: Path) -> None:
    write_files({"a/b.txt": "1\n2\n"}, tmp_path)
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"1\n2\n"

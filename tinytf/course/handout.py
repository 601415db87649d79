"""A handout: what students get.

README.md               what to do, the maths, hints
hw1.toml                the exercises: ids, titles, functions, points
hw1/ops.py              the student's file
hw1/given/...           what it imports, ready to use
tests/test_public.py    plain pytest
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tinytf.course.assignment import Assignment
from tinytf.course.errors import CourseError
from tinytf.course.extract import package_files, student_file
from tinytf.course.markers import find_regions
from tinytf.course.sources import text_of
from tinytf.course.whole_file import require_directory_place

_PUBLIC_TEST = "test_public.py"


def handout_files(assignment: Assignment, solved: bool = False) -> dict[str, str]:
    """Everything in a handout: path -> text, the same text each time.

    Args:
        assignment: which one.
        solved: with the reference's solution in the student's file.

    Raises:
        CourseError: it cannot be made; one line says why.
    """
    _require_regions(assignment)
    files = {"README.md": _readme(assignment), f"{assignment.name}.toml": _toml(assignment)}
    files |= package_files(assignment, solved)
    test = assignment.directory / _PUBLIC_TEST
    if test.is_file():
        files["tests/test_public.py"] = text_of(test)
    return files


def write_files(files: Mapping[str, str], directory: Path) -> None:
    """Write files as they are, with line ends of one character."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def build(
    assignment: Assignment, directory: Path, prove: Callable[[Assignment, Path], None]
) -> list[str]:
    """Make a handout, prove it and only then put it in its place.

    Args:
        assignment: which one.
        directory: where it goes; must not exist, or be empty.
        prove: raises an error where something is wrong with the handout in the directory that it
            gets, beside which nothing has been written yet.

    Returns:
        The paths of the files, sorted.

    Raises:
        CourseError: the directory holds something or cannot be written, or the handout is wrong;
            nothing is left of it.
    """
    if directory.is_dir():
        if any(directory.iterdir()):
            raise CourseError(f"{directory}: not empty; nothing was written")
    elif directory.exists() or directory.is_symlink():
        raise CourseError(f"{directory}: exists and is no directory")
    require_directory_place(directory)
    files = handout_files(assignment)
    with tempfile.TemporaryDirectory(prefix="tinytf-") as scratch:
        write_files(files, Path(scratch) / assignment.name)
        prove(assignment, Path(scratch) / assignment.name)
    existed = directory.exists()
    try:
        write_files(files, directory)
    except OSError:
        # A full disk, say: a handout that lacks files is worse than none.
        for path in [] if not directory.exists() else list(directory.iterdir()):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
        if directory.exists() and not existed:
            directory.rmdir()
        raise
    return sorted(files)


def _require_regions(assignment: Assignment) -> None:
    """Every function that students write holds a blank."""
    for exercise in assignment.exercises:
        path = assignment.path(exercise.module)
        regions = find_regions(assignment.source(exercise.module), str(path))
        marked = {region.function for region in regions if region.prompt}
        for function in exercise.functions:
            if function not in marked:
                raise CourseError(f"{path}: no marked region in {function} ({exercise.id})")


def _toml(assignment: Assignment) -> str:
    # That `tinytf grade` finds the assignment by its handout is so for those that come with it.
    found = " `tinytf grade` looks for this file." if assignment.builtin else ""
    lines = [
        f"# {assignment.name}: what is graded, and the points.{found}",
        f"name = {_text(assignment.name)}",
        f"title = {_text(assignment.title)}",
        f"file = {_text(student_file(assignment))}",
    ]
    for exercise in assignment.exercises:
        points = ", ".join(f"{_text(name)} = {p}" for name, p in exercise.points.items())
        lines += [
            "",
            "[[exercise]]",
            f"id = {_text(exercise.id)}",
            f"title = {_text(exercise.title)}",
            f"functions = [{', '.join(map(_text, exercise.functions))}]",
            f"points = {{ {points} }}",
        ]
    return "\n".join(lines) + "\n"


def _readme(assignment: Assignment) -> str:
    """The assignment's own README, or one that says what there is to write.

    It does not say `tinytf grade`: that needs the teacher's toml, which students do not have.
    """
    own = assignment.directory / "README.md"
    if own.is_file():
        return text_of(own)
    lines = [f"# {assignment.name}: {assignment.title}", ""]
    lines += [f"Write these functions in `{student_file(assignment)}`:", ""]
    for exercise in assignment.exercises:
        total = sum(exercise.points.values())
        names = ", ".join(f"`{name}`" for name in exercise.functions)
        lines.append(f"- {exercise.title}: {names} ({total:g} points)")
    if (assignment.directory / _PUBLIC_TEST).is_file():
        lines += ["", "Then run `python -m pytest` here."]
    return "\n".join([*lines, ""])


def _text(text: str) -> str:
    """A text as JSON writes it, and TOML, too."""
    return json.dumps(text, ensure_ascii=False)

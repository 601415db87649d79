"""An assignment: what `assignment.toml` says.

    name = "hw1"
    title = "Softmax, log-softmax and cross-entropy"
    modules = ["tinytf.ops.softmax", "my_ops.py"]  # dotted names, or files beside the toml

    [[exercise]]
    id = "softmax"
    title = "Softmax"
    module = "tinytf.ops.softmax"                  # one of the modules
    functions = ["softmax_forward", "softmax_backward"]
    driver = "op"                                  # see drivers.py
    call = { forward = "softmax_forward", backward = "softmax_backward", inputs = ["x"],
             options = ["axis"], cotangent = "dy", gradients = ["dx"] }
    cases = "tinytf.course.cases.losses:softmax"   # or: inputs = { x = "float (*, D)", ... }
    mistakes = "tinytf.course.mistakes.softmax"    # optional: a module with MISTAKES
    points = { y = 3, dx = 5, edge = 2 }

A `cases` or `mistakes` module may be a file beside the toml, too: "my_cases.py:softmax".
"""

import keyword
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from tinytf.course.calls import require_call
from tinytf.course.declared import cases_of
from tinytf.course.drivers import DRIVERS
from tinytf.course.errors import CourseError
from tinytf.course.exercise import EDGE, Cases, Exercise, Mistake
from tinytf.course.keys import require_keys, require_texts, require_title
from tinytf.course.known_mistakes import require_mistakes
from tinytf.course.sources import load_module, source_path, source_text, text_of

_BUILTIN = Path(__file__).parent / "assignments"
_FILE_NAME = "assignment.toml"

_KEYS = {"name": str, "title": str, "modules": list, "exercise": list}
_EXERCISE_KEYS = {
    "id": str,
    "title": str,
    "module": str,
    "functions": list,
    "driver": str,
    "call": dict,
    "points": dict,
}
_OPTIONAL_KEYS = {"cases": str, "inputs": dict, "mistakes": str}


@dataclass(frozen=True)
class Assignment:
    """What `assignment.toml` says.

    Attributes:
        name: an identifier, since it is the name of the student's package, too.
        title: for people.
        directory: where the toml stands, with README.md and test_public.py beside it.
        modules: the reference modules that the student's file is made of, in this order.
        exercises: in this order.
        mistake_modules: exercise id -> name of the module with its MISTAKES.
        toml: the file.
    """

    name: str
    title: str
    directory: Path
    modules: tuple[str, ...]
    exercises: tuple[Exercise, ...]
    mistake_modules: Mapping[str, str]
    toml: Path

    @property
    def builtin(self) -> bool:
        """Whether it comes with tinytf."""
        return self.directory.parent == _BUILTIN

    def exercise(self, exercise_id: str) -> Exercise:
        """The exercise of this id.

        Raises:
            CourseError: there is none.
        """
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        known = [exercise.id for exercise in self.exercises]
        near = [f"did you mean {name}?" for name in get_close_matches(exercise_id, known, n=1)]
        message = f"{self.name} has no exercise {exercise_id!a}; it has {', '.join(known)}"
        raise CourseError("; ".join([message, *near]))

    def mistakes(self, exercise_id: str) -> tuple[Mistake, ...]:
        """The known mistakes of an exercise; none where the toml names no module.

        Raises:
            CourseError: no such exercise, or its module has no tuple MISTAKES that can be used.
        """
        self.exercise(exercise_id)
        if exercise_id not in self.mistake_modules:
            return ()
        name = self.mistake_modules[exercise_id]
        mistakes = getattr(load_module(name, self.directory), "MISTAKES", None)
        if type(mistakes) is not tuple or not all(type(m) is Mistake for m in mistakes):
            raise CourseError(f"{name}: expected MISTAKES, a tuple of Mistake")
        require_mistakes(name, mistakes)
        return mistakes

    def source(self, module: str) -> str:
        """The source of a reference module, as it stands in its file."""
        return source_text(module, self.directory)

    def path(self, module: str) -> Path:
        """The file of a reference module."""
        return source_path(module, self.directory)

    def load(self, module: str) -> ModuleType:
        """A reference module, imported."""
        return load_module(module, self.directory)


def builtin_names() -> list[str]:
    """The assignments that come with tinytf: hw1, hw2, ..."""
    return sorted(path.parent.name for path in _BUILTIN.glob(f"*/{_FILE_NAME}"))


def load_assignment(name_or_path: str | Path) -> Assignment:
    """An assignment: one that comes with tinytf, or a teacher's own.

    Args:
        name_or_path: "hw1", or the path of a toml file, or of a directory with `assignment.toml`.

    Raises:
        CourseError: no such assignment, or the toml does not say what it must.
    """
    if str(name_or_path) in builtin_names():
        path = _BUILTIN / str(name_or_path) / _FILE_NAME
    else:
        path = Path(name_or_path)
        if path.is_dir():
            path = path / _FILE_NAME
        if not path.is_file():
            raise CourseError(
                f"{name_or_path}: no such assignment; expected one of "
                f"{', '.join(builtin_names())}, or the path of a toml file"
            )
    try:
        table = tomllib.loads(text_of(path))
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{path}: {error}") from error
    if "file" in table and "modules" not in table:
        raise CourseError(
            f"{path}: this is the toml of a handout; expected the one from which the handout was "
            "built, which its teacher has"
        )
    try:
        return _assignment(table, path)
    except CourseError as error:
        raise CourseError(f"{path}: {error}") from error


def _assignment(table: Mapping[str, Any], toml: Path) -> Assignment:
    directory = toml.parent
    require_keys(table, _KEYS, {})
    require_texts("modules", table["modules"])
    require_title(table["title"])
    name, modules = table["name"], tuple(table["modules"])
    taken = {"tests", "numpy", "tinytf", *sys.stdlib_module_names}
    if not (name.isidentifier() and name.isascii()) or keyword.iskeyword(name) or name in taken:
        raise CourseError(f"name: expected the name of a new package, such as hw1, got {name!a}")
    for module in modules:
        source_path(module, directory)
    exercises = []
    for number, exercise in enumerate(table["exercise"], 1):
        try:
            exercises.append(_exercise(exercise, modules, directory))
        except CourseError as error:
            said = exercise.get("id", number) if isinstance(exercise, dict) else number
            raise CourseError(f"exercise {said}: {error}") from error
    ids = [exercise.id for exercise in exercises]
    if not ids or len(set(ids)) < len(ids):
        raise CourseError(f"expected exercises, each with an id of its own, got {ids}")
    mistakes = {e["id"]: e["mistakes"] for e in table["exercise"] if "mistakes" in e}
    title = table["title"]
    return Assignment(name, title, directory, modules, tuple(exercises), mistakes, toml)


def _exercise(table: Any, modules: tuple[str, ...], directory: Path) -> Exercise:
    if type(table) is not dict:
        raise CourseError("expected a table")
    require_keys(table, _EXERCISE_KEYS, _OPTIONAL_KEYS)
    require_title(table["title"])
    if not (table["id"].isidentifier() and table["id"].isascii()):
        raise CourseError(f"id: expected letters, digits and _, got {table['id']!a}")
    if table["module"] not in modules:
        raise CourseError(f"module: expected one of the modules, got {table['module']!a}")
    if table["driver"] not in DRIVERS:
        raise CourseError(f"driver: expected one of {', '.join(DRIVERS)}, got {table['driver']!a}")
    require_texts("functions", table["functions"])
    for output, points in table["points"].items():
        if type(points) not in (int, float) or not 0 < points < 1e6:
            raise CourseError(f"points: expected a number above 0 for {output}, got {points!a}")
    if not table["points"]:
        raise CourseError("points: expected an output with its points")
    cases = _cases(table, directory)
    require_call(
        table["driver"], table["call"], table["functions"], _probes(cases), table["points"]
    )
    return Exercise(
        id=table["id"],
        title=table["title"],
        module=table["module"],
        functions=tuple(table["functions"]),
        driver=table["driver"],
        call=table["call"],
        points=table["points"],
        cases=cases,
    )


def _cases(table: Mapping[str, Any], directory: Path) -> Cases:
    if ("cases" in table) == ("inputs" in table):
        raise CourseError("expected either cases or inputs")
    if "inputs" in table:
        edge = EDGE in table["points"]
        return cases_of(table["inputs"], table["call"].get("cotangent"), edge)
    module, colon, name = table["cases"].partition(":")
    if not colon:
        raise CourseError(f'cases: expected "module:name", got {table["cases"]!a}')
    cases = getattr(load_module(module, directory), name, None)
    if not isinstance(cases, Cases):
        raise CourseError(f"cases: {module} has no Cases called {name!a}")
    return cases


def _probes(cases: Cases) -> list[list[str]]:
    """The names of the inputs of each probe.

    Raises:
        CourseError: the probes cannot be made.
    """
    rng = np.random.default_rng(0)
    try:
        probes = [*cases.generic(rng), *cases.special(rng)]
    except Exception as error:  # a teacher's own cases are any Python
        raise CourseError(f"cases: {type(error).__name__}: {error}") from error
    if not probes:
        raise CourseError("cases: expected probes, got none")
    return [[*probe.inputs] for probe in probes]

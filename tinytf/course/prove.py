"""Proves a handout before anybody gets it.

1. It imports, in a fresh process that reaches NumPy and the standard library and nothing else.
2. No line of the solution is left in it (see `leaks.py`).
3. The reference itself runs, and its gradients are derivatives (see `check_reference.py`).
4. Graded as it is, it gets no point.
5. With the reference's solution in its place it gets all of them.
6. While a submission is graded, the reference is out of its reach: probes that try to get at it are
   refused, get no point, and are told why.
"""

import ast
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np

from tinytf.course.assignment import Assignment
from tinytf.course.check_reference import derivatives, reference_problems
from tinytf.course.errors import CourseError
from tinytf.course.exercise import Exercise
from tinytf.course.extract import package_files, student_file
from tinytf.course.grading.grade import grade_submission
from tinytf.course.grading.part import GradedExercise
from tinytf.course.handout import write_files
from tinytf.course.leaks import find_leaks, solution_lines
from tinytf.course.probes import escapes

_SECONDS_TO_IMPORT = 60

# Runs in a fresh process: whatever is neither NumPy nor the standard library is not there.
_IMPORT = """
import sys
handout, module, numpy_home = sys.argv[1:]
known = {"numpy", module.partition(".")[0], *sys.stdlib_module_names}
class OnlyNumPy:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] not in known:
            raise ImportError(f"imports {name}, but students have NumPy and nothing else")
sys.meta_path.insert(0, OnlyNumPy)
sys.path[:] = [handout, *sys.path, numpy_home]
import numpy, warnings
warnings.simplefilter("error")
try:
    __import__(module)
except BaseException as error:
    print(f"{type(error).__name__}: {error}")
    sys.exit(1)
"""


class UnprovenError(CourseError):
    """A handout that is wrong; one line for each thing that is."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def prove(
    assignment: Assignment, directory: Path, say: Callable[[str], None] = lambda line: None
) -> None:
    """Prove the handout in a directory.

    Args:
        assignment: whose handout it is.
        directory: where it stands.
        say: is told of each step that is proven.

    Raises:
        UnprovenError: something is wrong with it.
    """
    solution = solution_lines(assignment)
    problems = [*_import_problems(assignment, directory), *_leak_problems(directory, solution)]
    if problems:  # what does not import gets no point, and proves nothing
        raise UnprovenError(problems)
    say("it imports with NumPy alone")
    say(f"none of {len(solution)} lines of the solution is left in it")
    solved = package_files(assignment, solved=True)
    n_gradients = sum(len(derivatives(exercise)) for exercise in assignment.exercises)
    gradients = f", and {n_gradients} of its gradients are derivatives" if n_gradients else ""
    steps = {
        f"the reference runs{gradients}": reference_problems(assignment),
        "as it is it gets 0 points": _blank_problems(assignment, directory),
        "with the reference's solution it gets full marks": _solved_problems(
            assignment, directory, solved
        ),
        "the reference is out of reach while it is graded": _escape_problems(
            assignment, directory, solved
        ),
    }
    for words, found in steps.items():
        if problems := list(found):
            raise UnprovenError(problems)
        say(words)


def _import_problems(assignment: Assignment, directory: Path) -> Iterator[str]:
    home = str(Path(np.__file__).parents[1])
    module = student_file(assignment).removesuffix(".py").replace("/", ".")
    command = [sys.executable, "-I", "-S", "-B", "-c", _IMPORT]
    try:
        done = subprocess.run(
            [*command, str(directory.resolve()), module, home],
            capture_output=True,
            text=True,
            timeout=_SECONDS_TO_IMPORT,
            cwd=directory,
        )
    except subprocess.TimeoutExpired:
        yield f"the handout does not import: it takes more than {_SECONDS_TO_IMPORT} s"
        return
    if done.returncode:
        said = (done.stdout.strip() or done.stderr.strip() or "no message").splitlines()[-1]
        yield f"the handout does not import: {said}"


def _leak_problems(directory: Path, solution: Mapping[str, str]) -> Iterator[str]:
    files = {
        path.relative_to(directory).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }
    for leak in find_leaks(files, solution):
        yield f"a line of the solution is left: {leak}"


def _blank_problems(assignment: Assignment, directory: Path) -> Iterator[str]:
    for graded in grade_submission(assignment, directory):
        if points := sum(part.score for part in graded.parts):
            yield f"the blank handout gets {points:g} points for {graded.exercise.id}"


def _solved_problems(
    assignment: Assignment, directory: Path, solved: Mapping[str, str]
) -> Iterator[str]:
    for graded in _graded(assignment, directory, solved):
        if not graded.full:
            yield (
                f"the reference gets {graded.score:g} of {graded.max_score:g} points for "
                f"{graded.exercise.id}: {_first_line(graded)}"
            )


def _escape_problems(
    assignment: Assignment, directory: Path, solved: Mapping[str, str]
) -> Iterator[str]:
    exercise = assignment.exercises[0]
    for attempt, lines, named in escapes(assignment.path(exercise.module)):
        text = _with_first_lines(solved[student_file(assignment)], exercise, lines)
        submission = {**solved, student_file(assignment): text}
        for graded in _graded(assignment, directory, submission, exercise.id):
            said = " ".join(line for part in graded.parts for line in part.lines)
            if graded.score:
                yield f"a submission that {attempt} gets {graded.score:g} points for {exercise.id}"
            elif named not in said:
                yield f"a submission that {attempt} is refused, but not told why: {said[:200]}"


def _graded(
    assignment: Assignment, handout: Path, package: Mapping[str, str], only: str | None = None
) -> list[GradedExercise]:
    """Grade a submission that is the handout with another package."""
    with tempfile.TemporaryDirectory(prefix="tinytf-") as scratch:
        directory = Path(scratch) / assignment.name
        shutil.copytree(handout, directory)
        write_files(package, directory)
        return grade_submission(assignment, directory, only=only)


def _first_line(graded: GradedExercise) -> str:
    lines = [f"{part.name}: {line}" for part in graded.parts for line in part.lines]
    return lines[0] if lines else "no reason given"


def _with_first_lines(text: str, exercise: Exercise, lines: list[str]) -> str:
    """The student's file with these lines before all others of the exercise's first function."""
    body = ast.parse(text).body
    for name in exercise.functions[0].split("."):
        *_, node = [  # the last one: before it may stand what `overload` says of its types
            node
            for node in body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name
        ]
        body = node.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and body[1:]:
        body = body[1:]
    source = text.split("\n")
    indent = " " * body[0].col_offset
    source[body[0].lineno - 1 : body[0].lineno - 1] = [indent + line for line in lines]
    return "\n".join(source)

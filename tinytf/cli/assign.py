"""`tinytf assign`: handouts for students, made from the reference and proven; for teachers."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinytf.cli.parsing import Parser, UserError, counted, quoted

if TYPE_CHECKING:
    from tinytf.course.assignment import Assignment

_DESCRIPTION = """\
Make assignments from the marked regions of the reference source. NAME is one that comes with tinytf
or the path of your own toml file, whose modules may be any with marked regions beside it.
"""

_EXAMPLES = """\
examples:
  tinytf assign list                              what there is
  tinytf assign build hw1 -o hw1-handout          what students get
  tinytf assign check hw1                         which known mistakes cost points
  tinytf assign gradescope hw1 -o hw1.zip         an autograder to upload
"""

_BUILD_DESCRIPTION = """\
Write a handout into an empty directory: README.md, the exercises' points, the student's file with
its blanks, what that imports, public tests. Before anything is written it is proven that the
handout imports with NumPy alone, that no line of the solution is left in it, that the reference
runs and its gradients are the derivatives of its forward, that the handout gets 0 points as it is
and full marks with the reference's solution, and that the reference cannot be reached while a
submission is graded. Otherwise nothing is written, and the exit code is 1.
"""

_BUILD_EXAMPLES = """\
examples:
  tinytf assign build hw1 -o hw1-handout
  tinytf assign build my-course/my-op.toml -o my-handout
"""

_LIST_EXAMPLES = """\
examples:
  tinytf assign list
"""

_CHECK_DESCRIPTION = """\
Grade every known mistake as if a student had made it: which points it costs, and whether the
diagnosis names it. The exit code is 1 where one costs nothing.
"""

_CHECK_EXAMPLES = """\
examples:
  tinytf assign check hw1
  tinytf assign check hw2 --only linear
"""

_GRADESCOPE_DESCRIPTION = """\
Write the zip that is uploaded to Gradescope as an autograder, with tinytf itself in it. There each
submission is graded as by `tinytf grade`; the student's functions run as another user. Choose
"Ubuntu 22.04" or later as the base image.
"""

_GRADESCOPE_EXAMPLES = """\
examples:
  tinytf assign gradescope hw1 -o hw1.zip
  tinytf assign gradescope hw1 -o hw1.zip --hidden hidden.toml
"""

_NAME_HELP = "hw1 to hw5, or a toml file"
_ZIP_HELP = "the zip; an earlier one of this name is replaced"


def add_parser(commands: Any) -> None:
    """Add `assign` to the commands."""
    assign: Parser = commands.add_parser(
        "assign",
        help="make assignments for a course",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    kinds = assign.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listed: Parser = kinds.add_parser(
        "list",
        help="the assignments that come with tinytf",
        description="The assignments that come with tinytf, and their exercises.",
        epilog=_LIST_EXAMPLES,
    )
    listed.set_defaults(run=_command(_list))
    built: Parser = kinds.add_parser(
        "build",
        help="write and prove a handout",
        description=_BUILD_DESCRIPTION,
        epilog=_BUILD_EXAMPLES,
    )
    built.add_argument("name", metavar="NAME", help=_NAME_HELP)
    built.add_argument("-o", "--output", metavar="DIR", required=True, help="an empty directory")
    built.set_defaults(run=_command(_build))
    checked: Parser = kinds.add_parser(
        "check",
        help="which known mistakes the points catch",
        description=_CHECK_DESCRIPTION,
        epilog=_CHECK_EXAMPLES,
    )
    checked.add_argument("name", metavar="NAME", help=_NAME_HELP)
    checked.add_argument("--only", metavar="ID", help="this exercise only, such as softmax")
    checked.set_defaults(run=_command(_check))
    zipped: Parser = kinds.add_parser(
        "gradescope",
        help="write an autograder for Gradescope",
        description=_GRADESCOPE_DESCRIPTION,
        epilog=_GRADESCOPE_EXAMPLES,
    )
    zipped.add_argument("name", metavar="NAME", help=_NAME_HELP)
    zipped.add_argument("-o", "--output", metavar="FILE.zip", required=True, help=_ZIP_HELP)
    zipped.add_argument("--hidden", metavar="FILE", help="hidden tests, as for tinytf grade")
    zipped.set_defaults(run=_command(_gradescope))


def _command(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """The command, with errors of the assignment kit as errors of the user's."""

    def command(args: argparse.Namespace) -> int:
        from tinytf.course.errors import CourseError

        try:
            return run(args)
        except CourseError as error:
            raise UserError(str(error)) from error

    return command


def _list(args: argparse.Namespace) -> int:
    from tinytf.course.assignment import builtin_names, load_assignment

    for name in builtin_names():
        assignment = load_assignment(name)
        points = sum(sum(exercise.points.values()) for exercise in assignment.exercises)
        print(f"{name}  {assignment.title} ({points:g} points)")
        for exercise in assignment.exercises:
            print(f"     {exercise.id:18} {exercise.title}")
    return 0


def _build(args: argparse.Namespace) -> int:
    from tinytf.course.assignment import load_assignment
    from tinytf.course.handout import build
    from tinytf.course.prove import UnprovenError, prove

    assignment, output = load_assignment(args.name), Path(args.output)

    def proven(one: "Assignment", directory: Path) -> None:
        prove(one, directory, say=lambda line: print(f"proven: {line}", flush=True))

    try:
        files = build(assignment, output, proven)
    except UnprovenError as error:
        for problem in error.problems:
            print(f"tinytf: {problem}", file=sys.stderr)
        print(f"tinytf: {quoted(output)} was not written", file=sys.stderr)
        return 1
    print(f"wrote {counted(len(files), 'file')} to {quoted(output)}; students begin with README.md")
    return 0


def _check(args: argparse.Namespace) -> int:
    from tinytf.course.assignment import load_assignment
    from tinytf.course.check_mistakes import check_mistakes

    assignment = load_assignment(args.name)
    n_all = n_caught = n_named = 0
    for checked in check_mistakes(assignment, args.only):
        if not n_all:  # only now is it clear that the assignment can be used
            print(f"{'exercise':18} {'points':>8}  {'lost in':24} known mistake")
        n_all += 1
        n_caught += checked.caught
        named = checked.mistake.name in checked.named
        n_named += named
        points = f"{checked.score:g}/{checked.max_score:g}"
        lost = ", ".join(checked.lost) or "NOTHING"
        note = "" if named else f" (named: {', '.join(checked.named) or 'none'})"
        print(f"{checked.exercise.id:18} {points:>8}  {lost:24} {checked.mistake.name}{note}")
        sys.stdout.flush()
    if not n_all:
        print("no known mistakes are listed")
        return 0
    print(f"\n{n_caught} of {counted(n_all, 'known mistake')} cost points; {n_named} are named")
    return 0 if n_caught == n_all else 1


def _gradescope(args: argparse.Namespace) -> int:
    from tinytf.course.assignment import load_assignment
    from tinytf.course.gradescope import write_zip

    assignment, output = load_assignment(args.name), Path(args.output)
    count = write_zip(assignment, output, Path(args.hidden) if args.hidden else None)
    size = output.stat().st_size / 1e6
    print(f"wrote {quoted(output)}: {counted(count, 'file')}, {size:.1f} MB")
    return 0

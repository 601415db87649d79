"""`tinytf grade`: the points of a submission, the smallest failing cases, and the mistakes."""

import argparse
from pathlib import Path
from typing import Any

from tinytf.cli.parsing import Parser, UserError

_DESCRIPTION = """\
Grade the student's file of a handout: points for each exercise, the smallest inputs on which it
fails, and what is wrong. The functions run in a process of their own, each exercise on the
reference's versions of the others. DIR is the handout, which holds hw1.toml and hw1/ops.py.
The exit code is 0 with full marks in the public tests, 1 without, 2 where nothing can be graded.
"""

_EXAMPLES = """\
examples:
  tinytf grade                                   the handout in this directory
  tinytf grade my-hw1 --only softmax             a single exercise
  tinytf grade my-hw1 --junit results.xml        a file for continuous integration
  tinytf grade /autograder/submission --assignment hw1 --json /autograder/results/results.json
"""


def add_parser(commands: Any) -> None:
    """Add `grade` to the commands."""
    parser: Parser = commands.add_parser(
        "grade", help="grade an assignment", description=_DESCRIPTION, epilog=_EXAMPLES
    )
    add = parser.add_argument
    add("directory", metavar="DIR", nargs="?", default=".", help="the handout; default: .")
    add("--only", metavar="ID", help="grade this exercise only, such as softmax")
    add("--json", metavar="FILE", help="write Gradescope's results.json, after each exercise")
    add("--junit", metavar="FILE", help="write a JUnit file")
    add("--hidden", metavar="FILE", help="a toml file: seed, examples, points of hidden tests")
    add("--assignment", metavar="NAME", help="hw1 to hw5, or a toml file; default: found in DIR")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command: 0 with full marks, 1 without."""
    # Here, since these load every op, layer and model; other commands start faster without.
    from tinytf.course.errors import CourseError

    try:
        return _grade(args)
    except CourseError as error:
        raise UserError(str(error)) from error


def _grade(args: argparse.Namespace) -> int:
    from tinytf.course.assignment import load_assignment
    from tinytf.course.errors import CourseError
    from tinytf.course.grading.child import isolation_note
    from tinytf.course.grading.grade import grade_submission
    from tinytf.course.grading.hidden import load_hidden
    from tinytf.course.grading.json_results import write_results
    from tinytf.course.grading.junit import write_junit
    from tinytf.course.grading.part import GradedExercise
    from tinytf.course.grading.text import exercise_text, summary
    from tinytf.course.whole_file import require_place

    directory = Path(args.directory)
    if not directory.is_dir():
        is_file = "; expected the handout's directory, not a file" if directory.is_file() else ""
        raise UserError(f"{args.directory}: no such directory{is_file}")
    assignment = load_assignment(args.assignment or _assignment_in(directory))
    exercises = [assignment.exercise(args.only)] if args.only else assignment.exercises
    hidden = load_hidden(Path(args.hidden), assignment) if args.hidden else None
    for file in filter(None, (args.json, args.junit)):
        require_place(Path(file))  # said now, not when all the work is done

    def write(results: list[GradedExercise], note: str = "") -> None:
        if args.json:
            write_results(Path(args.json), assignment, exercises, results, hidden, note)

    def on_result(results: list[GradedExercise]) -> None:
        write(results)
        print(exercise_text(results[-1]), flush=True)

    write([])
    try:
        results = grade_submission(assignment, directory, args.only, hidden, on_result)
    except CourseError as error:
        write([], str(error))
        raise
    if args.junit:
        write_junit(Path(args.junit), assignment, results)
    print(f"\n{summary(assignment, results, hidden is not None)}")
    if note := isolation_note():
        print(note)
    return 0 if all(graded.full for graded in results) else 1


def _assignment_in(directory: Path) -> str:
    """The name of the assignment whose handout this is."""
    from tinytf.course.assignment import builtin_names

    names = [name for name in builtin_names() if (directory / f"{name}.toml").is_file()]
    names = names or [name for name in builtin_names() if (directory / name / "ops.py").is_file()]
    if len(names) != 1:
        found = f"those of {', '.join(names)}" if names else "none"
        above = directory.absolute().parent
        own = [path for path in directory.glob("*.toml") if (directory / path.stem).is_dir()]
        if own and not names:
            hint = (
                f"{own[0].name} is of an assignment that does not come with tinytf: give the toml "
                "from which its handout was built with --assignment"
            )
        elif any((above / f"{name}.toml").is_file() for name in builtin_names()):
            hint = f"there is one in {above}"
        else:
            hint = "give its directory, or with --assignment what your file is graded as"
        raise UserError(
            f"{directory}: expected a handout, with hw1.toml and hw1/ops.py, found {found}; {hint}"
        )
    return names[0]

"""What a walkthrough asks of its reader: a prediction before the answer, and exercises at the end.

Both work when a walkthrough runs from top to bottom without a reader (in tests, in a pipe).
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from tinytf.ops.arrays import Array

# Any function: an exercise's arguments are its own.
Answer = Callable[..., Any]


def pause(prompt: str) -> None:
    """Print a question; with `--step` in a terminal, wait for Enter before the answer comes.

    It waits only if `--step` was given on the command line and standard input is a terminal, so
    nothing hangs in a pipe. Ctrl-D or Ctrl-C at the prompt ends the program, with exit code 0.

    Args:
        prompt: the question, printed in either case.

    Raises:
        SystemExit: the reader pressed Ctrl-D or Ctrl-C.
    """
    print(f"PREDICT: {prompt}")
    if "--step" in sys.argv[1:] and sys.stdin is not None and sys.stdin.isatty():
        try:
            input("[Enter shows the answer, Ctrl-D ends] ")
        except (EOFError, KeyboardInterrupt):
            print()
            raise SystemExit(0) from None
    print()


def report_exercise(name: str, check: Callable[[Answer], None], answer: Answer) -> None:
    """Print whether an exercise is not done yet, wrong or right. A blank returns None.

    Args:
        name: what the line begins with, such as "Exercise 1".
        check: calls the function it gets on inputs of its own and raises AssertionError, with a
            message, where a result is wrong.
        answer: the function the reader has filled in. Other errors it raises are not caught: their
            traceback shows the reader's own line.
    """

    def answer_or_blank(*arguments: Any) -> Any:
        result = answer(*arguments)
        if result is None:
            raise _BlankError
        return result

    try:
        check(answer_or_blank)
    except _BlankError:
        print(f"{name}: not done yet. Fill in {answer.__name__} and run this again.")
    except AssertionError as error:
        print(f"{name}: not right. {error}")
    else:
        print(f"{name}: right.")


def assert_gradient(name: str, yours: Array, expected: Array) -> None:
    """For the check of an exercise: raise AssertionError unless shape and numbers are right.

    The message tells the shape and the size of the error, not the expected numbers.
    """
    if np.shape(yours) != np.shape(expected):
        raise AssertionError(f"{name}: expected shape {np.shape(expected)}, got {np.shape(yours)}.")
    error = float(np.abs(yours - expected).max())
    # Float64 numbers around 1 that differ by rounding only are far below this.
    if not error < 1e-9:  # true for NaN as well
        raise AssertionError(f"{name} has the right shape, but is wrong by up to {error:.2g}.")


class _BlankError(Exception):
    """The answer returned None."""

"""What a walkthrough asks of its reader: a prediction before the answer, and exercises at the end.

Both work when it runs from top to bottom without a reader (in tests, in a pipe). `complex_step`
measures gradients, so that no formula has to be believed.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

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
    """Print whether an exercise is not done yet, wrong or right.

    A blank returns None, or nothing but None where several results are asked for.

    Args:
        name: what the line begins with, such as "Exercise 1".
        check: calls the function it gets on inputs of its own and raises AssertionError, with a
            message, where a result is wrong.
        answer: the function the reader has filled in. Other errors it raises are not caught: their
            traceback shows the reader's own line.
    """

    def answer_or_blank(*arguments: Any) -> Any:
        result = answer(*arguments)
        if result is None or (isinstance(result, tuple | list) and _all_none(result)):
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


def take_results(result: Any, *names: str) -> list[Any]:
    """For the check of an exercise that returns several results: they as a list, one per name.

    Raises:
        AssertionError: it is not a tuple or list of as many as there are names, or one is None.
    """
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    if not isinstance(result, tuple | list):
        kind = type(result).__name__
        raise AssertionError(f"Expected {len(names)} results, {listed}, got one {kind}.")
    if len(result) != len(names):
        raise AssertionError(f"Expected {len(names)} results, {listed}, got {len(result)}.")
    for name, part in zip(names, result, strict=True):
        if part is None:
            raise AssertionError(f"{name} is None.")
    return list(result)


def complex_step(loss: Callable[[Array], Any], x: npt.ArrayLike) -> Array:
    """The gradient of loss(x), measured: x's entries move by 1e-20 i, one at a time (lesson 1).

    Args:
        loss: of an array of x's shape, a number. It must be smooth, and compute with complex
            numbers: at a kink, or where it asks for the size of a number, the result is wrong.
        x: a number or an array of any shape.

    Returns:
        Of x's shape, right to the last digits: nothing is subtracted, so none are lost.
    """
    x = np.asarray(x, dtype=complex)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.copy()
        moved[index] += 1e-20j
        gradient[index] = loss(moved).imag / 1e-20
    return gradient


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


def _all_none(results: Sequence[Any]) -> bool:
    return len(results) > 0 and all(result is None for result in results)


class _BlankError(Exception):
    """The answer returned None."""

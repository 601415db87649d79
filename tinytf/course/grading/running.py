"""Runs a driver on an exercise's functions and watches it; in the grader and in the child alike.

This file is sent as text into the student's process, so it imports nothing but the standard
library, NumPy and files that are sent along.
"""

import difflib
import functools
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from numpy import asarray, generic, ndarray

from tinytf.course.grading.outcome import Failure
from tinytf.course.returned import Returned

DTYPES = frozenset(
    {"bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"}
    | {"float32", "float64"}
)
Function = Callable[..., Any]
LONGEST_TEXT = 500  # characters of an error's message that are kept


class WrongArray(Exception):
    """An output is an array of a kind that cannot be graded."""


class Watch:
    """Which of the exercise's functions is running, and what it calls.

    Attributes:
        during: the function that the driver called last.
        forward_calls_in_backward: own forwards that ran while an own backward ran.
    """

    def __init__(self, entered: Callable[[str], None] | None = None) -> None:
        self.during = ""
        self.forward_calls_in_backward = 0
        self._entered = entered
        self._running: list[str] = []
        self._made: list[Function] = []

    def wrap(self, name: str) -> Callable[[Function], Function]:
        """A decorator for the function of this name: it then tells this watch when it runs."""
        forward, backward = "forward" in name, "backward" in name

        def decorate(function: Function) -> Function:
            @functools.wraps(function)
            def watched(*args: Any, **kwargs: Any) -> Any:
                if not self._running:
                    self.during = name
                    if self._entered:
                        self._entered(name)
                elif forward and not backward:
                    inside_backward = any("backward" in outer for outer in self._running)
                    self.forward_calls_in_backward += inside_backward
                self._running.append(name)
                try:
                    return function(*args, **kwargs)
                finally:
                    self._running.pop()

            self._made.append(watched)
            return watched

        return decorate

    def knows(self, function: Any) -> bool:
        """Whether it is one that `wrap` has made."""
        return any(function is made for made in self._made)

    def reset(self) -> None:
        """Forget the last run."""
        self.during = ""
        self.forward_calls_in_backward = 0
        self._running.clear()


def checked(name: str, value: Any, largest: int, sent: int = 0) -> Any:
    """The output as it is, if it can be graded: a plain array, a number or None.

    None is for the reference to judge: it is right as the gradient of a bias that is not there.

    Raises:
        Returned: it is none of these.
        WrongArray: it is a subclass of ndarray, of an odd dtype, or takes, together with the bytes
            that were `sent` before it, more than `largest`.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float):
        return value
    if isinstance(value, generic):
        value = asarray(value)
    elif kind is not ndarray:
        if isinstance(value, ndarray):
            raise WrongArray(f"{name}: expected a plain numpy array, got a {kind.__name__}")
        raise Returned(f"{name}: expected a numpy array, got a {kind.__name__}")
    if value.dtype.name not in DTYPES:
        raise WrongArray(f"{name}: expected an array of floats, got dtype {value.dtype.name}")
    if sent + value.nbytes > largest:
        raise WrongArray(
            f"{name}: expected outputs of at most {largest} bytes together, got shape {value.shape}"
        )
    return value


def fingerprint(value: Any) -> Any:
    """Something that differs once an input (or an array within it) has been changed."""
    if type(value) is ndarray:
        return value.shape, value.dtype.str, value.tobytes()
    if type(value) in (list, tuple):
        return [fingerprint(item) for item in value]
    if type(value) is dict:
        return {key: fingerprint(item) for key, item in value.items()}
    return value if type(value) in (bool, int, str) else repr(value)[:LONGEST_TEXT]


def frames(error: BaseException) -> Iterator[tuple[types.CodeType, int]]:
    """The code and line of each frame of an error's traceback, the outermost first."""
    traceback = error.__traceback__
    while traceback is not None:
        yield traceback.tb_frame.f_code, traceback.tb_lineno
        traceback = traceback.tb_next


def as_failure(
    error: BaseException, functions: tuple[str, ...], during: str, filename: str | None
) -> Failure:
    """Put an error into words.

    Args:
        error: what was raised.
        functions: the exercise's functions.
        during: what was running as far as the watch knows.
        filename: the student's file, as its code calls it.
    """
    line = None
    own = []
    for code, number in frames(error):
        if code.co_filename == filename:
            line = number
        if code.co_qualname in functions:
            own.append(code.co_qualname)
    text, exception = message(error), type(error).__name__
    # What is not written yet may have been called by another function of the exercise.
    called = own[-1:] if isinstance(error, NotImplementedError) else own[:1]
    during = called[0] if called else during
    if isinstance(error, Returned):
        named = text.partition(":")[0]
        return Failure("returned", text, named if named in functions else during)
    if isinstance(error, WrongArray):
        return Failure("array", text, during)
    if isinstance(error, SystemExit):
        return Failure("exit", "called sys.exit", during, line, exception)
    if isinstance(error, SyntaxError):
        return Failure("syntax", text, during, error.lineno, exception)
    kinds = {NotImplementedError: "blank", MemoryError: "memory", ImportError: "import"}
    kind = next((kinds[one] for one in kinds if isinstance(error, one)), "raised")
    if kind == "memory":
        text = "took more memory than it may" + (f" ({text})" if text else "")
    return Failure(kind, text or exception, during, line, exception)


def message(error: BaseException) -> str:
    """The text of an error: short, one line, printable ASCII, whatever its class does."""
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        return printable(text)
    except Exception:
        return "an error whose text cannot be shown"


def printable(text: str) -> str:
    """The text on one line, without characters that could do something to a terminal."""
    kept = str.split(text[: 4 * LONGEST_TEXT])
    line = " ".join(kept).encode("ascii", "backslashreplace").decode("ascii")
    line = "".join(c if c.isprintable() else "?" for c in line)
    return line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 3] + "..."


def missing(functions: Mapping[str, Any], wanted: tuple[str, ...]) -> str | None:
    """What is wrong with the functions, in words, or None where all of them are there."""
    for name in wanted:
        found: Any = functions.get(name.partition(".")[0])
        for part in name.split(".")[1:]:
            found = getattr(found, part, None)
        if found is None:
            near = difflib.get_close_matches(name, [*functions], n=1)
            return f"{name} is not there" + (f" (is it {near[0]}?)" if near else "")
        if not callable(found):
            return f"{name} is not a function"
    return None

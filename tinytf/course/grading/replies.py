"""Reads what a student's process says about a run; each field is checked, for nothing is trusted.

Each function raises WireError where a reply has not the form that an honest process gives it.
"""

import signal
from collections.abc import Mapping
from typing import Any

from tinytf.course.grading.outcome import KINDS, Failure
from tinytf.course.grading.running import WrongArray, checked, printable
from tinytf.course.grading.wire import WireError
from tinytf.course.returned import Returned

LARGEST_NUMBER = 2**31
LONGEST_NAME = 100
MOST_OUTPUTS = 1000


def put_output(name: Any, value: Any, outputs: dict[str, Any], largest: int) -> None:
    """Add an output of at most `largest` bytes to the others."""
    if type(name) is not str or len(name) > LONGEST_NAME:
        raise WireError("an output without a name")
    if name in outputs or len(outputs) >= MOST_OUTPUTS:
        raise WireError("an output that the exercise does not have")
    try:
        outputs[name] = checked(name, value, largest)
    except (Returned, WrongArray) as error:
        raise WireError("an output that is no array") from error


def read_done(
    header: Mapping[str, Any], inputs: Mapping[str, Any]
) -> tuple[Failure | None, tuple[str, ...], int]:
    """The failure, the inputs that changed, the forward calls in a backward."""
    changed, calls = header.get("changed"), header.get("forward_calls")
    if type(changed) is not list or not all(type(name) is str for name in changed):
        raise WireError("a reply of a wrong form")
    if type(calls) is not int or not 0 <= calls < LARGEST_NUMBER:
        raise WireError("a reply of a wrong form")
    known = tuple(name for name in inputs if name in changed)
    return read_failure(header.get("failure")), known, calls


def read_failure(fields: Any) -> Failure | None:
    """A failure, or None for none."""
    if fields is None:
        return None
    if type(fields) is not dict:
        raise WireError("a reply of a wrong form")
    kind, line = fields.get("kind"), fields.get("line")
    words = [fields.get(name) for name in ("text", "during", "exception")]
    if type(kind) is not str or kind not in KINDS or not all(type(word) is str for word in words):
        raise WireError("a reply of a wrong form")
    if line is not None and (type(line) is not int or not 0 <= line < LARGEST_NUMBER):
        raise WireError("a reply of a wrong form")
    text, during, exception = (printable(str(word)) for word in words)
    return Failure(kind, text, during, line, exception)


def timeout(what: str, seconds: float, during: str) -> Failure:
    """The failure of something that took too long: of `during` itself, or of more."""
    most = f"longer than {seconds:g} seconds"
    return Failure("timeout", most if what == during else f"{what} took {most}", during)


def death(status: int | None, seconds: float, during: str) -> Failure:
    """The failure of a process that has ended by itself.

    Args:
        status: its exit status; negative: the signal that ended it; None: it still ran.
        seconds: what one run may take.
        during: what was running.
    """
    if status is None:
        return Failure("died", "closed the grader's pipe", during)
    if status >= 0:
        text = f"ended its process with exit status {status}, without returning"
        return Failure("died", text, during)
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    if name in ("SIGXCPU", "SIGALRM"):
        return timeout(during, seconds, during)
    words = {
        "SIGSEGV": " (endless recursion, or broken memory)",
        "SIGKILL": " (sent by the system: out of memory or time)",
    }
    return Failure("died", f"its process died of {name}{words.get(name, '')}", during)

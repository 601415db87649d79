"""What came out of running an exercise's functions once.

This file is sent as text into the student's process, so it imports nothing but the standard
library.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = {
    "blank": "raised NotImplementedError: still to be written",
    "raised": "raised an error",
    "returned": "returned something of the wrong form, such as None or one value instead of two",
    "array": "returned an array that is not a plain one of floats, integers or booleans",
    "syntax": "the file is no valid Python",
    "import": "imports something that is not there while grading",
    "missing": "a function is not there",
    "timeout": "took too long",
    "memory": "took too much memory",
    "died": "ended the process: os._exit, a crash, a signal",
    "exit": "called sys.exit",
    "forged": "wrote to the grader's pipe itself",
    "forbidden": "tried something that a solution never needs, such as reading a foreign file",
    "patched": "replaced a function of NumPy or a builtin",
}


@dataclass(frozen=True)
class Failure:
    """Why there are no (or not all) outputs.

    Attributes:
        kind: one of KINDS.
        text: what happened, for the student: one line, printable ASCII.
        during: "import", or the name of the exercise's function that was running.
        line: the line in the student's file, where known.
        exception: the name of the exception's type where one was raised, else "".
    """

    kind: str
    text: str
    during: str
    line: int | None = None
    exception: str = ""


@dataclass(frozen=True)
class Outcome:
    """The outputs of one run of an exercise's functions, up to where they failed.

    Attributes:
        outputs: name -> a plain array or a number, in the order in which the driver gives them.
        failure: why the rest is not there; None where everything is.
        changed: names of the inputs that the functions changed.
        forward_calls_in_backward: how often the exercise's own forward ran while its backward ran.
        printed: how many characters (bytes) were printed since the last run.
    """

    outputs: Mapping[str, Any] = field(default_factory=dict)
    failure: Failure | None = None
    changed: tuple[str, ...] = ()
    forward_calls_in_backward: int = 0
    printed: int = 0

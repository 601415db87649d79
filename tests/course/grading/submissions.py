"""A small exercise, a right submission of it, and how the tests here run one."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from tinytf.course.exercise import Cases, Exercise
from tinytf.course.grading import process
from tinytf.course.grading.child import NOTHING, Child
from tinytf.course.grading.limits import MEGABYTE, Limits
from tinytf.course.grading.outcome import Outcome

NO_CASES = Cases(lambda: None, lambda rng: [], lambda rng: [])  # type: ignore[arg-type,return-value]
DOUBLE = Exercise(
    "double",
    "Double",
    "nowhere",
    ("double_forward", "double_backward"),
    "op",
    {
        "forward": "double_forward",
        "backward": "double_backward",
        "inputs": ["x"],
        "cotangent": "dy",
        "gradients": ["dx"],
    },
    {"y": 1.0, "dx": 1.0},
    NO_CASES,
)
APPLY = Exercise(
    "apply",
    "Apply",
    "nowhere",
    ("apply",),
    "function",
    {"function": "apply", "inputs": ["x"]},
    {"y": 1.0},
    NO_CASES,
)
RIGHT = """\
import os
import sys
import numpy as np

def double_forward(x):
    return 2 * x, None

def double_backward(dy, cache):
    return 2 * dy

"""
LIMITS = Limits(
    seconds_per_call=10.0,
    seconds_per_exercise=30.0,
    memory=96 * MEGABYTE,
    reply=4 * MEGABYTE,
    fatal_failures=1,
)


def inputs() -> dict[str, Any]:
    return {"x": np.array([[1.0, -2.0, 3.0]]), "dy": np.array([[0.5, 1.0, 1.5]])}


def child(
    text: str,
    exercise: Exercise = DOUBLE,
    limits: Limits = LIMITS,
    remote: Mapping[str, Callable[..., Any]] = NOTHING,
    **files: str,
) -> Child:
    """A child with this text as the student's file; others by their stems, such as given="..."."""
    others = {f"hw0/{stem}.py": other for stem, other in files.items()}
    return Child(
        "hw0", {"hw0/__init__.py": "", "hw0/ops.py": text, **others}, exercise, remote, limits
    )


def apply(body: str, x: Any = 1.0, remote: Mapping[str, Callable[..., Any]] = NOTHING) -> Outcome:
    """The outcome of `def apply(x)` with this body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    with child(f"import numpy as np\ndef apply(x):\n{lines}", APPLY, remote=remote) as one:
        return one.run({"x": x})


@contextmanager
def leaves_nothing(one: Child) -> Iterator[None]:
    """Asserts that no process of the child's group and no folder of it is there afterwards."""
    started: list[tuple[int, str]] = []
    real = process.StudentProcess.__init__

    def noting(self: process.StudentProcess, limits: Limits) -> None:
        real(self, limits)
        started.append((self.pid, self._folder))

    process.StudentProcess.__init__ = noting  # type: ignore[method-assign]
    try:
        with one:
            yield
    finally:
        process.StudentProcess.__init__ = real  # type: ignore[method-assign]
    for pid, folder in started:
        assert not os.path.exists(folder), f"expected {folder} to be gone"
        if os.name == "posix":
            try:
                os.killpg(pid, 0)
            except ProcessLookupError:
                continue
            raise AssertionError(f"expected no process of group {pid} to be left")

"""A teacher's own assignment: one small op, marked, beside its toml."""

from pathlib import Path

OP = '''\
"""A scaled square."""

import numpy as np


def require_floats(x):
    """Raise TypeError unless x holds floats."""
    if x.dtype.kind != "f":
        raise TypeError("x: expected floats")


# BEGIN SOLUTION NO PROMPT
def _slope(x):
    return 2.0 * x + np.zeros_like(x)


# END SOLUTION


def square_forward(x, gamma):
    """Square x and scale it.

    Formula: `y = gamma * x^2`
    """
    require_floats(x)
    # BEGIN SOLUTION
    y = gamma * x * x
    return y, (x, gamma)
    # END SOLUTION


def square_backward(dy, cache):
    """Gradients of `square_forward`: dx, dgamma."""
    ### BEGIN YOUR SOLUTION
    x, gamma = cache
    dx = dy * gamma * _slope(x)
    dgamma = (dy * x * x).reshape(-1, x.shape[-1]).sum(axis=0)
    return dx, dgamma
    ### END YOUR SOLUTION
'''

TOML = """\
name = "squares"
title = "A scaled square"
modules = ["square.py"]

[[exercise]]
id = "square"
title = "Scaled square"
module = "square.py"
functions = ["square_forward", "square_backward"]
driver = "op"
inputs = { x = "float (*, D)", gamma = "float (D)", dy = "float (*, D)" }
mistakes = "square_mistakes.py"
points = { y = 2, dx = 3, dgamma = 3, edge = 2 }

[exercise.call]
forward = "square_forward"
backward = "square_backward"
inputs = ["x", "gamma"]
cotangent = "dy"
gradients = ["dx", "dgamma"]
"""

MISTAKES = '''\
"""What is known to go wrong."""

from tinytf.course.exercise import Mistake

MISTAKES = (
    Mistake(
        name="no factor 2",
        says="the factor 2 of the power rule is missing",
        evidence="your dx is half of the right one",
        edits=(("2.0 * x", "1.0 * x"),),
    ),
    Mistake(
        name="mean",
        says="dgamma is averaged over the rows, not summed",
        evidence="your dgamma is too small by the number of rows",
        edits=((".sum(axis=0)", ".mean(axis=0)"),),
    ),
)
'''


def write_own(directory: Path, **changed: str) -> Path:
    """Write the three files and return the toml's path; `op`, `toml` or `mistakes` may differ."""
    directory.mkdir(parents=True, exist_ok=True)
    texts = {"op": OP, "toml": TOML, "mistakes": MISTAKES} | changed
    names = {"op": "square.py", "toml": "squares.toml", "mistakes": "square_mistakes.py"}
    for key, name in names.items():
        (directory / name).write_text(texts[key], encoding="utf-8")
    return directory / "squares.toml"

"""A reference that is wrong itself is found: it fails, or a gradient is no derivative."""

from pathlib import Path

import numpy as np
import pytest

from tinytf.course.assignment import Assignment, load_assignment
from tinytf.course.check_reference import derivatives, reference_problems
from tinytf.course.errors import CourseError
from tinytf.course.grading.edited import Reference, quietly
from tinytf.course.grading.probes import try_probes

from .own_assignment import OP, TOML, write_own

# relu has kinks, abs(x)^1.5 a steep second derivative at 0, and the last has a sharp exponent.
SMOOTH_OR_NOT = {
    "x * (x > 0)": "dy * (x > 0)",
    "np.abs(x) ** 1.5": "dy * 1.5 * np.abs(x) ** 0.5 * np.sign(x)",
    "np.exp(4 * x)": "dy * 4 * np.exp(4 * x)",
    "1e6 + x": "dy",
    "1e-6 * x": "1e-6 * dy",
    "1 + np.sign(x)": "0.0 * dy",
}
PAIR = """\
import numpy as np

def square_forward(x, gamma):
    # BEGIN SOLUTION
    return gamma * ({y}), (x, gamma)
    # END SOLUTION

def square_backward(dy, cache):
    # BEGIN SOLUTION
    x, gamma = cache
    dgamma = (dy * ({y})).reshape(-1, x.shape[-1]).sum(axis=0)
    dy = dy * gamma
    return {dx}, dgamma
    # END SOLUTION
"""


def own(tmp_path: Path, **changed: str) -> Assignment:
    toml = changed.pop("toml", TOML).replace('mistakes = "square_mistakes.py"\n', "")
    return load_assignment(write_own(tmp_path, toml=toml, **changed))


def found(tmp_path: Path, **changed: str) -> list[str]:
    problems = list(reference_problems(own(tmp_path, **changed)))
    assert all("\n" not in problem for problem in problems)
    return problems


@pytest.mark.parametrize(("y", "dx"), SMOOTH_OR_NOT.items(), ids=SMOOTH_OR_NOT)
def test_a_right_gradient_is_right_and_a_wrong_one_is_named(
    tmp_path: Path, y: str, dx: str
) -> None:
    assert found(tmp_path / "right", op=PAIR.format(y=y, dx=dx)) == []
    (problem,) = found(tmp_path / "wrong", op=PAIR.format(y=y, dx=f"1.001 * ({dx}) + 1e-3 * dy"))
    assert "dx of the reference is not the derivative by x" in problem


def test_gradients_in_the_wrong_order(tmp_path: Path) -> None:
    toml = TOML.replace('["dx", "dgamma"]', '["dgamma", "dx"]')
    problems = found(tmp_path, toml=toml)
    assert len(problems) == 2
    assert "dgamma is of shape (2, 4, 3), but gamma of shape (3,)" in problems[0]
    assert problems[0].endswith("does square_backward return dgamma, dx in this order?")


def test_a_gradient_of_another_name_is_not_measured(tmp_path: Path) -> None:
    """A backward may be meant to give something else than the derivative."""
    op = PAIR.format(y="np.round(x)", dx="dy")
    assert len(found(tmp_path / "dx", op=op)) == 1
    toml = TOML.replace('"dx"', '"straight_through"').replace("dx = 3", "straight_through = 3")
    assert found(tmp_path / "other", op=op, toml=toml) == []
    (exercise,) = own(tmp_path / "other", op=op, toml=toml).exercises
    assert derivatives(exercise) == {"dgamma": "gamma"}


def test_dy_of_another_shape_than_y(tmp_path: Path) -> None:
    toml = TOML.replace('dy = "float (*, D)"', 'dy = "float (D)"')
    (problem,) = found(tmp_path, toml=toml)
    said = "square: on random numbers 1 y has shape (2, 4, 3), but dy (3,); expected the same"
    assert problem == said


RAISES = OP.replace("    y = gamma", '    raise KeyError("gone")\n    y = gamma')


def test_a_reference_that_fails(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, op=RAISES)
    assert problem.startswith("square: on random numbers 1 the reference fails: square_forward: ")
    assert "KeyError: 'gone'" in problem


def test_a_function_that_is_not_there(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, op=OP.replace("def square_backward", "def square_back"))
    assert "square_backward is not there (is it square_back?)" in problem


def test_the_error_of_a_reference_is_never_the_right_answer(tmp_path: Path) -> None:
    """On generic probes; on special ones it may be meant."""
    assignment = own(tmp_path, op=RAISES)
    (exercise,) = assignment.exercises
    namespace = vars(assignment.load("square.py"))
    with pytest.raises(CourseError, match="on random numbers 1 the reference fails"):
        try_probes(
            exercise,
            Reference(assignment, exercise),
            lambda inputs: quietly(exercise, namespace, inputs),
        )


def test_an_error_on_a_special_probe_may_be_meant(tmp_path: Path) -> None:
    op = OP.replace(
        "    require_floats(x)\n    #",
        '    if x.size == 1:\n        raise ValueError("x: one number is too few")\n    #',
    )
    assert found(tmp_path, op=op) == []
    (exercise,) = own(tmp_path, op=op).exercises
    probes = exercise.cases.special(np.random.default_rng(0))
    assert any(probe.inputs["x"].size == 1 for probe in probes)

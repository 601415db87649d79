"""`[exercise.call]`: what does not fit is one line when the assignment is loaded."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from tinytf.course.assignment import load_assignment
from tinytf.course.calls import FORMS, require_call
from tinytf.course.drivers import DRIVERS
from tinytf.course.errors import CourseError

from .own_assignment import TOML, write_own

POINTS = "points = { y = 2, dx = 3, dgamma = 3, edge = 2 }"
INPUTS = 'inputs = { x = "float (*, D)", gamma = "float (D)", dy = "float (*, D)" }'


def test_every_driver_says_what_it_wants() -> None:
    assert set(FORMS) == set(DRIVERS)


WRONG = {
    "a cotangent that is no input": ('"dy"', '"dz"', "call: cotangent: expected one of the inputs"),
    "no cotangent": ('cotangent = "dy"\n', "", "call: missing: cotangent"),
    "no forward": ('forward = "square_forward"\n', "", "call: missing: forward"),
    "no inputs": ('inputs = ["x", "gamma"]\n', "", "call: missing: inputs"),
    "an unknown key": ('cotangent = "dy"', 'cotangent = "dy"\nfoo = 3', "call: unknown: foo"),
    "a misspelt forward": (
        'forward = "square_forward"',
        'forward = "sqare_forward"',
        "call: forward: expected one of the functions (square_forward, square_backward), got "
        "'sqare_forward'; did you mean square_forward?",
    ),
    "a misspelt backward": (
        'backward = "square_backward"',
        'backward = "square"',
        "call: backward: expected one of the functions",
    ),
    "a misspelt input": (
        '["x", "gamma"]',
        '["x", "gama"]',
        "call: inputs: expected one of the inputs (x, gamma, dy), got 'gama'; did you mean gamma?",
    ),
    "an input twice": ('["x", "gamma"]', '["x", "x"]', "call: inputs: a name stands twice"),
    "an input that nothing gets": ('["x", "gamma"]', '["x"]', "nothing gets the inputs gamma"),
    "declared inputs are none": (INPUTS, "inputs = {}", "call: inputs: expected one of"),
    "an option that is no input": (
        'cotangent = "dy"',
        'cotangent = "dy"\noptions = ["eps"]',
        "call: options: expected one of the inputs",
    ),
    "a text for a list": ('["dx", "dgamma"]', '"dx"', "call: gradients: expected a list"),
    "a list for a text": ('"dy"\ngradients', '["dy"]\ngradients', "call: cotangent: expected a te"),
    "a gradient that is not returned": (
        '["dx", "dgamma"]',
        '["dx"]',
        "points: expected one of the outputs or edge (y, dx), got 'dgamma'",
    ),
    "an output without points": (
        POINTS,
        "points = { dx = 3, dgamma = 3 }",
        "points: none for y; expected all outputs to have some",
    ),
    "points for no output": (POINTS, POINTS.replace("dx", "dz"), "got 'dz'"),
    "two outputs of one name": (
        'cotangent = "dy"',
        'cotangent = "dy"\noutput = "dx"',
        "two outputs of one name in dx, dx, dgamma, edge",
    ),
    "an output called edge": ('"dy"\ngrad', '"dy"\noutput = "edge"\ngrad', "two outputs of one"),
}


@pytest.mark.parametrize(("old", "new", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_call_is_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert TOML.count(old) == 1
    toml = write_own(tmp_path, toml=TOML.replace(old, new))
    with pytest.raises(CourseError) as caught:
        load_assignment(toml)
    said_so = str(caught.value)
    assert said_so.startswith(f"{toml}: exercise square: ")
    assert said in said_so
    assert "\n" not in said_so


LAYER: Mapping[str, Any] = {
    "class": "Scale",
    "config": {"n_heads": 1},
    "settings": ["norm"],
    "inputs": ["x"],
    "cotangent": "dy",
    "gradients": ["dx"],
}
PROBES = (["x", "dy", "seed", "norm"], ["x", "dy", "seed"])


def layer(
    changed: Mapping[str, Any] = MappingProxyType({}),
    functions: tuple[str, ...] = ("Scale.backward",),
    probes: tuple[list[str], ...] = PROBES,
    points: tuple[str, ...] = ("dx", "dparameters", "edge"),
) -> None:
    require_call("layer", {**LAYER, **changed}, functions, probes, points)


def test_the_forward_of_a_class_needs_no_points_where_it_is_given() -> None:
    layer()
    layer(points=("y", "dx", "dparameters"))
    with pytest.raises(CourseError, match="points: none for y"):
        layer(functions=("Scale.forward", "Scale.backward"))
    with pytest.raises(CourseError, match="points: none for dparameters"):
        layer(points=("dx",))


def test_an_option_may_lack_in_a_probe_and_an_input_may_not() -> None:
    with pytest.raises(CourseError, match=r"inputs: expected one of the inputs \(x, dy, seed\)"):
        layer({"inputs": ["x", "norm"], "settings": []})
    with pytest.raises(CourseError, match="the driver needs the inputs seed besides"):
        layer(probes=(["x", "dy", "norm"],))


def test_a_config_holds_texts_and_numbers() -> None:
    with pytest.raises(CourseError, match=r"call: config: n_heads: expected a text or a number"):
        layer({"config": {"n_heads": [1]}})

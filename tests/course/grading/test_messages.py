"""What a student reads: plain words for what has no numbers, and never the solution."""

import pytest

from tests.course.students.hw1 import WRONG
from tests.course.students.hw1.softmax import SAFE_SOFTMAX
from tests.course.variants import Variant, assignment_of, graded
from tinytf.course.grading.text import exercise_text

FORWARD = "def softmax_forward(x, axis=-1):\n    "
BACKWARD = "def softmax_backward(dy, cache):\n    p, axis = cache\n    "


def text_of(code: str, examples: bool = True) -> str:
    text = exercise_text(graded("hw1", Variant("softmax", "one", code), examples))
    assert text.isascii()
    assert all(len(line) <= 100 for line in text.splitlines())
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (FORWARD + "return x", "softmax_forward: expected (y, cache), got one ndarray"),
        (FORWARD + "pass", "softmax_forward: expected (y, cache), got None"),
        (FORWARD + "return None, 1", "softmax_forward returns None for y: is a return missing?"),
        (FORWARD + "return x.sum(axis), x", "y has shape (3,), expected (3, 5)"),
        (FORWARD + "return x.sum(axis), x", "an axis got lost; is keepdims=True missing?"),
        (FORWARD + "return x * np.nan, x", "y is NaN (seen on: x of 2 axes)"),
        (FORWARD + "raise KeyError('\\u0394 not there')", "softmax_forward raises KeyError"),
        (FORWARD + "raise NotImplementedError", "softmax_forward is not written yet"),
        (FORWARD + "return 'text', 1", "y: expected a numpy array, got a str"),
        (FORWARD + "return x.astype(object), 1", "y: expected an array of floats"),
        (SAFE_SOFTMAX + BACKWARD + "return dy, dy", "dx: expected a numpy array, got a tuple"),
        (SAFE_SOFTMAX + BACKWARD + "return (p * dy).T", "is it transposed?"),
        ("softmax_forward = 3", "softmax_forward is not a function"),
    ],
)
def test_structure_in_plain_words(code: str, said: str) -> None:
    text = text_of(code, examples=False)
    assert said in text
    assert "0/10" in text or "y OK 3/3, dx 0/5" in text


def test_the_sample_of_the_design() -> None:
    (variant,) = (variant for variant in WRONG if variant.name == "no cross term")
    lines = exercise_text(graded("hw1", variant, examples=True)).splitlines()
    assert lines[:6] == [
        "FAIL softmax  3.33/10   y OK 3/3, dx 0/5, edge cases 0.33/2",
        "  dx:",
        "    Smallest failing case: x=[0.] dy=[1.]   yours dx=[1.]   correct [0.]",
        "    Diagnosis (matches on every probe): the cross term -y*sum(dy*y) is missing.",
        "    Evidence: your error equals +y*sum(dy*y); along the axis dx must sum to 0.",
        "  edge cases:",
    ]
    assert lines[6].startswith("    dx is wrong on: scores around 1000; "), lines[6]


def test_a_forward_mistake_is_not_blamed_on_the_backward() -> None:
    text = text_of(
        FORWARD + "e = np.exp(0.5 * x - 0.5 * x.max(axis, keepdims=True))\n"
        "    p = e / e.sum(axis, keepdims=True)\n    return p, (p, axis)\n"
        + BACKWARD
        + "g = p * dy\n    return 0.5 * (g - p * g.sum(axis, keepdims=True))"
    )
    assert "Your dx is the right derivative of your own forward: repair the forward first." in text
    assert "Diagnosis" not in text


def test_a_backward_that_is_wrong_beside_a_wrong_forward() -> None:
    text = text_of(
        FORWARD + "e = np.exp(0.5 * x - 0.5 * x.max(axis, keepdims=True))\n"
        "    p = e / e.sum(axis, keepdims=True)\n    return p, (p, axis)\n"
        + BACKWARD
        + "return p * dy"
    )
    assert "repair the forward first" not in text


EXPONENTS = "e = np.exp(x - x.max(axis, keepdims=True))\n    "
RIGHT_BACKWARD = BACKWARD + "return p * (dy - (dy * p).sum(axis, keepdims=True))\n"


def test_a_ratio_near_1_that_differs_from_row_to_row_is_no_constant_ratio() -> None:
    below = "p = e / (e.sum(axis, keepdims=True) + 1e-6)\n    return p, (p, axis)\n"
    text = text_of(FORWARD + EXPONENTS + below + RIGHT_BACKWARD)
    assert "y 0/3" in text
    assert "on all entries" not in text


def test_single_precision_is_seen() -> None:
    single = EXPONENTS.replace("exp(x", "exp(np.float32(x)").replace("x.max", "np.float32(x).max")
    below = "p = (e / e.sum(axis, keepdims=True)).astype(float)\n    return p, (p, axis)\n"
    text = text_of(FORWARD + single + below + RIGHT_BACKWARD)
    assert "on all entries" not in text
    assert "it is computed in single precision" in text


def test_a_message_holds_no_line_of_the_reference_and_of_no_test() -> None:
    source = assignment_of("hw1").source("tinytf.ops.softmax")
    lines = {line.strip() for line in source.splitlines() if "=" in line and "def " not in line}
    long = {line for line in lines if len(line) > 20}
    assert len(long) > 10
    for variant in WRONG:
        text = exercise_text(graded("hw1", variant))
        assert not [line for line in long if line in text], variant.name
        assert "Traceback" not in text

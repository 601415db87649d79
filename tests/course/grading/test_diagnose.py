"""Diagnosis: every known mistake of hw1 names itself, two are both named, none is made up."""

import pytest

from tests.course.variants import (
    Variant,
    assignment_of,
    edited,
    graded,
    named,
    reference_of,
)
from tinytf.course.grading.edited import Reference, quietly
from tinytf.course.grading.exercise import grade_exercise
from tinytf.course.grading.probes import Run, try_probes
from tinytf.course.grading.text import exercise_text

MISTAKES = [
    (exercise.id, mistake.name)
    for exercise in assignment_of("hw1").exercises
    for mistake in assignment_of("hw1").mistakes(exercise.id)
]


def run_with(reference: Reference, *names: str) -> Run:
    applied = tuple(
        mistake for name in names for mistake in reference.mistakes if mistake.name == name
    )
    assert len(applied) == len(names)
    return lambda inputs: reference.run(inputs, applied) or pytest.fail(f"{names} do not fit")


@pytest.mark.parametrize(("exercise", "name"), MISTAKES)
def test_every_known_mistake_names_itself_and_nothing_else(exercise: str, name: str) -> None:
    reference = reference_of("hw1", exercise)
    result = grade_exercise(reference.exercise, reference, run_with(reference, name), False)
    assert not result.full
    assert named(result) == [{name}]


@pytest.mark.parametrize(
    "pair",
    [
        ("no shift", "no cross term"),
        ("NaN on rows of -inf", "sign flipped"),
        ("divided by the mean", "cross term added"),
    ],
)
def test_two_mistakes_are_both_named(pair: tuple[str, str]) -> None:
    reference = reference_of("hw1", "softmax")
    result = grade_exercise(reference.exercise, reference, run_with(reference, *pair), False)
    assert set.union(*named(result)) == set(pair)


def sections(homework: str, exercise: str, code: str) -> dict[str, tuple[str, ...]]:
    """The names of the mistakes that each section tells."""
    result = graded(homework, Variant(exercise, "one", code), examples=False)
    return {part.name: part.mistakes for part in result.parts}


def test_each_section_names_what_changes_its_output_and_nothing_else() -> None:
    told = sections(
        "hw1",
        "softmax",
        "def softmax_forward(x, axis=-1):\n    e = np.exp(x)\n"
        "    p = e / e.sum(axis, keepdims=True)\n    return p, (p, axis)\n"
        "def softmax_backward(dy, cache):\n    return dy * cache[0]\n",
    )
    assert told == {"y": (), "dx": ("no cross term",), "edge": ("no shift",)}


def test_a_mistake_of_the_backward_is_not_told_under_the_forward() -> None:
    told = sections(
        "hw3",
        "layernorm",
        edited(
            "def layernorm_forward(x, gamma, beta, eps=1e-5):\n"
            "    std = np.sqrt(x.var(-1, keepdims=True, ddof=1) + eps)\n"
            "    n = (x - x.mean(-1, keepdims=True)) / std\n"
            "    return gamma * n + (0 if beta is None else beta), (n, std, gamma, beta)\n"
            "def layernorm_backward(dy, cache):\n    n, std, gamma, beta = cache\n"
            "    rows = dy.reshape(-1, n.shape[-1])\n    g = dy * gamma\n"
            "    dx = g - g.mean(-1, keepdims=True) - n * (g * n).mean(-1, keepdims=True)\n"
            "    dgamma = (rows * n.reshape(rows.shape)).sum(0)\n"
            "    return dx / std, dgamma, None if beta is None else rows.sum(0)\n",
            "g = dy * gamma",
            "g = dy",
        ),
    )
    assert told["y"] == told["dgamma"] == ("ddof=1",)
    assert set(told["dx"]) == {"ddof=1", "gamma forgotten in dx"}
    assert told["dbeta"] == ()


def without(name: str) -> Reference:
    """The reference of layernorm, where one mistake is not known."""
    reference = Reference(assignment_of("hw3"), assignment_of("hw3").exercise("layernorm"))
    reference.mistakes = tuple(m for m in reference.mistakes if m.name != name)
    return reference


def test_what_would_break_a_right_output_is_not_named() -> None:
    """A root forgotten in the forward and one more would give this dx, but y is right."""
    wrong = reference_of("hw3", "layernorm")
    run = run_with(wrong, "dx divides by the variance")
    result = grade_exercise(wrong.exercise, without("dx divides by the variance"), run, False)
    assert [part.name for part in result.parts if not part.full] == ["dx", "edge"]
    assert named(result) == []


def test_a_gradient_that_is_wrong_where_the_output_is_right_is_no_derivative_of_it() -> None:
    """Dead rows are wrong in the forward, and dv forgets the dropout: two mistakes, both named."""
    reference = reference_of("hw4", "attention")
    run = run_with(reference, "dead rows average everything", "dv with the weights before dropout")
    result = grade_exercise(reference.exercise, reference, run, False)
    assert set.union(*named(result)) == {
        "dead rows average everything",
        "dv with the weights before dropout",
    }
    assert "derivative of your own forward" not in exercise_text(result)


def test_an_unknown_mistake_is_not_given_a_name() -> None:
    code = "def softmax_backward(dy, cache):\n    y, axis = cache\n    return y * dy * y - y"
    result = graded("hw1", Variant("softmax", "odd", code))
    assert not result.full
    assert named(result) == []


def test_a_mistake_on_edge_cases_only_keeps_the_other_points() -> None:
    reference = reference_of("hw1", "softmax")
    result = grade_exercise(reference.exercise, reference, run_with(reference, "no shift"), False)
    scores = {part.name: part.score for part in result.parts}
    assert scores["y"] == 3
    assert scores["dx"] == 5
    assert 0 < scores["edge"] < 2


def test_the_same_objects_serve_as_probes_each_time() -> None:
    """Mistakes are run once on each probe, not once for each submission."""
    reference = reference_of("hw1", "softmax")
    exercise = reference.exercise
    namespace = vars(assignment_of("hw1").load(exercise.module))
    one, other = (
        try_probes(exercise, reference, lambda inputs: quietly(exercise, namespace, inputs))
        for _ in range(2)
    )
    assert [tried.probe for tried in one.tried] == [tried.probe for tried in other.tried]
    assert all(a.probe is b.probe for a, b in zip(one.tried, other.tried, strict=True))

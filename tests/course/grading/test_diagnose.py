"""Diagnosis: every known mistake of hw1 names itself, two are both named, none is made up."""

import pytest

from tests.course.variants import Variant, assignment_of, graded, named, reference_of
from tinytf.course.grading.edited import Reference, quietly
from tinytf.course.grading.exercise import grade_exercise
from tinytf.course.grading.probes import Run, try_probes

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

"""hw1: right variants get full marks, wrong ones are found and their mistakes named."""

from pathlib import Path

import pytest

from tests.course.students.hw1 import RIGHT, WRONG
from tests.course.variants import (
    Variant,
    assert_diagnosed,
    assert_right,
    assignment_of,
    graded_in_child,
    reference_of,
    verdict,
)
from tinytf.course.grading.edited import edited
from tinytf.course.grading.text import exercise_text

IN_CHILD = ("no cross term", "summed in both", "x changed", "log of softmax", "finite differences")


@pytest.mark.parametrize("variant", RIGHT, ids=lambda variant: variant.name)
def test_a_right_variant_gets_full_marks(variant: Variant) -> None:
    assert_right("hw1", variant)


@pytest.mark.parametrize("variant", WRONG, ids=lambda variant: variant.name)
def test_a_wrong_variant_is_diagnosed(variant: Variant) -> None:
    assert_diagnosed("hw1", variant)


def test_the_catalogue_is_large_enough() -> None:
    assert len(RIGHT) >= 6
    assert len(WRONG) >= 25
    known = [variant for variant in WRONG if variant.mistakes]
    assert len(known) >= 0.7 * len(WRONG)
    names = [variant.name for variant in (*RIGHT, *WRONG)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", IN_CHILD)
def test_the_same_in_a_process_of_its_own(name: str, tmp_path: Path) -> None:
    (variant,) = (variant for variant in WRONG if variant.name == name)
    result = graded_in_child("hw1", variant, tmp_path)
    assert not result.full
    assert verdict(variant, result) == ("right" if variant.mistakes else "none")
    assert variant.says in " ".join(exercise_text(result).split())


@pytest.mark.parametrize("exercise", [exercise.id for exercise in assignment_of("hw1").exercises])
def test_every_known_mistake_is_an_edit_that_fits(exercise: str) -> None:
    source = assignment_of("hw1").source(assignment_of("hw1").exercise(exercise).module)
    mistakes = reference_of("hw1", exercise).mistakes
    names = [mistake.name for mistake in mistakes]
    assert len(set(names)) == len(names)
    for mistake in mistakes:
        text = edited(source, mistake)
        assert text not in (None, source), mistake.name
        assert not mistake.says.endswith("."), mistake.name
        assert f"{mistake.says} {mistake.evidence}".isascii(), mistake.name

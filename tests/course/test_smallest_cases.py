"""The smallest failing case shown: at most 8 numbers, as a median over all wrong variants."""

import importlib
import statistics

import pytest

from tests.course.variants import Variant, graded

HOMEWORKS = ("hw1", "hw2", "hw3", "hw4", "hw5")


def sizes(homework: str, variants: list[Variant]) -> dict[str, int]:
    """Variant and part -> how many numbers its message shows."""
    found = {}
    for variant in variants:
        for part in graded(homework, variant, examples=True).parts:
            if part.example is not None:
                found[f"{homework} {variant.name}: {part.name}"] = part.example.numbers
    return found


def wrong(homework: str) -> list[Variant]:
    return list(importlib.import_module(f"tests.course.students.{homework}").WRONG)


def test_a_sample_of_hw1_shows_few_numbers() -> None:
    shown = sizes("hw1", wrong("hw1")[::6])
    assert len(shown) >= 8
    assert statistics.median(shown.values()) <= 8, shown


@pytest.mark.slow
def test_the_median_over_all_wrong_variants_is_at_most_8() -> None:
    shown: dict[str, int] = {}
    n_variants = 0
    for homework in HOMEWORKS:
        n_variants += len(wrong(homework))
        shown |= sizes(homework, wrong(homework))
    assert n_variants >= 100
    assert len(shown) >= 0.9 * n_variants
    largest = sorted(shown.items(), key=lambda item: -item[1])[:10]
    assert statistics.median(shown.values()) <= 8, largest

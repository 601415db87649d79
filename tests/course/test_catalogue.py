"""The wrong variants of all five assignments together: how many are found, and rightly named.

Each assignment's own tests judge them one by one. This is the figure of them all:

    pytest -m slow -n 0 -s tests/course/test_catalogue.py
"""

import statistics
from collections import Counter

import pytest

from tests.course.homework import HOMEWORKS, variants
from tests.course.variants import Variant, graded, verdict


def sizes(homework: str, wrong: list[Variant]) -> dict[str, int]:
    """Variant and part -> how many numbers its message shows."""
    found = {}
    for variant in wrong:
        for part in graded(homework, variant, examples=True).parts:
            if part.example is not None:
                found[f"{homework} {variant.name}: {part.name}"] = part.example.numbers
    return found


@pytest.mark.slow
def test_every_wrong_variant_is_found_and_nearly_all_are_named() -> None:
    rows = {}
    for homework in HOMEWORKS:
        count: Counter[str] = Counter()
        for variant in variants(homework, "WRONG"):
            result = graded(homework, variant)
            count["not found" if result.full else verdict(variant, result)] += 1
        full = [graded(homework, variant).full for variant in variants(homework, "RIGHT")]
        rows[homework] = count
        print(f"{homework}: wrong {dict(count)}, right with full marks {sum(full)} of {len(full)}")
        assert all(full)
    total = sum(rows.values(), Counter())
    print(f"all: {dict(total)} of {total.total()}, named {total['right'] / total.total():.1%}")
    assert total.total() >= 100
    assert total["not found"] == total["wrong"] == 0
    assert total["right"] >= 0.9 * total.total()


def test_a_sample_of_hw1_shows_few_numbers() -> None:
    shown = sizes("hw1", variants("hw1", "WRONG")[::6])
    assert len(shown) >= 8
    assert statistics.median(shown.values()) <= 8, shown


@pytest.mark.slow
def test_the_smallest_failing_cases_have_a_median_of_at_most_8_numbers() -> None:
    shown: dict[str, int] = {}
    for homework in HOMEWORKS:
        of_homework = sizes(homework, variants(homework, "WRONG"))
        print(f"{homework}: median {statistics.median(of_homework.values())} of {len(of_homework)}")
        shown |= of_homework
    largest = sorted(shown.items(), key=lambda item: -item[1])[:10]
    print(f"all: median {statistics.median(shown.values())} of {len(shown)}; largest {largest}")
    assert len(shown) >= 100
    assert statistics.median(shown.values()) <= 8, largest

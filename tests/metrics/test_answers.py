"""Exact match and F1, against the steps of SQuAD's own evaluation, and by hand."""

import re
import string
from types import ModuleType

import pytest
from hypothesis import strategies as st

from tests.ops.claims import claim

parts = st.sampled_from(
    ["The ", "a", "an ", "A.N. ", "cat", "Cat's ", " ", "\u2013 ", "\n", "x-y "]
)
answers = st.lists(parts, max_size=6).map("".join)


def slow_words(answer: str) -> list[str]:
    """The clean-up, one character and one word at a time."""
    kept = "".join(c for c in answer.lower() if c not in set(string.punctuation))
    # An article is a run of letters, digits and "_" that is exactly one of these.
    spaced = "".join(" " if run in ("a", "an", "the") else run for run in re.split(r"(\W+)", kept))
    return spaced.split()


@claim(max_examples=200, said=answers, gold=st.lists(answers, min_size=1, max_size=3))
def test_by_definition(module: ModuleType, said: str, gold: list[str]) -> None:
    assert module.normalized(said) == " ".join(slow_words(said))
    assert module.exact_match(said, gold) == any(slow_words(said) == slow_words(g) for g in gold)
    best = 0.0
    for answer in gold:
        rest, n_common = slow_words(answer), 0
        for word in slow_words(said):
            if word in rest:
                rest.remove(word)
                n_common += 1
        if n_common:
            precision = n_common / len(slow_words(said))
            recall = n_common / len(slow_words(answer))
            best = max(best, 2 * precision * recall / (precision + recall))
    assert module.token_f1(said, gold) == pytest.approx(best, rel=1e-12)


def test_normalized_by_hand(module: ModuleType) -> None:
    cases = {
        "The  Cat!": "cat",
        "an A-team": "ateam",
        "A.N. other": "other",
        "theatre of the absurd": "theatre of absurd",
        "\u201cquoted\u201d": "\u201cquoted\u201d",  # only ASCII punctuation goes
        "the": "",
        "x\u2013a y": "x\u2013 y",  # a space stays where an article was
    }
    assert {text: module.normalized(text) for text in cases} == cases


def test_scores_by_hand(module: ModuleType) -> None:
    assert module.token_f1("the red cat", ["a red big cat", "dog"]) == pytest.approx(0.8)
    assert module.token_f1("cat cat", ["cat"]) == pytest.approx(2 / 3)
    assert not module.exact_match("red cat", ["red", "cat"])
    assert module.exact_match("The cat.", ["dog", "cat"])
    # Nothing is left of either: equal, but without a word in common.
    assert module.exact_match("the", ["a"])
    assert module.token_f1("the", ["a"]) == 0.0
    scores = module.answer_scores(["cat", "red", ""], [["the cat"], ["red cat", "dog"], ["x"]])
    assert scores.exact_match == pytest.approx(1 / 3)
    assert scores.f1 == pytest.approx((1 + 2 / 3 + 0) / 3)


def test_wrong_arguments(module: ModuleType) -> None:
    with pytest.raises(ValueError, match="expected as many answers as gold, 1, got 2"):
        module.answer_scores(["a", "b"], [["a"]])
    with pytest.raises(ValueError, match="expected at least one of the answers, got none"):
        module.answer_scores([], [])
    for measure in (module.exact_match, module.token_f1):
        with pytest.raises(ValueError, match=r"expected a list of right answers, got \[\]"):
            measure("a", [])
        with pytest.raises(ValueError, match="expected a list of right answers, got 'abc'"):
            measure("a", "abc")

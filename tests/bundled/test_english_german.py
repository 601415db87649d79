"""The bundled pairs: deterministic, disjoint, held-out combinations, known words."""

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest

from tests.bundled.say import LEXICON
from tinytf.bundled import Split, english_german

N_TRAIN, N_TEST = 3_000, 80


@cache
def made(module: ModuleType | None = None) -> Split[tuple[str, str]]:
    make = english_german if module is None else module.english_german
    split: Split[tuple[str, str]] = make(5, N_TRAIN, N_TEST)
    return split


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def adjective_nouns(text: str) -> set[tuple[str, str]]:
    """Pairs (adjective, noun) that stand side by side, plural like singular."""
    adjectives = {adjective.english for adjective in LEXICON.adjectives}
    noun_of = {form: n.english for n in LEXICON.nouns for form in (n.english, n.english_plural)}
    found = words(text)
    return {
        (first, noun_of[second])
        for first, second in pairwise(found)
        if first in adjectives and second in noun_of
    }


def test_sizes_and_no_sentence_twice(module: ModuleType) -> None:
    split = made(module)
    assert (len(split.train), len(split.test)) == (N_TRAIN, N_TEST)
    for side in range(2):
        train = [pair[side] for pair in split.train]
        test = [pair[side] for pair in split.test]
        assert not set(train) & set(test), "train and test share a sentence"
    assert len({english for english, _ in split.train}) == N_TRAIN
    assert len({english for english, _ in split.test}) == N_TEST


def test_the_same_seed_gives_the_same_pairs(module: ModuleType) -> None:
    again = module.english_german(np.random.default_rng(5), N_TRAIN, N_TEST)
    same = again == made(module)  # by itself: pytest would print the difference of all pairs
    assert same, f"expected the pairs of seed 5 again, got another {again.train[0]}"
    assert module.english_german(6, 2000, 10).train[:50] != made(module).train[:50]


def test_every_word_form_of_the_test_is_known(module: ModuleType) -> None:
    split = made(module)
    for side in range(2):
        seen = Counter(word for pair in split.train for word in words(pair[side]))
        for pair in split.test:
            rare = [word for word in words(pair[side]) if seen[word] < 8]
            assert not rare, f"{pair}: {rare} stand less than 8 times in training"


def test_the_test_holds_combinations_never_seen(module: ModuleType) -> None:
    """Judged on the text: adjective and noun side by side in a test sentence, nowhere in train."""
    split = made(module)
    seen = {pair for english, _ in split.train for pair in adjective_nouns(english)}
    asked = [adjective_nouns(english) for english, _ in split.test]
    new = [pairs - seen for pairs in asked]
    share = sum(map(bool, new)) / N_TEST
    assert share > 0.15, f"only {share:.0%} of the test sentences have a new adjective-noun pair"


def test_english_determines_german(module: ModuleType) -> None:
    german_of: dict[str, str] = {}
    split = made(module)
    for english, german in [*split.train, *split.test]:
        assert german_of.setdefault(english, german) == german


def test_lengths(module: ModuleType) -> None:
    lengths = [len(english.split()) for english, _ in made(module).train]
    assert min(lengths) >= 2
    assert max(lengths) <= 13
    assert 6 < sum(lengths) / len(lengths) < 9


@pytest.mark.parametrize(
    ("n_train", "n_test", "message"),
    [
        (1999, 10, "n_train: expected a number >= 2000, got 1999"),
        (2000, 0, "n_test: expected a number >= 1, got 0"),
        (2000, 501, "n_test: expected at most a quarter of n_train, got 501"),
    ],
)
def test_wrong_sizes(module: ModuleType, n_train: int, n_test: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        module.english_german(0, n_train, n_test)

"""English sentences against those written by hand; English determines the German."""

from types import ModuleType

import pytest

from tests.bundled.golden import GOLDEN
from tests.bundled.say import clause, phrase, plain
from tests.bundled.test_german import drawn
from tinytf.bundled.german import german


def test_english_is_as_written_by_hand(module: ModuleType) -> None:
    for sentence, expected, _ in GOLDEN:
        found = module.english(sentence)
        assert found == expected, f"expected {expected!r}, got {found!r}"


def test_no_english_sentence_has_two_german_ones(module: ModuleType) -> None:
    german_of: dict[str, str] = {}
    for sentence in drawn(5_000, seed=8):
        source, target = module.english(sentence), german(sentence)
        before = german_of.setdefault(source, target)
        assert before == target, f"{source!r}: both {before!r} and {target!r}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a old man", "an old man"),
        ("a egg", "an egg"),
        ("a cold egg", "a cold egg"),
        ("the women", "the women"),
        ("these mice", "these mice"),
        ("Anna's old dogs", "Anna's old dogs"),
        ("the old king's daughter", "the old king's daughter"),
        ("cold milk", "cold milk"),
    ],
)
def test_phrases(module: ModuleType, text: str, expected: str) -> None:
    assert " ".join(module.phrase_words(phrase(text))) == expected


def test_first_person_and_plural_have_no_s(module: ModuleType) -> None:
    assert module.english(plain(clause("get up", "I"))) == "I get up."
    assert module.english(plain(clause("get up", "they"))) == "They get up."
    assert module.english(plain(clause("get up", "the men"))) == "The men get up."
    assert module.english(plain(clause("get up", "he"))) == "He gets up."

"""Words: nothing lost, bounded length, the promised cuts."""

import pytest
from hypothesis import given

from tinytf.text.pretokenize import MAX_RUN, MAX_WORD_BYTES, split_words

from .strategies import repetitive_texts, unicode_texts


@given(unicode_texts | repetitive_texts)
def test_words_joined_give_the_text(text: str) -> None:
    words = list(split_words(text))
    assert "".join(words) == text
    assert all(words), f"an empty word in {words}"


@given(repetitive_texts)
def test_a_word_holds_one_kind_after_its_first_character(text: str) -> None:
    def kind(char: str) -> str:
        if char.isspace():
            return "space"
        if char.isdecimal():
            return "digit"
        return "letter" if char.isalnum() else "punctuation"

    for word in split_words(text):
        kinds = {kind(char) for char in word[1:]}
        assert len(kinds) <= 1, f"{word!r} of {text!r} mixes {kinds}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("don't stop", ["don", "'t", " stop"]),
        ("Hello, world!\n", ["Hello", ",", " world", "!", "\n"]),
        ("a  b", ["a", " ", " b"]),
        ("year 12345", ["year", " 123", "45"]),
        ("    if x:\n        y", ["   ", " if", " x", ":", "\n       ", " y"]),
        ("\tx\n\t\ty", ["\t", "x", "\n\t\t", "y"]),
        ("end  \n", ["end", "  \n"]),
        ("__init__(self)", ["__", "init", "__(", "self", ")"]),
        ("f\u00fcr 5\u20ac", ["f\u00fcr", " 5", "\u20ac"]),
        ("a\n\n    b", ["a", "\n\n   ", " b"]),
    ],
)
def test_cuts(text: str, words: list[str]) -> None:
    assert list(split_words(text)) == words


@pytest.mark.parametrize("char", ["a", "\U0001d400", " ", "\n", "!", "\U0001f600", "\u4e00"])
def test_long_runs_are_cut(char: str) -> None:
    for length in (MAX_RUN - 1, MAX_RUN, MAX_RUN + 1, 3 * MAX_RUN + 5, 10_000):
        for text in (char * length, " " + char * length, char * length + " x"):
            words = list(split_words(text))
            assert "".join(words) == text
            assert max(map(len, words)) <= MAX_RUN + 1
            assert max(len(word.encode()) for word in words) <= MAX_WORD_BYTES

"""Word tokenizer: round trips, the most frequent words, unknown ones, JSON, mutants."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytf.text import word
from tinytf.text.pretokenize import WORD_PATTERN
from tinytf.text.word import WordTokenizer, cut_words

from .mutants import Mutant
from .strategies import repetitive_texts, training_texts, unicode_texts

TEXT = "the cat saw the dog; the dog saw the bird; <unk>\n    the end"


def check_word_tokenizer(tokenizer_class: Any, trained_on: str, size: int, text: str) -> None:
    """All that is promised of a tokenizer trained on a text, when it encodes another."""
    tokenizer = tokenizer_class.train(trained_on, size)
    counts = Counter(cut_words(trained_on))
    assert tokenizer.vocab_size == min(size, 1 + len(counts))
    ranks = [(-counts[known], known) for known in tokenizer.words]
    assert ranks == sorted((-counts[known], known) for known in counts)[: size - 1]
    ids = tokenizer.encode(text)
    words = list(cut_words(text))
    assert len(ids) == len(words)
    for token, came in zip(ids, words, strict=True):
        expected = tokenizer.words.index(came) + 1 if came in tokenizer.words else 0
        assert token == expected, f"{came!r} of {text!r}: got {token}, expected {expected}"
    unknown = [came for i, came in enumerate(words) if ids[i] == 0 and came not in words[:i]]
    assert tokenizer.unknown_words(text) == unknown, f"{text!r}: expected {unknown}"
    shown = "".join([came if came in tokenizer.words else " <unk>" for came in words])
    assert tokenizer.decode(ids) == shown, f"{text!r} came back as {tokenizer.decode(ids)!r}"
    stream = tokenizer.stream_decoder()
    assert "".join([stream.feed(token) for token in ids]) + stream.finish() == shown


@given(unicode_texts)
def test_words_joined_give_the_text_and_each_mark_stands_alone(text: str) -> None:
    words = list(cut_words(text))
    assert "".join(words) == text
    for each in words:
        marks = [c for c in each if not (c.isalnum() or c.isspace())]
        assert len(marks) <= 1 or any(c.isalnum() for c in each), each


def test_brackets_are_words_of_their_own() -> None:
    assert list(cut_words("abs(min(x, -y)) == 1...")) == [
        *["abs", "(", "min", "(", "x", ",", " -", "y", ")", ")", " =", "=", " 1", ".", ".", "."]
    ]


@given(training_texts, st.integers(2, 40), unicode_texts | repetitive_texts)
def test_keeps_every_promise(trained_on: str, size: int, text: str) -> None:
    check_word_tokenizer(WordTokenizer, trained_on, size, text)
    check_word_tokenizer(WordTokenizer, trained_on, size, trained_on)


@given(training_texts)
def test_round_trip_where_every_word_is_known(text: str) -> None:
    tokenizer = WordTokenizer.train(text, 10_000)
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert 0 not in tokenizer.encode(text)


@given(training_texts, st.integers(2, 40))
def test_json_round_trip(text: str, size: int) -> None:
    tokenizer = WordTokenizer.train(text, size)
    again = WordTokenizer.from_json(json.loads(json.dumps(tokenizer.to_json())))
    assert again.words == tokenizer.words
    assert again.encode(text) == tokenizer.encode(text)


def test_small_things() -> None:
    tokenizer = WordTokenizer.train("b b a a c", 4)
    # " a" twice; " b", " c" and "b" once each, and the space is before the letters.
    assert tokenizer.words == (" a", " b", " c")
    assert tokenizer.encode("b a c x") == [0, 1, 3, 0]
    assert tokenizer.decode([1, 0, 3]) == " a <unk> c"
    assert [tokenizer.token_text(token) for token in (0, 1)] == ["<unk>", "' a'"]
    assert (tokenizer.unk_id, tokenizer.vocab_size) == (0, 4)
    assert tokenizer.encode("") == []
    assert repr(tokenizer) == "WordTokenizer(vocab_size=4)"


def test_a_written_unk_is_no_unknown_word() -> None:
    tokenizer = WordTokenizer.train(TEXT, 100)
    ids = tokenizer.encode("; <unk>")
    assert 0 not in ids
    assert len(ids) == 4


@pytest.mark.parametrize("token", [-1, 3])
def test_unknown_id(token: int) -> None:
    tokenizer = WordTokenizer.train("a b", 9)
    for call in (
        lambda: tokenizer.decode([0, token]),
        lambda: tokenizer.token_text(token),
        lambda: tokenizer.stream_decoder().feed(token),
    ):
        with pytest.raises(ValueError, match=rf"token id: expected 0 <= id < 3, got {token}"):
            call()


def test_bad_training_input() -> None:
    with pytest.raises(ValueError, match="text: expected at least one character"):
        WordTokenizer.train("", 10)
    for size in (1, 0, -5):
        with pytest.raises(ValueError, match=f"vocab_size: expected at least 2 .*got {size}"):
            WordTokenizer.train("a b", size)
    for call in (lambda text: WordTokenizer.train(text, 9), WordTokenizer.train("a", 9).encode):
        with pytest.raises(ValueError, match=r"text: .*lone surrogate U\+D800 at position 2"):
            call("ab\ud800")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"words": []}, "words: expected at least one word, got none"),
        ({"words": ["a", " b", "a"]}, r"words\[2\]: expected a new word, got 'a' again"),
        ({"words": ["a", ""]}, r"words\[1\]: expected one word, got ''"),
        ({"words": ["a b"]}, r"words\[0\]: expected one word, got 'a b', .* \['a', ' b'\]"),
        ({"words": ["<unk>"]}, r"words\[0\]: expected one word, got '<unk>'"),
        ({"words": ["a", 3]}, r"words\[1\]: expected a string, got 3"),
        ({"words": ["\ud800"]}, "lone surrogate"),
        ({"words": "ab"}, 'field "words": expected list, got str'),
        ({"pattern": r"\S+"}, 'field "pattern": expected'),
        ({"kind": "bpe"}, "expected kind \"word\", got 'bpe'"),
        ({"more": 1}, r"expected the fields .* got .*more"),
    ],
)
def test_broken_json(change: dict[str, Any], message: str) -> None:
    data = {"kind": "word", "pattern": WORD_PATTERN, "words": ["a", " b"]}
    WordTokenizer.from_json(data)
    with pytest.raises(ValueError, match=message):
        WordTokenizer.from_json(data | change)


MUTANTS = [
    Mutant("ids off by one", (("self._id_of[word] = 1 + i", "self._id_of[word] = i"),)),
    Mutant(
        "unknown words are left out",
        (
            (
                "[self._id_of.get(word, self.unk_id) for word in cut_words(text)]",
                "[self._id_of[word] for word in cut_words(text) if word in self._id_of]",
            ),
        ),
    ),
    Mutant(
        "unknown words are the first known", (("unk_id = 0\n\n    def", "unk_id = 1\n\n    def"),)
    ),
    Mutant(
        "unknown words vanish in the text",
        ((r'(f" {UNKNOWN}", *self.words)', '("", *self.words)'),),
    ),
    Mutant("one word too many", ((": vocab_size - 1]", ": vocab_size]"),)),
    Mutant("rarest words first", (("(-counts[word], word)", "(counts[word], word)"),)),
    Mutant(
        "ties go to the later word",
        (
            (
                "sorted(counts, key=lambda word: (-counts[word], word))",
                "sorted(sorted(counts)[::-1], key=lambda word: -counts[word])",
            ),
        ),
    ),
    Mutant("ties go to the word seen first", (("(-counts[word], word)", "-counts[word]"),)),
    Mutant(
        "spaces are lost",
        (
            (
                "return self._tokenizer.decode([token])",
                "return self._tokenizer.decode([token]).strip()",
            ),
        ),
    ),
    Mutant(
        "an unknown word is named twice",
        (("found = dict.fromkeys(cut_words(text))", "found = list(cut_words(text))"),),
    ),
    Mutant("known words are named", (("if word not in self._id_of", "if word in self._id_of"),)),
    Mutant("words are cut at spaces", (("Counter(cut_words(text))", "Counter(text.split())"),)),
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_check_catches(mutant: Mutant) -> None:
    sizes = (2, 5, 30)
    caught = []
    for size in sizes:
        check_word_tokenizer(WordTokenizer, TEXT, size, "the dog saw the cow, no other cow")
        try:
            tokenizer_class = mutant.build(word).WordTokenizer
            check_word_tokenizer(tokenizer_class, TEXT, size, "the dog saw the cow, no other cow")
        except Exception as error:  # a mutant may also crash
            caught.append(error)
    assert caught, f"the tokenizer in which {mutant.name} passes the check"

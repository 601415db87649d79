"""Character tokenizer: round trips, the error for an unknown character, JSON."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytf.text.char import CharTokenizer

from .strategies import training_texts, unicode_texts


@given(st.data(), training_texts)
def test_round_trip_over_the_vocabulary(data: st.DataObject, trained_on: str) -> None:
    tokenizer = CharTokenizer.train(trained_on)
    text = data.draw(st.text(st.sampled_from(trained_on)))
    ids = tokenizer.encode(text)
    assert ids == [sorted(set(trained_on)).index(char) for char in text]
    assert tokenizer.decode(ids) == text
    stream = tokenizer.stream_decoder()
    assert "".join([stream.feed(token) for token in ids]) + stream.finish() == text


@given(training_texts, unicode_texts)
def test_encodes_or_names_the_first_unknown_character(trained_on: str, text: str) -> None:
    tokenizer = CharTokenizer.train(trained_on)
    unknown = [i for i, char in enumerate(text) if char not in trained_on]
    if not unknown:
        assert tokenizer.decode(tokenizer.encode(text)) == text
        return
    char = text[unknown[0]]
    expected = f"got {char!r} (U+{ord(char):04X}) at position {unknown[0]}"
    with pytest.raises(ValueError, match=f"{re.escape(expected)}$"):
        tokenizer.encode(text)


def test_error_says_what_the_vocabulary_holds() -> None:
    message = (
        "text: expected only the 5 characters of the vocabulary "
        "('\\n', 'e', 'h', 'l', 'o'), got '\u20ac' (U+20AC) at position 1"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        CharTokenizer.train("hello\n").encode("h\u20acll\u20ac")
    with pytest.raises(ValueError, match=r"the 26 characters .*'a', .*'j', \.\.\.\), got 'A'"):
        CharTokenizer.train("abcdefghijklmnopqrstuvwxyz").encode("A")


@given(training_texts)
def test_json_round_trip(trained_on: str) -> None:
    tokenizer = CharTokenizer.train(trained_on)
    again = CharTokenizer.from_json(json.loads(json.dumps(tokenizer.to_json())))
    assert again.chars == tokenizer.chars
    assert again.encode(trained_on) == tokenizer.encode(trained_on)


def test_small_things() -> None:
    tokenizer = CharTokenizer.train("banana\n")
    assert tokenizer.vocab_size == 4
    assert tokenizer.chars == "\nabn"
    assert tokenizer.encode("") == []
    assert tokenizer.decode([]) == ""
    assert [tokenizer.token_text(token) for token in range(2)] == [r"'\n'", "'a'"]
    assert repr(tokenizer) == "CharTokenizer(vocab_size=4)"


@pytest.mark.parametrize("token", [-1, 4])
def test_unknown_id(token: int) -> None:
    tokenizer = CharTokenizer.train("banana\n")
    message = rf"token id: expected 0 <= id < 4, got {token}"
    with pytest.raises(ValueError, match=message):
        tokenizer.decode([0, token])
    with pytest.raises(ValueError, match=message):
        tokenizer.token_text(token)
    stream = tokenizer.stream_decoder()
    with pytest.raises(ValueError, match=message):
        stream.feed(token)


def test_bad_training_text() -> None:
    with pytest.raises(ValueError, match="text: expected at least one character"):
        CharTokenizer.train("")
    with pytest.raises(ValueError, match=r"text: .*lone surrogate U\+DC80 at position 3"):
        CharTokenizer.train("abc\udc80")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"kind": "char"}, r"expected the fields \['chars', 'kind'\], got \['kind'\]"),
        ({"kind": "char", "chars": ""}, "chars: expected at least one character"),
        ({"kind": "char", "chars": "ba"}, "chars: expected distinct characters in order, got 'ba'"),
        ({"kind": "char", "chars": "aa"}, "chars: expected distinct characters in order"),
        ({"kind": "char", "chars": ["a"]}, 'field "chars": expected str, got list'),
        ({"kind": "char", "chars": "a", "x": 1}, r"expected the fields .* got .*'x'"),
        ({"kind": "bpe", "chars": "a"}, "expected kind \"char\", got 'bpe'"),
        (["char"], "expected an object, got list"),
    ],
)
def test_broken_json(data: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CharTokenizer.from_json(data)

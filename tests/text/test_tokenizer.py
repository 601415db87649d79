"""Reading back a tokenizer of any kind, and the protocol that all kinds share."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given

from tinytf.text import (
    BPETokenizer,
    CharTokenizer,
    SpecialTokenizer,
    Tokenizer,
    WordTokenizer,
    tokenizer_from_json,
)

from .strategies import json_values

KINDS = r"\['bpe', 'char', 'special', 'word', 'wordpiece'\]"
TEXT = "to be, or not to be: that is the question.\n" * 2


def tokenizers() -> list[Tokenizer]:
    bpe = BPETokenizer.train(TEXT, 300)
    return [
        CharTokenizer.train(TEXT),
        bpe,
        WordTokenizer.train(TEXT, 100),
        SpecialTokenizer(bpe, ("<pad>", "<s>", "</s>")),
    ]


@pytest.mark.parametrize("tokenizer", tokenizers(), ids=repr)
def test_protocol(tokenizer: Tokenizer) -> None:
    ids = tokenizer.encode(TEXT)
    assert all(type(token) is int for token in ids)
    assert max(ids) < tokenizer.vocab_size
    assert tokenizer.decode(ids) == TEXT
    # Ids as they come out of a model: an array, or NumPy integers one by one.
    assert tokenizer.decode(np.array(ids)) == TEXT
    stream = tokenizer.stream_decoder()
    assert "".join([stream.feed(token) for token in np.array(ids)]) + stream.finish() == TEXT
    for token in range(tokenizer.vocab_size):
        shown = tokenizer.token_text(token)
        assert shown.isprintable(), f"token {token}: {shown!r} is not printable"


@pytest.mark.parametrize("tokenizer", tokenizers(), ids=repr)
def test_json_gives_an_equal_tokenizer_of_the_same_kind(tokenizer: Tokenizer) -> None:
    stored = json.dumps(tokenizer.to_json())
    again = tokenizer_from_json(json.loads(stored))
    assert type(again) is type(tokenizer)
    assert again.encode(TEXT) == tokenizer.encode(TEXT)
    assert json.dumps(again.to_json()) == stored


@given(json_values)
def test_anything_else_is_a_value_error(data: object) -> None:
    with pytest.raises(ValueError, match="tokenizer JSON: expected"):
        tokenizer_from_json(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "expected an object, got NoneType"),
        ({}, rf"expected a kind out of {KINDS}, got None"),
        ({"kind": "unigram"}, rf"expected a kind out of {KINDS}, got 'unigram'"),
        ({"kind": ["bpe"]}, rf"expected a kind out of {KINDS}, got \['bpe'\]"),
        ({"kind": "bpe"}, 'of kind "bpe": expected the fields'),
    ],
)
def test_broken_json(data: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tokenizer_from_json(data)

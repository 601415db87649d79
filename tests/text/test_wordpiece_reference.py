"""WordPiece gives the same tokens at the same places as the library `tokenizers` does for BERT."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given

from tinytf.text import WordPieceTokenizer, standard_library_text
from tinytf.text.wordpiece import SPECIALS

from .strategies import bert_texts, unicode_texts

tokenizers = pytest.importorskip("tokenizers", reason="needs the extra `reference`")

pytestmark = pytest.mark.reference

PROSE = "The unaffable cat's d\u00e9j\u00e0 vu \u20ac5 \u4f60\u597d \uac00\uac01 aabb # \u0130 " * 3


def reference(tokenizer: WordPieceTokenizer) -> Any:
    """The library's BERT tokenizer with our vocabulary."""
    vocabulary = {text: i for i, text in enumerate([*SPECIALS, *tokenizer.vocabulary])}
    theirs = tokenizers.Tokenizer(
        tokenizers.models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100)
    )
    theirs.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=tokenizer.lower_case)
    theirs.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    return theirs


PAIRS = [
    (tokenizer, reference(tokenizer))
    for tokenizer in (
        WordPieceTokenizer.train(PROSE, 90, lower_case=True),
        WordPieceTokenizer.train(PROSE, 90, lower_case=False),
    )
]


def known_to_both(char: str) -> bool:
    """The library has older Unicode tables; this leaves out what they differ in."""
    return char < "\u0700" or unicodedata.category(char) not in ("Mn", "Cf", "Po", "Pd", "Cn", "So")


@given(bert_texts | unicode_texts)
def test_same_tokens_from_the_same_places(text: str) -> None:
    text = "".join([char for char in text if known_to_both(char)])
    for tokenizer, theirs in PAIRS:
        encoding = theirs.encode(text)
        assert tokenizer.encode(text) == encoding.ids, f"{text!r}"
        starts = [piece.start for piece in tokenizer.pieces(text)]
        assert starts == [start for start, _ in encoding.offsets], f"{text!r}"


def test_same_tokens_of_real_text() -> None:
    text = standard_library_text(300_000).text
    for lower_case in (True, False):
        tokenizer = WordPieceTokenizer.train(text, 2000, lower_case)
        encoding = reference(tokenizer).encode(text)
        assert tokenizer.encode(text) == encoding.ids
        places = [(piece.start, piece.end) for piece in tokenizer.pieces(text)]
        assert places == encoding.offsets

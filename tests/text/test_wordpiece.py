"""WordPiece: equality with the slow reference, places in the text, JSON, errors, mutants."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytf.text import wordpiece
from tinytf.text.bert_words import stands_alone
from tinytf.text.wordpiece import SPECIALS, Piece, WordPieceTokenizer

from .mutants import Mutant
from .slow_wordpiece import fold, slow_encode, slow_words
from .strategies import bert_texts, repetitive_texts, unicode_texts

PROSE = (
    "The cat sat on the mat; that cat's hat. D\u00e9j\u00e0 vu: d\u00e9j\u00e0! \u20ac\u20ac "
    "\u4f60\u597d [MASK] (the unaffable) \uac00\uac01 aab Aabc # aabb \u0130\u0130 " * 2
)

# What comes before it is glued to it, or the other way round.
GLUED_BEFORE, GLUED_BEHIND = ".,;:!?)]}", "([{"


@cache
def prose_tokenizer(lower_case: bool) -> WordPieceTokenizer:
    return WordPieceTokenizer.train(PROSE, 110, lower_case)


def slow_decode(token_texts: list[str]) -> str:
    text = ""
    for token_text in token_texts:
        if token_text in ("[PAD]", "[CLS]", "[SEP]"):
            continue
        bare = token_text[2:] if token_text.startswith("##") else token_text
        close = bare != token_text or bare in GLUED_BEFORE or text == ""
        text += bare if close or text[-1] in GLUED_BEHIND else " " + bare
    return text


def check_tokenizer(tokenizer: Any, text: str, ids: list[int]) -> None:
    """All that is promised of a tokenizer, for a text to encode and ids to decode."""
    words = slow_words(text, tokenizer.lower_case)
    expected = slow_encode(list(tokenizer.vocabulary), words)
    # Twice: the second time every word comes out of the cache.
    for visit in ("first", "second"):
        came = tokenizer.encode(text)
        assert came == expected, f"{text!r}, {visit} time: got {came}, expected {expected}"
    check_places(tokenizer, text, expected)
    masked = tokenizer.encode(f"{text}[MASK]{text}[MASK]", with_mask=True)
    if "[MASK]" not in text:
        assert masked == [*expected, 4, *expected, 4], f"{text!r} with masks: {masked}"
    for tokens in (ids, expected):
        shown = slow_decode([(*SPECIALS, *tokenizer.vocabulary)[token] for token in tokens])
        assert tokenizer.decode(tokens) == shown, f"decode({tokens})"
        stream = tokenizer.stream_decoder()
        assert "".join([stream.feed(token) for token in tokens]) + stream.finish() == shown


def check_places(tokenizer: Any, text: str, ids: list[int]) -> None:
    pieces = tokenizer.pieces(text)
    assert [piece.id for piece in pieces] == ids, f"pieces({text!r}) are {pieces}"
    end_before = 0
    for piece in pieces:
        source, token_text = text[piece.start : piece.end], tokenizer.token_text(piece.id)
        where = f"{token_text!r} of {text!r} at {piece}: {source!r}"
        assert piece.start < piece.end <= len(text), where
        between = text[min(end_before, piece.start) : piece.start]
        assert slow_words(between, tokenizer.lower_case) == [], f"{where}: something before it"
        words = slow_words(source, tokenizer.lower_case)
        assert len(words) == 1, where
        # Hangul folds to several letters, and a border may run between them.
        inside = any(len(fold(char)) > 1 for char in source) and tokenizer.lower_case
        if piece.id != 1:
            bare = token_text if len(token_text) < 3 else token_text.removeprefix("##")
            assert (bare in words[0]) if inside else (bare == words[0]), where
            assert inside or end_before <= piece.start, where
        end_before = piece.end
        if end_before < len(text) and not (inside or stands_alone(words[0][0])):
            behind = f"x{text[end_before]}x"
            assert slow_words(behind, tokenizer.lower_case) != ["xx"], f"{where} leaves {behind!r}"
    rest = text[end_before:]
    assert slow_words(rest, tokenizer.lower_case) == [], f"{text!r}: {rest!r} behind {pieces}"


@given(bert_texts | unicode_texts | st.just(PROSE), st.booleans(), st.data())
def test_keeps_every_promise(text: str, lower_case: bool, data: st.DataObject) -> None:
    tokenizer = prose_tokenizer(lower_case)
    ids = data.draw(st.lists(st.integers(0, tokenizer.vocab_size - 1), max_size=20))
    check_tokenizer(tokenizer, text, ids)


@given(bert_texts | repetitive_texts, st.integers(6, 60), st.booleans(), bert_texts)
def test_trained_on_any_text(trained_on: str, size: int, lower_case: bool, text: str) -> None:
    if not slow_words(trained_on, lower_case):
        return
    tokenizer = WordPieceTokenizer.train(trained_on, size, lower_case)
    assert 6 <= tokenizer.vocab_size <= size
    check_tokenizer(tokenizer, trained_on + text, [])


@given(bert_texts, st.booleans(), st.data())
def test_words_of_known_characters_are_never_unknown(
    trained_on: str, lower_case: bool, data: st.DataObject
) -> None:
    if slow_words(trained_on, lower_case):
        tokenizer = WordPieceTokenizer.train(trained_on, 300, lower_case)
        text = data.draw(st.text(st.sampled_from(trained_on), max_size=50))
        assert tokenizer.unk_id not in tokenizer.encode(text)


@given(bert_texts | repetitive_texts, st.integers(6, 60), st.booleans())
def test_json_round_trip(text: str, size: int, lower_case: bool) -> None:
    if slow_words(text, lower_case):
        tokenizer = WordPieceTokenizer.train(text, size, lower_case)
        again = WordPieceTokenizer.from_json(json.loads(json.dumps(tokenizer.to_json())))
        assert (again.vocabulary, again.lower_case) == (tokenizer.vocabulary, lower_case)
        assert again.encode(text) == tokenizer.encode(text)


def test_small_things() -> None:
    tokenizer = WordPieceTokenizer(["un", "##aff", "##able", "##a", "the", "!"], True)
    assert repr(tokenizer) == "WordPieceTokenizer(vocab_size=11, lower_case=True)"
    specials = (tokenizer.pad_id, tokenizer.unk_id, tokenizer.cls_id, tokenizer.sep_id)
    assert (*specials, tokenizer.mask_id) == (0, 1, 2, 3, 4)
    assert tokenizer.encode("The Un\u00e4ffable!") == [9, 5, 6, 7, 10]
    assert tokenizer.pieces("The Un\u00e4ffable!") == [
        Piece(9, 0, 3),
        Piece(5, 4, 6),
        Piece(6, 6, 9),
        Piece(7, 9, 13),
        Piece(10, 13, 14),
    ]
    # Greedy: ##a fits, then nothing does; the whole word is unknown.
    assert tokenizer.pieces("the unax the") == [Piece(9, 0, 3), Piece(1, 4, 8), Piece(9, 9, 12)]
    assert tokenizer.decode([2, 9, 5, 6, 4, 10, 3, 0, 1]) == "the unaff [MASK]! [UNK]"
    assert [tokenizer.token_text(token) for token in (0, 4, 6)] == ["[PAD]", "[MASK]", "##aff"]
    assert tokenizer.encode("") == tokenizer.pieces("") == []
    assert tokenizer.decode([]) == ""


def test_mask_in_the_text() -> None:
    tokenizer = prose_tokenizer(True)
    the, cat = tokenizer.encode("the cat")
    assert tokenizer.encode("the [MASK]cat[MASK]", with_mask=True) == [the, 4, cat, 4]
    assert 4 not in tokenizer.encode("the [MASK]")
    assert 4 not in tokenizer.encode("the [mask] [CLS]", with_mask=True)
    assert tokenizer.encode("[MASK]", with_mask=True) == [4]


def test_long_words_are_unknown() -> None:
    tokenizer = WordPieceTokenizer.train("aaaa " * 9 + "a" * 500, 50)
    assert 1 not in tokenizer.encode("a" * 100)
    assert tokenizer.pieces("a" * 101) == [Piece(1, 0, 101)]
    assert max(len(piece) for piece in tokenizer.vocabulary) == 4


def test_more_characters_than_room() -> None:
    tokenizer = WordPieceTokenizer.train("aab ab b x", 8)
    assert tokenizer.vocabulary == ("a", "b", "##a")
    assert tokenizer.encode("aa b x ab") == [5, 7, 6, 1, 1]


def test_cache_is_bounded_and_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordpiece, "_CACHE_WORDS", 3)
    tokenizer = WordPieceTokenizer(prose_tokenizer(True).vocabulary, True)
    assert tokenizer.encode(PROSE) == prose_tokenizer(True).encode(PROSE)
    assert 1 <= len(tokenizer._cache) <= 3


@pytest.mark.parametrize("token", [-1, 7, 10**9])
def test_unknown_id(token: int) -> None:
    tokenizer = WordPieceTokenizer(["a", "##a"], True)
    for call in (
        lambda: tokenizer.decode([5, token]),
        lambda: tokenizer.token_text(token),
        lambda: tokenizer.stream_decoder().feed(token),
    ):
        with pytest.raises(ValueError, match=rf"token id: expected 0 <= id < 7, got {token}"):
            call()


def test_bad_training_input() -> None:
    for text in ("", " \n", "\x00\u200b", "\u0301", "a" * 101):
        with pytest.raises(ValueError, match=f"text: expected at least one word .*{len(text)} cha"):
            WordPieceTokenizer.train(text, 300)
    for size in (5, 0, -5):
        with pytest.raises(ValueError, match=f"vocab_size: expected at least 6 .*got {size}"):
            WordPieceTokenizer.train("abab", size)


def test_lone_surrogates_are_refused() -> None:
    tokenizer = prose_tokenizer(True)
    for call in (lambda text: tokenizer.train(text, 99), tokenizer.encode, tokenizer.pieces):
        with pytest.raises(ValueError, match=r"text: .*lone surrogate U\+D800 at position 2"):
            call("ab\ud800")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vocabulary": []}, "vocabulary: expected at least one piece, got none"),
        ({"vocabulary": ["a", "##a", "a"]}, r"vocabulary\[2\]: expected a new piece, got 'a' aga"),
        ({"vocabulary": ["a", 3]}, r"vocabulary\[1\]: expected a string, got 3"),
        ({"vocabulary": ["A"]}, r"vocabulary\[0\]: expected .* lower_case=True leaves .* got 'A'"),
        ({"vocabulary": ["\u00e9"]}, r"vocabulary\[0\]: expected one word or part"),
        ({"vocabulary": ["a b"]}, r"vocabulary\[0\]: expected one word or part .* got 'a b'"),
        ({"vocabulary": [""]}, r"vocabulary\[0\]: expected one word or part .* got ''"),
        ({"vocabulary": ["##"]}, r"vocabulary\[0\]: expected one word or part .* got '##'"),
        ({"vocabulary": ["[PAD]"]}, r"vocabulary\[0\]: expected one word or part"),
        ({"vocabulary": ["a" * 101]}, "of at most 100 characters"),
        ({"vocabulary": ["\ud800"]}, "lone surrogate"),
        ({"vocabulary": "a"}, 'field "vocabulary": expected list, got str'),
        ({"lower_case": 1}, 'field "lower_case": expected bool, got int'),
        ({"kind": "bpe"}, "expected kind \"wordpiece\", got 'bpe'"),
        ({"more": 1}, r"expected the fields .* got .*more"),
    ],
)
def test_broken_json(change: dict[str, Any], message: str) -> None:
    data = {"kind": "wordpiece", "lower_case": True, "vocabulary": ["a", "##a", "#", "###"]}
    with pytest.raises(ValueError, match=message):
        WordPieceTokenizer.from_json(data | change)


def test_cased_vocabulary_keeps_what_lower_case_refuses() -> None:
    tokenizer = WordPieceTokenizer(["A", "##\u00e9"], False)
    assert tokenizer.encode("A\u00e9 a\u00e9") == [5, 6, 1]


MUTANTS = [
    Mutant(
        "shortest piece first",
        (
            (
                "in range(min(start + self._longest, len(word)), start, -1)",
                "in range(start + 1, min(start + self._longest, len(word)) + 1)",
            ),
        ),
    ),
    Mutant(
        "the longest piece is never tried",
        (("min(start + self._longest, len(word))", "min(start + self._longest - 1, len(word))"),),
    ),
    Mutant(
        "starting pieces continue words", (("start, table = end, self._continuing", "start = end"),)
    ),
    Mutant(
        "unknown from where nothing fits",
        (
            (
                "                return [self.unk_id]\n            ids",
                "                return [*ids, self.unk_id]\n            ids",
            ),
        ),
    ),
    Mutant(
        "long words are cut up",
        (("        if len(word) > MAX_WORD_CHARS:\n", "        if False:\n"),),
    ),
    Mutant(
        "a word of 100 is too long",
        (
            (
                "        if len(word) > MAX_WORD_CHARS:\n",
                "        if len(word) >= MAX_WORD_CHARS:\n",
            ),
        ),
    ),
    Mutant(
        "ids off by one",
        (("table[text] = len(SPECIALS) + i", "table[text] = len(SPECIALS) + i - 1"),),
    ),
    Mutant(
        "cache keeps the first piece only",
        (("self._cache[word] = ids", "self._cache[word] = ids[:1]"),),
    ),
    Mutant("masks are read without being asked", (("if not with_mask:", "if False:"),)),
    Mutant("masks are never read", (("if not with_mask:", "if True:"),)),
    Mutant("masks are lost", (("            ids.append(self.mask_id)\n", ""),)),
    Mutant("no text behind the mask", (("            ids.extend(self._encode(part))\n", ""),)),
    Mutant(
        "case is forgotten", (("BertWords(lower_case)\n        #", "BertWords(True)\n        #"),)
    ),
    Mutant(
        "length with hashes",
        (("else len(_text_of(self._text(token)))", "else len(self._text(token))"),),
    ),
    Mutant(
        "an unknown word has the length of its name",
        (("len(word) if token == self.unk_id else len(", "len("),),
    ),
    Mutant(
        "a piece ends at its last character",
        (("max(places[end], places[end - 1] + 1)", "places[end - 1] + 1"),),
    ),
    Mutant(
        "a piece ends where the next starts",
        (("max(places[end], places[end - 1] + 1)", "places[end]"),),
    ),
    Mutant(
        "all pieces start with the word",
        (("Piece(token, places[start],", "Piece(token, places[0],"),),
    ),
    Mutant("specials are shown", (("if token in _NO_TEXT:", "if False:"),)),
    Mutant(
        "unknown words are not shown",
        (('"[PAD]", "[CLS]", "[SEP]")})', '"[PAD]", "[CLS]", "[SEP]", "[UNK]")})'),),
    ),
    Mutant("continuing pieces stand apart", (("self._glue or text != piece or", "self._glue or"),)),
    Mutant("a space before a comma", ((" or text in _NO_SPACE_BEFORE", ""),)),
    Mutant(
        "a space behind a bracket",
        (("self._glue = text in _NO_SPACE_BEHIND", "self._glue = False"),),
    ),
    Mutant("a space at the start", (("self._glue = True", "self._glue = False"),)),
    Mutant("hashes are shown", (("return text if glued", "return piece if glued"),)),
    Mutant(
        "hash of a hash word is cut",
        (("piece.removeprefix(CONTINUES) if piece != CONTINUES else piece", "piece.lstrip('#')"),),
    ),
]

CASES: tuple[tuple[str, list[int]], ...] = (
    (PROSE, [2, 5, 9, 1, 4, 3, 0]),
    ("The that thx xth cate\u0301 sa\u0301te\u0301\u0301. a\uac01b", [0, 2, 70, 8, 9, 60, 3, 1]),
    ("#a " + "a" * 100 + " " + "a" * 101, [1, 4, 1]),
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_check_catches(mutant: Mutant) -> None:
    vocabularies = {case: prose_tokenizer(case).vocabulary for case in (True, False)}
    mutated = mutant.build(wordpiece).WordPieceTokenizer
    caught = []
    for lower_case, vocabulary in vocabularies.items():
        for text, ids in CASES:
            check_tokenizer(prose_tokenizer(lower_case), text, ids)
            try:
                check_tokenizer(mutated(vocabulary, lower_case), text, ids)
            except Exception as error:  # a mutant may also crash
                caught.append(error)
    assert caught, f"the tokenizer in which {mutant.name} passes the check on every case"

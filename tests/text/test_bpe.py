"""Byte-pair encoding: round trips, equality with the slow reference, JSON, errors, mutants."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytf.text import bpe
from tinytf.text.bpe import BPETokenizer
from tinytf.text.pretokenize import WORD_PATTERN

from .mutants import Mutant
from .slow_bpe import slow_encode, slow_merges
from .strategies import repetitive_texts, training_texts, unicode_texts, utf8_pieces

PROSE = (
    "the cat sat on the mat; that cat's hat. the d\u00e9j\u00e0 vu: d\u00e9j\u00e0! \u20ac\u20ac"
    * 2
)
PROSE_MERGES = slow_merges(PROSE, 34)


@cache
def prose_tokenizer() -> BPETokenizer:
    return BPETokenizer.train(PROSE, 290)


def check_tokenizer(tokenizer: Any, text: str, pieces: list[int]) -> None:
    """All that is promised of a tokenizer with the merges of `PROSE`."""
    expected = slow_encode(PROSE_MERGES, text)
    # Twice: the second time every word comes out of the cache.
    for visit in ("first", "second"):
        came = tokenizer.encode(text)
        assert came == expected, f"{text!r}, {visit} time: got {came}, expected {expected}"
    assert tokenizer.decode(came) == text, f"{text!r} came back as {tokenizer.decode(came)!r}"
    for ids in (came, pieces):
        stream = tokenizer.stream_decoder()
        streamed = "".join([stream.feed(token) for token in ids]) + stream.finish()
        # `bytes(pieces)`: the ids below 256 are the bytes themselves.
        whole = text if ids is came else bytes(pieces).decode("utf-8", errors="replace")
        assert tokenizer.decode(ids) == whole, f"decode({ids})"
        assert streamed == whole, f"{ids}: streamed {streamed!r}, expected {whole!r}"


@given(st.one_of(unicode_texts, repetitive_texts, st.sampled_from(["the", PROSE])), utf8_pieces)
def test_keeps_every_promise(text: str, pieces: list[int]) -> None:
    check_tokenizer(prose_tokenizer(), text, pieces)


@given(training_texts, st.integers(257, 300), unicode_texts)
def test_round_trip_of_any_text_after_training_on_any_text(
    trained_on: str, vocab_size: int, text: str
) -> None:
    tokenizer = BPETokenizer.train(trained_on, vocab_size)
    assert 256 <= tokenizer.vocab_size <= vocab_size
    for string in (text, trained_on, trained_on + text):
        ids = tokenizer.encode(string)
        assert all(0 <= token < tokenizer.vocab_size for token in ids)
        assert tokenizer.decode(ids) == string
        assert tokenizer.decode_bytes(ids) == string.encode("utf-8")


@given(st.data(), training_texts)
def test_any_ids_decode_and_stream_alike(data: st.DataObject, trained_on: str) -> None:
    tokenizer = BPETokenizer.train(trained_on, 280)
    ids = data.draw(st.lists(st.integers(0, tokenizer.vocab_size - 1), max_size=40))
    stream = tokenizer.stream_decoder()
    streamed = "".join([stream.feed(token) for token in ids]) + stream.finish()
    assert streamed == tokenizer.decode(ids)
    assert tokenizer.decode(ids) == tokenizer.decode_bytes(ids).decode("utf-8", errors="replace")


@given(training_texts, st.integers(257, 290), unicode_texts)
def test_json_round_trip(trained_on: str, vocab_size: int, text: str) -> None:
    tokenizer = BPETokenizer.train(trained_on, vocab_size)
    again = BPETokenizer.from_json(json.loads(json.dumps(tokenizer.to_json())))
    assert again.merges == tokenizer.merges
    assert again.encode(text + trained_on) == tokenizer.encode(text + trained_on)


def test_stream_holds_back_half_a_character() -> None:
    euro = "\u20ac".encode()
    stream = prose_tokenizer().stream_decoder()
    assert [stream.feed(byte) for byte in euro] == ["", "", "\u20ac"]
    assert stream.finish() == ""
    assert stream.feed(euro[0]) == ""
    assert stream.finish() == "\ufffd"


def test_vocabulary_is_smaller_where_the_text_runs_out_of_pairs() -> None:
    tokenizer = BPETokenizer.train("ab ab", 5000)
    assert (tokenizer.vocab_size, tokenizer.merges) == (257, [(97, 98)])
    assert repr(tokenizer) == "BPETokenizer(vocab_size=257)"
    assert BPETokenizer.train("abc", 5000).vocab_size == 256


def test_token_text() -> None:
    tokenizer = BPETokenizer.train(" ab ab \u00e9", 300)
    texts = [tokenizer.token_text(token) for token in (10, 97, 0xC3, 256, 257)]
    assert texts == [r"'\n'", "'a'", r"b'\xc3'", "' a'", "' ab'"]


def test_cache_is_bounded_and_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bpe, "_CACHE_WORDS", 3)
    tokenizer = BPETokenizer(prose_tokenizer().merges)
    assert tokenizer.encode(PROSE) == prose_tokenizer().encode(PROSE)
    assert 1 <= len(tokenizer._cache) <= 3


@pytest.mark.parametrize("token", [-1, 257, 10**9])
def test_unknown_id(token: int) -> None:
    tokenizer = BPETokenizer.train("ab ab", 300)
    message = rf"token id: expected 0 <= id < 257, got {token}"
    for call in (
        lambda: tokenizer.decode([97, token]),
        lambda: tokenizer.decode_bytes([token]),
        lambda: tokenizer.token_text(token),
        lambda: tokenizer.stream_decoder().feed(token),
    ):
        with pytest.raises(ValueError, match=message):
            call()


def test_bad_training_input() -> None:
    with pytest.raises(ValueError, match="text: expected at least one character"):
        BPETokenizer.train("", 300)
    for vocab_size in (256, 0, -5):
        with pytest.raises(
            ValueError, match=f"vocab_size: expected at least 257 .*got {vocab_size}"
        ):
            BPETokenizer.train("abab", vocab_size)


@pytest.mark.parametrize("code_point", [0xD800, 0xDFFF])
def test_lone_surrogates_are_refused(code_point: int) -> None:
    surrogate = chr(code_point)
    message = rf"text: .*lone surrogate U\+{code_point:04X} at position 2"
    with pytest.raises(ValueError, match=message):
        prose_tokenizer().encode("ab" + surrogate)
    with pytest.raises(ValueError, match=message):
        BPETokenizer.train("ab" + surrogate, 300)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"merges": [[97, 256]]}, r"merges\[0\]: expected two ids from 0 to 255, got \(97, 256\)"),
        ({"merges": [[256, 97]]}, r"merges\[0\]: expected two ids from 0 to 255, got \(256, 97\)"),
        ({"merges": [[97, 98], [-1, 5]]}, r"merges\[1\]: expected two ids from 0 to 256"),
        ({"merges": [[97, 98], [97, 98]]}, r"merges\[1\]: expected a new pair"),
        ({"merges": [[97]]}, r"merges\[0\]: expected a list of two token ids, got \[97\]"),
        ({"merges": [[97, True]]}, r"merges\[0\]: expected a list of two token ids"),
        ({"merges": [[97, 98.0]]}, r"merges\[0\]: expected a list of two token ids"),
        ({"merges": ["ab"]}, r"merges\[0\]: expected a list of two token ids, got 'ab'"),
        ({"merges": {}}, 'field "merges": expected list, got dict'),
        ({"pattern": r"\S+|\s+"}, 'field "pattern": expected'),
        ({"kind": "char"}, "expected kind \"bpe\", got 'char'"),
        ({"special": []}, r"expected the fields .* got .*special"),
        # Token i is twice token i - 1: without a limit the last would have 2^100 bytes.
        ({"merges": [[97, 97], *([256 + i, 256 + i] for i in range(99))]}, "at most 260 bytes"),
    ],
)
def test_broken_json(change: dict[str, Any], message: str) -> None:
    data = {"kind": "bpe", "pattern": WORD_PATTERN, "merges": [[97, 98]]}
    BPETokenizer.from_json(data)
    with pytest.raises(ValueError, match=message):
        BPETokenizer.from_json(data | change)


@pytest.mark.parametrize("field", ["kind", "pattern", "merges"])
def test_missing_json_field(field: str) -> None:
    data = prose_tokenizer().to_json()
    del data[field]
    with pytest.raises(ValueError, match="tokenizer JSON"):
        BPETokenizer.from_json(data)


MUTANTS = [
    Mutant(
        "latest merge first",
        (("min(pairwise", "max(pairwise"), (".get(pair, no_merge)", ".get(pair, -1)")),
    ),
    Mutant(
        "leftmost pair first",
        (
            (
                "min(pairwise(ids), key=lambda pair: self._merged_id.get(pair, no_merge))",
                "next((p for p in pairwise(ids) if p in self._merged_id), (-1, -1))",
            ),
        ),
    ),
    Mutant(
        "cache ignores the leading space",
        (("self._cache[word] = word_ids", "self._cache[word.strip()] = word_ids"),),
    ),
    Mutant("only one merge per word", (("while len(ids) > 1:", "for _ in range(1):"),)),
    Mutant("ids off by one", (("new_id = N_BYTES + i", "new_id = N_BYTES + i + 1"),)),
    Mutant(
        "token of the parts swapped",
        (("[left] + self._token_bytes[right]", "[right] + self._token_bytes[left]"),),
    ),
    Mutant(
        "broken bytes are dropped",
        (('.decode("utf-8", errors="replace")', '.decode("utf-8", errors="ignore")'),),
    ),
    Mutant(
        "stream drops broken bytes",
        (('("utf-8")(errors="replace")', '("utf-8")(errors="ignore")'),),
    ),
    Mutant("stream never finishes", (('return self._utf8.decode(b"", final=True)', 'return ""'),)),
    Mutant(
        "stream decodes every token alone",
        (("decode_bytes([token]))", "decode_bytes([token]), True)"),),
    ),
]

CASES: tuple[tuple[str, list[int]], ...] = (
    ("the cat thath sat", []),
    ("cat's d\u00e9j\u00e0 \u20ac\u20ac", [0xE2, 0x82, 0xAC, 0x41]),
    (PROSE, [0x41, 0xE2, 0x82]),
    ("hat that the that the", [0xFF, 0x41]),
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_check_catches(mutant: Mutant) -> None:
    caught = []
    for text, pieces in CASES:
        tokenizer = mutant.build(bpe).BPETokenizer(PROSE_MERGES)
        check_tokenizer(prose_tokenizer(), text, pieces)
        try:
            check_tokenizer(tokenizer, text, pieces)
        except Exception as error:  # a mutant may also crash
            caught.append(error)
    assert caught, f"the tokenizer with {mutant.name} passes the check on every case"

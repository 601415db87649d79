"""Special tokens: no text gives them, decoding leaves them out; JSON, errors, mutants."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytf.text import (
    BPETokenizer,
    CharTokenizer,
    SpecialTokenizer,
    Tokenizer,
    WordPieceTokenizer,
    WordTokenizer,
    special,
)

from .mutants import Mutant
from .strategies import unicode_texts

SPECIALS = ("<pad>", "<s>", "</s>")
TEXT = "the cat sat on the mat; d\u00e9j\u00e0 vu \u20ac\u20ac </s> the cat"

INNER: tuple[Tokenizer, ...] = (
    CharTokenizer.train(TEXT),
    BPETokenizer.train(TEXT, 270),
    WordTokenizer.train(TEXT, 30),
    WordPieceTokenizer.train(TEXT, 60),
)


def check_special(tokenizer: Any, inner: Tokenizer, text: str, ids: list[int]) -> None:
    """All that is promised of `tokenizer`, made of `inner` and `SPECIALS`."""
    assert tokenizer.vocab_size == 3 + inner.vocab_size
    encoded = tokenizer.encode(text)
    assert encoded == [3 + token for token in inner.encode(text)], f"encode({text!r})"
    assert tokenizer.decode([1, *encoded, 2, 0, 0]) == inner.decode(inner.encode(text))
    # Specials anywhere, also inside a character of several tokens, are as if not there.
    expected = inner.decode([token - 3 for token in ids if token >= 3])
    assert tokenizer.decode(ids) == expected, f"decode({ids})"
    stream = tokenizer.stream_decoder()
    streamed = "".join([stream.feed(token) for token in ids]) + stream.finish()
    assert streamed == expected, f"{ids}: streamed {streamed!r}, expected {expected!r}"
    for i, name in enumerate(SPECIALS):
        assert tokenizer.special_id(name) == i, f"special_id({name!r})"
        assert tokenizer.token_text(i) == name, f"token_text({i})"
    for token in range(inner.vocab_size):
        assert tokenizer.token_text(3 + token) == inner.token_text(token), f"token_text({token})"
    for token in (-1, tokenizer.vocab_size):
        for call in (tokenizer.token_text, lambda bad: tokenizer.decode([5, bad])):
            with pytest.raises(ValueError, match=rf"id < {tokenizer.vocab_size}, got {token}$"):
                call(token)


@pytest.mark.parametrize("inner", INNER, ids=repr)
@given(st.data(), st.text(st.sampled_from(TEXT)))
def test_keeps_every_promise(inner: Tokenizer, data: st.DataObject, text: str) -> None:
    ids = data.draw(st.lists(st.integers(0, inner.vocab_size + 2), max_size=20))
    check_special(SpecialTokenizer(inner, SPECIALS), inner, text, ids)


@given(unicode_texts)
def test_no_text_gives_a_special_id(text: str) -> None:
    tokenizer = SpecialTokenizer(INNER[1], SPECIALS)
    for string in (text, "</s>", f"{text}</s>{text}<pad>"):
        assert min(tokenizer.encode(string), default=3) >= 3
        assert tokenizer.decode(tokenizer.encode(string)) == string


@pytest.mark.parametrize("inner", INNER, ids=repr)
def test_json_round_trip(inner: Tokenizer) -> None:
    tokenizer = SpecialTokenizer(inner, SPECIALS)
    again = SpecialTokenizer.from_json(json.loads(json.dumps(tokenizer.to_json())))
    assert (type(again.inner), again.specials) == (type(inner), SPECIALS)
    assert again.encode(TEXT) == tokenizer.encode(TEXT)


def test_small_things() -> None:
    tokenizer = SpecialTokenizer(CharTokenizer.train("ab"), ["<s>"])
    assert (tokenizer.vocab_size, tokenizer.specials) == (3, ("<s>",))
    assert tokenizer.encode("ba") == [2, 1]
    assert repr(tokenizer) == "SpecialTokenizer(CharTokenizer(vocab_size=2), ('<s>',))"
    with pytest.raises(ValueError, match=r"special token: expected one of \('<s>',\), got '<S>'"):
        tokenizer.special_id("<S>")
    with pytest.raises(ValueError, match="got 'c'"):
        tokenizer.encode("abc")


@pytest.mark.parametrize(
    ("specials", "message"),
    [
        ([], r"specials: expected a sequence of names, got \[\]"),
        ("<s>", "specials: expected a sequence of names, got '<s>'"),
        (["<s>", ""], r"specials\[1\]: expected a printable name, got ''"),
        (["<s>", "\n"], r"specials\[1\]: expected a printable name, got '\\n'"),
        (["\ud800"], r"specials\[0\]: expected a printable name"),
        (["<s>", "<t>", "<s>"], r"specials\[2\]: expected a new name, got '<s>' again"),
        ([3], r"specials\[0\]: expected a printable name, got 3"),
    ],
)
def test_bad_names(specials: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SpecialTokenizer(INNER[0], specials)


def test_specials_in_specials() -> None:
    tokenizer = SpecialTokenizer(INNER[0], SPECIALS)
    with pytest.raises(ValueError, match="inner: expected a tokenizer without specials"):
        SpecialTokenizer(tokenizer, ["<x>"])
    data: dict[str, Any] = INNER[0].to_json()
    for _ in range(20_000):  # deeper than Python can call
        data = {"kind": "special", "specials": ["<x>"], "inner": data}
    with pytest.raises(ValueError, match='"inner": expected a tokenizer without specials'):
        SpecialTokenizer.from_json(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"specials": "<s>"}, 'field "specials": expected list, got str'),
        ({"specials": [["<s>"]]}, r"specials\[0\]: expected a printable name, got \['<s>'\]"),
        ({"specials": []}, "specials: expected a sequence of names"),
        ({"inner": None}, 'field "inner": expected dict, got NoneType'),
        ({"inner": {}}, "expected a kind out of"),
        ({"inner": {"kind": "char", "chars": "ba"}}, "chars: expected distinct characters"),
        ({"kind": "char"}, "expected kind \"special\", got 'char'"),
        ({"more": 1}, r"expected the fields .* got .*more"),
    ],
)
def test_broken_json(change: dict[str, Any], message: str) -> None:
    data = SpecialTokenizer(INNER[0], SPECIALS).to_json()
    SpecialTokenizer.from_json(data)
    with pytest.raises(ValueError, match=message):
        SpecialTokenizer.from_json(data | change)


MUTANTS = [
    Mutant("ids are not shifted", (("[token + shift for", "[token for"),)),
    Mutant("specials are decoded", ((">= shift]", ">= 0]"),)),
    Mutant("the last special is decoded", ((">= shift]", ">= shift - 1]"),)),
    Mutant("the first inner token is not decoded", ((">= shift]", "> shift]"),)),
    Mutant("specials are counted from one", ((".index(name)", ".index(name) + 1"),)),
    Mutant("specials come last", (("[token + shift for", "[token - shift for"),)),
    Mutant("vocabulary without specials", (("return len(self.specials) + self", "return self"),)),
    Mutant("stream never finishes", (("return self._inner.finish()", 'return ""'),)),
    Mutant(
        "token text is not shifted",
        (("token_text(token - len(self.specials))", "token_text(token)"),),
    ),
    Mutant("any negative id", (("if look_up(known, token) >= shift", "if token >= shift"),)),
    Mutant(
        "specials are read in the text",
        (("self.inner.encode(text)]", "self.inner.encode(text.replace('</s>', ''))]"),),
    ),
    Mutant(
        "stream decodes each token alone",
        (
            (
                "[self._inner.feed(inner) for inner in",
                "[self._tokenizer.inner.decode([inner]) for inner in",
            ),
        ),
    ),
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_check_catches(mutant: Mutant) -> None:
    inner = INNER[1]
    # The euro sign is three tokens; a special stands in it.
    ids = [0, 4, 3 + 0xE2, 3 + 0x82, 2, 3 + 0xAC, 3, 258, 3 + 0xE2]
    check_special(SpecialTokenizer(inner, SPECIALS), inner, TEXT, ids)
    wrong = mutant.build(special).SpecialTokenizer(inner, SPECIALS)
    try:
        check_special(wrong, inner, TEXT, ids)
    except (Exception, pytest.fail.Exception):
        return
    raise AssertionError(f"the tokenizer in which {mutant.name} passes the check")

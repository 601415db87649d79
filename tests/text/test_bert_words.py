"""BERT's words: equality with the steps done one by one, places in the text, mutants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytf.text import bert_words
from tinytf.text.bert_words import BertWords, stands_alone

from .mutants import Mutant
from .slow_wordpiece import fold, is_cjk, is_punctuation, slow_words
from .strategies import bert_texts, unicode_texts


def check_words(make: Callable[[bool], Any], text: str, lower_case: bool) -> None:
    """All that is promised of the words of a text and of their places in it."""
    expected = slow_words(text, lower_case)
    words = make(lower_case)
    for visit in ("first", "second"):
        came = words.split(text)
        assert came == expected, f"{text!r}, {visit} time: got {came}, expected {expected}"
    located = list(words.locate(text))
    assert [word for word, _ in located] == expected, f"{text!r} located: {located}"
    end_before = 0
    for word, places in located:
        where = f"{word!r} of {text!r} at {places}"
        assert len(places) == len(word) + 1, where
        assert places == sorted(places), where
        assert end_before <= places[0] < places[-1] <= len(text), where
        assert words.split(text[end_before : places[0]]) == [], f"{where}: something before it"
        # Each character of the word is in what its character of the text became.
        for part, place in zip(word, places, strict=False):
            assert part in (fold(text[place]) if lower_case else text[place]), where
        assert "".join(words.split(text[places[0] : places[-1]])) == word, where
        end_before = places[-1]
        if end_before < len(text) and not (len(word) == 1 and stands_alone(word)):
            behind = text[end_before]
            assert slow_words(f"x{behind}x", lower_case) != ["xx"], f"{where}: {behind!r} is its"
    assert words.split(text[end_before:]) == [], f"{text!r}: something behind {located}"


@given(bert_texts | unicode_texts, st.booleans())
def test_keeps_every_promise(text: str, lower_case: bool) -> None:
    check_words(BertWords, text, lower_case)


@given(bert_texts | unicode_texts, st.booleans())
def test_words_of_words_are_the_same(text: str, lower_case: bool) -> None:
    words = BertWords(lower_case)
    once = words.split(text)
    assert words.split(" ".join(once)) == once


@pytest.mark.parametrize("lower_case", [True, False])
def test_every_character(lower_case: bool) -> None:
    # Up to the last plane with letters; without the lone surrogates, which are no characters.
    chars = [chr(i) for i in range(0x32000) if not 0xD800 <= i <= 0xDFFF]
    for start in range(0, len(chars), 256):
        text = " ".join([f"a{char}b" for char in chars[start : start + 256]])
        came, expected = BertWords(lower_case).split(text), slow_words(text, lower_case)
        assert came == expected, f"from U+{ord(chars[start]):04X}: got {came}, expected {expected}"
    for char in chars:
        assert stands_alone(char) == (is_punctuation(char) or is_cjk(char)), f"U+{ord(char):04X}"


@pytest.mark.parametrize(
    ("text", "uncased", "cased"),
    [
        ("", [], []),
        ("Don't!!", ["don", "'", "t", "!", "!"], ["Don", "'", "t", "!", "!"]),
        ("x_1 = $5", ["x", "_", "1", "=", "$", "5"], ["x", "_", "1", "=", "$", "5"]),
        ("Caf\u00e9 Cafe\u0301", ["cafe", "cafe"], ["Caf\u00e9", "Cafe\u0301"]),
        ("\u0130stanbul", ["istanbul"], ["\u0130stanbul"]),
        ("stra\u00dfe \ufb01n", ["stra\u00dfe", "\ufb01n"], ["stra\u00dfe", "\ufb01n"]),
        ("5\u20ac", ["5\u20ac"], ["5\u20ac"]),
        ("\u4f60\u597dAI", ["\u4f60", "\u597d", "ai"], ["\u4f60", "\u597d", "AI"]),
        ("co\xadop", ["coop"], ["co\xadop".replace("\xad", "")]),
        ("a\tb\u00a0c\r\nd", ["a", "b", "c", "d"], ["a", "b", "c", "d"]),
        # Not equal: "=" with a stroke through it, which goes with the accents.
        ("a\u2260b", ["a", "=", "b"], ["a\u2260b"]),
        ("\uac00", ["\u1100\u1161"], ["\uac00"]),
    ],
)
def test_cuts(text: str, uncased: list[str], cased: list[str]) -> None:
    assert BertWords(True).split(text) == uncased
    assert BertWords(False).split(text) == cased


def test_places() -> None:
    located = list(BertWords(True).locate(" Cafe\u0301s,\u4f60\u0130\xad\uac00 "))
    assert located == [
        # The accent that went belongs to the e before it.
        ("cafes", [1, 2, 3, 4, 6, 7]),
        (",", [7, 8]),
        ("\u4f60", [8, 9]),
        ("i\u1100\u1161", [9, 11, 11, 12]),
    ]
    assert list(BertWords(True).locate("e\u0301")) == [("e", [0, 2])]
    assert list(BertWords(True).locate("\u0301e")) == [("e", [1, 2])]


MUTANTS = [
    Mutant("accents stay", ((' if unicodedata.category(part) != "Mn"', ""),)),
    Mutant("every kind of mark goes", (('!= "Mn"', 'not in ("Mn", "Mc")'),)),
    Mutant("compatible letters fold", (('normalize("NFD"', 'normalize("NFKD"'),)),
    Mutant(
        "marks are put back",
        (('"Mn"]).lower()', '"Mn"]).lower(); folded = unicodedata.normalize("NFC", folded)'),),
    ),
    Mutant("capitals stay", (('"Mn"]).lower()', '"Mn"])'),)),
    Mutant("cased words are folded too", (("    if lower_case:", "    if True:"),)),
    Mutant("line breaks are controls", ((r'if char in "\t\n\r" or', "if"),)),
    Mutant("only spaces are blanks", (('startswith("Z")', 'startswith("Zs")'),)),
    Mutant("controls part words", (('("Cc", "Cf", "Co")', '("Cf", "Co")'),)),
    Mutant("format characters stay", (('("Cc", "Cf", "Co")', '("Cc", "Co")'),)),
    Mutant("private use stays", (('("Cc", "Cf", "Co")', '("Cc", "Cf")'),)),
    Mutant("failed decodings stay", ((r' or char == "\ufffd"', ""),)),
    Mutant(
        "symbols are letters",
        (
            (
                "return char.isprintable() and not char.isalnum()",
                'return unicodedata.category(char).startswith("P")',
            ),
        ),
    ),
    Mutant("only ASCII is punctuation", (('startswith("P")', 'startswith("X")'),)),
    Mutant("all symbols are punctuation", (('.startswith("P")', '[0] in "PS"'),)),
    Mutant("Chinese in words", (("(0x4E00, 0x9FFF)", "(0x4E00, 0x4E00)"),)),
    Mutant("compatible Chinese in words", (("(0xF900, 0xFAFF)", "(0xFA00, 0xFAFF)"),)),
    Mutant("Japanese letters alone", (("(0x3400, 0x4DBF)", "(0x3000, 0x4DBF)"),)),
    Mutant(
        "punctuation from folding in words",
        ((" if stands_alone(part) else part for", " if False else part for"),),
    ),
    Mutant(
        "the end is the last character's",
        (
            (
                "yield word, [*places, max(i, places[-1] + 1)]",
                "yield word, [*places, places[-1] + 1]",
            ),
        ),
    ),
    Mutant("the end is the next space", (("max(i, places[-1] + 1)", "i"),)),
    Mutant(
        "places of the folded text",
        (("places.append(i)", "places.append(places[-1] + 1 if places else i)"),),
    ),
    Mutant(
        "the last word is lost",
        (("        if word:\n            yield", "        if False:\n            yield"),),
    ),
    Mutant("the last word ends early", (("[*places, len(text)]", "[*places, places[-1] + 1]"),)),
    Mutant(
        "places are not reset",
        (('                    word, places = "", []', '                    word = ""'),),
    ),
]

TEXTS = (
    "Caf\u00e9 CAFE\u0301s, e\u0301! \ufb01 \u0bca\uac00\u0130x \u03a3 b",
    "a\tb\nc\x0cd\x00e\u2028f\u00a0g\xadh\u200bi\ue000j\ufffdk",
    "$5 5\u20ac a\u2260b <_> \u00bfqu\u00e9? \u4f60\u597dAI\u3042\u3042\uf900\uf900",
    "end\u0301\u0301 and\u0301",
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_check_catches(mutant: Mutant) -> None:
    make = mutant.build(bert_words).BertWords
    caught = []
    for text in TEXTS:
        for lower_case in (True, False):
            check_words(BertWords, text, lower_case)
            try:
                check_words(make, text, lower_case)
            except Exception as error:  # a mutant may also crash
                caught.append(error)
    assert caught, f"the words in which {mutant.name} pass the check on every text"

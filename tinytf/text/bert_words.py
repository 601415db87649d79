"""The words that WordPiece cuts up: BERT's basic pre-tokenisation (Devlin et al. 2018).

    clean   control and format characters go; every kind of blank is a space
    fold    where lower case is wanted: accents go (canonical decomposition, then without the
            combining marks) and letters become small
    cut     at spaces; each punctuation character and each Chinese character is a word of its own

All three look at one character at a time, so they are one table from character to replacement,
filled as characters are met. The space that separated two words is lost, unlike in
`pretokenize.py`. `wordpiece.py` and its trainer use this file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

# Code points of Chinese characters, first and last, as BERT counts them: no Japanese syllables
# and no Hangul, which are written in words.
_CJK = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


def stands_alone(char: str) -> bool:
    """Whether `char` is a word of its own: punctuation or a Chinese character.

    Punctuation is what Unicode calls so, and every printable ASCII character that is neither
    letter nor digit ("$" and "+" are symbols to Unicode).
    """
    code_point = ord(char)
    if code_point < 128:
        return char.isprintable() and not char.isalnum() and char != " "
    if unicodedata.category(char).startswith("P"):
        return True
    return any(first <= code_point <= last for first, last in _CJK)


def _replacement(char: str, lower_case: bool) -> str:
    """What one character of a text becomes; words are then what stands between spaces."""
    category = unicodedata.category(char)
    if char in "\t\n\r" or category.startswith("Z"):
        return " "
    # Controls (form feed, null), format marks (soft hyphen, zero-width space), private use, and
    # the mark left by a failed decoding. They do not part words.
    if category in ("Cc", "Cf", "Co") or char == "\ufffd":
        return ""
    folded = char
    if lower_case:
        parts = unicodedata.normalize("NFD", char)
        folded = "".join([part for part in parts if unicodedata.category(part) != "Mn"]).lower()
    if stands_alone(char):
        return f" {folded} "
    # Rarely punctuation appears here only: "not equal" is "=" and a stroke that goes.
    return "".join([f" {part} " if stands_alone(part) else part for part in folded])


class BertWords:
    """Cuts texts into words.

    Attributes:
        lower_case: whether letters lose case and accents.
    """

    def __init__(self, lower_case: bool) -> None:
        self.lower_case = lower_case
        self._replacements = _Replacements(lower_case)

    def split(self, text: str) -> list[str]:
        """The words of `text` in order, folded."""
        return text.translate(self._replacements).split()

    def locate(self, text: str) -> Iterator[tuple[str, list[int]]]:
        """Each word of `split(text)` with the place in `text` where each of its characters starts.

        One place more than the word has characters: the last is where the word ends. Marks that
        were removed behind a character belong to it. A character that folding makes two (a
        Hangul syllable becomes its letters) gives both the same place.
        """
        word, places = "", []
        for i, char in enumerate(text):
            for part in self._replacements[ord(char)]:
                if part != " ":
                    word += part
                    places.append(i)
                elif word:
                    # A character that stands alone brings the space behind it along.
                    yield word, [*places, max(i, places[-1] + 1)]
                    word, places = "", []
        if word:
            yield word, [*places, len(text)]


class _Replacements(dict[int, str]):
    """Code point to replacement, each worked out when it is first asked for."""

    def __init__(self, lower_case: bool) -> None:
        self._lower_case = lower_case

    def __missing__(self, code_point: int) -> str:
        replacement = _replacement(chr(code_point), self._lower_case)
        self[code_point] = replacement
        return replacement

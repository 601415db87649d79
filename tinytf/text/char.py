"""The smallest tokenizer: one token for each character that occurs in the training text.

Nothing to learn and nothing hidden, so a first model is easy to inspect. The price: long
sequences, and a character that did not occur in training has no id. `bpe.py` has neither fault.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from tinytf.text.checks import check_json, check_unicode, look_up

# How many characters of the vocabulary an error message shows.
_SHOWN = 10


class CharTokenizer:
    """Token id = position of the character in the sorted vocabulary."""

    kind = "char"

    def __init__(self, chars: str) -> None:
        """`chars`: the vocabulary, distinct and sorted by code point. To make one: `train`.

        Raises:
            ValueError: no characters, not sorted, not distinct, or a lone surrogate.
        """
        check_unicode(chars)
        if not chars:
            raise ValueError("chars: expected at least one character, got none")
        if list(chars) != sorted(set(chars)):
            raise ValueError(f"chars: expected distinct characters in order, got {chars[:40]!r}")
        self.chars = chars
        self._id_of = {char: token for token, char in enumerate(chars)}

    @classmethod
    def train(cls, text: str) -> Self:
        """The tokenizer whose vocabulary is every distinct character of `text`.

        Raises:
            ValueError: `text` is empty or holds a lone surrogate.
        """
        if not text:
            raise ValueError("text: expected at least one character to train on, got none")
        check_unicode(text)
        return cls("".join(sorted(set(text))))

    @property
    def vocab_size(self) -> int:
        """Number of token ids, V."""
        return len(self.chars)

    def encode(self, text: str) -> list[int]:
        """One id for each character of `text`.

        Raises:
            ValueError: a character outside the vocabulary; names it and its position.
        """
        try:
            return [self._id_of[char] for char in text]
        except KeyError as error:
            char = error.args[0]
            shown = ", ".join(map(repr, self.chars[:_SHOWN]))
            more = ", ..." if self.vocab_size > _SHOWN else ""
            # The loop stops at the first unknown character, so this is where it stands.
            raise ValueError(
                f"text: expected only the {self.vocab_size} characters of the vocabulary "
                f"({shown}{more}), got {char!r} (U+{ord(char):04X}) at position {text.index(char)}"
            ) from error

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`. `decode(encode(text)) == text`. An unknown id is a ValueError."""
        return "".join([look_up(self.chars, token) for token in ids])

    def token_text(self, token: int) -> str:
        """One token as Python's repr shows it: quoted, with a line break as `'\\n'`."""
        return repr(look_up(self.chars, token))

    def stream_decoder(self) -> CharStreamDecoder:
        """A decoder that takes one id at a time."""
        return CharStreamDecoder(self)

    def to_json(self) -> dict[str, str]:
        """Everything needed to build this tokenizer again, as plain JSON values."""
        return {"kind": self.kind, "chars": self.chars}

    @classmethod
    def from_json(cls, data: object) -> Self:
        """The inverse of `to_json`. Raises ValueError for anything else."""
        return cls(check_json(data, cls.kind, {"chars": str})["chars"])

    def __repr__(self) -> str:
        return f"CharTokenizer(vocab_size={self.vocab_size})"


class CharStreamDecoder:
    """Every id is a whole character, so nothing is ever held back."""

    def __init__(self, tokenizer: CharTokenizer) -> None:
        self._tokenizer = tokenizer

    def feed(self, token: int) -> str:
        """The character of this id."""
        return self._tokenizer.decode([token])

    def finish(self) -> str:
        """What is still held back: nothing."""
        return ""

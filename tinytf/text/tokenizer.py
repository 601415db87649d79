"""What every tokenizer can do, and how one is read back from a checkpoint.

The tokenizers fulfil the protocols by having these methods; they do not inherit from them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, Self

from tinytf.text.bpe import BPETokenizer
from tinytf.text.char import CharTokenizer
from tinytf.text.special import SpecialTokenizer
from tinytf.text.word import WordTokenizer
from tinytf.text.wordpiece import WordPieceTokenizer


class StreamDecoder(Protocol):
    """Turns ids into text while they are generated, without ever printing half a character.

    For any ids: `"".join(map(stream.feed, ids)) + stream.finish() == tokenizer.decode(ids)`.
    """

    def feed(self, token: int) -> str:
        """The text that is certain now that this id has come; may be empty."""

    def finish(self) -> str:
        """The rest, after the last id."""


class Tokenizer(Protocol):
    """Text to token ids (whole numbers from 0 to vocab_size - 1) and back."""

    @property
    def vocab_size(self) -> int:
        """Number of token ids, V."""

    def encode(self, text: str) -> list[int]:
        """The ids of `text`; ValueError where it cannot be encoded."""

    def decode(self, ids: Iterable[int]) -> str:
        """The text of any `ids`. ValueError for an unknown id.

        `decode(encode(text)) == text`, but for what a tokenizer with an unknown token lost.
        """

    def token_text(self, token: int) -> str:
        """One token in printable form, for tables and labels."""

    def stream_decoder(self) -> StreamDecoder:
        """A new decoder that takes one id at a time."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values with a "kind", from which `tokenizer_from_json` makes an equal one."""

    @classmethod
    def from_json(cls, data: object) -> Self:
        """The inverse of `to_json`; ValueError for anything else."""


_KINDS: dict[str, type[Tokenizer]] = {
    CharTokenizer.kind: CharTokenizer,
    BPETokenizer.kind: BPETokenizer,
    WordTokenizer.kind: WordTokenizer,
    WordPieceTokenizer.kind: WordPieceTokenizer,
    SpecialTokenizer.kind: SpecialTokenizer,
}


def tokenizer_from_json(data: object) -> Tokenizer:
    """The tokenizer that `to_json` wrote, of whichever kind.

    Raises:
        ValueError: not an object, no or unknown "kind", or fields that are missing or broken.
    """
    if not isinstance(data, dict):
        raise ValueError(f"tokenizer JSON: expected an object, got {type(data).__name__}")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError(f"tokenizer JSON: expected a kind out of {sorted(_KINDS)}, got {kind!r}")
    return _KINDS[kind].from_json(data)

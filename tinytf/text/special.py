"""Special tokens around any tokenizer: <pad>, <s>, </s> for a model that needs them.

A special token stands for no text: padding, the start of a sentence, its end. It gets an id that
no text can produce, so a user who types "</s>" cannot end a sentence. Wraps what `char.py`,
`bpe.py` and `word.py` make; WordPiece (`wordpiece.py`) has BERT's special tokens built in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

from tinytf.text.checks import check_json, check_unicode, look_up

if TYPE_CHECKING:
    from tinytf.text.tokenizer import StreamDecoder, Tokenizer


class SpecialTokenizer:
    """Ids 0 .. n - 1 are the n special tokens; id n + i is id i of the inner tokenizer.

    The specials come first so that their ids do not depend on the size of the vocabulary.

    Attributes:
        inner: the tokenizer that sees the text.
        specials: the names, in the order of their ids.
    """

    kind = "special"

    def __init__(self, inner: Tokenizer, specials: Sequence[str]) -> None:
        """`specials`: names such as ("<pad>", "<s>", "</s>"); they only have to be readable.

        Raises:
            ValueError: no names, a name that is empty, not printable or there twice, or an inner
                tokenizer that is itself a SpecialTokenizer.
        """
        if isinstance(inner, SpecialTokenizer):
            raise ValueError("inner: expected a tokenizer without specials, got a SpecialTokenizer")
        # A string is a sequence of strings too: "<pad>" would be five specials.
        if isinstance(specials, str) or not specials:
            raise ValueError(f"specials: expected a sequence of names, got {specials!r}")
        for i, name in enumerate(specials):
            if not (isinstance(name, str) and name and name.isprintable()):
                raise ValueError(f"specials[{i}]: expected a printable name, got {name!r}")
            check_unicode(name)
            if name in specials[:i]:
                raise ValueError(f"specials[{i}]: expected a new name, got {name!r} again")
        self.inner = inner
        self.specials = tuple(specials)

    @property
    def vocab_size(self) -> int:
        """Number of token ids, V: the specials and the inner tokenizer's."""
        return len(self.specials) + self.inner.vocab_size

    def special_id(self, name: str) -> int:
        """The id of the special token with this name.

        Raises:
            ValueError: there is none.
        """
        if name not in self.specials:
            raise ValueError(f"special token: expected one of {self.specials}, got {name!r}")
        return self.specials.index(name)

    def encode(self, text: str) -> list[int]:
        """The inner tokenizer's ids, shifted; never a special id, whatever the text says.

        Raises:
            ValueError: the inner tokenizer cannot encode `text`.
        """
        shift = len(self.specials)
        return [token + shift for token in self.inner.encode(text)]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`, as if the specials were not there. An unknown id is a ValueError."""
        return self.inner.decode(self._inner_ids(ids))

    def _inner_ids(self, ids: Iterable[int]) -> list[int]:
        """`ids` without the specials, as the inner tokenizer numbers them."""
        shift, known = len(self.specials), range(self.vocab_size)
        return [token - shift for token in ids if look_up(known, token) >= shift]

    def token_text(self, token: int) -> str:
        """A special token's name; any other token as the inner tokenizer shows it."""
        if look_up(range(self.vocab_size), token) < len(self.specials):
            return self.specials[token]
        return self.inner.token_text(token - len(self.specials))

    def stream_decoder(self) -> SpecialStreamDecoder:
        """A decoder that takes one id at a time."""
        return SpecialStreamDecoder(self)

    def to_json(self) -> dict[str, Any]:
        """Everything needed to build this tokenizer again, as plain JSON values."""
        return {
            "kind": self.kind,
            "specials": list(self.specials),
            "inner": self.inner.to_json(),
        }

    @classmethod
    def from_json(cls, data: object) -> Self:
        """The inverse of `to_json`. Raises ValueError for anything else."""
        # Here, not above: that file needs this class for its table, and this method needs the
        # table, for the inner tokenizer may be of any kind.
        from tinytf.text.tokenizer import tokenizer_from_json

        fields = check_json(data, cls.kind, {"specials": list, "inner": dict})
        # Before it is read: specials in specials in ... would end in a RecursionError.
        if fields["inner"].get("kind") == cls.kind:
            raise ValueError(
                'tokenizer JSON of kind "special", field "inner": expected a tokenizer without '
                'specials, got kind "special"'
            )
        return cls(tokenizer_from_json(fields["inner"]), fields["specials"])

    def __repr__(self) -> str:
        return f"SpecialTokenizer({self.inner!r}, {self.specials})"


class SpecialStreamDecoder:
    """The inner tokenizer's stream decoder; special tokens add nothing to the text."""

    def __init__(self, tokenizer: SpecialTokenizer) -> None:
        self._tokenizer = tokenizer
        self._inner: StreamDecoder = tokenizer.inner.stream_decoder()

    def feed(self, token: int) -> str:
        """What the inner decoder gives for this id; "" for a special token."""
        return "".join([self._inner.feed(inner) for inner in self._tokenizer._inner_ids([token])])

    def finish(self) -> str:
        """What the inner decoder still holds back."""
        return self._inner.finish()

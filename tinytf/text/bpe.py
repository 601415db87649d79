"""Byte-level byte-pair encoding: a tokenizer that can encode any text (GPT-2, Radford et al. 2019).

The first 256 tokens are the bytes of UTF-8, so no text is ever outside the vocabulary. Every
further token is two earlier tokens joined. `bpe_training.py` learns which; here they are applied.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Self

from tinytf.text.bpe_training import N_BYTES, Pair, places_of, train_merges
from tinytf.text.checks import check_json, check_unicode, look_up
from tinytf.text.pretokenize import MAX_WORD_BYTES, WORD_PATTERN, split_words

# Words whose ids are remembered. Most words of a text are among a few thousand; at this many all
# are forgotten and remembered anew, so the memory stays near ten megabytes for ordinary words.
_CACHE_WORDS = 32768


class BPETokenizer:
    """Ids 0 .. 255 are bytes; id 256 + i is the pair `merges[i]` joined.

    Two tokens may stand for the same bytes ("ab" + "c" and "a" + "bc"); `encode` picks by the
    order of merges, `decode` does not care.
    """

    kind = "bpe"

    def __init__(self, merges: Sequence[Pair]) -> None:
        """`merges`: pairs of ids in the order they were learned. To learn them: `train`.

        Raises:
            ValueError: a merge uses an id that does not exist yet, comes twice, or makes a token
                longer than any word.
        """
        self._token_bytes = [bytes([value]) for value in range(N_BYTES)]
        self._merged_id: dict[Pair, int] = {}
        for i, (left, right) in enumerate(merges):
            new_id = N_BYTES + i
            if not (0 <= left < new_id and 0 <= right < new_id):
                raise ValueError(
                    f"merges[{i}]: expected two ids from 0 to {new_id - 1}, got {(left, right)}"
                )
            if (left, right) in self._merged_id:
                raise ValueError(f"merges[{i}]: expected a new pair, got {(left, right)} again")
            joined = self._token_bytes[left] + self._token_bytes[right]
            # Training cannot make such a token. A damaged file can: 100 doublings would be 2^100.
            if len(joined) > MAX_WORD_BYTES:
                raise ValueError(
                    f"merges[{i}]: expected a token of at most {MAX_WORD_BYTES} bytes, "
                    f"got {len(joined)}"
                )
            self._token_bytes.append(joined)
            self._merged_id[left, right] = new_id
        self._cache: dict[str, list[int]] = {}

    @classmethod
    def train(cls, text: str, vocab_size: int) -> Self:
        """Learn `vocab_size - 256` merges from `text`.

        The vocabulary is smaller than asked where the text runs out of pairs that occur twice:
        read `vocab_size` of the result.

        Raises:
            ValueError: `text` is empty or holds a lone surrogate; `vocab_size` < 257.
        """
        if not text:
            raise ValueError("text: expected at least one character to train on, got none")
        if vocab_size <= N_BYTES:
            raise ValueError(
                f"vocab_size: expected at least {N_BYTES + 1} ({N_BYTES} bytes and a merge), "
                f"got {vocab_size}"
            )
        check_unicode(text)
        return cls(train_merges(text, vocab_size - N_BYTES))

    @property
    def vocab_size(self) -> int:
        """Number of token ids, V: 256 + number of merges."""
        return len(self._token_bytes)

    @property
    def merges(self) -> list[Pair]:
        """The learned pairs in order: token 256 + i is `merges[i]` joined."""
        return list(self._merged_id)

    def encode(self, text: str) -> list[int]:
        """The ids of `text`, word by word.

        Raises:
            ValueError: `text` holds a lone surrogate; every other string can be encoded.
        """
        check_unicode(text)
        ids: list[int] = []
        for word in split_words(text):
            word_ids = self._cache.get(word)
            if word_ids is None:
                word_ids = self._encode_word(word)
                if len(self._cache) >= _CACHE_WORDS:
                    self._cache.clear()
                self._cache[word] = word_ids
            ids.extend(word_ids)
        return ids

    def _encode_word(self, word: str) -> list[int]:
        """Apply the merges to one word as training did: the earliest learned first.

        A merge only makes pairs with its own new id, and those were learned later still. So the
        smallest merged id rises with every round, and the loop replays training in order.
        """
        no_merge = self.vocab_size  # larger than every id
        ids = list(word.encode("utf-8"))
        while len(ids) > 1:
            pair = min(pairwise(ids), key=lambda pair: self._merged_id.get(pair, no_merge))
            if pair not in self._merged_id:
                break
            for i in reversed(places_of(pair, ids)):
                ids[i : i + 2] = [self._merged_id[pair]]
        return ids

    def decode_bytes(self, ids: Iterable[int]) -> bytes:
        """The exact bytes of `ids`, valid UTF-8 or not. An unknown id is a ValueError."""
        return b"".join([look_up(self._token_bytes, token) for token in ids])

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`. `decode(encode(text)) == text`.

        A model may produce bytes that are not valid UTF-8; they become U+FFFD, the replacement
        character. An unknown id is a ValueError.
        """
        return self.decode_bytes(ids).decode("utf-8", errors="replace")

    def token_text(self, token: int) -> str:
        """One token as Python's repr shows it: `' the'`, `'\\n'`; part of a letter: `b'\\xc3'`."""
        token_bytes = look_up(self._token_bytes, token)
        try:
            return repr(token_bytes.decode("utf-8"))
        except UnicodeDecodeError:
            return repr(token_bytes)

    def stream_decoder(self) -> BPEStreamDecoder:
        """A decoder that takes one id at a time."""
        return BPEStreamDecoder(self)

    def to_json(self) -> dict[str, Any]:
        """Everything needed to build this tokenizer again, as plain JSON values."""
        merges = [list(pair) for pair in self._merged_id]
        return {"kind": self.kind, "pattern": WORD_PATTERN, "merges": merges}

    @classmethod
    def from_json(cls, data: object) -> Self:
        """The inverse of `to_json`.

        The pattern is stored because with another one the same merges give other ids; one that
        is not this version's is refused.

        Raises:
            ValueError: anything that `to_json` does not write.
        """
        fields = check_json(data, cls.kind, {"pattern": str, "merges": list})
        if fields["pattern"] != WORD_PATTERN:
            raise ValueError(
                f'tokenizer JSON of kind "bpe", field "pattern": expected {WORD_PATTERN!r}, '
                f"got {fields['pattern']!r}"
            )
        merges: list[Pair] = []
        for i, pair in enumerate(fields["merges"]):
            # `type(...) is int`: True is an int in Python, but not a token id.
            if not (isinstance(pair, list) and [type(token) for token in pair] == [int, int]):
                raise ValueError(f"merges[{i}]: expected a list of two token ids, got {pair!r}")
            merges.append((pair[0], pair[1]))
        return cls(merges)

    def __repr__(self) -> str:
        return f"BPETokenizer(vocab_size={self.vocab_size})"


class BPEStreamDecoder:
    """Holds back the bytes of a character until it is whole.

    A token may end inside a character: the first byte of a two-byte letter is a token of its own.
    """

    def __init__(self, tokenizer: BPETokenizer) -> None:
        self._tokenizer = tokenizer
        self._utf8 = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def feed(self, token: int) -> str:
        """All characters that are whole after this id; "" while one is not."""
        return self._utf8.decode(self._tokenizer.decode_bytes([token]))

    def finish(self) -> str:
        """U+FFFD for a character that never became whole, else ""."""
        return self._utf8.decode(b"", final=True)

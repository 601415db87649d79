"""WordPiece, BERT's tokenizer: words cut into the longest pieces of a vocabulary.

    "The Unaffable!" -> the un ##aff ##able !        (## continues the word before)

`bert_words.py` cuts the text into words and `wordpiece_training.py` learns the pieces; here they
are applied. Unlike byte-pair encoding (`bpe.py`) this keeps no merges and loses something: blanks,
in lower case also capitals and accents, and every word that cannot be built, which is [UNK].
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

from tinytf.text.bert_words import BertWords
from tinytf.text.checks import check_json, check_unicode, look_up
from tinytf.text.wordpiece_training import CONTINUES, train_pieces

# Ids 0 .. 4, as most published BERT vocabularies name them. No text gives them: "[" is a word of
# its own.
SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")

# A longer word is [UNK] whole; bounds the work for one word whatever the text.
MAX_WORD_CHARS = 100

# Words whose ids are remembered; at this many all are forgotten and remembered anew.
_CACHE_WORDS = 32768

# Decoding puts a space between words, but not before and not behind these.
_NO_SPACE_BEFORE = frozenset(".,;:!?)]}")
_NO_SPACE_BEHIND = frozenset("([{")


_NO_TEXT = frozenset({SPECIALS.index(name) for name in ("[PAD]", "[CLS]", "[SEP]")})


class Piece(NamedTuple):
    """One token of a text: `text[start:end]` is what it was made of."""

    id: int
    start: int
    end: int


class WordPieceTokenizer:
    """Ids 0 .. 4 are [PAD] [UNK] [CLS] [SEP] [MASK]; id 5 + i is `vocabulary[i]`.

    Attributes:
        vocabulary: the pieces, without the five specials; "##" marks one that continues a word.
        lower_case: whether letters lose case and accents ("uncased").
        pad_id, unk_id, cls_id, sep_id, mask_id: 0, 1, 2, 3, 4.
    """

    kind = "wordpiece"
    pad_id, unk_id, cls_id, sep_id, mask_id = range(len(SPECIALS))

    def __init__(self, vocabulary: Sequence[str], lower_case: bool) -> None:
        """`vocabulary`: distinct pieces. To learn them: `train`.

        Raises:
            ValueError: no pieces, one twice, or one that no text could use: empty, more than one
                word, too long, or with capitals or accents where `lower_case`.
        """
        if not vocabulary:
            raise ValueError("vocabulary: expected at least one piece, got none")
        self.vocabulary = tuple(vocabulary)
        self.lower_case = lower_case
        self._words = BertWords(lower_case)
        # Pieces that start a word and pieces that continue one, without "##": text -> id.
        self._starting: dict[str, int] = {}
        self._continuing: dict[str, int] = {}
        for i, piece in enumerate(self.vocabulary):
            check_unicode(piece)
            text = _text_of(piece)
            table = self._starting if text == piece else self._continuing
            if self._words.split(text) != [text] or len(text) > MAX_WORD_CHARS:
                raise ValueError(
                    f"vocabulary[{i}]: expected one word or part of a word of at most "
                    f"{MAX_WORD_CHARS} characters as lower_case={lower_case} leaves them, "
                    f"got {piece!r}"
                )
            if text in table:
                raise ValueError(f"vocabulary[{i}]: expected a new piece, got {piece!r} again")
            table[text] = len(SPECIALS) + i
        self._longest = max(len(_text_of(piece)) for piece in self.vocabulary)
        self._token_texts = (*SPECIALS, *self.vocabulary)
        self._cache: dict[str, list[int]] = {}

    @classmethod
    def train(cls, text: str, vocab_size: int, lower_case: bool = True) -> Self:
        """Learn `vocab_size - 5` pieces from `text`.

        Every word can be built whose characters all occur in `text`, unless the text has so many
        different characters that the rarest find no room. The vocabulary is smaller than asked
        where nothing is left worth joining: read `vocab_size` of the result.

        Raises:
            ValueError: `text` holds no word or a lone surrogate; `vocab_size` < 6.
        """
        if vocab_size <= len(SPECIALS):
            raise ValueError(
                f"vocab_size: expected at least {len(SPECIALS) + 1} ({len(SPECIALS)} special "
                f"tokens and a piece), got {vocab_size}"
            )
        check_unicode(text)
        counts = Counter(BertWords(lower_case).split(text))
        words = {word: n for word, n in counts.items() if len(word) <= MAX_WORD_CHARS}
        if not words:
            raise ValueError(
                f"text: expected at least one word of at most {MAX_WORD_CHARS} characters to "
                f"train on, got none in {len(text)} characters"
            )
        return cls(train_pieces(words, vocab_size - len(SPECIALS)), lower_case)

    @property
    def vocab_size(self) -> int:
        """Number of token ids, V: 5 + number of pieces."""
        return len(self._token_texts)

    def encode(self, text: str, with_mask: bool = False) -> list[int]:
        """The ids of `text`, without [CLS] and [SEP].

        `with_mask`: every "[MASK]" written in the text becomes `mask_id`. Without it, that is
        "[", "mask", "]", like any other text.

        Raises:
            ValueError: `text` holds a lone surrogate; every other string can be encoded.
        """
        check_unicode(text)
        if not with_mask:
            return self._encode(text)
        first, *others = text.split(SPECIALS[self.mask_id])
        ids = self._encode(first)
        for part in others:
            ids.append(self.mask_id)
            ids.extend(self._encode(part))
        return ids

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = []
        for word in self._words.split(text):
            ids.extend(self._word_ids(word))
        return ids

    def _word_ids(self, word: str) -> list[int]:
        ids = self._cache.get(word)
        if ids is None:
            ids = self._longest_pieces(word)
            if len(self._cache) >= _CACHE_WORDS:
                self._cache.clear()
            self._cache[word] = ids
        return ids

    def _longest_pieces(self, word: str) -> list[int]:
        """From the left, each time the longest piece that fits; [UNK] where none does.

        Greedy: it never goes back to a shorter piece to make the rest fit.
        """
        if len(word) > MAX_WORD_CHARS:
            return [self.unk_id]
        ids: list[int] = []
        start, table = 0, self._starting
        while start < len(word):
            for end in range(min(start + self._longest, len(word)), start, -1):
                if word[start:end] in table:
                    break
            else:
                return [self.unk_id]
            ids.append(table[word[start:end]])
            start, table = end, self._continuing
        return ids

    def pieces(self, text: str) -> list[Piece]:
        """`encode(text)` with the place of each token in `text`.

        `start` inclusive, `end` exclusive, counted in characters. `text[start:end]`, folded, is
        the piece without "##"; for [UNK] it is the whole word. Two pieces share a character
        where folding makes two of it and the border runs between them (Hangul in lower case).

        Raises:
            ValueError: `text` holds a lone surrogate.
        """
        check_unicode(text)
        found: list[Piece] = []
        for word, places in self._words.locate(text):
            start = 0
            for token in self._word_ids(word):
                length = len(word) if token == self.unk_id else len(_text_of(self._text(token)))
                end = start + length
                # Up to where the next one starts, so with the accents that folding took away.
                found.append(Piece(token, places[start], max(places[end], places[end - 1] + 1)))
                start = end
        return found

    def _text(self, token: int) -> str:
        return look_up(self._token_texts, token)

    def decode(self, ids: Iterable[int]) -> str:
        """Readable text: "##" pieces glued on, spaces between words but not before a comma.

        [PAD], [CLS] and [SEP] stand for no text and are left out; [UNK] and [MASK] stand for
        words and are shown. An unknown id is a ValueError.
        """
        stream = self.stream_decoder()
        return "".join([stream.feed(token) for token in ids]) + stream.finish()

    def token_text(self, token: int) -> str:
        """One token as it stands in the vocabulary: `the`, `##ing`, `[MASK]`."""
        text = self._text(token)
        # Marks and unassigned characters may not be printable alone.
        return text if text.isprintable() else repr(text)

    def stream_decoder(self) -> WordPieceStreamDecoder:
        """A decoder that takes one id at a time."""
        return WordPieceStreamDecoder(self)

    def to_json(self) -> dict[str, Any]:
        """Everything needed to build this tokenizer again, as plain JSON values."""
        return {
            "kind": self.kind,
            "lower_case": self.lower_case,
            "vocabulary": list(self.vocabulary),
        }

    @classmethod
    def from_json(cls, data: object) -> Self:
        """The inverse of `to_json`. Raises ValueError for anything else."""
        fields = check_json(data, cls.kind, {"lower_case": bool, "vocabulary": list})
        for i, piece in enumerate(fields["vocabulary"]):
            if not isinstance(piece, str):
                raise ValueError(f"vocabulary[{i}]: expected a string, got {piece!r}")
        return cls(fields["vocabulary"], fields["lower_case"])

    def __repr__(self) -> str:
        return f"WordPieceTokenizer(vocab_size={self.vocab_size}, lower_case={self.lower_case})"


def _text_of(piece: str) -> str:
    """A piece without its "##"; "##" alone has nothing to continue with and stays."""
    return piece.removeprefix(CONTINUES) if piece != CONTINUES else piece


class WordPieceStreamDecoder:
    """Puts the spaces between words, which needs the token before and no later one."""

    def __init__(self, tokenizer: WordPieceTokenizer) -> None:
        self._tokenizer = tokenizer
        self._glue = True  # whether the next word follows without a space

    def feed(self, token: int) -> str:
        """The text of this id, with the space before it."""
        piece = self._tokenizer._text(token)
        if token in _NO_TEXT:
            return ""
        text = _text_of(piece)
        glued = self._glue or text != piece or text in _NO_SPACE_BEFORE
        self._glue = text in _NO_SPACE_BEHIND
        return text if glued else " " + text

    def finish(self) -> str:
        """What is still held back: nothing."""
        return ""

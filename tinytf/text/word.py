"""Whole words as tokens, and one token <unk> for every word outside the vocabulary.

The oldest way, and for a small closed vocabulary still the easiest to look into: a token is a
word. The price: what is unknown is lost (`bpe.py` can encode any text). Uses `pretokenize.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self

from tinytf.text.checks import check_json, check_unicode, look_up
from tinytf.text.pretokenize import WORD_PATTERN, split_words

# How <unk> is shown. No text gives this word: `cut_words` cuts it into "<", "unk", ">".
UNKNOWN = "<unk>"

_SIGN = re.compile(r"[ ]?(?:[^\w\s]|_)")


def cut_words(text: str) -> Iterator[str]:
    """The words of `split_words`, but each punctuation mark alone: a model can then count brackets.

    >>> list(cut_words("abs(min(x, -y))"))
    ['abs', '(', 'min', '(', 'x', ',', ' -', 'y', ')', ')']
    """
    for word in split_words(text):
        if _SIGN.fullmatch(word[-1]):
            yield from _SIGN.findall(word)
        else:
            yield word


class WordTokenizer:
    """Id 0 is <unk>; id 1 + i is `words[i]`.

    A word is what `cut_words` makes: " cat" with the space before it and "cat" at the start of
    a text are two words. So `decode(encode(text)) == text` where every word is known.

    Attributes:
        words: the vocabulary without <unk>.
        unk_id: 0.
    """

    kind = "word"
    unk_id = 0

    def __init__(self, words: Sequence[str]) -> None:
        """`words`: distinct words, each as `cut_words` cuts it. To choose them: `train`.

        Raises:
            ValueError: no words, one twice, something else than one word, or a lone surrogate.
        """
        if not words:
            raise ValueError("words: expected at least one word, got none")
        self._id_of: dict[str, int] = {}
        for i, word in enumerate(words):
            check_unicode(word)
            if list(cut_words(word)) != [word]:
                raise ValueError(
                    f"words[{i}]: expected one word, got {word!r}, which is the words "
                    f"{list(cut_words(word))}"
                )
            if word in self._id_of:
                raise ValueError(f"words[{i}]: expected a new word, got {word!r} again")
            self._id_of[word] = 1 + i
        self.words = tuple(words)
        # A word nearly always has a space before it, so an unknown one is shown with one too.
        self._text_of = (f" {UNKNOWN}", *self.words)

    @classmethod
    def train(cls, text: str, vocab_size: int) -> Self:
        """The `vocab_size - 1` most frequent words of `text`; among equals the first by code point.

        The vocabulary is smaller than asked where the text has fewer words: read `vocab_size` of
        the result. Then <unk> does not occur in `text`, and a model trained on it never sees one.

        Raises:
            ValueError: `text` is empty or holds a lone surrogate; `vocab_size` < 2.
        """
        if not text:
            raise ValueError("text: expected at least one character to train on, got none")
        if vocab_size < 2:
            raise ValueError(
                f"vocab_size: expected at least 2 ({UNKNOWN} and a word), got {vocab_size}"
            )
        check_unicode(text)
        counts = Counter(cut_words(text))
        by_frequency = sorted(counts, key=lambda word: (-counts[word], word))
        return cls(by_frequency[: vocab_size - 1])

    @property
    def vocab_size(self) -> int:
        """Number of token ids, V: 1 + number of words."""
        return len(self._text_of)

    def encode(self, text: str) -> list[int]:
        """One id for each word of `text`; 0 for an unknown word.

        Raises:
            ValueError: `text` holds a lone surrogate; every other string can be encoded.
        """
        check_unicode(text)
        return [self._id_of.get(word, self.unk_id) for word in cut_words(text)]

    def unknown_words(self, text: str) -> list[str]:
        """The words of `text` that `encode` gives no id of their own, each once, in their order."""
        found = dict.fromkeys(cut_words(text))
        return [word for word in found if word not in self._id_of]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`, with " <unk>" for id 0. An id out of range is a ValueError."""
        return "".join([look_up(self._text_of, token) for token in ids])

    def token_text(self, token: int) -> str:
        """One token as Python's repr shows it: `' the'`, `'\\n'`; id 0 without quotes: `<unk>`."""
        text = look_up(self._text_of, token)
        return UNKNOWN if token == self.unk_id else repr(text)

    def stream_decoder(self) -> WordStreamDecoder:
        """A decoder that takes one id at a time."""
        return WordStreamDecoder(self)

    def to_json(self) -> dict[str, Any]:
        """Everything needed to build this tokenizer again, as plain JSON values."""
        return {"kind": self.kind, "pattern": WORD_PATTERN, "words": list(self.words)}

    @classmethod
    def from_json(cls, data: object) -> Self:
        """The inverse of `to_json`.

        The pattern is stored because with another one the same text has other words; one that is
        not this version's is refused.

        Raises:
            ValueError: anything that `to_json` does not write.
        """
        fields = check_json(data, cls.kind, {"pattern": str, "words": list})
        if fields["pattern"] != WORD_PATTERN:
            raise ValueError(
                f'tokenizer JSON of kind "word", field "pattern": expected {WORD_PATTERN!r}, '
                f"got {fields['pattern']!r}"
            )
        for i, word in enumerate(fields["words"]):
            if not isinstance(word, str):
                raise ValueError(f"words[{i}]: expected a string, got {word!r}")
        return cls(fields["words"])

    def __repr__(self) -> str:
        return f"WordTokenizer(vocab_size={self.vocab_size})"


class WordStreamDecoder:
    """Every id is a whole word, so nothing is ever held back."""

    def __init__(self, tokenizer: WordTokenizer) -> None:
        self._tokenizer = tokenizer

    def feed(self, token: int) -> str:
        """The word of this id."""
        return self._tokenizer.decode([token])

    def finish(self) -> str:
        """What is still held back: nothing."""
        return ""

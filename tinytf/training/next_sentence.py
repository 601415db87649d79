"""Examples for BERT's pre-training: two pieces of text, of which the second follows or does not.

Source: Devlin et al. 2018, section 3.1, task 2.
"""

from collections.abc import Sequence

import numpy as np

from tinytf.models.bert import IS_NEXT, NOT_NEXT
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import IGNORED
from tinytf.text.wordpiece import WordPieceTokenizer
from tinytf.training.bert_inputs import BertInput, join


class SentencePairs:
    """Draws examples [CLS] a [SEP] b [SEP] of at most max_len tokens from documents.

    a is some sentences in a row that end somewhere in a document. b is, half of the time, what
    follows there, and otherwise what stands somewhere in another document. a takes up to half of
    the room, b the rest; sentences stay whole, but for those that are longer than half of the room:
    they are cut into several first, so no text is lost.

    Args:
        documents: token ids, for each document a list of its sentences.
        max_len: the most tokens of an example, special tokens included.
        tokenizer: where the special tokens come from.
        next_sentence: False for examples [CLS] a [SEP] of sentences in a row, without b, for texts
            that have no documents. RoBERTa learned as well without b (Liu et al. 2019,
            arXiv:1907.11692, section 4.2).

    Raises:
        ValueError: max_len is too small; the documents have no tokens; or next_sentence is asked
            for, and no document has two sentences or there is only one document.
    """

    def __init__(
        self,
        documents: Sequence[Sequence[Sequence[int]]],
        max_len: int,
        tokenizer: WordPieceTokenizer,
        next_sentence: bool = True,
    ) -> None:
        self.room = max_len - (3 if next_sentence else 2)
        self.half = self.room // 2 if next_sentence else self.room
        if self.half < 1:
            least = 5 if next_sentence else 3
            raise ValueError(f"max_len: expected at least {least}, got {max_len}")
        self.tokenizer = tokenizer
        self.next_sentence = next_sentence
        # All sentences of all documents in one row; document i has those from bounds[i] on.
        self.sentences: list[Sequence[int]] = []
        bounds = [0]
        for document in documents:
            for sentence in document:
                self.sentences += _cut(sentence, self.half, tokenizer.unk_id)
            if len(self.sentences) > bounds[-1]:
                bounds.append(len(self.sentences))
        if not self.sentences:
            raise ValueError("documents: expected a sentence with known words, got none")
        self.bounds = np.array(bounds)
        # Where a sentence follows another one of its document.
        self._follows = np.setdiff1d(np.arange(len(self.sentences)), self.bounds)
        if next_sentence and (len(bounds) < 3 or not len(self._follows)):
            raise ValueError(
                f"documents: expected at least two, and one of at least two sentences, for "
                f"next-sentence prediction, got {len(bounds) - 1} with {len(self.sentences)} "
                f"sentences in all"
            )

    def draw(self, rng: np.random.Generator) -> tuple[BertInput, int]:
        """One example and its class.

        Returns:
            The example, and IS_NEXT or NOT_NEXT; IGNORED where there is no b.
        """
        if not self.next_sentence:
            start = int(rng.integers(len(self.sentences)))
            return join(self.tokenizer, self._from(start, self.room)), IGNORED
        follower = int(self._follows[rng.integers(len(self._follows))])
        document = self._document_of(follower)
        first = self._until(follower, self.half)
        is_next = rng.random() < 0.5
        start = follower if is_next else self._elsewhere(document, rng)
        second = self._from(start, self.room - len(first))
        return join(self.tokenizer, first, second), IS_NEXT if is_next else NOT_NEXT

    def _document_of(self, sentence: int) -> int:
        return int(np.searchsorted(self.bounds, sentence, side="right")) - 1

    def _elsewhere(self, document: int, rng: np.random.Generator) -> int:
        """A sentence of any other document, each equally likely."""
        start, end = int(self.bounds[document]), int(self.bounds[document + 1])
        drawn = int(rng.integers(len(self.sentences) - (end - start)))
        return drawn if drawn < start else drawn + (end - start)

    def _until(self, follower: int, room: int) -> list[int]:
        """The sentences right before this one, of its document, as many as there is room for."""
        begin = self.bounds[self._document_of(follower)]
        ids = list(self.sentences[follower - 1])
        for i in range(follower - 2, begin - 1, -1):
            if len(ids) + len(self.sentences[i]) > room:
                break
            ids = [*self.sentences[i], *ids]
        return ids

    def _from(self, start: int, room: int) -> list[int]:
        """This sentence and those behind it, of its document, as many as there is room for."""
        end = self.bounds[self._document_of(start) + 1]
        ids = list(self.sentences[start])
        for i in range(start + 1, end):
            if len(ids) + len(self.sentences[i]) > room:
                break
            ids += self.sentences[i]
        return ids


def _cut(sentence: Sequence[int], longest: int, unk_id: int) -> list[Sequence[int]]:
    """Pieces of at most `longest` tokens; those of unknown words only, which teach nothing, go."""
    pieces = [sentence[i : i + longest] for i in range(0, len(sentence), longest)]
    return [piece for piece in pieces if any(token != unk_id for token in piece)]


def count_tokens(sentences: Sequence[Sequence[int]], vocab_size: int) -> Array:
    """(V,): how often each token stands in the sentences."""
    counts = np.zeros(vocab_size, np.int64)
    for sentence in sentences:
        np.add.at(counts, sentence, 1)
    return counts

"""A label for each word of a sentence, such as those of names: examples, and predictions.

BERT reads pieces of words. The first piece stands for its word: it alone has a target in training,
and its label is the word's (Devlin et al. 2018, section 5.3).
"""

from collections.abc import Sequence

import numpy as np

from tinytf.models.bert_fine_tuning import BertTagger
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import IGNORED
from tinytf.ops.softmax import softmax_forward
from tinytf.text.wordpiece import WordPieceTokenizer
from tinytf.training.bert_inputs import BertInput, join
from tinytf.training.fine_tuning import LabelledInput, outputs_in_batches


def tag_examples(
    tokenizer: WordPieceTokenizer, words: Sequence[str], labels: Sequence[int], max_len: int
) -> list[LabelledInput]:
    """The examples of one sentence.

    That is one example, unless the sentence has more than max_len pieces: then it is cut between
    words into several, each as long as possible, and no word is lost.

    Args:
        tokenizer: that of the model.
        words: of the sentence.
        labels: for each of them its label, counted from 0.
        max_len: the most tokens of an example.

    Raises:
        ValueError: not as many labels as words, no word, or max_len leaves no room for one.
    """
    if len(labels) != len(words):
        raise ValueError(f"labels: expected one for each of {len(words)} words, got {len(labels)}")
    examples = []
    for first, pieces in _parts(tokenizer, words, max_len):
        targets = [IGNORED]  # [CLS]
        for label, its_pieces in zip(labels[first:], pieces, strict=False):
            targets += [label] + [IGNORED] * (len(its_pieces) - 1)
        examples.append(LabelledInput(_input(tokenizer, pieces), [*targets, IGNORED]))
    return examples


def tag(
    model: BertTagger,
    tokenizer: WordPieceTokenizer,
    sentences: Sequence[Sequence[str]],
    batch_size: int = 32,
) -> list[list[int]]:
    """The most likely label of each word; arguments as in `tag_probabilities`.

    Returns:
        For each sentence the labels of its words, counted from 0.
    """
    found = tag_probabilities(model, tokenizer, sentences, batch_size)
    return [rows.argmax(axis=-1).tolist() for rows in found]


def tag_probabilities(
    model: BertTagger,
    tokenizer: WordPieceTokenizer,
    sentences: Sequence[Sequence[str]],
    batch_size: int = 32,
) -> list[Array]:
    """The probability of each label for each word.

    Args:
        model: trained to tag.
        tokenizer: the one that it was trained with.
        sentences: the words of each.
        batch_size: how many are read at once.

    Returns:
        For each sentence (words, L); each row sums to 1.
    """
    parts = [
        (i, pieces)
        for i, words in enumerate(sentences)
        for _, pieces in _parts(tokenizer, words, model.config.max_len)
    ]
    inputs = [_input(tokenizer, pieces) for _, pieces in parts]
    outputs = [
        rows
        for logits, _ in outputs_in_batches(model, inputs, tokenizer, batch_size)
        for rows in logits  # (S, L)
    ]
    found: list[list[Array]] = [[] for _ in sentences]
    for (i, pieces), rows in zip(parts, outputs, strict=True):
        lengths = [len(its_pieces) for its_pieces in pieces]
        firsts = 1 + np.cumsum([0, *lengths[:-1]])  # behind [CLS]
        found[i].append(softmax_forward(rows[firsts])[0])
    return [np.concatenate(its_rows) for its_rows in found]


def _parts(
    tokenizer: WordPieceTokenizer, words: Sequence[str], max_len: int
) -> list[tuple[int, list[list[int]]]]:
    """The sentence in parts that fit: for each the number of its first word, and words' pieces."""
    room = max_len - 2
    if room < 1:
        raise ValueError(f"max_len: expected at least 3 for a word, got {max_len}")
    if not words:
        raise ValueError("words: expected at least one, got none")
    parts: list[tuple[int, list[list[int]]]] = [(0, [])]
    n_pieces = 0
    for i, word in enumerate(words):
        # A word that the tokenizer makes nothing of, such as a lone control character, still needs
        # a label; one that is too long for any example keeps its start.
        pieces = tokenizer.encode(word)[:room] or [tokenizer.unk_id]
        if n_pieces + len(pieces) > room:
            parts.append((i, []))
            n_pieces = 0
        parts[-1][1].append(pieces)
        n_pieces += len(pieces)
    return parts


def _input(tokenizer: WordPieceTokenizer, pieces: list[list[int]]) -> BertInput:
    return join(tokenizer, [piece for its_pieces in pieces for piece in its_pieces])

"""Classes and numbers for texts and pairs of texts: examples for training, and predictions."""

from collections.abc import Sequence

import numpy as np

from tinytf.models.bert_fine_tuning import BertClassifier, BertRegressor
from tinytf.ops.arrays import Array
from tinytf.ops.softmax import softmax_forward
from tinytf.text.wordpiece import WordPieceTokenizer
from tinytf.training.bert_inputs import BertInput, fit, join
from tinytf.training.fine_tuning import LabelledInput, outputs_in_batches

Texts = tuple[str, str | None]  # a text, and the second one of a pair


def text_input(tokenizer: WordPieceTokenizer, texts: Texts, max_len: int) -> BertInput:
    """[CLS] text [SEP], or [CLS] text [SEP] second [SEP], cut at the ends to max_len tokens."""
    text, second = texts
    ids = tokenizer.encode(text)
    second_ids = None if second is None else tokenizer.encode(second)
    return join(tokenizer, *fit(ids, second_ids, max_len))


def text_example(
    tokenizer: WordPieceTokenizer, texts: Texts, target: int | float, max_len: int
) -> LabelledInput:
    """An example of a class (an int, counted from 0) or of a number (a float).

    Args:
        tokenizer: that of the model.
        texts: a text and None, or a pair.
        target: the right answer.
        max_len: the most tokens; what is too much is cut.
    """
    return LabelledInput(text_input(tokenizer, texts, max_len), target)


def classify(
    model: BertClassifier,
    tokenizer: WordPieceTokenizer,
    texts: Sequence[Texts],
    batch_size: int = 32,
) -> Array:
    """The probability of each label.

    Args:
        model: trained to classify.
        tokenizer: the one that it was trained with.
        texts: N texts or pairs, as in training.
        batch_size: how many are read at once.

    Returns:
        (N, L), each row sums to 1.
    """
    inputs = [text_input(tokenizer, one, model.config.max_len) for one in texts]
    rows = [
        softmax_forward(logits)[0]
        for logits, _ in outputs_in_batches(model, inputs, tokenizer, batch_size)
    ]
    n_labels = model.head.weight.value.shape[1]
    return np.concatenate(rows) if rows else np.zeros((0, n_labels))


def predict_numbers(
    model: BertRegressor,
    tokenizer: WordPieceTokenizer,
    texts: Sequence[Texts],
    batch_size: int = 32,
) -> Array:
    """The number that the model gives each text or pair, (N,); arguments as in `classify`."""
    inputs = [text_input(tokenizer, one, model.config.max_len) for one in texts]
    rows = [numbers for numbers, _ in outputs_in_batches(model, inputs, tokenizer, batch_size)]
    return np.concatenate(rows) if rows else np.zeros(0)

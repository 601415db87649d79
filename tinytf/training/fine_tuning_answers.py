"""Answers that are spans of a text: examples for training, and predictions.

The model reads [CLS] question [SEP] context [SEP]. A context that is too long is read in windows
that overlap. Source: Devlin et al. 2018, sections 4.2 and 4.3 (a window without an answer points at
[CLS], as in SQuAD v2), and the authors' code (windows).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tinytf.models.bert_fine_tuning import BertAnswerer
from tinytf.ops.arrays import Array
from tinytf.ops.softmax import log_softmax_forward
from tinytf.text.wordpiece import Piece, WordPieceTokenizer
from tinytf.training.bert_inputs import BertInput, join
from tinytf.training.fine_tuning import LabelledInput, answer_positions, outputs_in_batches


class Window(NamedTuple):
    """A question with a part of its context.

    Attributes:
        input: what the model reads.
        offset: the position of the first token of the context in it.
        pieces: the tokens of the context that are in it, with their places in the context.
    """

    input: BertInput
    offset: int
    pieces: list[Piece]


class PredictedAnswer(NamedTuple):
    """`context[start:end]` is the answer; `probability` that of its start times that of its end."""

    text: str
    start: int
    end: int
    probability: float


def windows(
    tokenizer: WordPieceTokenizer, question: str, context: str, max_len: int
) -> list[Window]:
    """Cut the context into windows that fit behind the question.

    A question longer than half of the room is cut at its end. Each window starts half a window
    behind the last, so every token but those at the ends stands in two, and every answer of up to
    half a window is whole in one of them.

    Raises:
        ValueError: the context has no token, or max_len leaves no room for one.
    """
    return _windows(tokenizer, question, _pieces(tokenizer, context), max_len)


def _pieces(tokenizer: WordPieceTokenizer, context: str) -> list[Piece]:
    pieces = tokenizer.pieces(context)
    if not pieces:
        raise ValueError(f"context: expected at least one word, got {context[:60]!r}")
    return pieces


def _windows(
    tokenizer: WordPieceTokenizer, question: str, pieces: list[Piece], max_len: int
) -> list[Window]:
    room = max_len - 3
    if room < 2:
        raise ValueError(
            f"max_len: expected at least 5 for a question and a context, got {max_len}"
        )
    question_ids = tokenizer.encode(question)[: room // 2]
    room -= len(question_ids)
    step = max(room // 2, 1)
    found = []
    # The last start is the first one whose window reaches the end.
    for start in range(0, max(len(pieces) - room, 0) + step, step):
        inside = pieces[start : start + room]
        example = join(tokenizer, question_ids, [piece.id for piece in inside])
        found.append(Window(example, len(question_ids) + 2, inside))
    return found


def answer_examples(
    tokenizer: WordPieceTokenizer,
    question: str,
    context: str,
    start: int,
    end: int,
    max_len: int,
) -> list[LabelledInput]:
    """The examples of one question, one for each window of its context.

    Args:
        tokenizer: that of the model.
        question, context: the texts.
        start, end: the answer is `context[start:end]`. Where it starts or ends within a piece, the
            target is the whole piece.
        max_len: the most tokens of an example.

    Returns:
        Examples whose target is the answer's span of positions, where the window has all of it, and
        the position of [CLS] elsewhere.

    Raises:
        ValueError: no token of the context is in the span; or as in `windows`.
    """
    pieces = _pieces(tokenizer, context)
    inside = [piece for piece in pieces if piece.end > start and piece.start < end]
    if not inside:
        raise ValueError(
            f"answer: expected a part of the context with a word in it, "
            f"got {context[start:end]!r} from {start} to {end}"
        )
    first, last = inside[0], inside[-1]
    examples = []
    for window in _windows(tokenizer, question, pieces, max_len):
        # A piece knows its place, so an equal word elsewhere in the context is another one.
        target = (0, 0)
        if first in window.pieces and last in window.pieces:
            target = (
                window.offset + window.pieces.index(first),
                window.offset + window.pieces.index(last),
            )
        examples.append(LabelledInput(window.input, target))
    return examples


def answer(
    model: BertAnswerer,
    tokenizer: WordPieceTokenizer,
    questions: Sequence[tuple[str, str]],
    max_tokens: int = 30,
    batch_size: int = 32,
) -> list[PredictedAnswer]:
    """The most likely answer to each question.

    That is the span of at most max_tokens tokens, of any window, whose probabilities of start and
    end have the largest product. Each window's probabilities sum to 1 over its tokens and [CLS],
    which stands for "not here"; so those of a window that does not have the answer are small.

    Args:
        model: trained to answer.
        tokenizer: the one that it was trained with.
        questions: pairs of question and context.
        max_tokens: the longest answer.
        batch_size: how many windows are read at once.

    Raises:
        ValueError: max_tokens is not positive; or as in `windows`.
    """
    if max_tokens < 1:
        raise ValueError(f"max_tokens: expected at least 1, got {max_tokens}")
    all_windows = [
        (i, window)
        for i, (question, context) in enumerate(questions)
        for window in windows(tokenizer, question, context, model.config.max_len)
    ]
    inputs = [window.input for _, window in all_windows]
    rows: list[Array] = []  # of each window: log-probabilities (2, S)
    for logits, batch in outputs_in_batches(model, inputs, tokenizer, batch_size):
        allowed = answer_positions(batch, tokenizer)[:, None]  # (B, 1, S)
        log_probs, _ = log_softmax_forward(np.where(allowed, logits, -np.inf))
        rows += list(log_probs)
    best: list[tuple[float, int, int]] = [(-np.inf, 0, 0)] * len(questions)  # score, span of text
    for (i, window), log_probs in zip(all_windows, rows, strict=True):
        inside = slice(window.offset, window.offset + len(window.pieces))
        score, first, last = best_span(log_probs[0, inside], log_probs[1, inside], max_tokens)
        if score > best[i][0]:
            best[i] = (score, window.pieces[first].start, window.pieces[last].end)
    return [
        PredictedAnswer(context[start:end], start, end, float(np.exp(score)))
        for (score, start, end), (_, context) in zip(best, questions, strict=True)
    ]


def best_span(start_scores: Array, end_scores: Array, max_tokens: int) -> tuple[float, int, int]:
    """The span whose scores have the largest sum.

    Args:
        start_scores, end_scores: (n,), of each token as the first and as the last one.
        max_tokens: the longest span.

    Returns:
        The sum, and the first and the last token: first <= last < first + max_tokens.
    """
    n = len(start_scores)
    sums = start_scores[:, None] + end_scores[None, :]  # (n, n)
    length = np.arange(n)[None, :] - np.arange(n)[:, None] + 1
    sums = np.where((length >= 1) & (length <= max_tokens), sums, -np.inf)
    first, last = np.unravel_index(int(sums.argmax()), sums.shape)
    return float(sums[first, last]), int(first), int(last)

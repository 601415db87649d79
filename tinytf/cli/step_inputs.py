"""From a user's texts to one training step of a model, whatever its kind.

The step is that of the trainer: each kind's task makes the batch, here of a single example, and
runs forward, loss and backward.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from tinytf.cli.bert_model import wordpiece_of
from tinytf.cli.finetune_answers import AnswerHead
from tinytf.cli.finetune_tags import TagHead
from tinytf.cli.finetune_texts import LabelHead, NumberHead
from tinytf.cli.parsing import UserError
from tinytf.cli.step_texts import StepTexts
from tinytf.cli.tag import WORD
from tinytf.data import Answer, Example, Question, ScoredExample, TaggedSentence
from tinytf.generation import Translator
from tinytf.generation.translator import BOS, EOS, PAD
from tinytf.models.bert import IS_NEXT
from tinytf.ops.cross_entropy import IGNORED
from tinytf.text import Tokenizer, WordPieceTokenizer
from tinytf.training import (
    Checkpoint,
    FineTuningTask,
    IdPair,
    LabelledInput,
    MaskedLanguageTask,
    NextTokenTask,
    SentencePairs,
    SpecialIds,
    TokenWindows,
    TranslationTask,
)
from tinytf.training.bert_inputs import join, pad_inputs
from tinytf.training.masked_language_model import PretrainingBatch, make_pretraining_batch
from tinytf.training.translation import make_batch


@dataclass(frozen=True)
class StepInputs:
    """One example, ready to run.

    Attributes:
        run: forward, loss and backward, without dropout; adds into the gradients and returns the
            loss.
        labels: axis -> a label for each index: "T" and "S" the tokens that are read (S: by the
            encoder of an encoder-decoder), "V" the vocabulary, "N" the tokens asked for, "L" the
            classes.
        targets: what should come out, in the order in which it is asked for: for a decoder the
            token that follows each one that is read.
        next_sentence: of a BERT that reads two texts, what it should say about the second one.
        drawn: what was drawn at random, in words; "" where nothing was.
    """

    run: Callable[[], float]
    labels: dict[str, list[str]]
    targets: list[str] = field(default_factory=list)
    next_sentence: str = ""
    drawn: str = ""


def step_inputs(
    checkpoint: Checkpoint, model: Any, texts: StepTexts, rng: np.random.Generator
) -> StepInputs:
    """The training step of a model on one example.

    Args:
        checkpoint: what the model comes from: its kind, its tokenizers, its labels.
        model: the model itself, of any dtype.
        texts: those that its kind takes (see `require_texts`).
        rng: chooses what a pre-trained BERT has to fill in, where the text has no [MASK].

    Raises:
        UserError: the texts cannot be encoded, are too long, or name an unknown label.
    """
    make = {
        "decoder": _decoder,
        "encoder-decoder": _translator,
        "bert": _pretrained,
    }.get(checkpoint.model, _fine_tuned)
    return make(checkpoint, model, texts, rng)


def _decoder(
    checkpoint: Checkpoint, model: Any, texts: StepTexts, rng: np.random.Generator
) -> StepInputs:
    tokenizer = checkpoint.tokenizer
    ids = _encode(tokenizer, "text", texts.text)
    _require_length("text", len(ids), 2, model.config.max_len + 1)
    windows = TokenWindows(np.array(ids), len(ids) - 1)  # the only one there is
    task = NextTokenTask(model, windows, windows, batch_size=1)
    batch = task.draw_batch(rng)
    tokens = _token_texts(tokenizer, ids)
    labels = {"T": tokens[:-1], "V": _vocabulary(tokenizer)}
    return StepInputs(lambda: task.train_batch(batch, None, 1.0), labels, tokens[1:])


def _translator(
    checkpoint: Checkpoint, model: Any, texts: StepTexts, rng: np.random.Generator
) -> StepInputs:
    try:
        both = Translator(model, checkpoint.tokenizer, checkpoint.source_tokenizer)
    except ValueError as error:
        raise UserError(f"the model cannot be used: {error}") from error
    source = _encode(both.source, "source", texts.source)
    target = _encode(both.target, "target", texts.target)
    for name, ids in (("source", source), ("target", target)):
        _require_length(name, len(ids), 1, model.config.max_len - 1)
    special_ids = SpecialIds(*map(both.target.special_id, (PAD, BOS, EOS)))
    pair = IdPair(source, target)
    task = TranslationTask(model, [pair], [pair], special_ids, max_tokens=model.config.max_len)
    batch = make_batch([pair], special_ids)
    labels = {
        "S": _token_texts(both.source, batch.source[0]),
        "T": _token_texts(both.target, batch.target[0]),
        "V": _vocabulary(both.target),
    }
    targets = _token_texts(both.target, batch.next_tokens[0])
    return StepInputs(lambda: task.train_batch(batch, None, 1.0), labels, targets)


def _pretrained(
    checkpoint: Checkpoint, model: Any, texts: StepTexts, rng: np.random.Generator
) -> StepInputs:
    tokenizer = wordpiece_of(checkpoint, "the model")
    true = _encode(tokenizer, "text", texts.text if texts.target is None else texts.target)
    shown = _encode(tokenizer, "text", texts.text, with_mask=True)
    _require_masks(tokenizer, shown, true, texts)
    second = None if texts.second is None else _encode(tokenizer, "second", texts.second)
    example = join(tokenizer, true, second)
    _require_length("text", len(example.ids), 3, model.config.max_len)
    is_next = IGNORED if second is None else IS_NEXT
    batch = make_pretraining_batch([(example, is_next)], tokenizer, rng)
    if texts.target is not None:
        masked = pad_inputs([join(tokenizer, shown, second)], tokenizer)
        predict = masked.ids == tokenizer.mask_id  # (1, S)
        targets = np.array(example.ids)[predict[0]]  # (N,)
        batch = PretrainingBatch(masked, predict, targets, batch.is_next)
    sentences = [true] if second is None else [true, second]
    try:
        pairs = SentencePairs(
            [sentences, [true]], model.config.max_len, tokenizer, next_sentence=second is not None
        )
    except ValueError as error:
        raise UserError(f"--text: {error}") from error
    task = MaskedLanguageTask(model, pairs, pairs, batch_size=1, n_validation=1)
    asked = _token_texts(tokenizer, batch.targets)
    places = np.flatnonzero(batch.predict[0])
    labels = {
        "T": _token_texts(tokenizer, batch.inputs.ids[0]),
        "N": asked,
        "V": _vocabulary(tokenizer),
        "2": ["is next", "not next"],
    }
    drawn = ""
    if texts.target is None:
        words = ", ".join(f"{place} {true}" for place, true in zip(places, asked, strict=True))
        drawn = (
            f"the text has no [MASK]: drawn at random, the model has to say what stood at {words} "
            "(the place, and the token; most of them are masked, some replaced or kept)"
        )
    answer = "" if second is None else labels["2"][IS_NEXT]
    run = partial(task.train_batch, batch, None, 1.0)
    return StepInputs(run, labels, asked, answer, drawn)


def _require_masks(
    tokenizer: WordPieceTokenizer, shown: Sequence[int], true: Sequence[int], texts: StepTexts
) -> None:
    """--target is --text with one token in place of each [MASK]; without --target there is none."""
    n_masks = list(shown).count(tokenizer.mask_id)
    if texts.target is None:
        if n_masks:
            raise UserError("--target: expected the text with words in place of [MASK], got none")
        return
    if not n_masks:
        raise UserError("--text: expected a [MASK] in it, as --target says what stands there")
    same = len(shown) == len(true) and all(
        one in (tokenizer.mask_id, other) for one, other in zip(shown, true, strict=True)
    )
    if not same:
        read = " ".join(_token_texts(tokenizer, true))
        raise UserError(
            f"--target: expected the tokens of --text with one in place of each [MASK], got {read}"
        )


def _fine_tuned(
    checkpoint: Checkpoint, model: Any, texts: StepTexts, rng: np.random.Generator
) -> StepInputs:
    tokenizer = wordpiece_of(checkpoint, "the model")
    for name, text in texts.given().items():
        _encode(tokenizer, name, text)
    examples = _examples(checkpoint, tokenizer, texts, model.config.max_len)
    read = [text for name, text in texts.given().items() if name != "target"]
    n_tokens = len(read) + 1 + sum(len(tokenizer.encode(text)) for text in read)
    _require_length("text", n_tokens, 2 + len(read), model.config.max_len)
    task = FineTuningTask(model, examples, examples, tokenizer, batch_size=1)
    batch = task.make_batch(examples)
    labels = {"T": _token_texts(tokenizer, batch.inputs.ids[0])}
    classes = checkpoint.extras.get("labels")
    if classes:
        labels["L"] = labels["V"] = list(classes)
    assert texts.target is not None
    targets = texts.target.split() if checkpoint.model == "bert-tagger" else [texts.target]
    return StepInputs(lambda: task.train_batch(batch, None, 1.0), labels, targets)


def _examples(
    checkpoint: Checkpoint, tokenizer: WordPieceTokenizer, texts: StepTexts, max_len: int
) -> list[LabelledInput]:
    """The example as `tinytf finetune` makes it."""
    text, target = texts.text or "", texts.target or ""
    item: Any
    head: Any
    if checkpoint.model in ("bert-classifier", "bert-pair-classifier"):
        head, item = LabelHead(pairs=False), Example(text, texts.second, target, "--target")
    elif checkpoint.model in ("bert-regressor", "bert-pair-regressor"):
        score = _number(target)
        head, item = NumberHead(pairs=False), ScoredExample(text, texts.second, score, "--target")
    elif checkpoint.model == "bert-tagger":
        words, tags = tuple(WORD.findall(text)), tuple(target.split())
        if len(words) != len(tags):
            raise UserError(f"--target: expected a tag for each of {len(words)} words, got {tags}")
        head, item = TagHead(), TaggedSentence(words, tags, "--target", 1)
    else:
        context = texts.context or ""
        if target not in context:
            raise UserError(f"--target: expected a part of the context, got {target!r}")
        answer = Answer(target, context.index(target))
        head = AnswerHead()
        item = Question("", texts.question or "", context, (answer,), "--target")
    found: list[LabelledInput] = head.examples([item], checkpoint.extras, tokenizer, max_len)
    return found


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UserError(f"--target: expected a number, got {text!r}") from None


def _encode(tokenizer: Tokenizer, name: str, text: str | None, **options: Any) -> list[int]:
    try:
        return tokenizer.encode(text or "", **options)
    except ValueError as error:
        raise UserError(f"--{name}: {error}") from error


def _require_length(name: str, n_tokens: int, least: int, most: int) -> None:
    if not least <= n_tokens <= most:
        raise UserError(
            f"--{name}: expected {least} to {most} tokens, special ones included, got {n_tokens}"
        )


def _token_texts(tokenizer: Tokenizer, ids: Iterable[int]) -> list[str]:
    return [tokenizer.token_text(int(token)) for token in ids]


def _vocabulary(tokenizer: Tokenizer) -> list[str]:
    return _token_texts(tokenizer, range(tokenizer.vocab_size))

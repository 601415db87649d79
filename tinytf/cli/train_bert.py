"""`tinytf train bert`: pre-train an encoder on a text with masked tokens."""

import argparse
import json
from argparse import BooleanOptionalAction
from collections.abc import Sequence
from typing import Any

import numpy as np

from tinytf.cli.bert_data import (
    BUNDLED,
    DATA_OPTIONS,
    BertText,
    read_bert_text,
    split_documents,
)
from tinytf.cli.bert_model import load_bert, wordpiece_of
from tinytf.cli.bert_settings import BERT_PRESETS, BertSettings
from tinytf.cli.fill import fill_masks, filling_lines
from tinytf.cli.parsing import Parser, UserError, counted, quoted, visible, whole
from tinytf.cli.run_setup import (
    checked_settings,
    fingerprint,
    given_options,
    new_run,
    output_directory,
    saved_run,
)
from tinytf.cli.text_source import SMALLER, text_of_resumed
from tinytf.cli.train_loop import Rows, advice_on_memory, train
from tinytf.cli.train_options import (
    add_run_options,
    add_sizes,
    add_switches,
    add_training_options,
)
from tinytf.cli.train_settings import make_config
from tinytf.cli.training_run import BestBy, TrainingRun
from tinytf.text import WordPieceTokenizer
from tinytf.text.wordpiece import SPECIALS
from tinytf.training import Checkpoint, MaskedLanguageTask, SentencePairs, StepRecord

_EXAMPLES = """\
examples:
  tinytf train bert                               on Python's own standard library
  tinytf train bert --task stories --out stories     what the bundled tasks of finetune speak
  tinytf train bert --text book.txt --out my-bert    a blank line between documents
  tinytf train bert --text src/ --documents lines    source code: about 16 lines a document
  cat *.txt | tinytf train bert --text -
  tinytf train bert --resume my-bert --steps 6000    go on where a run ended
"""

_DIRECTORY = "tinytf-bert"
_BEST_BY = BestBy("validation_loss", lowest=True)
_N_VALIDATION = 512  # examples

BertRun = TrainingRun[BertSettings]
# Token ids: documents, sentences, tokens.
Documents = Sequence[Sequence[Sequence[int]]]


def add_parser(models: Any) -> None:
    """Add `bert` to the models of `tinytf train`."""
    parser: Parser = models.add_parser(
        "bert",
        help="an encoder that fills in masked words",
        description="Pre-train an encoder (Devlin et al. 2018) on a text: masked tokens and next "
        "sentences.",
        epilog=_EXAMPLES,
    )
    parser.add_argument(
        "--text", metavar="FILE|DIR|-", help="the text (default: Python's standard library)"
    )
    parser.add_argument("--task", choices=list(BUNDLED), help="a bundled text instead")
    parser.add_argument(
        "--documents",
        choices=("blank-line", "lines"),
        help="what a document is: up to a blank line (default), or about 16 lines (default for "
        "the standard library); every line is a sentence",
    )
    add_run_options(parser, _DIRECTORY, list(BERT_PRESETS), "bert")
    sizes = parser.add_argument_group("key variables")
    sizes.add_argument("--vocab-size", type=whole(6), metavar="V", help="pieces of words, at most")
    add_sizes(sizes)
    sizes.add_argument("--batch-size", type=whole(1), metavar="B", help="examples in a batch")
    add_switches(parser)
    training = parser.add_argument_group("training")
    add_switch = training.add_argument
    add_switch(
        "--lower-case",
        action=BooleanOptionalAction,
        default=None,
        help=f"drop capitals and accents; default {BertSettings.lower_case}",
    )
    add_switch(
        "--next-sentence",
        action=BooleanOptionalAction,
        default=None,
        help=f"learn what follows what, too; default {BertSettings.next_sentence}",
    )
    add_training_options(training, BertSettings)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    with advice_on_memory(SMALLER):
        training_run, text = _start(args) if args.resume is None else _resume(args)
        documents = _encode(training_run, text)
        task = _task(training_run, documents)
        config, settings = training_run.about.config, training_run.settings
        each_step = (
            f"{counted(settings.accumulation_steps * config.batch_size, 'example')} of at most "
            f"{config.max_len} tokens"
        )
        rows = _data_rows(training_run, text, documents)
        rows.append(("yardstick", f"always guessing by frequency has loss {_unigram(task)}"))

        def measure(record: StepRecord) -> dict[str, float]:
            scores = task.scores
            assert scores is not None  # the validation loss was measured just now
            measured = {"mlm_loss": scores.mlm_loss, "mlm_accuracy": scores.mlm_accuracy}
            if settings.next_sentence:
                measured["nsp_accuracy"] = scores.nsp_accuracy
            return measured

        code = train(training_run, task, rows, each_step, measure)
        if code == 0:
            with training_run.failing_says_what_is_saved():
                _print_results(training_run, task, split_documents(documents)[1])
        return code


def _start(args: argparse.Namespace) -> tuple[BertRun, BertText]:
    """A new run and its text, from the preset and the options given."""
    directory = output_directory(args.out, _DIRECTORY)
    preset, given = BERT_PRESETS[args.preset or "bert"], given_options(args)
    values = {**preset, **given}
    settings = checked_settings(BertSettings, preset, given)
    chosen = {name: getattr(args, name) for name in DATA_OPTIONS}
    text = read_bert_text(chosen)
    try:
        tokenizer = WordPieceTokenizer.train(text.text, values["vocab_size"], settings.lower_case)
        config = make_config(values, tokenizer.vocab_size)
    except ValueError as error:
        raise UserError(str(error)) from error
    about = Checkpoint("bert", config, tokenizer, {})
    return new_run(directory, about, settings, chosen, _BEST_BY), text


def _resume(args: argparse.Namespace) -> tuple[BertRun, BertText]:
    """The run saved in the directory `--resume` names, and its text."""
    training_run = saved_run(args, "bert", BertSettings, DATA_OPTIONS, _BEST_BY)
    data = training_run.data
    return training_run, text_of_resumed(training_run, args.text, lambda: read_bert_text(data))


def _encode(training_run: BertRun, text: BertText) -> Documents:
    """The documents as token ids; an error where they are not those of the run."""
    encode = wordpiece_of(training_run.about, training_run.directory).encode
    documents = [[encode(sentence) for sentence in document] for document in text.documents]
    training_run.require_same_data(fingerprint(json.dumps(documents).encode()), "text")
    return documents


def _task(training_run: BertRun, documents: Documents) -> MaskedLanguageTask:
    config, settings = training_run.about.config, training_run.settings
    tokenizer = wordpiece_of(training_run.about, training_run.directory)
    training, validation = split_documents(documents)
    try:
        return MaskedLanguageTask(
            training_run.model,
            SentencePairs(training, config.max_len, tokenizer, settings.next_sentence),
            SentencePairs(validation, config.max_len, tokenizer, settings.next_sentence),
            n_validation=_N_VALIDATION,
        )
    except ValueError as error:
        if not str(error).startswith("documents"):
            raise UserError(str(error)) from error
        raise UserError(
            f"{error}; of the {len(documents)} documents the last {len(validation)} are kept for "
            f"validation (see --documents, --no-next-sentence)"
        ) from error


def _unigram(task: MaskedLanguageTask) -> str:
    return f"{task.unigram_loss():.4f}"


def _data_rows(training_run: BertRun, text: BertText, documents: Documents) -> Rows:
    n_sentences = sum(map(len, documents))
    n_tokens = sum(len(sentence) for document in documents for sentence in document)
    case = "lower case" if training_run.settings.lower_case else "case kept"
    return [
        (
            "text",
            f"{ascii(text.said)[1:-1]}: {counted(len(documents), 'document')}, "
            f"{counted(n_sentences, 'sentence')}, {n_tokens:,} tokens",
        ),
        ("tokenizer", f"WordPiece, {training_run.about.config.vocab_size} pieces, {case}"),
    ]


def _print_results(training_run: BertRun, task: MaskedLanguageTask, validation: Documents) -> None:
    """What the best model reaches, and a sentence of the validation text that it fills in."""
    model, tokenizer, _ = load_bert(str(training_run.directory), "bert")
    task.model = model
    task.validation_loss()
    scores = task.scores
    assert scores is not None
    print(
        f"masked tokens: loss {scores.mlm_loss:.4f} (guessing by frequency: {_unigram(task)}), "
        f"{scores.mlm_accuracy:.1%} right"
    )
    if training_run.settings.next_sentence:
        print(f"next sentence: {scores.nsp_accuracy:.1%} right (guessing: 50%)")
    sentences = [sentence for document in validation for sentence in document]
    room = model.config.max_len - 2
    fitting = [ids for ids in sentences if len(ids) <= room and _whole_words(ids, tokenizer)]
    rng = np.random.default_rng(training_run.settings.seed)
    for i in rng.permutation(len(fitting))[:2]:
        masked = list(fitting[i])
        place = int(rng.choice(_whole_words(masked, tokenizer)))
        hidden, masked[place] = masked[place], tokenizer.mask_id
        text = visible(tokenizer.decode(masked))
        print(f"\n{text}    ({SPECIALS[tokenizer.mask_id]} was {tokenizer.token_text(hidden)})")
        print("\n".join(filling_lines(fill_masks(model, tokenizer, masked, 3)[0], tokenizer)))
    directory = quoted(training_run.directory)
    print(f'\nmore: tinytf fill {directory} "... [MASK] ..."')
    print(f"      tinytf finetune classify {directory}")


def _whole_words(ids: Sequence[int], tokenizer: WordPieceTokenizer) -> list[int]:
    """Where a piece is a word of its own: letters, and not continued."""
    texts = [tokenizer.token_text(token) for token in ids] + [""]
    return [i for i in range(len(ids)) if texts[i].isalpha() and not texts[i + 1].startswith("##")]

"""`tinytf finetune`: train a pre-trained BERT further, for one task, on labelled examples."""

import argparse
import json
from argparse import BooleanOptionalAction
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from tinytf.cli.bert_model import load_bert, wordpiece_of
from tinytf.cli.finetune_answers import AnswerHead
from tinytf.cli.finetune_data import DATA_OPTIONS, FineTuneData, read_finetune_data
from tinytf.cli.finetune_head import Head
from tinytf.cli.finetune_settings import (
    FINE_TUNE_SETTINGS,
    FineTuneSettings,
    RegressionSettings,
)
from tinytf.cli.finetune_tags import TagHead
from tinytf.cli.finetune_texts import LabelHead, NumberHead, look_like_numbers
from tinytf.cli.parsing import Parser, UserError, counted, quoted, real, whole
from tinytf.cli.run_setup import fingerprint, given_options, new_run, output_directory, saved_run
from tinytf.cli.train_loop import Rows, advice_on_memory, train
from tinytf.cli.train_options import add_training_options
from tinytf.cli.train_settings import make_settings
from tinytf.cli.training_run import TrainingRun
from tinytf.models import start_from_pretrained
from tinytf.training import (
    KINDS,
    Checkpoint,
    CheckpointError,
    FineTuningTask,
    StepRecord,
    load_checkpoint,
)

_EXAMPLES = """\
examples:
  tinytf finetune classify tinytf-bert                        the bundled task
  tinytf finetune classify tinytf-bert --data train.tsv --validation dev.tsv
  tinytf finetune pair tinytf-bert --data pairs.tsv           text_a TAB text_b TAB label
  tinytf finetune pair tinytf-bert --data sts.tsv --regression
  tinytf finetune tag tinytf-bert --data train.conll          a word and its tag a line
  tinytf finetune answer tinytf-bert --data squad.json        SQuAD v1.1
  tinytf finetune tag tinytf-bert --freeze-encoder --random-encoder    a baseline
  tinytf finetune tag --resume tinytf-tag --steps 3000
"""

# name of the command -> what it learns, and the data that it reads
_HEADS = {
    "classify": ("a label of a text", "text TAB label, or GLUE's columns with a header"),
    "pair": ("a label of two texts", "text_a TAB text_b TAB label, or GLUE's columns"),
    "tag": ("a label of each word", "CoNLL columns: first the word, last its tag"),
    "answer": ("the span of a text that answers a question", "SQuAD v1.1 JSON"),
}
# The kinds of model that have a sister for numbers.
_BY_LABEL = ("bert-classifier", "bert-pair-classifier")
_SMALLER = "a smaller --batch-size"

FineTuneRun = TrainingRun[FineTuneSettings]


def add_parser(commands: Any) -> None:
    """Add `finetune` to the commands, with one command for each head."""
    description = "Train a pre-trained BERT further, for one task. DIR itself is not changed"
    parser: Parser = commands.add_parser(
        "finetune",
        help="train a pre-trained BERT for a task",
        description=f"{description}.",
        epilog=_EXAMPLES,
    )
    heads = parser.add_subparsers(title="tasks", metavar=f"{{{','.join(_HEADS)}}}", required=True)
    for name, (learned, data) in _HEADS.items():
        head: Parser = heads.add_parser(
            name,
            help=learned,
            description=f"{description}.\nIt learns {learned}.",
            epilog="\n".join(
                line
                for line in _EXAMPLES.splitlines()
                if f"finetune {name} " in line or line == "examples:"
            ),
        )
        _add_options(head, name, data)


def _add_options(parser: Parser, name: str, data: str) -> None:
    add = parser.add_argument
    add("directory", metavar="DIR", nargs="?", help="where `tinytf train bert` saved the model")
    add("--data", metavar="FILE", help=f"{data}; default: the bundled task")
    add("--validation", metavar="FILE", help="as --data; default: hold a tenth of it out")
    if name in ("classify", "pair"):
        add(
            "--regression",
            action="store_true",
            default=None,
            help=f"the last column is a number (as in STS-B), not a label; then --steps is "
            f"{RegressionSettings.steps}",
        )
    add("--out", metavar="DIR", help=f"where to save (default: tinytf-{name}, or the next free)")
    add("--resume", metavar="DIR", help="go on with the run saved in DIR; see --steps")
    training = parser.add_argument_group("training")
    add = training.add_argument
    add(
        "--freeze-encoder",
        action=BooleanOptionalAction,
        default=None,
        help="train only what is above the encoder; default False",
    )
    add(
        "--random-encoder",
        action=BooleanOptionalAction,
        default=None,
        help="start from a random encoder of the same size; default False",
    )
    add("--batch-size", type=whole(1), metavar="B", help="examples in a batch; default: DIR's")
    add(
        "--dropout",
        type=real(at_least=0, below=1),
        metavar="P",
        help="probability of dropping; default: DIR's",
    )
    add_training_options(training, FINE_TUNE_SETTINGS[name])
    # partial: what is in `args` besides `run` are the options.
    parser.set_defaults(run=partial(run, name))


def make_head(kind: str) -> Head:
    """The head of a kind of fine-tuned model, one of `KINDS`."""
    heads: dict[str, Callable[[], Head]] = {
        "bert-classifier": lambda: LabelHead(pairs=False),
        "bert-pair-classifier": lambda: LabelHead(pairs=True),
        "bert-regressor": lambda: NumberHead(pairs=False),
        "bert-pair-regressor": lambda: NumberHead(pairs=True),
        "bert-tagger": TagHead,
        "bert-answerer": AnswerHead,
    }
    return heads[kind]()


def run(name: str, args: argparse.Namespace) -> int:
    """Run the command of one head."""
    if (args.directory is None) == (args.resume is None):
        raise UserError(f"finetune {name}: expected DIR or --resume DIR, one of the two")
    with advice_on_memory(_SMALLER):
        training_run, head, data = _resume(name, args) if args.resume else _start(name, args)
        task = _task(training_run, head, data)
        about, settings = training_run.about, training_run.settings
        tokenizer = wordpiece_of(about, training_run.directory)
        n_epochs = settings.steps * settings.accumulation_steps / task.batches_per_epoch
        each_step = (
            f"{counted(settings.accumulation_steps * about.config.batch_size, 'example')}: "
            f"{n_epochs:.1f} epochs of {counted(task.batches_per_epoch, 'batch', 'batches')}"
        )

        def measure(record: StepRecord) -> dict[str, float]:
            return head.judge(training_run.model, tokenizer, about.extras, data.validation).measured

        code = train(training_run, task, _data_rows(training_run, data), each_step, measure)
        if code == 0:
            with training_run.failing_says_what_is_saved():
                _print_results(training_run, head, data)
        return code


def _start(name: str, args: argparse.Namespace) -> tuple[FineTuneRun, Head, FineTuneData]:
    """A new run and its data, from the pre-trained model and the options given."""
    directory = output_directory(args.out, f"tinytf-{name}")
    pretrained, tokenizer, _ = load_bert(args.directory, "bert")
    regression = bool(getattr(args, "regression", None))
    head = make_head(_kind(name, regression))
    given = given_options(args)
    try:
        settings_class = RegressionSettings if regression else FINE_TUNE_SETTINGS[name]
        settings = make_settings(settings_class, {}, given)
    except ValueError as error:
        raise UserError(str(error)) from error
    chosen = {option: getattr(args, option) for option in DATA_OPTIONS}
    data = read_finetune_data(head, chosen, settings.seed)
    extras = head.learn(data.all_labels)
    new = {option: given[option] for option in ("batch_size", "dropout") if option in given}
    config = replace(pretrained.config, **new)
    about = Checkpoint(head.kind, config, tokenizer, {}, extras=extras)
    training_run = new_run(directory, about, settings, chosen, head.best_by(extras))
    if not settings.random_encoder:
        start_from_pretrained(training_run.model, pretrained)
    return training_run, head, data


def _kind(name: str, regression: bool) -> str:
    if name in ("classify", "pair"):
        pair = "pair-" if name == "pair" else ""
        return f"bert-{pair}{'regressor' if regression else 'classifier'}"
    return {"tag": "bert-tagger", "answer": "bert-answerer"}[name]


def _resume(name: str, args: argparse.Namespace) -> tuple[FineTuneRun, Head, FineTuneData]:
    """The run saved in the directory `--resume` names, and its data."""
    try:
        saved = load_checkpoint(args.resume)
    except CheckpointError as error:
        raise UserError(str(error)) from error
    # A label or a number is learned by one command; which of the two, the checkpoint says.
    kinds = [_kind(name, regression) for regression in (False, True)]
    kind = saved.model if saved.model in kinds else kinds[0]
    head = make_head(kind)
    best_by = head.best_by(saved.extras) if kind == saved.model else None
    training_run = saved_run(args, kind, FINE_TUNE_SETTINGS[name], DATA_OPTIONS, best_by)
    try:
        return (
            training_run,
            head,
            read_finetune_data(head, training_run.data, training_run.settings.seed),
        )
    except UserError as error:
        raise UserError(f"{error}; if the data is elsewhere now, give it with --data") from error


def _task(training_run: FineTuneRun, head: Head, data: FineTuneData) -> FineTuningTask:
    """The examples; an error where they are not those of the run."""
    about = training_run.about
    tokenizer = wordpiece_of(about, training_run.directory)

    try:
        training, validation = (
            head.examples(items, about.extras, tokenizer, about.config.max_len)
            for items in (data.training, data.validation)
        )
        task = FineTuningTask(training_run.model, training, validation, tokenizer)
    except ValueError as error:  # a max_len too small for any example
        raise UserError(str(error)) from error
    training_run.require_same_data(fingerprint(json.dumps([training, validation]).encode()), "data")
    return task


def _data_rows(training_run: FineTuneRun, data: FineTuneData) -> Rows:
    settings, labels = training_run.settings, training_run.about.extras.get("labels")
    rows = [("data", ascii(data.said)[1:-1])]
    if labels is not None:
        shown = ascii(", ".join(labels[:8]))[1:-1] + (", ..." if len(labels) > 8 else "")
        rows.append(("labels", f"{len(labels)}: {shown}"))
        if training_run.about.model in _BY_LABEL and look_like_numbers(labels):
            rows.append(("caution", "the labels look like numbers: to learn numbers, --regression"))
    start = "random" if settings.random_encoder else "pre-trained"
    rows.append(("encoder", f"{start}, {'frozen' if settings.freeze_encoder else 'trained too'}"))
    return rows


def _print_results(training_run: FineTuneRun, head: Head, data: FineTuneData) -> None:
    """How good the best model is, on data that it was not trained on."""
    model, tokenizer, checkpoint = load_bert(str(training_run.directory), head.kind)
    judged = head.judge(model, tokenizer, checkpoint.extras, data.judged_by)
    which = "test data" if data.test else "validation data (by which the best model was chosen)"
    print(f"held-out {which}: {judged.report}")
    print(f"\nmore: {KINDS[head.kind].used_by} {quoted(training_run.directory)} ...")

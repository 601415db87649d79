"""`tinytf classify`: labels or numbers of texts, or of pairs of texts, by a fine-tuned BERT."""

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np

from tinytf.cli.bert_model import load_bert
from tinytf.cli.finetune_texts import numbers
from tinytf.cli.input_lines import InputLine, read_input_lines
from tinytf.cli.parsing import Parser, UserError, visible
from tinytf.ops.arrays import Array
from tinytf.training import Checkpoint, classify, predict_numbers

_EXAMPLES = """\
examples:
  tinytf classify tinytf-classify "a warm and funny film"
  tinytf classify tinytf-pair "A man sleeps." "A man is awake."
  tinytf classify tinytf-classify --file texts.txt    a text a line
  tinytf classify tinytf-pair --file pairs.tsv        text_a TAB text_b
"""

_LABELS = ("bert-classifier", "bert-pair-classifier")
_NUMBERS = ("bert-regressor", "bert-pair-regressor")
_PAIRS = ("bert-pair-classifier", "bert-pair-regressor")


def add_parser(commands: Any) -> None:
    """Add `classify` to the commands."""
    parser: Parser = commands.add_parser(
        "classify",
        help="label a text or a pair of texts",
        description="Say the label, or the number, of a text or of a pair of texts.",
        epilog=_EXAMPLES,
    )
    add = parser.add_argument
    add("directory", metavar="DIR", help="where `tinytf finetune classify` or pair saved the model")
    add("texts", metavar="TEXT", nargs="*", help="a text; two for a model of pairs")
    add(
        "--file",
        metavar="F",
        help="a text, or a pair with a tab between, a line; - for standard input",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if bool(args.texts) == bool(args.file):
        raise UserError("classify: expected a text or --file, one of the two")
    model, tokenizer, checkpoint = load_bert(args.directory, *_LABELS, *_NUMBERS)
    pairs = checkpoint.model in _PAIRS
    if args.file:
        texts = [_texts(line, pairs) for line in read_input_lines(args.file)]
    else:
        texts = [_given(args.directory, args.texts, pairs)]
    try:
        # A damaged model overflows; that its numbers are not finite is then an error.
        with np.errstate(all="ignore"):
            if checkpoint.model in _NUMBERS:
                outputs = predict_numbers(model, tokenizer, texts)
            else:
                outputs = classify(model, tokenizer, texts)
    except ValueError as error:
        raise UserError(str(error)) from error
    if not np.isfinite(outputs).all():
        raise UserError(f"{args.directory}: the model cannot be used: its numbers are not finite")
    print("\n".join(_lines(checkpoint, outputs, bool(args.file))))
    return 0


def _lines(checkpoint: Checkpoint, outputs: Array, from_file: bool) -> list[str]:
    """One line for each line of a file; all labels of a single text."""
    if checkpoint.model in _NUMBERS:
        return [f"{number:.4g}" for number in numbers(outputs, checkpoint.extras)]
    labels = [visible(label) for label in checkpoint.extras["labels"]]
    width = max(map(len, labels))
    if from_file:
        best = outputs.argmax(axis=1)
        chosen = zip(best.tolist(), outputs.max(axis=1).tolist(), strict=True)
        return [f"{labels[i]:{width}}  {probability:6.1%}" for i, probability in chosen]
    (row,) = outputs
    order = np.argsort(-row, kind="stable").tolist()
    return [f"{labels[i]:{width}}  {row[i]:6.1%}" for i in order]


def _given(directory: str, texts: Sequence[str], pairs: bool) -> tuple[str, str | None]:
    """The text or texts of the command line."""
    if len(texts) != 1 + pairs:
        what = "two texts, as its model is one of pairs" if pairs else "one text"
        raise UserError(f"{directory}: expected {what}, got {len(texts)}")
    for text in texts:
        if not text.strip():
            raise UserError("text: expected at least one word, got none")
    return (texts[0], texts[1]) if pairs else (texts[0], None)


def _texts(line: InputLine, pairs: bool) -> tuple[str, str | None]:
    """The text or texts of a line."""
    if not pairs:
        return line.text, None
    columns = line.text.split("\t")
    if len(columns) != 2 or not all(column.strip() for column in columns):
        raise UserError(f"{line.place}: expected text_a TAB text_b, got {line.text[:60]!r}")
    return columns[0], columns[1]

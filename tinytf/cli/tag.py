"""`tinytf tag`: a label of each word of a sentence, by a fine-tuned BERT."""

import argparse
import re
from typing import Any

import numpy as np

from tinytf.cli.bert_model import load_bert
from tinytf.cli.input_lines import read_input_lines
from tinytf.cli.parsing import Parser, UserError, visible
from tinytf.training import tag_probabilities

_EXAMPLES = """\
examples:
  tinytf tag tinytf-tag "The old man lives in Berlin."
  tinytf tag tinytf-tag --file sentences.txt           a sentence a line
"""

# Words as CoNLL's files have them: punctuation marks stand alone, "well-known" is one.
WORD = re.compile(r"\w+(?:['\-.]\w+)*|[^\w\s]")


def add_parser(commands: Any) -> None:
    """Add `tag` to the commands."""
    parser: Parser = commands.add_parser(
        "tag",
        help="label each word of a sentence",
        description="Say the label of each word of a sentence.",
        epilog=_EXAMPLES,
    )
    add = parser.add_argument
    add("directory", metavar="DIR", help="where `tinytf finetune tag` saved the model")
    add("text", metavar="TEXT", nargs="?", help="the sentence")
    add("--file", metavar="F", help="tag each line of a file; - for standard input")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if (args.text is None) == (args.file is None):
        raise UserError("tag: expected a text or --file, one of the two")
    model, tokenizer, checkpoint = load_bert(args.directory, "bert-tagger")
    if args.file is None:
        sentences = [WORD.findall(args.text)]
    else:
        sentences = [WORD.findall(line.text) for line in read_input_lines(args.file)]
    if not all(sentences):
        raise UserError("text: expected at least one word, got none")
    labels = [visible(label) for label in checkpoint.extras["labels"]]
    label_width = max(map(len, labels))
    try:
        # A damaged model overflows; whether its numbers are finite is looked at below.
        with np.errstate(all="ignore"):
            found = tag_probabilities(model, tokenizer, sentences)
    except ValueError as error:
        raise UserError(str(error)) from error
    if not all(np.isfinite(probabilities).all() for probabilities in found):
        raise UserError(f"{args.directory}: the model cannot be used: its numbers are not finite")
    for number, (words, probabilities) in enumerate(zip(sentences, found, strict=True)):
        if number:
            print()
        width = max(map(len, words))
        for word, row in zip(words, probabilities, strict=True):
            print(f"{word:{width}}  {labels[row.argmax()]:{label_width}}  {row.max():6.1%}")
    return 0

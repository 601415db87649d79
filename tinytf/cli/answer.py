"""`tinytf answer`: the answer to a question out of a text, by a fine-tuned BERT."""

import argparse
from typing import Any

import numpy as np

from tinytf.cli.bert_model import load_bert
from tinytf.cli.parsing import Parser, UserError, one_line, visible
from tinytf.text import CorpusError, read_text
from tinytf.training import answer

_EXAMPLES = """\
examples:
  tinytf answer tinytf-answer --question "Who sleeps?" --context "The old man sleeps in the house."
  tinytf answer tinytf-answer --question "Who sleeps?" --file story.txt
"""

_AROUND = 30  # characters of the context shown on each side of an answer


def add_parser(commands: Any) -> None:
    """Add `answer` to the commands."""
    parser: Parser = commands.add_parser(
        "answer",
        help="answer a question out of a text",
        description="Find the part of a text that answers a question.",
        epilog=_EXAMPLES,
    )
    add = parser.add_argument
    add("directory", metavar="DIR", help="where `tinytf finetune answer` saved the model")
    add(
        "--question",
        metavar="Q",
        required=True,
        action="append",
        help="the question; may be given several times",
    )
    add("--context", metavar="C", help="the text that the answer is in")
    add("--file", metavar="F", help="a file with that text; - for standard input")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if (args.context is None) == (args.file is None):
        raise UserError("answer: expected --context or --file, one of the two")
    model, tokenizer, _ = load_bert(args.directory, "bert-answerer")
    for question in args.question:
        if not question.strip():
            raise UserError("--question: expected at least one word, got none")
    try:
        context = args.context if args.file is None else read_text(args.file).text
        # A damaged model overflows; that its probabilities are not finite is then an error.
        with np.errstate(all="ignore"):
            found = answer(model, tokenizer, [(one, context) for one in args.question])
    except (CorpusError, ValueError) as error:
        raise UserError(str(error)) from error
    width = max(len(visible(one.text)) for one in found)
    for one in found:
        if not np.isfinite(one.probability) or one.end == 0:
            raise UserError(
                f"{args.directory}: the model cannot be used: its numbers are not finite"
            )
        around = context[max(0, one.start - _AROUND) : one.start]
        around += f"[{one.text}]" + context[one.end : one.end + _AROUND]
        shown = one_line(visible(one.text))
        print(f"{shown:{width}}  {one.probability:6.1%}   {one_line(visible(around))}")
    return 0

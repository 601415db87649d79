"""`tinytf report`: one training step, op by op, as one HTML page."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from tinytf.cli.fresh_model import STACKS, stack_option
from tinytf.cli.parsing import Parser, UserError, counted, real, visible, whole
from tinytf.cli.step_notes import cut_notes, text_notes
from tinytf.cli.step_texts import StepTexts, add_text_options, texts_of
from tinytf.cli.traced_step import TracedStep, traced_step
from tinytf.cli.whole_file import write_whole
from tinytf.report import Step, assemble, build_report, check_step
from tinytf.training import KINDS

# Tokens of each text that are shown: a matrix of a row for each is still readable.
MOST_TOKENS = 14

_DESCRIPTION = """\
Run one training step on a text - forward, loss, backward and an update by plain SGD, in float64 and
without dropout - and write it down op by op: every value, every gradient, where it came from and
that it is right. The page is one file, which opens from disk and needs no network. DIR is not
changed. Without DIR, a tiny model with random parameters is shown.
"""

_EXAMPLES = """\
examples:
  tinytf report                                      a tiny fresh encoder-decoder
  tinytf report --stack decoder --text "to be or not to be"
  tinytf report tinytf-gpt --text "def main(" -o gpt-step.html
  tinytf report tinytf-translator --source "The man buys bread." --target "Der Mann kauft Brot."
  tinytf report tinytf-bert --text "the [MASK] sleeps ." --target "the man sleeps ."
"""


def add_parser(commands: Any) -> None:
    """Add `report` to the commands."""
    parser: Parser = commands.add_parser(
        "report",
        help="write down one training step, op by op, as an HTML page",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add = parser.add_argument
    add("directory", nargs="?", metavar="DIR", help="where a training command saved the model")
    add(
        "--stack",
        choices=[stack_option(stack) for stack in STACKS],
        help="of the fresh model, without DIR; default encoder-decoder",
    )
    add_text_options(parser)
    add(
        "--learning-rate",
        type=real(above=0),
        default=0.01,
        metavar="X",
        help="of the update; default 0.01",
    )
    add(
        "--seed",
        type=whole(0),
        default=0,
        metavar="N",
        help="of the fresh model, and of what is masked where the text has no [MASK]; default 0",
    )
    add("-o", "--out", default="step.html", metavar="FILE", help="default step.html")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if not args.out or Path(args.out).is_dir():
        raise UserError(f"--out: expected the name of a file, got {args.out!a}")
    if not Path(args.out).parent.is_dir():  # said now, not when all the work is done
        raise UserError(f"--out: expected a directory that exists, got {args.out!a}")
    if args.directory is not None and args.stack is not None:
        raise UserError("--stack: expected no DIR beside it, as DIR has a stack of its own")
    given = texts_of(args)
    stacks = {stack_option(stack): stack for stack in STACKS}
    traced = traced_step(
        args.directory,
        given,
        learning_rate=args.learning_rate,
        stack=stacks[args.stack or "encoder-decoder"],
        seed=args.seed,
        most_tokens=MOST_TOKENS,
    )
    step = _step(traced, given, args.directory)
    errors, said = check_step(step)
    unchecked = sum(one.grad is not None for one in traced.trace) > len(errors)
    (step.left_out if unchecked else step.notes).append(said)
    report = build_report(step, errors)
    page = assemble(report).encode("utf-8")
    write_whole(Path(args.out), page)
    worst = float(np.max(list(errors.values()), initial=0.0))  # NaN, if one is
    print(
        f"{args.out}: {len(page) / 1e6:.2f} MB, {counted(len(report['steps']), 'step')}, "
        f"{counted(len(errors), 'gradient')} checked, largest relative error {worst:.0e}"
    )
    for note in [*text_notes(traced, given), *report["header"]["left_out"]]:
        print(f"note: {visible(note)}")
    return 0


def _step(traced: TracedStep, given: StepTexts, directory: str | None) -> Step:
    """The step as the report takes it."""
    checkpoint, config = traced.checkpoint, traced.config
    source = checkpoint.source_tokenizer
    source_words = None
    if source is not None:
        source_words = [source.token_text(token) for token in range(source.vocab_size)]
    assert traced.loss_after is not None
    assert traced.learning_rate is not None
    switches = [config.norm, f"{config.norm_position}-norm", config.positions, config.activation]
    model = (
        f"{KINDS[traced.kind].name.partition(' ')[2]}: {counted(config.n_layers, 'layer')}, "
        f"d_model {config.d_model}, {counted(config.n_heads, 'head')}, d_ff {config.d_ff}, "
        f"vocabulary {config.vocab_size:,}; {', '.join(switches)}"
    )
    return Step(
        traced.trace,
        config,
        traced.labels,
        traced.targets,
        traced.loss,
        traced.loss_after,
        traced.learning_rate,
        source_words,
        next_sentence=traced.next_sentence,
        model=model,
        notes=_notes(traced, given, directory),
        left_out=cut_notes(traced, given, MOST_TOKENS),
    )


def _notes(traced: TracedStep, given: StepTexts, directory: str | None) -> list[str]:
    """What the reader should know about the step."""
    notes = []
    if directory is None:
        notes.append("a fresh model with random parameters: it has learned nothing yet")
    notes += text_notes(traced, given)
    if traced.config.dropout > 0:
        notes.append(f"without dropout (in training it is {traced.config.dropout:g})")
    return notes

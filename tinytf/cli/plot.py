"""`tinytf plot`: the curves of training runs as a picture."""

import argparse
import os
from dataclasses import fields
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from tinytf.cli.parsing import Parser, UserError, one_line, visible
from tinytf.cli.picture_file import picture_format
from tinytf.cli.run_log import read_log
from tinytf.cli.whole_file import write_whole
from tinytf.plotting import MAX_RUNS, RunCurves, draw_curves
from tinytf.training import LAST, CheckpointError, StepRecord, load_checkpoint

_DESCRIPTION = """\
Draw what a training run logged, step by step: the training loss with its running mean, the
validation loss, the length of the gradient, the learning rate, and what else was measured, such as
BLEU or accuracy. Several runs are drawn into one picture. Needs the extra `plot` (matplotlib).
"""

_EXAMPLES = """\
examples:
  tinytf plot tinytf-gpt                             writes curves.svg
  tinytf plot tinytf-translator -o translator.png
  tinytf plot run-1 run-2 -o compared.svg            several runs in one picture
"""

_OF_EVERY_STEP = {field.name for field in fields(StepRecord)}
# kind of model -> the unit of its loss; all others are cross-entropies of texts or spans
_LOSS_UNITS = {
    "decoder": "nats per token",
    "encoder-decoder": "nats per token",
    "bert-regressor": "squared error",
    "bert-pair-regressor": "squared error",
}
_LONGEST_NAME = 60


def add_parser(commands: Any) -> None:
    """Add `plot` to the commands."""
    parser: Parser = commands.add_parser(
        "plot",
        help="draw the curves of a training run",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    parser.add_argument(
        "directories", nargs="+", metavar="DIR", help="where a training command saves its run"
    )
    parser.add_argument(
        "-o",
        "--out",
        default="curves.svg",
        metavar="FILE",
        help="the picture; .svg or .png says of which kind; default curves.svg",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    out = Path(args.out)
    file_format = picture_format(args.out, "--out")
    if "" in args.directories:
        raise UserError("DIR: expected the name of a directory, got an empty one")
    if len(args.directories) > MAX_RUNS:
        raise UserError(f"DIR: expected at most {MAX_RUNS}, got {len(args.directories)}")
    directories = [Path(name) for name in args.directories]
    for first, second in combinations(args.directories, 2):
        if Path(first).resolve() == Path(second).resolve():
            raise UserError(f"DIR: expected each run once, got {first!a} and {second!a}")
    runs = [_curves(directory) for directory in directories]
    units = {_loss_unit(directory) for directory in directories}
    title = f"Training run {runs[0].name}" if len(runs) == 1 else f"{len(runs)} training runs"
    try:
        picture = draw_curves(runs, title, " or ".join(sorted(units - {""})), file_format)
    except ImportError as error:
        raise UserError(str(error)) from error
    write_whole(out, picture)
    last = [f"{run.name}: {int(run.step[-1]):,} steps" for run in runs]
    print("\n".join([*last, f"saved in {out}"]))
    return 0


def _curves(directory: Path) -> RunCurves:
    steps = read_log(directory)

    def values(name: str) -> Any:
        """(N,): one number for each step, NaN where it was not measured."""
        return np.array([step.get(name) for step in steps], dtype=np.float64)  # None becomes NaN

    names = dict.fromkeys(name for step in steps for name in step)
    measured = {visible(name): values(name) for name in names if name not in _OF_EVERY_STEP}
    return RunCurves(
        _shown(directory),
        values("step"),
        values("loss"),
        values("validation_loss"),
        values("grad_norm"),
        values("learning_rate"),
        measured,
    )


def _shown(directory: Path) -> str:
    """The directory's name as text that fits into a picture; of a long one the end."""
    text = one_line(visible(os.fsencode(directory).decode("utf-8", errors="backslashreplace")))
    return text if len(text) <= _LONGEST_NAME else "..." + text[3 - _LONGEST_NAME :]


def _loss_unit(directory: Path) -> str:
    """The unit of the run's loss; "" before its first checkpoint, which says what it trains."""
    if not (directory / LAST).exists():
        return ""
    try:
        return _LOSS_UNITS.get(load_checkpoint(directory).model, "nats")
    except CheckpointError as error:
        raise UserError(str(error)) from error

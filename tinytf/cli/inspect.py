"""`tinytf inspect`: one training step of a trained model, every intermediate and gradient of it."""

import argparse
import math
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase
from itertools import product
from typing import Any

import numpy as np

from tinytf.cli.parsing import Parser, UserError, real, visible, whole
from tinytf.cli.step_notes import said, text_notes
from tinytf.cli.step_texts import add_text_options, texts_of
from tinytf.cli.traced_step import TracedStep, traced_step
from tinytf.ops.arrays import Array
from tinytf.show import show
from tinytf.tracing import Trace, TracedTensor
from tinytf.training import KINDS

_DESCRIPTION = """\
Run one training step on a text - forward, loss, backward, in float64 and without dropout - and
print a line for each tensor in it: shape, size, gradient, and flags where something looks wrong.
If --name fits one tensor only, its numbers are printed as well. Without a text,
the default is a short one, which is printed (a fine-tuned BERT needs one, with its target).
"""

_EXAMPLES = """\
examples:
  tinytf inspect tinytf-gpt --text "def main("
  tinytf inspect tinytf-gpt --text "def main(" --name "*.layers.0.*"
  tinytf inspect tinytf-gpt --text "def main(" --name "*.0.self_attn.pattern" --heat
  tinytf inspect tinytf-gpt --text "def main(" --name "*.0.resid_mid" --what parts
  tinytf inspect tinytf-translator --source "The man buys bread." --target "Der Mann kauft Brot."
  tinytf inspect tinytf-bert --text "the [MASK] sleeps ." --target "the man sleeps ."
  tinytf inspect tinytf-classify --text "the man sleeps ." --target man
"""

# Where the largest number is below this, all are shown in units of a power of ten.
_SMALL = 0.01


def add_parser(commands: Any) -> None:
    """Add `inspect` to the commands."""
    parser: Parser = commands.add_parser(
        "inspect",
        help="look into one training step",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add = parser.add_argument
    add("directory", metavar="DIR", help="where a training command saved the model")
    add_text_options(parser)
    add("--name", default="*", metavar="PATTERN", help='which tensors, such as "*.layers.0.*"')
    add(
        "--what",
        choices=("value", "grad", "parts"),
        default="value",
        help="of a single tensor: its value, its gradient, or what the gradient is the sum of",
    )
    add("--heat", action="store_true", help="of a single tensor: shades instead of numbers")
    add(
        "--learning-rate",
        type=real(above=0),
        metavar="X",
        help="update the parameters, too (not in DIR), by plain SGD",
    )
    add(
        "--seed",
        type=whole(0),
        default=0,
        metavar="N",
        help="of what a pre-trained BERT has to fill in where the text has no [MASK]; default 0",
    )
    add("--save", metavar="FILE", help="write the whole trace, for tinytf.tracing.load")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if args.save == "":
        raise UserError("--save: expected the name of a file, got an empty one")
    given = texts_of(args)
    rate = args.learning_rate
    step = traced_step(args.directory, given, learning_rate=rate, seed=args.seed)
    names = step.trace.names(args.name)
    if not names:
        raise UserError(f"--name: {_nothing_fits(step.trace, args.name)}")
    pictures = list(_pictures(step, step.trace[names[0]], args.what)) if len(names) == 1 else []
    alone = ["--heat"] * args.heat + [f"--what {args.what}"] * (args.what != "value")
    if not pictures and alone:
        raise UserError(
            f"{alone[0]}: expected a --name that fits one tensor, got one that fits {len(names)}"
        )
    if args.heat and not all(_has_shades(matrix) for _, matrix, _, _ in pictures):
        raise UserError(f"--heat: expected a tensor of real numbers, got {names[0]}")
    if args.save is not None:
        _save(step.trace, args.save)
    print(_headline(step, args.directory))
    print(visible(said(step.texts) if given.given() else text_notes(step, given)[0]))
    if step.drawn:
        print(visible(step.drawn))
    print()
    for line in _other_names(step.trace, args.name):
        print(line)
    print(step.trace.table(args.name))
    if pictures:
        print()
    for title, matrix, rows, cols in pictures:
        if matrix.ndim == 0:
            print(f"{title}: {matrix:.6g}")
        else:
            show(matrix, rows, cols, title, heat=args.heat)
    if args.save is not None:
        print(f"saved in {args.save}")
    return 0


def _headline(step: TracedStep, directory: str) -> str:
    said = [f"{directory}: {KINDS[step.kind].name}"]
    for axis, whose in (("S", "source "), ("T", "target " if "S" in step.labels else "")):
        if axis in step.labels:
            said.append(f"{len(step.labels[axis])} {whose}tokens")
    said.append(f"loss {step.loss:.4f}")
    if step.loss_after is not None:
        said.append(f"after an SGD step of {step.learning_rate:g}: {step.loss_after:.4f}")
    if step.config.dropout:
        said.append(f"without its dropout of {step.config.dropout:g}")
    return ", ".join(said)


def _nothing_fits(trace: Trace, pattern: str) -> str:
    known = [name for tensor in trace for name in (tensor.name, *tensor.aliases)]
    near = get_close_matches(pattern, known, n=3, cutoff=0.4)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    return f"expected a pattern that fits one of {len(trace)} names, got {pattern!r}{hint}"


def _other_names(trace: Trace, pattern: str) -> Iterator[str]:
    """Names that fit the pattern, of tensors whose own name does not: the table has only that."""
    for name in trace.names(pattern):
        others = [one for one in trace[name].aliases if fnmatchcase(one, pattern)]
        if others and not fnmatchcase(name, pattern):
            yield f"{', '.join(others)}: another name of {name}"


Picture = tuple[str, Array, list[str] | None, list[str] | None]


def _has_shades(matrix: Array) -> bool:
    return matrix.dtype.kind == "f" and matrix.ndim > 0


def _pictures(step: TracedStep, tensor: TracedTensor, what: str) -> Iterator[Picture]:
    """Title, matrix, row labels and column labels: one picture for each head of each array."""
    if what != "value" and tensor.grad is None:
        raise UserError(f"--what {what}: {tensor.name} has no gradient: {tensor.why_no_grad}")
    arrays: dict[str, Array | None] = {"value": tensor.value}
    if what == "grad":
        arrays = {"gradient": tensor.grad}
    elif what == "parts":
        sent = {f"gradient from {who}": part for who, part in tensor.grad_parts.items()}
        arrays = {**sent, "gradient, the sum" if sent else "gradient": tensor.grad}
    if re.fullmatch(r"loss(#\d+)?\.targets", tensor.name) and tensor.value.dtype.kind in "iu":
        rows = step.labels_of_targets(tensor)
        heading = f"{tensor.name}, what is asked -> what should come out"
        yield heading, tensor.value.reshape(-1, 1), rows, ["id"]
        return
    labels = step.labels_of(tensor)
    found = {name: array for name, array in arrays.items() if array is not None}
    unit = _unit(found.values())
    for name, array in found.items():
        leading = max(array.ndim - 2, 0)
        for at in product(*map(range, array.shape[:leading])):
            title = [tensor.name, name]
            for axis, i, size in zip(tensor.axes[:leading], at, array.shape[:leading], strict=True):
                if axis != "B":
                    title.append(f"{'head' if axis == 'H' else axis} {i + 1} of {size}")
            matrix = array[at]
            if unit != 1:
                matrix = matrix / unit
                title.append(f"in units of {unit:.0e}")
            yield ", ".join(title), *_labelled(matrix, labels[leading:])


def _labelled(
    array: Array, labels: list[list[str]]
) -> tuple[Array, list[str] | None, list[str] | None]:
    """A matrix, or a vector as one row, with its labels; or a single number without."""
    if array.ndim == 2:
        return array, labels[0], labels[1]
    return np.asarray(array), None, labels[0] if labels else None


def _unit(arrays: Iterable[Array]) -> float:
    """1, or the power of ten that all numbers are shown in units of where they are small."""
    largest = max(
        float(np.max(np.abs(array), initial=0.0, where=np.isfinite(array))) for array in arrays
    )
    return 10.0 ** math.floor(math.log10(largest)) if 0 < largest < _SMALL else 1.0


def _save(trace: Trace, file: str) -> None:
    try:
        trace.save(file)
    except OSError as error:
        raise UserError(f"{file}: cannot be written: {error.strerror or error}") from error

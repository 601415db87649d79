"""`tinytf translate`: translate sentences with a trained encoder-decoder."""

import argparse
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tinytf.cli.input_lines import read_file_or_pipe
from tinytf.cli.parsing import Parser, UserError, counted, one_line, real, visible, whole
from tinytf.cli.picture_file import picture_format
from tinytf.cli.trained_model import load_trained
from tinytf.cli.whole_file import write_whole
from tinytf.generation import Translator
from tinytf.ops.arrays import Array
from tinytf.plotting import draw_pattern
from tinytf.show import format_matrix
from tinytf.text import WordTokenizer
from tinytf.text.word import UNKNOWN

_EXAMPLES = """\
examples:
  tinytf translate tinytf-translator "The old man buys a red apple."
  tinytf translate tinytf-translator "..." --show-attention    where it looked
  tinytf translate tinytf-translator "..." --attention-map map.svg
  tinytf translate tinytf-translator --file sentences.txt      a sentence a line
  tinytf translate tinytf-translator --file - < sentences.txt
"""

# Lines that are translated before they are printed: sorted by length, they take little padding.
_AT_ONCE = 256


def add_parser(commands: Any) -> None:
    """Add `translate` to the commands."""
    parser: Parser = commands.add_parser(
        "translate",
        help="translate with a trained model",
        description="Translate sentences with a trained encoder-decoder.",
        epilog=_EXAMPLES,
    )
    add = parser.add_argument
    add("directory", metavar="DIR", help="where `tinytf train translator` saved the model")
    add("sentences", metavar="SENTENCE", nargs="*", help="what to translate")
    add("--file", metavar="F", help="translate each line of a file; - for standard input")
    add("--beam", type=whole(1, 1000), default=4, metavar="N", help="1 is greedy; default 4")
    add(
        "--length-penalty",
        type=real(at_least=0, at_most=10),
        default=1.0,
        metavar="X",
        help="higher prefers longer translations; default 1",
    )
    add(
        "--show-attention",
        action="store_true",
        help="print which source tokens each target token was written from",
    )
    add(
        "--attention-map",
        metavar="FILE",
        help="draw it, for one sentence, as .svg or .png; needs the extra `plot` (matplotlib)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if bool(args.sentences) == bool(args.file):
        raise UserError("translate: expected sentences or --file, one of the two")
    if args.attention_map is not None:
        picture_format(args.attention_map, "--attention-map")
        if len(args.sentences) != 1:
            raise UserError("--attention-map: expected one sentence to draw the map of")
    model, checkpoint = load_trained(args.directory, "encoder-decoder")
    try:
        translator = Translator(model, checkpoint.tokenizer, checkpoint.source_tokenizer)
    except ValueError as error:
        raise UserError(f"{args.directory}: {error}") from error
    lines = [
        line.strip() for line in (read_file_or_pipe(args.file) if args.file else args.sentences)
    ]
    name = f"{args.file}, line" if args.file else "sentence"
    for i, line in enumerate(lines, start=1):
        try:
            translator.encode(line)
        except ValueError as error:
            raise UserError(f"{name} {i}: {error}") from error
    _say_what_is_unknown(translator, lines, name)
    try:
        for first in range(0, len(lines), _AT_ONCE):
            _translate(translator, lines[first : first + _AT_ONCE], args)
    except ValueError as error:
        raise UserError(f"{args.directory}: cannot be used to translate: {error}") from error
    return 0


def _say_what_is_unknown(translator: Translator, lines: list[str], name: str) -> None:
    """A line on standard error for each line with words that the model cannot read.

    A word is shown as in `--show-attention`, with the space before it, which belongs to it.
    """
    tokenizer = translator.source.inner
    if not isinstance(tokenizer, WordTokenizer):
        return
    for i, line in enumerate(lines, start=1):
        if words := tokenizer.unknown_words(line):
            shown = ", ".join(map(repr, words))
            print(f"tinytf: {name} {i}: not known, read as {UNKNOWN}: {shown}", file=sys.stderr)


def _translate(translator: Translator, lines: list[str], args: argparse.Namespace) -> None:
    """Translate some lines and print them: one line of output for each of input."""
    sentences = [line for line in lines if line]
    # A damaged model overflows; that its logits are not finite is then an error, said once.
    with np.errstate(over="ignore", invalid="ignore"):
        found = iter(translator.translate_to_ids(sentences, args.beam, args.length_penalty))
    for line in lines:
        ids = next(found) if line else []
        print(one_line(visible(translator.target.decode(ids))), flush=True)
        if ids and (args.show_attention or args.attention_map is not None):
            attention = _last_attention(translator, line, ids)
            if args.show_attention:
                _show(attention)
            if args.attention_map is not None:
                _draw(attention, args.attention_map)


class _Attention(NamedTuple):
    """One cross-attention pattern (T, S): each row sums to 1."""

    pattern: Array
    target_tokens: list[str]
    source_tokens: list[str]
    title: str


def _last_attention(translator: Translator, source: str, target: list[int]) -> _Attention:
    """The pattern of the last layer, its heads averaged."""
    source_tokens, target_tokens, patterns = translator.attention(source, target)
    n_layers, n_heads = patterns.shape[:2]
    title = f"cross-attention, layer {n_layers} of {n_layers}, mean of {counted(n_heads, 'head')}"
    return _Attention(patterns[-1].mean(axis=0), target_tokens, source_tokens, title)


def _show(attention: _Attention) -> None:
    print("\n" + format_matrix(*attention, digits=2))
    print("each row sums to 1: what was read (columns) to write the token (row)\n")


def _draw(attention: _Attention, out: str) -> None:
    rows, columns = map(_as_labels, (attention.target_tokens, attention.source_tokens))
    file_format = picture_format(out, "--attention-map")
    try:
        picture = draw_pattern(attention.pattern, rows, columns, attention.title, file_format)
    except ImportError as error:
        raise UserError(str(error)) from error
    write_whole(Path(out), picture)
    print(f"saved in {out}", file=sys.stderr)


def _as_labels(tokens: list[str]) -> list[str]:
    """Tokens without their quotes, and without the space that a word begins with."""
    return [token.strip("'").strip() or token for token in tokens]

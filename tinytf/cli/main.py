"""The command `tinytf`: finds the subcommand, and turns errors into one line and exit code 2."""

import os
import sys

from tinytf import __version__
from tinytf.cli import (
    answer,
    assign,
    check,
    classify,
    describe,
    fill,
    finetune,
    generate,
    grade,
    inspect,
    plot,
    report,
    tag,
    train_bert,
    train_gpt,
    train_translator,
    translate,
)
from tinytf.cli.parsing import Parser, UserError, one_line

_EXAMPLES = """\
examples:
  tinytf train gpt                         train on Python's own standard library, about 2 minutes
  tinytf train gpt --text book.txt         train on your own text
  tinytf generate tinytf-gpt --prompt "def "
  tinytf train translator                  train English to German, about 3 minutes
  tinytf translate tinytf-translator "The old man buys a red apple."
  tinytf train bert                        pre-train an encoder, about 3 minutes
  tinytf fill tinytf-bert "for i in [MASK](10):"
  tinytf finetune classify tinytf-bert     train it for a task, 1 to 2 minutes
  tinytf classify tinytf-classify "..."
  tinytf inspect tinytf-gpt --text "if"    every gradient of one training step
  tinytf report tinytf-gpt --text "if"     the same, op by op, as a page for the browser
  tinytf plot tinytf-gpt                   draw the curves of a training run
  tinytf describe gpt2                     key variables, parameters and costs of a model
  tinytf check                             prove every gradient
  tinytf assign build hw1 -o my-hw1        a handout of the course, for students
  tinytf grade my-hw1                      grade an assignment of the course
"""

_TRAIN_EXAMPLES = """\
examples:
  tinytf train gpt                         on Python's own standard library
  tinytf train translator                  on English-German pairs from a bundled grammar
  tinytf train bert                        an encoder that fills in masked words
  tinytf train gpt --help                  every option
"""


def build_parser() -> Parser:
    """The parser of the whole command line."""
    parser = Parser(
        prog="tinytf",
        description="Transformers from scratch on NumPy, every gradient written by hand.",
        epilog=_EXAMPLES,
    )
    parser.add_argument("--version", action="version", version=f"tinytf {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    train = commands.add_parser(
        "train", help="train a model", description="Train a model.", epilog=_TRAIN_EXAMPLES
    )
    models = train.add_subparsers(title="models", metavar="{gpt,translator,bert}", required=True)
    train_gpt.add_parser(models)
    train_translator.add_parser(models)
    train_bert.add_parser(models)
    finetune.add_parser(commands)
    generate.add_parser(commands)
    translate.add_parser(commands)
    fill.add_parser(commands)
    classify.add_parser(commands)
    tag.add_parser(commands)
    answer.add_parser(commands)
    inspect.add_parser(commands)
    report.add_parser(commands)
    plot.add_parser(commands)
    describe.add_parser(commands)
    check.add_parser(commands)
    assign.add_parser(commands)
    grade.add_parser(commands)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 done, 1 a check failed or nobody reads our output, 2 wrong input, 130 stopped by Ctrl-C.
    """
    # A console that cannot show a character shows its code instead of ending the program.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    args = build_parser().parse_args(arguments)
    try:
        code: int = args.run(args)
        if sys.stdout is not None:
            sys.stdout.flush()  # here, where it may fail with a clear line
    except UserError as error:
        return _fail(str(error))
    except MemoryError as error:
        return _fail(f"out of memory: {error}")
    except KeyboardInterrupt as error:
        print("\ntinytf:", "; ".join(["interrupted", *map(str, error.args)]), file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone, as in `tinytf ... | head`.
        _drop_unwritten_output()
        return 1
    except OSError as error:
        _drop_unwritten_output()
        return _fail(f"{error.filename or 'output'}: {error.strerror or error}")
    return code


def _fail(message: str) -> int:
    print(f"tinytf: {one_line(message)}", file=sys.stderr)
    return 2


def _drop_unwritten_output() -> None:
    """Where output cannot be written, keep the interpreter from trying it once more at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

"""The command `tinytf`: finds the subcommand, and turns errors into one line and exit code 2."""

import os
import sys

from tinytf.cli import check, generate, train_gpt
from tinytf.cli.parsing import Parser, UserError

_EXAMPLES = """\
examples:
  tinytf train gpt                         train on Python's own standard library, about 2 minutes
  tinytf train gpt --text book.txt         train on your own text
  tinytf generate tinytf-gpt --prompt "def "
  tinytf check                             prove every gradient
"""


def build_parser() -> Parser:
    """The parser of the whole command line."""
    parser = Parser(
        prog="tinytf",
        description="Transformers from scratch on NumPy, every gradient written by hand.",
        epilog=_EXAMPLES,
    )
    commands = parser.add_subparsers(title="commands", dest="command", required=True)
    train = commands.add_parser("train", help="train a model", description="Train a model.")
    models = train.add_subparsers(title="models", dest="model", required=True)
    train_gpt.add_parser(models)
    generate.add_parser(commands)
    check.add_parser(commands)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 a check failed, 2 wrong input."""
    # A console that cannot show a character shows its code instead of ending the program.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    args = build_parser().parse_args(arguments)
    try:
        code: int = args.run(args)
    except UserError as error:
        print(f"tinytf: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ntinytf: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone, as in `tinytf ... | head`. Give the interpreter
        # something to flush into, so that it ends without a complaint of its own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def run() -> None:
    """Entry point of the installed command."""
    sys.exit(main())

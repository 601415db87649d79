"""What every command shares: one-line errors, and numbers checked while they are parsed."""

import argparse
import math
import operator
import os
import shlex
import subprocess
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

# Larger whole numbers are typing mistakes: no machine has memory or time for them.
LARGEST = 10**9

# name of a bound -> how it is written, and whether a number keeps it
_BOUNDS: dict[str, tuple[str, Callable[[float, float], bool]]] = {
    "above": (">", operator.gt),
    "at_least": (">=", operator.ge),
    "below": ("<", operator.lt),
    "at_most": ("<=", operator.le),
}


def visible(text: str) -> str:
    """Generated text as it may be printed: control characters, but for lines and tabs, as codes.

    A byte-level model can produce any byte; some of them ring the bell or garble a terminal.
    """
    return "".join(
        f"\\x{ord(character):02x}"
        if unicodedata.category(character) == "Cc" and character not in "\n\t"
        else character
        for character in text
    )


class UserError(Exception):
    """Something in what the user gave is wrong; the text is one line that says what."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, and whose help keeps the examples' lines."""

    def __init__(self, *args: object, **options: object) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        options.setdefault("allow_abbrev", False)
        super().__init__(*args, **options)  # type: ignore[arg-type]

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Refuse what this command does not know, so that the error names this command's help.

        Words of an optional positional, as in `DIR [SENTENCE ...]`, may stand after an option, too:
        argparse before Python 3.13 gives that positional nothing and leaves the words over.
        """
        namespace, unknown = super().parse_known_args(args, namespace)
        if unknown and not any(word.startswith("-") for word in unknown):
            for action in self._get_positional_actions():
                given = getattr(namespace, action.dest, None)
                if action.nargs == "*":
                    setattr(namespace, action.dest, [*(given or []), *unknown])
                    unknown = []
                elif action.nargs == "?" and given is None and len(unknown) == 1:
                    setattr(namespace, action.dest, unknown.pop())
        if unknown:
            self.error(f"unknown arguments: {' '.join(unknown)}")
        return namespace, unknown

    def error(self, message: str) -> NoReturn:
        """Print one line and end with exit code 2."""
        if message.endswith("expected one argument"):
            message += " (one that begins with - is written --option=-value)"
        self.exit(2, f"{self.prog}: {one_line(message)} (see {self.prog} --help)\n")


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 layer", "2,000 layers"; `many` where it is not `one` with an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def one_line(message: str) -> str:
    """The message without line breaks, which a file name or a prompt may bring in."""
    return message.replace("\r", "\\r").replace("\n", "\\n")


def quoted(path: Path) -> str:
    """The name as it is typed in a shell."""
    return subprocess.list2cmdline([str(path)]) if os.name == "nt" else shlex.quote(str(path))


def option_names(names: Iterable[str]) -> str:
    """How the user writes these settings: --d-model, --n-heads."""
    return ", ".join("--" + name.replace("_", "-") for name in names)


def whole(minimum: int, maximum: int = LARGEST) -> Callable[[str], int]:
    """A type for argparse: a whole number from `minimum` to `maximum`."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = minimum - 1
        if not minimum <= value <= maximum:
            raise argparse.ArgumentTypeError(
                f"expected a whole number from {minimum} to {maximum}, got {text!a}"
            )
        return value

    return parse


def real(**bounds: float) -> Callable[[str], float]:
    """A type for argparse: a finite number within bounds: above, at_least, below, at_most.

    For instance `real(above=0, at_most=1)`.
    """
    limits = " and ".join(f"{_BOUNDS[name][0]} {bound:g}" for name, bound in bounds.items())

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        inside = all(_BOUNDS[name][1](value, bound) for name, bound in bounds.items())
        if not (inside and math.isfinite(value)):
            raise argparse.ArgumentTypeError(f"expected a number {limits}, got {text!a}")
        return value

    return parse

"""What every command shares: one-line errors, and numbers checked while they are parsed."""

import argparse
import math
from collections.abc import Callable
from typing import NoReturn


class UserError(Exception):
    """Something in what the user gave is wrong; the text is one line that says what."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, and whose help keeps the examples' lines."""

    def __init__(self, *args: object, **options: object) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        options.setdefault("allow_abbrev", False)
        super().__init__(*args, **options)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Print one line and end with exit code 2."""
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def whole(minimum: int) -> Callable[[str], int]:
    """A type for argparse: a whole number that is at least `minimum`."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = minimum - 1
        if value < minimum:
            raise argparse.ArgumentTypeError(f"expected a whole number >= {minimum}, got {text!a}")
        return value

    return parse


def real(
    minimum: float, below: float = math.inf, exclusive: bool = False
) -> Callable[[str], float]:
    """A type for argparse: minimum <= number < below (minimum < number where exclusive)."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        above = value > minimum if exclusive else value >= minimum
        if not (above and value < below):
            limit = "" if below == math.inf else f" and < {below:g}"
            sign = ">" if exclusive else ">="
            raise argparse.ArgumentTypeError(
                f"expected a number {sign} {minimum:g}{limit}, got {text!a}"
            )
        return value

    return parse

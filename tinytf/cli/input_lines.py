"""Lines of a file, or of standard input, that a command says something of, one by one."""

import sys
from typing import NamedTuple

from tinytf.cli.parsing import UserError
from tinytf.data import DataError
from tinytf.data.lines import read_lines
from tinytf.text import CorpusError
from tinytf.text.corpus import decode_utf8

_PIPE = "standard input"


class InputLine(NamedTuple):
    """A line with text, and its place for error messages: "texts.txt, line 3"."""

    text: str
    place: str


def read_input_lines(file: str) -> list[InputLine]:
    """The lines of a file; "-" is standard input.

    Raises:
        UserError: the file cannot be read or is not UTF-8, or a line is empty.
    """
    name = _PIPE if file == "-" else file
    found = []
    for number, line in enumerate(read_file_or_pipe(file) or [""], start=1):
        place = f"{name}, line {number}"
        if not line.strip():
            raise UserError(f"{place}: expected a text, got an empty line")
        found.append(InputLine(line, place))
    return found


def read_file_or_pipe(file: str) -> list[str]:
    """The lines of a file as they are; "-" is standard input, which may have none.

    Raises:
        UserError: the file cannot be read or is not UTF-8.
    """
    try:
        if file != "-":
            return read_lines(file)
        text = decode_utf8(sys.stdin.buffer.read(), _PIPE)
    except (DataError, CorpusError) as error:
        raise UserError(str(error)) from error
    # Nothing in, nothing out: without a line break, "".split would still give one line.
    return text.removesuffix("\n").split("\n") if text else []

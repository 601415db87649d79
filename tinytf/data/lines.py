"""Reading a file of data as text or as lines. Every other reader here stands on this one."""

import os
from pathlib import Path

from tinytf.data.errors import DataError
from tinytf.text.corpus import CorpusError, decode_utf8


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """The content of the file.

    Raises:
        DataError: no such file, a directory, not readable.
    """
    # Path("") would be the current directory; an empty argument is a mistake in a script.
    if os.fspath(path) == "":
        raise DataError("data: expected the name of a file, got an empty name")
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(f"{os.fspath(path)}: cannot be read: {reason}") from error


def read_text_file(path: str | os.PathLike[str]) -> str:
    """The file as text, with "\\n" line breaks and without a byte order mark.

    Raises:
        DataError: cannot be read; not UTF-8 (names the line and the byte); nothing in it but
            whitespace.
    """
    try:
        text = decode_utf8(read_bytes(path), os.fspath(path))
    except CorpusError as error:
        raise DataError(str(error)) from error
    if not text.strip():
        raise DataError(
            f"{os.fspath(path)}: expected data, got {len(text)} characters of whitespace"
        )
    return text


def read_lines(path: str | os.PathLike[str]) -> list[str]:
    """The lines of the file, without their line breaks; `lines[i]` is line i + 1.

    Only a line break ends a line. (`str.splitlines` would also cut at U+2028, U+0085 and form
    feeds, which occur inside sentences; two parallel files would then no longer match.)

    Raises:
        DataError: as in `read_text_file`.
    """
    return read_text_file(path).removesuffix("\n").split("\n")

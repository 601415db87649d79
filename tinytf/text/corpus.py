"""Reading the text that a model is trained on: a file, a directory, or standard input.

`standard_library.py` has a text for those who bring none. Tokenizers know nothing of files, and
this file knows nothing of tokenizers.
"""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

# What counts as text in a directory. Endings are compared in lower case.
_PROSE = {".txt", ".text", ".md", ".markdown", ".rst", ".tex", ".org", ".html", ".htm", ".xml"}
_SCRIPTS = {".py", ".pyi", ".js", ".ts", ".rb", ".pl", ".php", ".lua", ".r", ".jl", ".sh", ".sql"}
_COMPILED = {".c", ".h", ".cc", ".cpp", ".hpp", ".cs", ".java", ".kt", ".go", ".rs", ".swift"}
_FUNCTIONAL = {".hs", ".ml", ".scala", ".clj", ".lisp", ".el"}
TEXT_ENDINGS = frozenset(_PROSE | _SCRIPTS | _COMPILED | _FUNCTIONAL)


class CorpusError(ValueError):
    """A text that cannot be read; the message says which file, and what to do where it is known."""


class Skipped(NamedTuple):
    """A file or directory that was left out, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Corpus:
    """A text and where it came from.

    Attributes:
        text: what was read; line breaks are "\\n" and no file starts with a byte order mark,
            so the same files give the same text on every system.
        files: what was read, in the order of the text; ("-",) for standard input.
        skipped: what was found and left out, in order.
    """

    text: str
    files: tuple[str, ...]
    skipped: tuple[Skipped, ...] = ()


def decode_utf8(data: bytes, name: str) -> str:
    """`data` as text, with "\\n" line breaks and without a byte order mark.

    Raises:
        CorpusError: not UTF-8; names the file, the line (from 1) and the byte offset (from 0).
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CorpusError(
            f"{name}: expected UTF-8 text, got the byte 0x{data[error.start]:02x} "
            f"in line {line} at byte offset {error.start} ({error.reason})"
        ) from error
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def read_text(source: str | os.PathLike[str]) -> Corpus:
    """Read a file, all text files below a directory, or standard input.

    - The string `-`: standard input up to its end. A file of that name is `./-`.
    - A file: the whole of it, whatever its ending. A symbolic link to a file is followed.
    - A directory: the files with one of `TEXT_ENDINGS`, in order of their path; each ends with
      a line break. Left out, and named in `skipped`: other endings, hidden files and directories
      (`.git`), `__pycache__`, symbolic links (they may lead in circles), special files, empty
      files, and what cannot be read or is not UTF-8.

    Raises:
        CorpusError: nothing there, not UTF-8, not readable, neither file nor directory, or no
            text in it but whitespace.
    """
    if source == "-":
        corpus = Corpus(decode_utf8(_read_stdin(), "standard input"), ("-",))
    elif source == "":
        # Path("") would be the current directory; an empty argument is a mistake in a script.
        raise CorpusError("source: expected a file, a directory or -, got an empty name")
    else:
        path = Path(source)
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:  # ValueError: a null character in the name
            raise CorpusError(f"{path}: cannot be read: {_reason(error)}") from error
        corpus = read_directory(path) if stat.S_ISDIR(mode) else _read_single(path, mode)
    if not corpus.text.strip():
        name = "standard input" if source == "-" else os.fspath(source)
        raise CorpusError(f"{name}: expected text, got {len(corpus.text)} characters of whitespace")
    return corpus


def read_directory(root: Path) -> Corpus:
    """All text files below `root`; see `read_text` for which.

    Raises:
        CorpusError: not one file with text; says how many were skipped and why the first was.
    """
    skipped: list[Skipped] = []
    texts: list[str] = []
    files: list[str] = []
    for path in _walk(root, skipped):
        try:
            text = decode_utf8(path.read_bytes(), str(path))
        except CorpusError as error:
            skipped.append(Skipped(str(path), str(error).removeprefix(f"{path}: ")))
            continue
        except OSError as error:
            skipped.append(Skipped(str(path), f"cannot be read: {_reason(error)}"))
            continue
        if not text.strip():
            skipped.append(Skipped(str(path), "empty"))
            continue
        # Without this the last line of one file and the first of the next would become one.
        texts.append(text if text.endswith("\n") else text + "\n")
        files.append(str(path))
    if not files:
        first = f"; the first: {skipped[0].path}: {skipped[0].reason}" if skipped else ""
        raise CorpusError(
            f"{root}: expected a text file (.txt, .md, .py, ...) in this directory, "
            f"got none ({len(skipped)} skipped{first})"
        )
    return Corpus("".join(texts), tuple(files), tuple(sorted(skipped)))


def _walk(root: Path, skipped: list[Skipped]) -> list[Path]:
    """The files below `root` that look like text, in order of their path; adds to `skipped`."""
    found: list[Path] = []

    def note_error(error: OSError) -> None:
        skipped.append(Skipped(str(error.filename), f"cannot be read: {_reason(error)}"))

    for directory, subdirectories, names in os.walk(root, onerror=note_error, followlinks=False):
        for name in list(subdirectories):
            path = Path(directory, name)
            if reason := _why_not_enter(path):
                skipped.append(Skipped(str(path), reason))
                subdirectories.remove(name)  # os.walk then does not enter it
        for name in names:
            path = Path(directory, name)
            if reason := _why_not_read(path):
                skipped.append(Skipped(str(path), reason))
            else:
                found.append(path)
    # Compared part by part, so that the order does not depend on the system's separator.
    return sorted(found, key=lambda path: path.parts)


def _why_not_enter(path: Path) -> str | None:
    if path.is_symlink():
        return "symbolic link"
    if path.name.startswith("."):
        return "hidden"
    if path.name == "__pycache__":
        return "compiled files"
    return None


def _why_not_read(path: Path) -> str | None:
    if path.name.startswith("."):
        return "hidden"
    if path.suffix.lower() not in TEXT_ENDINGS:
        return f"ending {path.suffix!r} is not one of a text" if path.suffix else "no ending"
    if path.is_symlink():
        return "symbolic link"
    if not path.is_file():
        return "not a regular file"
    return None


def _read_single(path: Path, mode: int) -> Corpus:
    # A device may never end and a named pipe may never begin; a pipe belongs on standard input.
    if not stat.S_ISREG(mode):
        raise CorpusError(
            f"{path}: expected a file or a directory, got a special file; to read from a pipe "
            f"give - and redirect it"
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read: {_reason(error)}") from error
    return Corpus(decode_utf8(data, str(path)), (str(path),))


def _read_stdin() -> bytes:
    # Windows programs without a console have none.
    if sys.stdin is None:
        raise CorpusError("standard input: expected an open stream, got none")
    # The bytes, not sys.stdin.read(): that would decode by the locale.
    return sys.stdin.buffer.read()


def _reason(error: Exception) -> str:
    """The system's words ("No such file or directory") without the number and the name."""
    return getattr(error, "strerror", None) or str(error)

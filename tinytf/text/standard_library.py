"""A text that every machine with Python has: the source code of its own standard library.

Millions of characters of real code and documentation without a download. Above `corpus.py`.
"""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

from tinytf.text.corpus import Corpus, CorpusError, Skipped, decode_utf8

# Directories left out, wherever they stand: installed packages differ from machine to machine,
# tests and tools are missing on some systems, and `encodings` is tables of numbers.
_INSTALLED = {"site-packages", "dist-packages", "__pycache__"}
_NOT_EVERYWHERE = {"test", "tests", "idle_test", "idlelib", "lib2to3", "ensurepip"}
_LEFT_OUT = _INSTALLED | _NOT_EVERYWHERE | {"encodings"}


def standard_library_text(max_bytes: int) -> Corpus:
    """The Python files of the running Python's standard library, at most `max_bytes` of them.

    Files come in order of their path until `max_bytes` is reached; the last one is cut at the end
    of a line. The same Python version gives the same text. Only files of pure ASCII are taken
    (some others are in `skipped`), so that a character is a byte and the character set stays
    below 100. A full installation has about 8 million bytes.

    Raises:
        ValueError: `max_bytes` < 1.
        CorpusError: this Python comes without its sources (only compiled, or in a zip file).
    """
    if max_bytes < 1:
        raise ValueError(f"max_bytes: expected a whole number > 0, got {max_bytes}")
    root = Path(sysconfig.get_path("stdlib"))
    texts: list[str] = []
    files: list[str] = []
    skipped: list[Skipped] = []
    size = 0
    for path in _source_files(root):
        data = path.read_bytes()
        if not data.isascii():
            skipped.append(Skipped(str(path), "not pure ASCII"))
            continue
        text = decode_utf8(data, str(path))
        if not text.strip():
            skipped.append(Skipped(str(path), "empty"))
            continue
        texts.append(text if text.endswith("\n") else text + "\n")
        files.append(str(path))
        size += len(texts[-1])
        if size >= max_bytes:
            break
    if not files:
        raise CorpusError(
            f"{root}: expected the sources (.py) of the standard library, got none: this Python "
            f"comes without them; give a text of your own with --text"
        )
    text = "".join(texts)
    if size > max_bytes:
        # rfind is -1 where the first line alone is too long: then the cut is inside that line.
        text = text[: text.rfind("\n", 0, max_bytes) + 1 or max_bytes]
    return Corpus(text, tuple(files), tuple(skipped))


def _source_files(root: Path) -> list[Path]:
    """The .py files below `root` in order of their path, without what is left out."""
    kept: list[Path] = []
    for directory, subdirectories, names in os.walk(root, followlinks=False):
        # os.walk enters what stays in this list.
        subdirectories[:] = [name for name in subdirectories if name not in _LEFT_OUT]
        for name in names:
            path = Path(directory, name)
            # _sysconfigdata_*.py holds the paths and compiler options of this one machine.
            if path.suffix != ".py" or name.startswith("_sysconfigdata"):
                continue
            if path.is_file() and not path.is_symlink():
                kept.append(path)
    # Compared part by part, so that the order does not depend on the system's separator.
    return sorted(kept, key=lambda path: path.parts)

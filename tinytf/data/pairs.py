"""Sentence pairs for translation: from a TSV file, or from two files with a sentence a line.

`gettext_catalogues.py` takes them from the translations of real programs. Nothing is left out
silently: a line that is not a pair is an error that names it, so what is read has as many pairs as
the file has lines.
"""

import os
from dataclasses import dataclass

from tinytf.data.errors import DataError, place, shown
from tinytf.data.lines import read_lines


@dataclass(frozen=True)
class SentencePair:
    """A sentence and its translation.

    Attributes:
        source, target: one line each, not empty, without whitespace at the ends.
        place: where it stands, for error messages: "train.tsv, line 3".
    """

    source: str
    target: str
    place: str


def read_pairs(path: str | os.PathLike[str]) -> list[SentencePair]:
    """Read "source TAB target", one pair a line. Quotes and backslashes mean nothing special.

    Raises:
        DataError: the file cannot be read, is not UTF-8 or has no text; a line has not exactly two
            columns, or an empty one. Names the file and the line.
    """
    pairs = []
    for number, line in enumerate(read_lines(path), start=1):
        here = place(os.fspath(path), number)
        columns = [column.strip() for column in line.split("\t")]
        if columns == [""]:
            raise DataError(f"{here}: expected source TAB target, got an empty line")
        if len(columns) != 2:
            raise DataError(
                f"{here}: expected 2 columns (source TAB target), got {len(columns)}: {shown(line)}"
            )
        for name, column in zip(("source", "target"), columns, strict=True):
            if not column:
                raise DataError(f"{here}: expected text as {name}, got an empty column")
        pairs.append(SentencePair(columns[0], columns[1], here))
    return pairs


def read_parallel(
    source_path: str | os.PathLike[str], target_path: str | os.PathLike[str]
) -> list[SentencePair]:
    """Read two files of equally many lines: line i of one translates line i of the other.

    A pair's place is its line in the source file.

    Raises:
        DataError: a file cannot be read, is not UTF-8 or has no text; the files have not equally
            many lines (says which is longer and the first line without a partner); a line is empty
            on either side, which often means that the files are shifted against each other.
    """
    names = (os.fspath(source_path), os.fspath(target_path))
    sources, targets = read_lines(source_path), read_lines(target_path)
    if len(sources) != len(targets):
        longer, shorter = names if len(sources) > len(targets) else names[::-1]
        most, fewest = max(len(sources), len(targets)), min(len(sources), len(targets))
        lines = sources if len(sources) > len(targets) else targets
        raise DataError(
            f"{place(longer, fewest + 1)}: expected as many lines in both files, got {most} here "
            f"and {fewest} in {shorter}; the first line without a partner is "
            f"{shown(lines[fewest])}"
        )
    pairs = []
    for number, sides in enumerate(zip(sources, targets, strict=True), start=1):
        source, target = (side.strip() for side in sides)
        for name, other, side in ((*names, source), (*names[::-1], target)):
            if not side:
                raise DataError(
                    f"{place(name, number)}: expected a sentence (the partner of line {number} of "
                    f"{other}), got an empty line"
                )
        pairs.append(SentencePair(source, target, place(names[0], number)))
    return pairs

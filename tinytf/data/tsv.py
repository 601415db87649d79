"""Classification and regression data: tables with a tab between columns, as GLUE has them.

Which column is what:

- With a header line, the columns may stand in any order, and further ones are passed by. The first
  line is a header where at least two of its cells are names known here (`_SINGLE`, `_PAIRS`,
  `_LABELS`, `_SCORES`; case does not matter). GLUE's own files are read so, save CoLA's, which has
  no header and four columns.
- Without one: text TAB label, or text_a TAB text_b TAB label, and nothing else.

Quotes and backslashes mean nothing special: GLUE's sentences have single quotation marks in them,
and a reader of CSV would join lines there. Every line is an example or an error.
"""

import math
import os
from dataclasses import dataclass

from tinytf.data.errors import DataError, place, shown
from tinytf.data.lines import read_lines

_SINGLE = (("sentence",), ("text",), ("question",))
_PAIRS = (
    ("sentence1", "sentence2"),
    ("question1", "question2"),
    ("question", "sentence"),
    ("premise", "hypothesis"),
    ("text_a", "text_b"),
    ("text1", "text2"),
    ("#1 string", "#2 string"),  # MRPC
)
_LABELS = (("label",), ("gold_label",), ("is_duplicate",), ("quality",))  # the last: MRPC
_SCORES = (("score",), ("similarity",), ("label",))
_KNOWN = {
    name for table in (_SINGLE, _PAIRS, _LABELS, _SCORES) for names in table for name in names
}


@dataclass(frozen=True)
class Example:
    """A text, or a pair of texts, and its class.

    Attributes:
        text, second: not empty, without whitespace at the ends; `second` is None for single texts.
        label: as it stands in the file, also where it is a number.
        place: where it stands, for error messages: "train.tsv, line 3".
    """

    text: str
    second: str | None
    label: str
    place: str


@dataclass(frozen=True)
class ScoredExample:
    """A text, or a pair of texts, and a finite number; otherwise like `Example`."""

    text: str
    second: str | None
    score: float
    place: str


def read_examples(path: str | os.PathLike[str], pairs: bool = False) -> list[Example]:
    """Read texts (`pairs`: pairs of texts) with a label; for the columns see the file's docstring.

    Raises:
        DataError: the file cannot be read, is not UTF-8 or has no example; the header lacks a
            column or has one twice; a line has not as many columns as it should, or an empty text
            or label. Names the file and the line.
    """
    return [Example(*texts, label, here) for texts, label, here in _rows(path, pairs, _LABELS)]


def read_scored(path: str | os.PathLike[str], pairs: bool = False) -> list[ScoredExample]:
    """Read texts (`pairs`: pairs of texts) with a number, for regression.

    Raises:
        DataError: as in `read_examples`; also where the score is not a finite number.
    """
    examples = []
    for texts, cell, here in _rows(path, pairs, _SCORES):
        try:
            score = float(cell)
        except ValueError:
            score = math.nan
        if not math.isfinite(score):
            raise DataError(f"{here}: expected a number as score, got {shown(cell)}")
        examples.append(ScoredExample(*texts, score, here))
    return examples


def _rows(
    path: str | os.PathLike[str], pairs: bool, last: tuple[tuple[str, ...], ...]
) -> list[tuple[tuple[str, str | None], str, str]]:
    """((text, second), label or score, place) of every line."""
    name = os.fspath(path)
    lines = read_lines(path)
    header = [cell.strip().lower() for cell in lines[0].split("\t")]
    if has_header := sum(cell in _KNOWN for cell in header) >= 2:
        wanted = _columns(header, _PAIRS if pairs else _SINGLE, last, place(name, 1))
        width, layout = len(header), f"the {len(header)} columns of the header"
        if len(lines) == 1:
            raise DataError(f"{name}: expected examples below the header, got none")
    else:
        wanted = list(range(3 if pairs else 2))
        width, layout = len(wanted), f"{len(wanted)} columns ({_describe(pairs, last)})"
    rows = []
    for number, line in enumerate(lines[has_header:], start=1 + has_header):
        here = place(name, number)
        cells = line.split("\t")
        if not line.strip():
            raise DataError(f"{here}: expected {layout}, got an empty line")
        if len(cells) != width:
            raise DataError(f"{here}: expected {layout}, got {len(cells)}: {shown(line)}")
        *texts, label = (cells[column].strip() for column in wanted)
        for cell, column in zip((*texts, label), wanted, strict=True):
            if not cell:
                what = f"column {column + 1}"
                raise DataError(f"{here}: expected {_describe(pairs, last)}, got an empty {what}")
        rows.append(((texts[0], texts[1] if pairs else None), label, here))
    return rows


def _columns(
    header: list[str],
    text_names: tuple[tuple[str, ...], ...],
    last_names: tuple[tuple[str, ...], ...],
    here: str,
) -> list[int]:
    """Where the texts and the label or score stand: the one choice that the header has."""
    columns = []
    for table in (text_names, last_names):
        choices = " or ".join(" and ".join(names) for names in table)
        having = [names for names in table if set(names) <= set(header)]
        if len(having) != 1 or any(header.count(name) > 1 for name in having[0]):
            came = f"the columns {', '.join(header)}"
            raise DataError(f"{here}: expected exactly one of {choices} as a column, got {came}")
        columns += [header.index(name) for name in having[0]]
    return columns


def _describe(pairs: bool, last: tuple[tuple[str, ...], ...]) -> str:
    texts = "text_a TAB text_b" if pairs else "text"
    return f"{texts} TAB {last[0][0]}"

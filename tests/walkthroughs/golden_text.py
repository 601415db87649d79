"""Run a walkthrough and compare what it printed with the text kept in `golden/`.

After a wanted change of the printed text write the golden texts anew, those of some lessons or of
all, and read the difference:

    python tests/walkthroughs/golden_text.py 05 12 && git diff tests/walkthroughs/golden
"""

from __future__ import annotations

import contextlib
import functools
import io
import re
import runpy
import sys
from itertools import zip_longest
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).parents[2]
WALKTHROUGHS = sorted((ROOT / "walkthroughs").glob("[0-9]*.py"))
GOLDEN = Path(__file__).parent / "golden"
# Relative to the golden number, or absolute where that is smaller than 1. Rounding errors that are
# printed differ from machine to machine, so numbers far below this may be anything.
TOLERANCE = 2e-3
# A number, with brackets and punctuation around it: "(4,", "3.010.", "2e-16"
NUMBER = re.compile(
    r"(?P<before>[(\[]*)(?P<digits>[-+]?\d+(\.\d+)?(e[-+]\d+)?)(?P<after>[)\],;:.]*)"
)


def run(path: Path) -> tuple[dict[str, Any], str]:
    """The walkthrough's variables at its end, and what it printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), mock.patch.object(sys, "argv", [str(path)]):
        variables = runpy.run_path(str(path), run_name="__main__")
    return variables, printed.getvalue()


@functools.cache
def finished(stem: str) -> tuple[dict[str, Any], str]:
    """The same, by the file's name without `.py`; run once for all tests."""
    return run(ROOT / "walkthroughs" / f"{stem}.py")


def golden_path(walkthrough: Path) -> Path:
    return GOLDEN / f"{walkthrough.stem}.txt"


def differences(got: str, expected: str) -> list[str]:
    """The lines that differ, with their numbers: in a word, or in a number beyond TOLERANCE."""
    pairs = zip_longest(got.splitlines(), expected.splitlines())
    return [
        f"line {i}: got {line!r}, expected {wanted!r}"
        for i, (line, wanted) in enumerate(pairs, start=1)
        if line is None or wanted is None or not _same_line(line, wanted)
    ]


def _same_line(line: str, wanted: str) -> bool:
    words, wanted_words = line.split(), wanted.split()
    return len(words) == len(wanted_words) and all(map(_same_word, words, wanted_words))


def _same_word(word: str, wanted: str) -> bool:
    number, wanted_number = NUMBER.fullmatch(word), NUMBER.fullmatch(wanted)
    if number is None or wanted_number is None:
        return word == wanted
    if (number["before"], number["after"]) != (wanted_number["before"], wanted_number["after"]):
        return False
    if number["digits"].isdigit() and wanted_number["digits"].isdigit():
        return number["digits"] == wanted_number["digits"]  # sizes and counts are exact
    value, expected = float(number["digits"]), float(wanted_number["digits"])
    return abs(value - expected) <= TOLERANCE * max(1.0, abs(expected))


if __name__ == "__main__":
    lessons = sys.argv[1:]
    for walkthrough in WALKTHROUGHS:
        if lessons and walkthrough.stem[:2] not in lessons:
            continue
        golden_path(walkthrough).write_text(run(walkthrough)[1], encoding="ascii")
        print(f"wrote {golden_path(walkthrough).relative_to(ROOT)}")

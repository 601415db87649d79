"""A teacher's own inputs, declared in words.

    inputs = { x = "float (*, D)", weight = "float (V, D)", bias = "float (D) or none",
               ids = "int (N) below V", mask = "bool (N, D)", axis = "one of [0, -1]", eps = 1e-5 }

A letter is a size, the same wherever it stands; a number is that size; `*` stands for any number of
axes, the same ones wherever it stands. Without brackets an input is a single number. `int` goes
from 0 to below a size (or number). What is no text is that value itself, always.

`declared.py` says what is made of it: small readable inputs to find a failing case, random ones for
the diagnosis, and special ones.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinytf.course.errors import CourseError

_DECLARATION = re.compile(
    r"(?P<kind>float|int|bool)"
    r"(?:\s*\((?P<axes>[^()]*)\))?"
    r"(?:\s+below\s+(?P<below>\w+))?"
    r"(?P<none>\s+or\s+none)?"
)
_ONE_OF = re.compile(r"one\s+of\s*\[(?P<values>.*)\]")
_AXIS = re.compile(r"\*|[A-Za-z][A-Za-z0-9_]*|[1-9][0-9]{0,2}")
_MOST_NUMBERS = 2**18  # by the axes of one input that are numbers; letters are small
_WORDS = {"none": None, "true": True, "false": False}


@dataclass(frozen=True)
class Declared:
    """One input.

    Attributes:
        kind: "float", "int", "bool", or "choice".
        axes: each a letter, "*" or a number as text; None for a single number.
        below: of an int: its bound, a letter or a number as text.
        none: whether None may be given, too.
        choices: of a choice: the values.
    """

    kind: str
    axes: tuple[str, ...] | None = None
    below: str = ""
    none: bool = False
    choices: tuple[Any, ...] = ()


def read(declarations: Mapping[str, Any]) -> dict[str, Declared]:
    """The inputs as declared.

    Raises:
        CourseError: a declaration cannot be understood; it says which one.
    """
    return {name: _declared(name, words) for name, words in declarations.items()}


def sizes_of(inputs: Mapping[str, Declared]) -> list[str]:
    """The letters, in the order in which they first stand."""
    words = [word for one in inputs.values() for word in (*(one.axes or ()), one.below)]
    return list(dict.fromkeys(word for word in words if word and word != "*" and not _number(word)))


def size(word: str, sizes: Mapping[str, int]) -> int:
    """What a letter or number stands for."""
    return int(word) if _number(word) else sizes[word]


def _number(word: str) -> bool:
    return word.isdigit()


def _declared(name: str, words: Any) -> Declared:
    if type(words) in (bool, int, float):
        return Declared("choice", choices=(words,))
    if type(words) is not str:
        raise CourseError(f"inputs: {name}: expected a text or a number, got {words!a}")
    text = words.strip()
    if match := _ONE_OF.fullmatch(text):
        values = [value.strip() for value in match["values"].split(",")]
        return Declared("choice", choices=tuple(_value(name, value) for value in values))
    match = _DECLARATION.fullmatch(text)
    if not match:
        raise CourseError(
            f'inputs: {name}: expected such as "float (N, D)", "float (D) or none", '
            f'"int (N) below V", "bool (N, D)" or "one of [0, -1]", got {words!a}'
        )
    axes = None if match["axes"] is None else _axes(name, match["axes"])
    below = match["below"] or ""
    if (match["kind"] == "int") != bool(below):
        raise CourseError(
            f"inputs: {name}: int goes from 0 to below a size, and only int does: "
            f'"int (N) below V", got {words!a}'
        )
    if below and (not _AXIS.fullmatch(below) or below == "*"):
        raise CourseError(f"inputs: {name}: below: expected a letter or a number, got {below!a}")
    return Declared(match["kind"], axes, below, bool(match["none"]))


def _axes(name: str, text: str) -> tuple[str, ...]:
    axes = tuple(axis.strip() for axis in text.split(",") if axis.strip())
    for axis in axes:
        if not _AXIS.fullmatch(axis):
            raise CourseError(
                f"inputs: {name}: expected a letter, a number from 1 to 999 or * for an axis, "
                f"got {axis!a}"
            )
    if axes.count("*") > 1 or not axes:
        raise CourseError(f"inputs: {name}: expected axes, * once at most, got ({text})")
    if (fixed := math.prod(int(axis) for axis in axes if _number(axis))) > _MOST_NUMBERS:
        raise CourseError(
            f"inputs: {name}: expected at most {_MOST_NUMBERS:,} numbers, got {fixed:,} in ({text})"
        )
    return axes


def _value(name: str, text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    for kind in (int, float):
        try:
            value = kind(text)
        except ValueError:
            continue
        if math.isfinite(value):
            return value
    raise CourseError(
        f"inputs: {name}: expected a number, a text in quotes, true, false or none in "
        f"one of [...], got {text!a}"
    )

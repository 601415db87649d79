"""Checks that every tokenizer makes on its input: text, token ids, stored JSON.

Bottom of `tinytf.text`; imports nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def check_unicode(text: str) -> None:
    """Raise ValueError where `text` holds a lone surrogate (U+D800 to U+DFFF).

    Such a code point is half of a UTF-16 pair, not a character: it has no UTF-8 form and cannot
    be printed. A Python string holds one only when bytes were decoded with "surrogateescape"
    or "surrogatepass" (a command-line argument that is not valid UTF-8, for example).
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(
            f"text: expected Unicode characters, got the lone surrogate "
            f"U+{ord(text[error.start]):04X} at position {error.start}"
        ) from error


def look_up(table: Sequence[T], token: int) -> T:
    """`table[token]`, but an id outside 0 .. len(table) - 1 (so also -1) is a ValueError."""
    if not 0 <= token < len(table):
        raise ValueError(f"token id: expected 0 <= id < {len(table)}, got {token}")
    return table[token]


def check_json(data: object, kind: str, fields: Mapping[str, type]) -> dict[str, Any]:
    """`data` if it is a dict with "kind" equal to `kind` and exactly these fields and types.

    A field that is not known is an error too: it may change what the ids mean, and then leaving
    it out would decode a checkpoint to the wrong text.

    Raises:
        ValueError: anything else, naming what was expected and what came.
    """
    if not isinstance(data, dict):
        raise ValueError(f"tokenizer JSON: expected an object, got {type(data).__name__}")
    if data.get("kind") != kind:
        raise ValueError(f'tokenizer JSON: expected kind "{kind}", got {data.get("kind")!r}')
    expected, came = {"kind", *fields}, set(data)
    if came != expected:
        raise ValueError(
            f'tokenizer JSON of kind "{kind}": expected the fields {sorted(expected)}, '
            f"got {sorted(map(str, came))}"
        )
    for name, wanted in fields.items():
        if not isinstance(data[name], wanted):
            raise ValueError(
                f'tokenizer JSON of kind "{kind}", field "{name}": expected {wanted.__name__}, '
                f"got {type(data[name]).__name__}"
            )
    return data

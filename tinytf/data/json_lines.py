"""On which line of a JSON text a value stands. Python's `json` tells that only of broken text."""

import json
import re
from collections.abc import Sequence

Key = str | int

_DECODER = json.JSONDecoder()
_BLANKS = re.compile(r"[ \t\n\r]*")


def line_of(text: str, path: Sequence[Key]) -> int:
    """The line, from 1, where the value begins that `json.loads(text)[path[0]][path[1]]...` is.

    It walks through the text and lets `json` skip every value on the way, so that brackets, commas
    and names inside strings do not mislead it. Where an object has a name twice, the last one
    counts, as for `json.loads`.

    Raises:
        ValueError: `text` is not JSON.
        LookupError: there is no such value.
    """
    start = _skip_blanks(text, 0)
    for key in path:
        start = _below(text, start, key)
    return text.count("\n", 0, start) + 1


def _below(text: str, start: int, wanted: Key) -> int:
    """Where the value at `wanted` begins, of the object or list that begins at `start`."""
    if text[start] not in "{[":
        raise LookupError(f"path: expected an object or a list above {wanted!r}, got a value")
    is_object = text[start] == "{"
    found: int | None = None
    index = 0
    at = _skip_blanks(text, start + 1)
    while text[at] not in "}]":
        key: Key = index
        if is_object:
            key, at = _DECODER.raw_decode(text, at)
            at = _skip_blanks(text, at)
            at = _skip_blanks(text, at + 1)  # over the colon
        if key == wanted:
            found = at
        _, at = _DECODER.raw_decode(text, at)
        at = _skip_blanks(text, at)
        if text[at] == ",":
            at = _skip_blanks(text, at + 1)
        index += 1
    if found is None:
        raise LookupError(f"path: expected {wanted!r} in the JSON, got {index} other values")
    return found


def _skip_blanks(text: str, at: int) -> int:
    return _BLANKS.match(text, at).end()  # type: ignore[union-attr]  # it matches everywhere

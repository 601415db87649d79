"""The line of a value in a JSON text, against a writer that knows where it puts each value."""

import json
from types import ModuleType
from typing import Any

import pytest
from hypothesis import strategies as st

from tests.ops.claims import claim

# Names and texts full of what a careless scanner would take for structure.
strings = st.text('ab{}[]:,"\\\n \u2028', max_size=5)
leaves = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-1e9, 1e9) | strings
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(strings, inner, max_size=3),
    max_leaves=10,
)
gaps = st.text(" \n\t", max_size=3)


class Writer:
    """Writes JSON with drawn blanks, and notes on which line each value begins."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[tuple[str | int, ...], int] = {}

    def put(self, text: str) -> None:
        self.text += self.draw(gaps) + text + self.draw(gaps)

    def write(self, value: Any, path: tuple[str | int, ...] = ()) -> None:
        self.text += self.draw(gaps)
        self.lines[path] = self.text.count("\n") + 1
        if isinstance(value, list):
            self.members("[]", [(None, key, inner) for key, inner in enumerate(value)], path)
        elif isinstance(value, dict):
            self.members("{}", [(key, key, inner) for key, inner in value.items()], path)
        else:
            self.put_right(json.dumps(value, ensure_ascii=self.draw(st.booleans())))

    def put_right(self, text: str) -> None:
        self.text += text + self.draw(gaps)

    def members(self, brackets: str, members: list[Any], path: tuple[str | int, ...]) -> None:
        self.put_right(brackets[0])
        for count, (name, key, value) in enumerate(members):
            if count:
                self.put(",")
            if name is not None:
                self.put(json.dumps(name))
                self.put(":")
            self.write(value, (*path, key))
        self.put_right(brackets[1])


@st.composite
def documents(draw: Any) -> tuple[Any, str, dict[tuple[str | int, ...], int]]:
    value, writer = draw(values), Writer(draw)
    writer.write(value)
    return value, writer.text, writer.lines


@claim(max_examples=100, document=documents())
def test_every_value_is_found(module: ModuleType, document: Any) -> None:
    value, text, lines = document
    assert json.loads(text) == value
    assert {path: module.line_of(text, path) for path in lines} == lines


def test_by_hand(module: ModuleType) -> None:
    text = '{"a": [1,\n {"b]": "x\\n\\"y,",\n"c"\n:\n3}],\n"a2": {}}'
    paths: dict[tuple[str | int, ...], int] = {
        (): 1,
        ("a",): 1,
        ("a", 0): 1,
        ("a", 1): 2,
        ("a", 1, "b]"): 2,
        ("a", 1, "c"): 5,
        ("a2",): 6,
    }
    assert {path: module.line_of(text, path) for path in paths} == paths


def test_the_last_of_two_equal_names_counts(module: ModuleType) -> None:
    text = '{"a": 1,\n"b": 2,\n"a": 3,\n"c": 4}'
    assert json.loads(text)["a"] == 3
    assert module.line_of(text, ["a"]) == 3


def test_what_is_not_there(module: ModuleType) -> None:
    with pytest.raises(LookupError, match="expected 'c' in the JSON, got 2 other values"):
        module.line_of('{"a": 1, "b": 2}', ["c"])
    with pytest.raises(LookupError, match="expected 2 in the JSON, got 2 other values"):
        module.line_of("[1, 2]", [2])
    with pytest.raises(LookupError, match="expected an object or a list above 'x', got a value"):
        module.line_of('{"a": "{x"}', ["a", "x"])
    with pytest.raises(ValueError, match="Expecting value"):
        module.line_of("[1, ?]", [1])

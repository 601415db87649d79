"""English to Python: meanings checked by hand, one reading only, held-out forms."""

import ast
import re
from collections import Counter
from functools import cache
from types import ModuleType

import numpy as np
import pytest

from tinytf.bundled import Split, same_value
from tinytf.bundled.python_phrases import (
    BOTH,
    CONDITIONAL,
    EITHER,
    FORMS,
    LISTS,
    NUMBERS,
    VARIABLES,
)
from tinytf.bundled.split import Chooser

# What each form says, written again by hand with its parts x and y, three and values.
BY_HAND = {
    "three more than x": "x + 3",
    "three less than x": "x - 3",
    "twice x": "x + x",
    "three times x": "x * 3",
    "half of x": "x / 2",
    "a third of x": "x / 3",
    "the square of x": "x * x",
    "the cube of x": "x * x * x",
    "the opposite of x": "0 - x",
    "the absolute value of x": "x if x > 0 else -x",
    "the remainder when x is divided by three": "x - x // 3 * 3",
    "the sum of x and y": "y + x",
    "the difference between x and y": "x - y",
    "the product of x and y": "y * x",
    "the quotient of x and y": "x / y",
    "the larger of x and y": "x if x > y else y",
    "the smaller of x and y": "y if x > y else x",
    "the sum of all values": "sum(values)",
    "the largest of all values": "sorted(values)[-1]",
    "the smallest of all values": "sorted(values)[0]",
    "the number of values": "sum([1 for e in values])",
    "the first of all values": "values[0]",
    "the last of all values": "values[len(values) - 1]",
    "whether x is greater than y": "y < x",
    "whether x is less than y": "y > x",
    "whether x is at least y": "y <= x",
    "whether x is at most y": "not x > y",
    "whether x equals y": "not x != y",
    "whether x differs from y": "not x == y",
    "whether x is divisible by three": "not x % 3",
    "whether x is even": "not x % 2",
    "whether x is odd": "not x % 2 == 0",
    "the values in order": "sorted(values)",
    "the values greater than three": "[a for a in values if 3 < a]",
    "the squares of all values": "[a * a for a in values]",
    "three times each of the values": "[a + a + a for a in values]",
}
PARTS = ("x", "y")


def filled(text: str, parts: tuple[str, str] = PARTS, number: str = "three") -> str:
    return text.format(*parts, k=number, v="values", c="x is even", d="y is odd")


@cache
def made(module: ModuleType) -> Split[tuple[str, str]]:
    split: Split[tuple[str, str]] = module.english_python(0, 2000, 200)
    return split


def parse(text: str) -> tuple[str, str]:
    """The Python of the longest phrase at the start of `text`, and what is left of it.

    An independent reader: it tries every form at the start, from left to right.
    """
    readings = list(readings_of(text))
    whole = {python for python, rest in readings if not rest}
    assert len(whole) == 1, f"{text!r}: expected one reading, got {whole}"
    return whole.pop(), ""


def readings_of(text: str, joined: bool = True) -> list[tuple[str, str]]:
    """Every (Python, rest) with a phrase of a number, a test or a list at the start of `text`."""
    found = []
    for word, number in NUMBERS.items():
        if text == word or text.startswith(word + " "):
            found.append((str(number), text[len(word) :].strip()))
    name = re.match(r"[xyzabn]\b", text)
    if name:
        found.append((name[0], text[name.end() :].strip()))
    for form in (*FORMS, *((CONDITIONAL, BOTH, EITHER) if joined else ())):
        found += [
            (form.python.format(*parts.get("parts", ()), **parts["named"]), rest)
            for parts, rest in matches(form.english, text)
        ]
    return found


def matches(template: str, text: str) -> list[tuple[dict, str]]:  # type: ignore[type-arg]
    """All ways to read `template` at the start of `text`: what its parts are, and the rest."""
    states: list[tuple[dict, str]] = [({"parts": (), "named": {}}, text)]  # type: ignore[type-arg]
    for piece in re.findall(r"\{\w\}|[^{}]+", template):
        after = []
        for have, rest in states:
            if piece[0] != "{":
                fixed = piece.strip()
                if rest == fixed or rest.startswith(fixed + " "):
                    after.append((have, rest[len(fixed) :].strip()))
                continue
            key = piece[1]
            if key == "v":
                options = [(name, rest[len(name) :].strip()) for name in LISTS
                           if rest == name or rest.startswith(name + " ")]  # fmt: skip
            elif key == "k":
                options = [(str(n), rest[len(w) :].strip()) for w, n in NUMBERS.items()
                           if rest == w or rest.startswith(w + " ")]  # fmt: skip
            elif key in "cd":
                options = readings_of("whether " + rest, joined=False)
            else:
                options = readings_of(rest, joined=False)
            for python, left in options:
                if key in "01":
                    parts = {**dict(have["parts"]), int(key): python}
                    after.append(({**have, "parts": tuple(parts.items())}, left))
                else:
                    named = {**have["named"], key: python}
                    after.append(({**have, "named": named}, left))
        states = after
    return [
        ({"parts": [p for _, p in sorted(have["parts"])], "named": have["named"]}, rest)
        for have, rest in states
    ]


def test_every_form_means_what_it_says() -> None:
    assert {filled(form.english) for form in FORMS} == set(BY_HAND)
    for form in FORMS:
        english, python = filled(form.english), filled(form.python, number="3")
        assert same_value(python, BY_HAND[english]), f"{english!r} is not {python!r}"


def test_joined_forms() -> None:
    parts = {"c": "x > y", "d": "a == b"}
    assert same_value(CONDITIONAL.python.format("z", "n", **parts), "z if y < x else n")
    assert same_value(BOTH.python.format(**parts), "a == b and x > y")
    assert same_value(EITHER.python.format(**parts), "a == b or x > y")


def test_the_example_of_the_readme(module: ModuleType) -> None:
    pairs = dict(made(module).train) | dict(made(module).test)
    assert "twice x" in pairs
    assert same_value(pairs["twice x"], "2 * x")


def test_a_phrase_has_one_reading_and_its_python_is_that(module: ModuleType) -> None:
    for english, python in [*made(module).train[:200], *made(module).test[:50]]:
        read, _ = parse(english)
        assert ast.unparse(ast.parse(read, mode="eval")) == python, english


def test_sizes_determinism_and_disjointness(module: ModuleType) -> None:
    split = made(module)
    assert (len(split.train), len(split.test)) == (2000, 200)
    train, test = dict(split.train), dict(split.test)
    assert len(train) == 2000
    assert len(test) == 200
    assert not set(train) & set(test)
    again = module.english_python(np.random.default_rng(0), 2000, 200)
    same = again == split  # by itself: pytest would print the difference of all pairs
    assert same, f"expected the pairs of seed 0 again, got another {again.train[0]}"
    assert module.english_python(1, 2000, 10).train[:20] != split.train[:20]


def test_the_test_combines_forms_and_variables_as_training_never_does(module: ModuleType) -> None:
    chooser = Chooser(np.random.default_rng(0))
    held = module._hold_out(chooser)
    pairs = module.combinations()
    assert 0.08 * len(pairs) < len(held) <= 0.11 * len(pairs)
    drawn = {module.draw(chooser).combined for _ in range(2000)}
    assert {pair for pairs_in in drawn for pair in pairs_in} == set(pairs), "all can be drawn"
    assert max(map(len, drawn)) >= 3, "inner pairs are missing"
    assert any("the cube of half of" in english for english, _ in made(module).train), "nested"
    # Read from the texts: what stands in the forms of one part, such as "the cube of n".
    split = made(module)
    ones = [form.english for form in FORMS if form.n_parts == 1 and "{k}" not in form.english]
    for form in ones:
        for variable in VARIABLES:
            phrase = re.compile(rf"\b{re.escape(form.format(variable))}\b")
            in_training = any(phrase.search(english) for english, _ in split.train)
            in_test = any(phrase.search(english) for english, _ in split.test)
            assert not (in_training and (form, variable) in held), phrase.pattern
            assert in_training or in_test, phrase.pattern


def test_every_form_keeps_most_of_its_partners(module: ModuleType) -> None:
    pairs = module.combinations()
    for seed in range(40):
        held = module._hold_out(Chooser(np.random.default_rng(seed)))
        for side in range(2):
            possible = Counter(pair[side] for pair in pairs)
            lost = Counter(pair[side] for pair in held)
            for name, count in possible.items():
                assert lost[name] <= 0.27 * count + 0.5, f"{name}: {lost[name]} of {count} held out"


def test_every_value_is_like_itself_and_every_word_is_known(module: ModuleType) -> None:
    split = made(module)
    known = {word for english, _ in split.train for word in english.split()}
    for english, python in split.test:
        assert same_value(python, python)
        assert set(english.split()) <= known


def test_wrong_sizes(module: ModuleType) -> None:
    with pytest.raises(ValueError, match="n_train: expected a number >= 2000, got 5"):
        module.english_python(0, 5)

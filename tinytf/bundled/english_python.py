"""English phrases to Python expressions: the second bundled data set of a translator.

"three more than twice x" -> "2 * x + 3". An answer is judged by its value, with
`tinytf.bundled.same_value`, so "3 + x * 2" would be right, too.

How train and test differ: some combinations "this variable directly in that form" are held out,
such as the cube of n. No training phrase has one, every test phrase does. (Forms inside forms, such
as the cube of a half, are all seen: of unseen nestings a small model gets one in twenty wrong.)
"""

from __future__ import annotations

import ast
from collections import Counter

import numpy as np

from tinytf.bundled.python_phrases import (
    BOTH,
    CONDITIONAL,
    EITHER,
    FORMS,
    LISTS,
    NUMBERS,
    VARIABLES,
    Form,
    Meaning,
)
from tinytf.bundled.split import Chooser, Split, as_generator, check_size

# The part of all pairs (form, variable) that is kept for the test.
HELD_OUT = 0.1

# Of the variables of a form, and of the forms of a variable, at least this part stays in training.
_KEPT = 0.75

_MOST_WORDS = 24
_LEAST_PAIRS = 2000

_NUMBER_FORMS = [form for form in FORMS if form.kind == "number"]
_TEST_FORMS = [form for form in FORMS if form.kind == "test"]
_LIST_FORMS = [form for form in FORMS if form.kind == "list"]
_SIMPLE_FORMS = [form for form in _NUMBER_FORMS if form.n_parts < 2]

# What the whole phrase is, and how often.
_TOPS = {"number": 10.0, "test": 4.0, "list": 1.0, "conditional": 2.0, "both": 1.0, "either": 1.0}


def english_python(
    rng: int | np.random.Generator = 0, n_train: int = 40_000, n_test: int = 1_000
) -> Split[tuple[str, str]]:
    """Pairs (English phrase, Python expression); every expression is as `ast.unparse` writes it.

    Args:
        rng: a seed or a Generator; the same seed gives the same pairs.
        n_train: number of training pairs, no two phrases the same.
        n_test: number of test pairs, none of them in the training pairs.

    Raises:
        ValueError: fewer than 2000 training pairs, or no test pairs.
    """
    check_size("n_train", n_train, _LEAST_PAIRS)
    check_size("n_test", n_test)
    chooser = Chooser(as_generator(rng))
    held = _hold_out(chooser)
    train: dict[str, str] = {}
    test: dict[str, str] = {}
    while len(train) < n_train or len(test) < n_test:
        meaning = draw(chooser)
        if len(meaning.english.split()) > _MOST_WORDS:
            continue
        part, size = (train, n_train) if held.isdisjoint(meaning.combined) else (test, n_test)
        if len(part) < size:
            part[meaning.english] = ast.unparse(ast.parse(meaning.python, mode="eval"))
    return Split(list(train.items()), list(test.items()))


def draw(chooser: Chooser) -> Meaning:
    """Any phrase of the grammar."""
    top = chooser.weighted(_TOPS)
    if top == "list":
        return _fill(chooser.one_of(_LIST_FORMS), [], chooser)
    if top == "test":
        return _test(chooser, depth=2)
    if top == "number":
        return _number(chooser, depth=3, forms=_NUMBER_FORMS)
    first = _test(chooser, depth=1)
    if top == "conditional":
        parts = [_number(chooser, depth, _SIMPLE_FORMS) for depth in (1, 1)]
        return _combine(CONDITIONAL, parts, c=first)
    second = _test(chooser, depth=1)
    return _combine(BOTH if top == "both" else EITHER, [], c=first, d=second)


def combinations() -> list[tuple[str, str]]:
    """Every pair (form, variable directly in it) the grammar can make."""
    forms = [*(form for form in FORMS if form.n_parts), CONDITIONAL]
    return [(form.english, variable) for form in forms for variable in VARIABLES]


def _hold_out(chooser: Chooser) -> frozenset[tuple[str, str]]:
    """A tenth of the combinations, so that forms and variables keep most of their partners."""
    pairs = combinations()
    left = Counter(name for pair in pairs for name in pair)  # partners still in training
    least = {name: round(_KEPT * count) for name, count in left.items()}
    held: set[tuple[str, str]] = set()
    for pair in chooser.shuffled(pairs):
        if len(held) >= HELD_OUT * len(pairs):
            break
        if all(left[name] > least[name] for name in pair):
            held.add(pair)
            left.subtract(pair)
    return frozenset(held)


def _number(chooser: Chooser, depth: int, forms: list[Form]) -> Meaning:
    """A number: a variable at depth 0, else a form whose parts are less deep."""
    if depth == 0 or chooser.chance(0.15):
        return _word(chooser.one_of(VARIABLES))
    return _filled(chooser.one_of(forms), chooser, depth)


def _test(chooser: Chooser, depth: int) -> Meaning:
    """A test: "whether ..."."""
    return _filled(chooser.one_of(_TEST_FORMS), chooser, depth)


def _filled(form: Form, chooser: Chooser, depth: int) -> Meaning:
    """The form with parts drawn: of two, the first is simple; the second may be a number word."""
    parts = []
    for part in range(form.n_parts):
        last = part == form.n_parts - 1
        if last and part == 1 and chooser.chance(0.25):
            word = chooser.one_of(list(NUMBERS))
            parts.append(Meaning(word, str(NUMBERS[word])))
        else:
            inside = depth - 1 if last else min(depth - 1, 1)
            parts.append(_number(chooser, inside, _NUMBER_FORMS if last else _SIMPLE_FORMS))
    return _fill(form, parts, chooser)


def _fill(form: Form, parts: list[Meaning], chooser: Chooser) -> Meaning:
    """The form with its parts, and with a number word and a list where it has them."""
    word = chooser.one_of(list(NUMBERS))
    number = Meaning(word, str(NUMBERS[word]))
    return _combine(form, parts, k=number, v=_word(chooser.one_of(LISTS)))


def _word(name: str) -> Meaning:
    """A name is the same in both languages."""
    return Meaning(name, name)


def _combine(form: Form, parts: list[Meaning], **named: Meaning) -> Meaning:
    """Put the parts into the form, and note which variables stand directly in it."""
    whether = "whether "
    english = form.english.format(
        *[part.english for part in parts],
        **{name: part.english.removeprefix(whether) for name, part in named.items()},
    )
    python = form.python.format(
        *[part.python for part in parts], **{name: part.python for name, part in named.items()}
    )
    inside = [part.combined for part in [*parts, *named.values()]]
    direct = frozenset((form.english, part.python) for part in parts if part.python in VARIABLES)
    return Meaning(english, python, direct.union(*inside))

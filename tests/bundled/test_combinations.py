"""Held-out pairs: enough of them, and no word loses too many of its partners."""

from collections import Counter
from types import ModuleType

import numpy as np

from tests.bundled.say import ask, clause, copula, joined, plain, with_relative
from tinytf.bundled.phrases import Clause
from tinytf.bundled.split import Chooser


def test_pairs_are_found_wherever_they_stand(module: ModuleType) -> None:
    inner = clause("buy", "the king", "the cold milk", gap="target")
    first = clause("see", "Anna", "the lion's friend", at="the dark forest")
    first = Clause(first.verb, first.subject, target=with_relative("a red hat", inner))
    second = copula("the young student", "tired", than="the poor baker")
    found = module.pairs_of(joined("and", first, second))
    assert found == {
        ("subject-verb", "Anna", "see acc"),
        ("verb-target", "see acc", "hat"),
        ("adjective-noun", "red", "hat"),
        ("subject-verb", "king", "buy acc"),
        ("verb-target", "buy acc", "milk"),
        ("adjective-noun", "cold", "milk"),
        ("adjective-noun", "young", "student"),
        ("adjective-noun", "tired", "student"),
        ("adjective-noun", "poor", "baker"),
    }


def test_pairs_of_recipients_places_and_owners(module: ModuleType) -> None:
    gives = clause("give", "Paul", "the old king's key", recipient="the sad queen")
    assert module.pairs_of(plain(gives)) == {
        ("subject-verb", "Paul", "give give"),
        ("verb-target", "give give", "key"),
        ("adjective-noun", "old", "king"),
        ("adjective-noun", "sad", "queen"),
    }
    sleeps = clause("sleep", "she", at="the dark kitchen")
    assert module.pairs_of(plain(sleeps)) == {("adjective-noun", "dark", "kitchen")}


def test_what_a_question_asks_for_is_not_in_it(module: ModuleType) -> None:
    what = ask("what", clause("buy", "Paul", "the red hat"))
    assert module.pairs_of(what) == {("subject-verb", "Paul", "buy acc")}
    where = ask("where", clause("sleep", "Paul", at="the dark kitchen"))
    assert module.pairs_of(where) == {("subject-verb", "Paul", "sleep none")}


def test_every_word_keeps_most_of_its_partners(module: ModuleType) -> None:
    possible = Counter[tuple[str, str]]()
    left = Counter[tuple[str, str]]()
    held = module.hold_out(Chooser(np.random.default_rng(0)), 0.08)
    pairs = module.all_pairs()
    assert len(pairs) == len(set(pairs)) > 2000
    assert held < set(pairs)
    assert len(held) == round(0.08 * len(pairs))
    for relation, first, second in pairs:
        for word in (f"1 {first}", f"2 {second}"):
            possible[relation, word] += 1
            left[relation, word] += (relation, first, second) not in held
    for key, count in possible.items():
        assert left[key] >= 0.7 * count, f"{key}: only {left[key]} of {count} partners left"
    assert {relation for relation, _, _ in held} == {
        "adjective-noun",
        "subject-verb",
        "verb-target",
    }

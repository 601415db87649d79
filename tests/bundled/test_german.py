"""German and English sentences against translations made by hand, and the order of the verb."""

import re
from types import ModuleType

import numpy as np
import pytest

from tests.bundled.golden import GOLDEN
from tests.bundled.say import clause
from tinytf.bundled.draw_sentences import SentenceGrammar
from tinytf.bundled.german_words import finite, prefix_and_stem
from tinytf.bundled.lexicon import load_lexicon
from tinytf.bundled.phrases import Clause, Sentence
from tinytf.bundled.split import Chooser

SUBORDINATE = re.compile(r"(?:^|, )(weil|obwohl|wenn|als|dass|ob) ", re.IGNORECASE)


def drawn(n: int, seed: int = 3) -> list[Sentence]:
    grammar = SentenceGrammar(Chooser(np.random.default_rng(seed)))
    return [grammar.sentence() for _ in range(n)]


def finite_forms() -> set[str]:
    lexicon = load_lexicon()
    forms = {form for helper in lexicon.helpers for form in (helper.ich, helper.er, helper.wir)}
    for verb in lexicon.verbs:
        prefix = prefix_and_stem(verb)[0]
        forms |= {prefix + finite(verb, form) for form in ("ich", "er", "wir")}
    return forms


def test_there_are_enough_translations_made_by_hand() -> None:
    assert len(GOLDEN) >= 75


def test_german_is_as_translated_by_hand(module: ModuleType) -> None:
    for sentence, english, expected in GOLDEN:
        found = module.german(sentence)
        assert found == expected, f"{english!r}: expected {expected!r}, got {found!r}"


def test_a_subordinate_clause_ends_with_its_finite_verb(module: ModuleType) -> None:
    forms = finite_forms()
    n_clauses = 0
    for sentence in drawn(1500):
        text = module.german(sentence)
        opener = SUBORDINATE.search(text)
        if opener is None or sentence.form not in ("after", "before", "content"):
            continue  # "aelter als" is no clause
        n_clauses += 1
        ends = re.split(r"[,.]", text[opener.end() :])
        last = ends[0].split()[-1]
        assert last in forms, f"{text!r}: expected a finite verb before the comma, got {last!r}"
    assert n_clauses > 150


def test_with_time_in_front_the_finite_verb_is_second(module: ModuleType) -> None:
    forms = {finite(v, f) for v in load_lexicon().verbs for f in ("ich", "er", "wir")}
    forms |= finite_forms()
    n_fronted = 0
    for sentence in drawn(1500):
        one = sentence.clause
        if not isinstance(one, Clause) or one.front != "time" or one.time is None:
            continue
        n_fronted += 1
        text = module.german(sentence)
        behind = text[len(one.time.german) :].split()[0]
        assert behind in forms, f"{text!r}: expected a finite verb, got {behind!r}"
    assert n_fronted > 50


def test_capital_letter_and_signs(module: ModuleType) -> None:
    for sentence in drawn(500):
        text = module.german(sentence)
        assert text[0].isupper(), text
        assert text[-1] in ".?", text
        assert not re.search(r"  | [,.?]|,[,.?]|\+", text), text


def test_a_verb_last_clause_has_no_time_in_front(module: ModuleType) -> None:
    fronted = clause("sleep", "he", time="today", front="time")
    with pytest.raises(ValueError, match="front: expected subject in a verb-last clause, got time"):
        module.ordered(fronted, "last")

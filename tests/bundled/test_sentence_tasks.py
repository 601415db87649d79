"""Labels read again from the text by an independent reader; what the words alone do not tell."""

import re
from collections import Counter
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from tests.bundled.bag_of_words import bag_of_words_accuracy
from tests.bundled.say import LEXICON
from tinytf.bundled import Split

TASKS = ("labelled_sentences", "labelled_pairs", "scored_pairs")
PARTY = "(the [a-z ]+?|" + "|".join(name.name for name in LEXICON.names) + ")"
TIME = "(" + "|".join(time.english for time in LEXICON.times) + ")"
PLACE = "((?:in|at) the [a-z]+)"
PASSIVE = re.compile(rf"{PARTY} was (not )?(.+?) by {PARTY} {PLACE}")
DONE = {form for verb in LEXICON.verbs for form in (verb.past, verb.english)}
DONE_LONGEST_FIRST = "|".join(sorted(DONE, key=len, reverse=True))
ACTIVE = re.compile(rf"{PARTY} (did not )?({DONE_LONGEST_FIRST}) {PARTY} {PLACE}")

POINTS = {"agent": 1.0, "patient": 1.0, "verb": 2.0, "place": 3.0, "time": 4.0}


class Told(NamedTuple):
    agent: str
    patient: str
    verb: str
    place: str
    time: str
    negated: bool


@cache
def made(module: ModuleType, name: str) -> Split[Any]:
    split: Split[Any] = getattr(module, name)(0, 1500, 200)
    return split


def lower_first(text: str) -> str:
    first = text.split()[0]
    return text if first in {name.name for name in LEXICON.names} else text[0].lower() + text[1:]


def read(text: str) -> Told:
    """Who did what to whom, by regular expressions that know nothing of the grammar's objects."""
    whole = lower_first(text.removesuffix("."))
    time = re.search(f"(?:^{TIME} )|(?: {TIME}$)", whole)
    assert time, text
    core = (whole[: time.start()] + " " + whole[time.end() :]).strip()
    core = core.replace("On the", "on the")
    passive = PASSIVE.fullmatch(core)
    match = passive or ACTIVE.fullmatch(core)
    assert match, f"no reading: {core!r}"
    first, negation, verb, second, place = match.groups()
    agent, patient = (second, first) if passive else (first, second)
    forms = {
        form: entry.english
        for entry in LEXICON.verbs
        for form in (entry.past, entry.english, entry.english_participle)
        if entry.english_participle
    }
    things = verb.split(" the ")  # "given the key": the thing is part of what was done
    done = " the ".join([forms[things[0]], *things[1:]])
    return Told(agent, patient, done, place, (time[1] or time[2]).lower(), bool(negation))


def is_readable(text: str) -> bool:
    """Active sentences with two objects are left to the other tests."""
    given = {form for v in LEXICON.verbs if v.frame == "give" for form in (v.english, v.past)} | {
        v.english_participle for v in LEXICON.verbs if v.frame == "give"
    }
    return not given & set(text.split())


def gender(party: str) -> str:
    word = party.split()[-1]
    for name in LEXICON.names:
        if name.name == word:
            return name.pronoun
    return "he" if "he" in LEXICON.noun(word).kinds else "she"


def test_sentences_are_labelled_by_who_acts(module: ModuleType) -> None:
    readable = [item for item in made(module, "labelled_sentences").train if is_readable(item[0])]
    assert len(readable) > 700
    for text, label in readable:
        agent = read(text).agent
        expected = {"he": "man", "she": "woman"}[gender(agent)]
        assert label == expected, f"{text!r}: {agent} acts, expected {expected}, got {label}"


def test_pairs_follow_contradict_or_neither(module: ModuleType) -> None:
    readable = [item for item in made(module, "labelled_pairs").train if is_readable(item[0])]
    assert len(readable) > 700
    for first, second, label in readable:
        one, other = read(first), read(second)
        same = one._replace(negated=False) == other._replace(negated=False)
        expected = "neutral"
        if same:
            expected = "entailment" if one.negated == other.negated else "contradiction"
        assert label == expected, f"{first!r} / {second!r}: expected {expected}, got {label}"


def different(first: str, second: str) -> set[str]:
    """Which parts of what is told are not the same."""
    one, other = read(first), read(second)
    return {part for part in Told._fields if getattr(one, part) != getattr(other, part)}


def test_what_matters_most_of_what_differs_is_the_score(module: ModuleType) -> None:
    for first, second, score in made(module, "scored_pairs").train:
        parts = different(first, second)
        expected = min((POINTS[part] for part in parts), default=5.0)
        assert score == expected, f"{first!r} / {second!r}: expected {expected}, got {score}"


def test_what_matters_less_differs_in_half_of_the_pairs(module: ModuleType) -> None:
    """Else the score could be told from how much differs, or would be long to learn."""
    pairs = [(different(*texts), score) for *texts, score in made(module, "scored_pairs").train]
    for part in ("verb", "place", "time"):
        lower = [part in parts for parts, score in pairs if score < POINTS[part]]
        share = sum(lower) / len(lower)
        assert 0.4 < share < 0.6, f"{part}: differs in {share:.0%}"
    persons = Counter(
        ", ".join(sorted(parts & {"agent", "patient"})) for parts, score in pairs if score == 1.0
    )
    assert set(persons) == {"agent", "patient", "agent, patient"}, persons
    assert min(persons.values()) > 0.25 * persons.total(), persons


def test_all_labels_and_scores_are_frequent(module: ModuleType) -> None:
    for name, n_labels, least in zip(TASKS, (2, 3, 5), (0.45, 0.24, 0.12), strict=True):
        for part in (made(module, name).train, made(module, name).test):
            counts = Counter(item[-1] for item in part)
            assert len(counts) == n_labels, f"{name}: {counts}"
            assert min(counts.values()) >= (least - 0.02) * len(part), f"{name}: {counts}"


def test_half_of_the_sentences_are_in_the_passive(module: ModuleType) -> None:
    """Else who stands first would be who acts, and the order of the words could be left unread."""
    for name in TASKS:
        texts = [text for item in made(module, name).train for text in item[:-1]]
        n_passive = sum(" was " in text and " by " in text for text in texts)
        share = n_passive / len(texts)
        assert 0.4 < share < 0.6, f"{name}: {share:.0%} of the sentences are in the passive"


def test_the_words_alone_do_not_tell_the_label(module: ModuleType) -> None:
    for name, highest in (("labelled_sentences", 0.6), ("labelled_pairs", 0.5)):
        split = made(module, name)
        parts = [
            [(" / ".join(item[:-1]).lower().replace(".", "").split(), item[-1]) for item in part]
            for part in (split.train, split.test)
        ]
        accuracy = bag_of_words_accuracy(*parts)
        assert accuracy < highest, f"{name}: a bag of words tells {accuracy:.0%}"


@pytest.mark.parametrize("name", TASKS)
def test_sizes_determinism_disjointness_and_known_words(module: ModuleType, name: str) -> None:
    split = made(module, name)
    assert (len(split.train), len(split.test)) == (1500, 200)
    texts = [{item[:-1] for item in part} for part in (split.train, split.test)]
    assert not texts[0] & texts[1]
    assert getattr(module, name)(0, 1500, 200) == split
    assert getattr(module, name)(1, 50, 5).train != split.train[:50]
    known = {w.lower() for item in split.train for text in item[:-1] for w in text.split()}
    unknown = [
        word
        for item in split.test
        for text in item[:-1]
        for word in text.split()
        if word.lower() not in known
    ]
    assert len(unknown) < 10, unknown

"""Bundled tasks for BERT's heads that judge a whole text: a class, a class of a pair, a score.

None can be solved by counting words: who acts is told by word order and voice, and whether two
sentences say the same only by comparing them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from tinytf.bundled.events import (
    Event,
    EventGrammar,
    Party,
    event_places,
    event_times,
    personal_verbs,
    segments,
    told,
)
from tinytf.bundled.held_out import split_by_events
from tinytf.bundled.split import Chooser, Split

Part = TypeVar("Part")

LABELS_OF_SENTENCES = ("man", "woman")
LABELS_OF_PAIRS = ("entailment", "contradiction", "neutral")
HIGHEST_SCORE = 5.0

# Parts of an event: what matters most comes first.
_PARTS = ("person", "verb", "place", "time")


def labelled_sentences(
    rng: int | np.random.Generator = 0, n_train: int = 4_000, n_test: int = 500
) -> Split[tuple[str, str]]:
    """(sentence, label): is the one who acts a "man" or a "woman"?

    Every sentence has one of each, in the active or the passive: "Peter was thanked by the old
    queen on Monday." is a "woman".
    """

    def draw(grammar: EventGrammar) -> tuple[tuple[str, str], list[Event]]:
        acts = grammar.choose.one_of(["he", "she"])
        other = "she" if acts == "he" else "he"
        event = grammar.event(grammar.person(acts), grammar.person(other))
        return (_any_way(event, grammar), LABELS_OF_SENTENCES[acts == "she"]), [event]

    return split_by_events(draw, rng, n_train, n_test)


def labelled_pairs(
    rng: int | np.random.Generator = 0, n_train: int = 8_000, n_test: int = 500
) -> Split[tuple[str, str, str]]:
    """(premise, hypothesis, label): "entailment", "contradiction" or "neutral".

    entailment: the hypothesis says the same, in the active or the passive.
    contradiction: it says the same and denies it, or the other way round.
    neutral: it is about someone else; that may be so or not.

    A negation in one sentence says nothing by itself: the premise is negated as often, and half of
    the neutral pairs differ in the negation, too.
    """

    def draw(grammar: EventGrammar) -> tuple[tuple[str, str, str], list[Event]]:
        choose = grammar.choose
        one, other, stranger = grammar.cast(3)
        premise = replace(grammar.event(one, other), negated=choose.chance(0.5))
        label = choose.one_of(LABELS_OF_PAIRS)
        hypothesis = premise
        if label == "contradiction" or (label == "neutral" and choose.chance(0.5)):
            hypothesis = replace(premise, negated=not premise.negated)
        if label == "neutral":
            change = _with_agent if choose.chance(0.5) else _with_other
            hypothesis = change(hypothesis, stranger)
        texts = _any_way(premise, grammar), _any_way(hypothesis, grammar)
        return (*texts, label), [premise, hypothesis]

    return split_by_events(draw, rng, n_train, n_test)


def scored_pairs(
    rng: int | np.random.Generator = 0, n_train: int = 32_000, n_test: int = 500
) -> Split[tuple[str, str, float]]:
    """(first, second, score): how near what happened is to the same, from 1.0 to 5.0.

    5.0: the same. Otherwise the part that matters most of those that differ decides: a person
    1.0, what was done 2.0, the place 3.0, the time 4.0.

    One part or none is drawn to decide; each of those that matter less differs in half of its
    pairs. Pairs that differ in much are the easy ones, and from them a small model learns to
    compare: were there none of them, it would take up to three times as many steps.
    """

    def draw(grammar: EventGrammar) -> tuple[tuple[str, str, float], list[Event]]:
        choose = grammar.choose
        verbs = [verb for verb in personal_verbs() if verb.frame != "give"]
        one, other, *strangers = grammar.cast(4)
        first = second = grammar.event(one, other, choose.one_of(verbs))
        decides = choose.one_of((*_PARTS, "nothing"))
        if _differs("person", decides, choose):
            second = _with_others(second, strangers, choose)
        if _differs("verb", decides, choose):
            second = replace(second, verb=_another(first.verb, verbs, choose))
        if _differs("place", decides, choose):
            second = replace(second, place=_another(first.place, event_places(), choose))
        if _differs("time", decides, choose):
            second = replace(second, time=_another(first.time, event_times(), choose))
        texts = _any_way(first, grammar), _any_way(second, grammar)
        return (*texts, similarity(first, second)), [first, second]

    return split_by_events(draw, rng, n_train, n_test)


def similarity(first: Event, second: Event) -> float:
    """The score of `scored_pairs`: of the parts that differ, the one that matters most decides."""
    if (first.agent, first.whom) != (second.agent, second.whom):
        return 1.0
    if first.verb != second.verb:
        return 2.0
    if first.place != second.place:
        return 3.0
    return HIGHEST_SCORE if first.time == second.time else 4.0


def _differs(part: str, decides: str, choose: Chooser) -> bool:
    """Whether a part differs in a pair in which `decides` is what matters most of what does."""
    if decides == "nothing" or _PARTS.index(part) < _PARTS.index(decides):
        return False
    return part == decides or choose.chance(0.5)


def _another(part: Part, parts: Sequence[Part], choose: Chooser) -> Part:
    """One of the parts, but not this one."""
    return choose.one_of([other for other in parts if other != part])


def _with_others(event: Event, strangers: Sequence[Party], choose: Chooser) -> Event:
    """One of the two persons, or both, is another."""
    which = choose.one_of(("agent", "other", "both"))
    if which != "other":
        event = _with_agent(event, strangers[0])
    if which != "agent":
        event = _with_other(event, strangers[1])
    return event


def _with_agent(event: Event, person: Party) -> Event:
    """The same done by another person."""
    return replace(event, agent=person)


def _with_other(event: Event, person: Party) -> Event:
    """The same done to, or for, another person."""
    if event.recipient is not None:
        return replace(event, recipient=person)
    return replace(event, patient=person)


def _any_way(event: Event, grammar: EventGrammar) -> str:
    """The event in the active or the passive, its time in front or at the end."""
    choose = grammar.choose
    return told(segments(event, passive=choose.chance(0.5), time_first=choose.chance(0.3)))

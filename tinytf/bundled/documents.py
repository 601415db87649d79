"""Documents for BERT's pre-training, in the same language as its bundled tasks.

A document is a story of three persons in one or two places. Its sentences keep to them, so whether
one sentence can follow another (next-sentence prediction) can be learned from who and where. Many
events are told again in the other voice: to fill in a masked word there, a model learns to compare
two sentences, which is what the tasks with pairs and questions ask for.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tinytf.bundled.draw_clauses import ClauseGrammar
from tinytf.bundled.english import english
from tinytf.bundled.events import Event, EventGrammar, Party, event_places, segments, told
from tinytf.bundled.lexicon import Place
from tinytf.bundled.phrases import Sentence
from tinytf.bundled.span_tasks import question
from tinytf.bundled.split import Chooser, as_generator, check_size

_SENTENCES = (5, 6, 7, 8)


def grammar_documents(
    rng: int | np.random.Generator = 0, n_documents: int = 3_000
) -> list[list[str]]:
    """Documents of five to nine sentences each.

    Raises:
        ValueError: `n_documents` below 1.
    """
    check_size("n_documents", n_documents)
    chooser = Chooser(as_generator(rng))
    events, clauses = EventGrammar(chooser), ClauseGrammar(chooser)
    return [_document(chooser, events, clauses) for _ in range(n_documents)]


def _document(choose: Chooser, events: EventGrammar, clauses: ClauseGrammar) -> list[str]:
    cast = events.cast(3)
    places = choose.shuffled(list(event_places()))[:2]
    sentences: list[str] = []
    before: list[tuple[Event, bool]] = []
    for _ in range(choose.one_of(_SENTENCES)):
        kind = choose.weighted({"event": 4.0, "again": 3.0, "question": 2.0, "other": 1.0})
        if kind == "other":
            sentences.append(_about(choose.one_of(cast), clauses))
            continue
        if kind == "event" or not before:
            event = _event_of(cast, places, choose, events)
            event = replace(event, negated=choose.chance(0.2))
            passive = choose.chance(0.5)
            before.append((event, passive))
        else:
            event, passive = choose.one_of(before)
            passive = not passive
        if kind == "question" and not event.negated:
            role = choose.one_of(["AGENT", "PATIENT", "PLACE", "TIME"])
            if event.recipient is not None or event.patient in cast:
                sentences.append(question(event, role))
        sentences.append(told(segments(event, passive, choose.chance(0.3))))
    return sentences


def _event_of(
    cast: list[Party], places: list[Place], choose: Chooser, events: EventGrammar
) -> Event:
    """An event of the cast in one of the places."""
    one, other = choose.shuffled(cast)[:2]
    event = events.event(one, other) if choose.chance(0.75) else events.thing_event(one)
    return replace(event, place=choose.one_of(places))


def _about(person: Party, clauses: ClauseGrammar) -> str:
    """What a person is like, or did alone."""
    if clauses.choose.chance(0.4):
        copula = replace(clauses.copula("past", person), than=None)
        return english(Sentence("plain", copula))
    clause = clauses.clause("past", person, ("none", "direction"))
    if clause.verb.frame == "none":
        clause = replace(clause, where=None)  # the places of a document are those of its events
    return english(Sentence("plain", clause))

"""Bundled tasks for BERT's heads that judge single words: tags of roles, answers to questions."""

from __future__ import annotations

import numpy as np

from tinytf.bundled.english import phrase_words
from tinytf.bundled.events import Event, EventGrammar, segments, told
from tinytf.bundled.held_out import split_by_events
from tinytf.bundled.punctuation import finished
from tinytf.bundled.split import Split

ROLES = ("AGENT", "PATIENT", "RECIPIENT", "PLACE", "TIME")

Tagged = tuple[tuple[str, ...], tuple[str, ...]]
Asked = tuple[str, str, str, int]


def tagged_sentences(
    rng: int | np.random.Generator = 0, n_train: int = 4_000, n_test: int = 500
) -> Split[Tagged]:
    """(tokens, tags): the roles in a sentence, as BIO tags.

    The same words are AGENT in one sentence and PATIENT or RECIPIENT in the next:

        Peter    was given   the         key         by Anna    today  .
        B-RECIPIENT O  O     B-PATIENT   I-PATIENT   O  B-AGENT B-TIME O
    """

    def draw(grammar: EventGrammar) -> tuple[Tagged, list[Event]]:
        choose = grammar.choose
        one, other = grammar.cast(2)
        event = grammar.event(one, other) if choose.chance(0.75) else grammar.thing_event(one)
        parts = segments(event, passive=choose.chance(0.5), time_first=choose.chance(0.3))
        tokens, tags = ["."], ["O"]
        for role, words in reversed(parts):
            inside = [f"I-{role}"] * (len(words) - 1)
            tags = ([f"B-{role}", *inside] if role else ["O"] * len(words)) + tags
            tokens = words + tokens
        tokens[0] = tokens[0].capitalize()
        return (tuple(tokens), tuple(tags)), [event]

    return split_by_events(draw, rng, n_train, n_test)


def questions(
    rng: int | np.random.Generator = 0, n_train: int = 16_000, n_test: int = 500
) -> Split[Asked]:
    """(context, question, answer, start): `context[start : start + len(answer)] == answer`.

    A story of two or three events of the same three persons, and a question about one of them: who
    acted, whom it was done to, where, when. The other events have answers of the same kind, and
    often the same verb, so the question must be read to the end.
    """

    def draw(grammar: EventGrammar) -> tuple[Asked, list[Event]]:
        events = _story(grammar)
        asked = grammar.choose.one_of(events)
        role = grammar.choose.one_of(["AGENT", "PATIENT", "PLACE", "TIME"])
        context, answer, start = "", "", 0
        for event in events:
            parts = segments(event, grammar.choose.chance(0.5), grammar.choose.chance(0.3))
            sentence = told(parts)
            if context:
                context += " "
            if event is asked:
                before = [word for words in _until(parts, role) for word in words]
                length = len(" ".join(next(words for name, words in parts if name == role)))
                start = len(context) + len(" ".join([*before, ""]))
                answer = sentence[start - len(context) :][:length]
            context += sentence
        return (context, question(asked, role), answer, start), events

    return split_by_events(draw, rng, n_train, n_test)


def question(event: Event, role: str) -> str:
    """The question whose answer is the part of the event with this role."""
    verb, agent = event.verb, phrase_words(event.agent)
    recipient = phrase_words(event.recipient) if event.recipient else []
    patient = phrase_words(event.patient)
    if role == "AGENT":
        return finished(["who", verb.past, *recipient, *patient], "?")
    if role == "PATIENT":
        what = "what" if event.recipient else "whom"
        return finished([what, "did", *agent, verb.english, *recipient], "?")
    word = {"PLACE": "where", "TIME": "when"}[role]
    return finished([word, "did", *agent, verb.english, *recipient, *patient], "?")


def _story(grammar: EventGrammar) -> list[Event]:
    """Events that differ in verb, place and time, so that a question fits only one of them."""
    choose = grammar.choose
    cast = grammar.cast(3)
    events: list[Event] = []
    size = 2 + choose.chance(0.3)
    while len(events) < size:
        one, other = choose.shuffled(cast)[:2]
        event = grammar.event(one, other)
        if all(_told_apart(event, before) for before in events):
            events.append(event)
    return events


def _told_apart(event: Event, other: Event) -> bool:
    """Whether verb, place and time differ: several candidates for an answer, one of them right."""
    return event.verb != other.verb and event.place != other.place and event.time != other.time


def _until(parts: list[tuple[str, list[str]]], role: str) -> list[list[str]]:
    """The words of the segments before the one with this role."""
    names = [name for name, _ in parts]
    return [words for _, words in parts[: names.index(role)]]

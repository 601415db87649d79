"""Events: who did what to whom, where and when. BERT's bundled tasks are about them.

An event can be told in the active or in the passive ("Anna visited Peter", "Peter was visited by
Anna"), so the order of the words alone does not tell who acts, nor do the words without their
order. That is what the tasks ask for.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache

from tinytf.bundled.draw_phrases import adjectives_for, determiner_for, nouns_for
from tinytf.bundled.english import phrase_words
from tinytf.bundled.lexicon import Name, Noun, Place, Time, Verb, load_lexicon
from tinytf.bundled.phrases import NounPhrase
from tinytf.bundled.punctuation import finished
from tinytf.bundled.split import Chooser

# Of all combinations of a verb and two parties one in this many is kept for the test.
HELD_OUT_ONE_IN = 5

Party = NounPhrase | Name

# Part of a sentence: its role ("" for verb and function words) and its words.
Segment = tuple[str, list[str]]


@dataclass(frozen=True)
class Event:
    """Something that happened. `patient` is a person or a thing, `recipient` of "give" only."""

    agent: Party
    verb: Verb
    patient: Party
    place: Place
    time: Time
    recipient: Party | None = None
    negated: bool = False

    @property
    def whom(self) -> Party:
        """The other person, where there is one: the recipient, else the patient."""
        return self.recipient or self.patient

    def is_held_out(self) -> bool:
        """Whether the verb between these two persons is for the test only; always the same ones.

        Who of them acts makes no difference, so that all labels are held out alike.
        """
        words = sorted([head(self.agent), head(self.whom)])
        return zlib.crc32(" ".join([self.verb.english, *words]).encode()) % HELD_OUT_ONE_IN == 0


class EventGrammar:
    """Draws events with the dice of one `Chooser`."""

    def __init__(self, chooser: Chooser) -> None:
        self.choose = chooser

    def person(self, pronoun: str | None = None) -> Party:
        """A name or a person with "the"; of one gender where `pronoun` is "he" or "she"."""
        pronoun = pronoun or self.choose.one_of(["he", "she"])
        if self.choose.chance(0.5):
            return self.choose.one_of([n for n in load_lexicon().names if n.pronoun == pronoun])
        return self.noun_phrase(self.choose.one_of(nouns_for(frozenset({pronoun}))))

    def cast(self, size: int) -> list[Party]:
        """Different persons."""
        persons: list[Party] = []
        while len(persons) < size:
            person = self.person()
            if all(head(person) != head(other) for other in persons):
                persons.append(person)
        return persons

    def noun_phrase(self, noun: Noun) -> NounPhrase:
        """ "the" and the noun, now and then with an adjective between."""
        adjectives = adjectives_for(noun)
        adjective = None
        if adjectives and self.choose.chance(0.2):
            adjective = self.choose.one_of(adjectives)
        return NounPhrase(noun, determiner_for("the"), False, adjective)

    def event(self, agent: Party, other: Party, verb: Verb | None = None) -> Event:
        """An event between two persons."""
        verb = verb or self.choose.one_of(personal_verbs())
        place, time = self.choose.one_of(event_places()), self.choose.one_of(event_times())
        if verb.frame != "give":
            return Event(agent, verb, other, place, time)
        return Event(agent, verb, self.thing(verb), place, time, recipient=other)

    def thing_event(self, agent: Party) -> Event:
        """An event of a person and a thing."""
        verb = self.choose.one_of(thing_verbs())
        place, time = self.choose.one_of(event_places()), self.choose.one_of(event_times())
        return Event(agent, verb, self.thing(verb), place, time)

    def thing(self, verb: Verb) -> NounPhrase:
        """What the verb is done to."""
        nouns = [n for n in nouns_for(verb.objects) if not n.is_person and "mass" not in n.kinds]
        return self.noun_phrase(self.choose.one_of(nouns))


@cache
def personal_verbs() -> tuple[Verb, ...]:
    """Verbs between two persons that have a passive."""
    return tuple(
        verb
        for verb in load_lexicon().verbs
        if verb.english_participle and ("person" in verb.objects or verb.frame == "give")
    )


@cache
def thing_verbs() -> tuple[Verb, ...]:
    """Verbs of a person and a thing that have a passive."""
    return tuple(
        verb
        for verb in load_lexicon().verbs
        if verb.english_participle and "person" not in verb.objects and verb.frame != "give"
    )


@cache
def event_places() -> tuple[Place, ...]:
    """Places where anything can happen, no furniture."""
    lexicon = load_lexicon()
    return tuple(p for p in lexicon.places if "place" in lexicon.noun(p.noun).kinds)


@cache
def event_times() -> tuple[Time, ...]:
    """Times of the past that stand at the end of a sentence."""
    return tuple(t for t in load_lexicon().times if "past" in t.tenses and t.position == "end")


def head(party: Party) -> str:
    """The name or the noun."""
    return party.name if isinstance(party, Name) else party.noun.english


def place_words(place: Place) -> list[str]:
    """Such as ["in", "the", "garden"]."""
    return [place.english_at, "the", place.noun]


def segments(event: Event, passive: bool, time_first: bool = False) -> list[Segment]:
    """The event as an English sentence, cut into its parts with their roles."""
    agent = ("AGENT", phrase_words(event.agent))
    patient = ("PATIENT", phrase_words(event.patient))
    recipient = [("RECIPIENT", phrase_words(event.recipient))] if event.recipient else []
    negation = ["not"] if event.negated else []
    if passive:
        verb = ("", ["was", *negation, *event.verb.english_participle.split()])
        first, *others = [*recipient, patient]
        core = [first, verb, *others, ("", ["by"]), agent]
    else:
        active = ["did", "not", *event.verb.english.split()] if negation else None
        core = [agent, ("", active or event.verb.past.split()), *recipient, patient]
    time = ("TIME", event.time.english.split())
    where = ("PLACE", place_words(event.place))
    return [time, *core, where] if time_first else [*core, where, time]


def told(parts: list[Segment]) -> str:
    """The sentence of some segments."""
    return finished([word for _, words in parts for word in words], ".")

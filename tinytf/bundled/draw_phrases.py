"""The grammar's dice, part one: noun phrases, names and pronouns that make sense.

A `PhraseGrammar` knows for each verb which nouns it takes. It says nothing about sentences; they
are drawn by `tinytf.bundled.draw_sentences`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tinytf.bundled.lexicon import (
    Adjective,
    Determiner,
    Name,
    Noun,
    Place,
    Pronoun,
    fits,
    load_lexicon,
)
from tinytf.bundled.phrases import NounPhrase, Phrase, Where
from tinytf.bundled.split import Chooser

# What people call their own.
_OWNED = frozenset(
    {"kin", "pet", "clothes", "vehicle", "device", "text", "ball", "suitcase", "key"}
)
_OWNED |= {"room", "garden", "house", "kitchen", "office"}

# How often a determiner is drawn, by the part it stands in. "the" is most frequent in both, "a"
# hardly ever in a subject.
_SUBJECT: Mapping[str, float] = {
    "the": 12,
    "a": 1,
    "this": 2,
    "every": 1,
    "no": 0.6,
    "own": 3,
    "owner": 1,
    "two": 0.8,
    "three": 0.8,
    "many": 0.8,
}
_TARGET: Mapping[str, float] = {
    "the": 9,
    "a": 8,
    "this": 2,
    "own": 4,
    "owner": 1.5,
    "two": 1,
    "three": 1,
    "many": 1,
}
_WHERE: Mapping[str, float] = {"the": 14, "a": 1, "this": 1, "own": 2}
_DEFINITE: Mapping[str, float] = {"the": 9, "this": 2, "own": 4}
_POSSESSIVES = ("my", "our", "his", "her", "their")

_PLURAL = 0.25
_ADJECTIVE = 0.35
_MASS_WITH_THE = 0.25


@cache
def nouns_for(labels: frozenset[str]) -> tuple[Noun, ...]:
    """The nouns that one of the labels names."""
    return tuple(noun for noun in load_lexicon().nouns if fits(labels, noun))


@cache
def adjectives_for(noun: Noun) -> tuple[Adjective, ...]:
    """The adjectives that go with a noun."""
    return tuple(a for a in load_lexicon().adjectives if fits(a.kinds, noun))


@cache
def places_for(labels: frozenset[str]) -> tuple[Place, ...]:
    """The places that one of the labels names."""
    lexicon = load_lexicon()
    return tuple(place for place in lexicon.places if fits(labels, lexicon.noun(place.noun)))


@cache
def determiner_for(english: str) -> Determiner:
    """The determiner with this English form."""
    return load_lexicon().determiner(english)


class PhraseGrammar:
    """Draws phrases with the dice of one `Chooser`."""

    def __init__(self, chooser: Chooser) -> None:
        self.choose = chooser
        self.lexicon = load_lexicon()

    def subject(self, labels: frozenset[str], definite: bool = False) -> Phrase:
        """A subject: a person may also be a name or a pronoun."""
        kind = self.choose.weighted({"noun": 6.0, "name": 2.0, "pronoun": 3.0})
        if "person" in labels and kind == "name":
            return self.choose.one_of(self.lexicon.names)
        if "person" in labels and kind == "pronoun":
            return self.choose.one_of(self.lexicon.pronouns)
        noun = self.choose.one_of(nouns_for(labels))
        return self.noun_phrase(noun, _DEFINITE if definite else _SUBJECT)

    def target(self, labels: frozenset[str], subject: Phrase, definite: bool = False) -> Phrase:
        """An object that is not the subject over again."""
        noun = self.choose.one_of(nouns_for(labels))
        while isinstance(subject, NounPhrase) and noun == subject.noun:
            noun = self.choose.one_of(nouns_for(labels))
        kind = self.choose.weighted({"noun": 8.0, "name": 1.0, "pronoun": 1.0})
        if noun.is_person and kind == "name":
            return self.choose.one_of([n for n in self.lexicon.names if n != subject])
        if noun.is_person and kind == "pronoun":
            return self.choose.one_of(self._other_pronouns(subject))
        weights = _DEFINITE if definite else _TARGET
        return self.noun_phrase(noun, weights)

    def where(self, labels: frozenset[str], motion: bool) -> Where:
        """A place to be at, or to go to."""
        place = self.choose.one_of(places_for(labels))
        noun = self.lexicon.noun(place.noun)
        return Where(place, self.noun_phrase(noun, _WHERE, plural=False), motion)

    def noun_phrase(
        self, noun: Noun, weights: Mapping[str, float], plural: bool | None = None
    ) -> NounPhrase:
        """A noun with a determiner that fits it, and perhaps an adjective."""
        adjectives = adjectives_for(noun)
        adjective = None
        if adjectives and self.choose.chance(_ADJECTIVE):
            adjective = self.choose.one_of(adjectives)
        if "mass" in noun.kinds:
            zero = not self.choose.chance(_MASS_WITH_THE)
            return NounPhrase(noun, determiner_for("" if zero else "the"), False, adjective)
        key = self.choose.weighted(weights)
        owned = not _OWNED.isdisjoint(noun.kinds | {noun.english})
        if key in ("own", "owner") and not owned:
            key = "the"
        if key == "owner":
            owner = self._owner(noun)
            its_plural = self._number(noun, "both", plural)
            return NounPhrase(noun, determiner_for("the"), its_plural, adjective, owner)
        if key == "own":
            key = self.choose.one_of(_POSSESSIVES)
        determiner = determiner_for(key)
        if determiner.number == "plural" and not noun.plural:
            determiner = determiner_for("the")
        return NounPhrase(
            noun, determiner, self._number(noun, determiner.number, plural), adjective
        )

    def _number(self, noun: Noun, allowed: str, wanted: bool | None) -> bool:
        """Whether the phrase is plural."""
        if wanted is not None:
            return wanted
        if allowed == "both":
            return bool(noun.plural) and self.choose.chance(_PLURAL)
        return allowed == "plural"

    def _owner(self, noun: Noun) -> NounPhrase | Name:
        """A name, or a person with "the": Anna's dog, the old man's dog."""
        if self.choose.chance(0.4):
            return self.choose.one_of(self.lexicon.names)
        person = self.choose.one_of(nouns_for(frozenset({"person"})))
        while person == noun:
            person = self.choose.one_of(nouns_for(frozenset({"person"})))
        adjective = None
        if self.choose.chance(_ADJECTIVE):
            adjective = self.choose.one_of(adjectives_for(person))
        # the king's and the kings' sound the same: owners are singular
        return NounPhrase(person, determiner_for("the"), False, adjective)

    def _other_pronouns(self, subject: Phrase) -> list[Pronoun]:
        """The pronouns that may be object beside a subject: not "I see us", not "he sees him"."""
        first = ("I", "we")
        if not isinstance(subject, Pronoun):
            return self.lexicon.pronouns
        taken = first if subject.english in first else (subject.english,)
        return [pronoun for pronoun in self.lexicon.pronouns if pronoun.english not in taken]

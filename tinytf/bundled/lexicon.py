"""The lexicon: English words, their German translations, and what goes with what.

The words stand in `lexicon/*.tsv` (UTF-8, tab-separated, a header line), one file for each class
below. A field named in a header is a field of the class. `kinds` say what a word may be combined
with: "drink" takes the objects of kind "drink", and a noun is a kind of its own.

Within a class of words English to German is a function: "teacher" is always "Lehrer" here, never
"Lehrerin", so that the English sentence alone determines the German one.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Noun:
    """A noun. `oblique`: accusative and dative singular where it differs (den Jungen)."""

    english: str
    english_plural: str  # "" where the noun has no plural
    german: str
    gender: str  # "m", "f" or "n"
    plural: str
    oblique: str
    genitive: str
    kinds: frozenset[str]

    @property
    def is_person(self) -> bool:
        """A person rather than an animal or a thing."""
        return "person" in self.kinds


@dataclass(frozen=True)
class Adjective:
    """An adjective. `stem` takes the endings (dunkel, but ein dunkler Wald)."""

    english: str
    english_more: str  # comparative, "" where it is not used
    german: str
    stem: str
    german_more: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class Verb:
    """A verb. `frame` says what it governs, see `tinytf.bundled.phrases.Clause`.

    `german` is the infinitive, with a `+` behind a separable prefix ("auf+machen").
    """

    english: str
    third: str
    past: str
    german: str
    ich: str  # first person singular where it is not the stem + e
    er: str  # third person singular, without the prefix
    participle: str
    auxiliary: str  # of the perfect: "haben" or "sein"
    frame: str
    english_preposition: str
    subjects: frozenset[str]
    objects: frozenset[str]
    places: frozenset[str]
    aspect: str  # "state" where it goes with no time and no modal (know, belong), else ""
    english_participle: str  # of the passive, "" where it is not used


@dataclass(frozen=True)
class Helper:
    """A modal verb, an auxiliary, or the past of `sein`; `english` is "" for the last two."""

    role: str
    english: str
    german: str
    ich: str
    er: str
    wir: str


@dataclass(frozen=True)
class Determiner:
    """An article or its like. `endings` names the German declension, `number` where it fits."""

    english: str
    english_plural: str
    german: str
    endings: str  # "definite", "der", "ein", "strong", "fixed" or "" (no determiner at all)
    number: str  # "singular", "plural", "both" or "mass"


@dataclass(frozen=True)
class Pronoun:
    """A personal pronoun; `form` is the verb's: "ich", "er" or "wir"."""

    english: str
    english_object: str
    german: str
    accusative: str
    dative: str
    form: str


@dataclass(frozen=True)
class Name:
    """A first name, the same in both languages."""

    name: str
    pronoun: str


@dataclass(frozen=True)
class Time:
    """An adverbial of time. `position` in English: "middle" (often) or "end" (today)."""

    english: str
    german: str
    tenses: frozenset[str]
    position: str


@dataclass(frozen=True)
class Place:
    """A place or piece of furniture with the prepositions for "where" and "where to"."""

    noun: str
    english_at: str
    german_at: str
    english_to: str
    german_to: str


@dataclass(frozen=True)
class Conjunction:
    """A subordinating conjunction and the tenses it goes with."""

    english: str
    german: str
    tenses: frozenset[str]


@dataclass(frozen=True)
class Lexicon:
    """All words, in the order of the files."""

    nouns: list[Noun]
    adjectives: list[Adjective]
    verbs: list[Verb]
    helpers: list[Helper]
    determiners: list[Determiner]
    pronouns: list[Pronoun]
    names: list[Name]
    times: list[Time]
    places: list[Place]
    conjunctions: list[Conjunction]

    def noun(self, english: str) -> Noun:
        """The noun with this English singular."""
        return next(noun for noun in self.nouns if noun.english == english)

    def helper(self, german: str, role: str) -> Helper:
        """The modal, auxiliary or past form of a German infinitive."""
        return next(h for h in self.helpers if (h.german, h.role) == (german, role))

    def determiner(self, english: str) -> Determiner:
        """The determiner with this English singular, or this plural where it has only one."""
        return next(d for d in self.determiners if english == (d.english or d.english_plural))


@cache
def load_lexicon() -> Lexicon:
    """The bundled lexicon; read once."""
    return Lexicon(
        read("nouns", Noun),
        read("adjectives", Adjective),
        read("verbs", Verb),
        read("helpers", Helper),
        read("determiners", Determiner),
        read("pronouns", Pronoun),
        read("names", Name),
        read("times", Time),
        read("places", Place),
        read("conjunctions", Conjunction),
    )


def read(name: str, entry: type[Entry]) -> list[Entry]:
    """The lines of `lexicon/<name>.tsv` as objects of the class `entry`."""
    text = (files("tinytf.bundled") / "lexicon" / f"{name}.tsv").read_text(encoding="utf-8")
    types = {field.name: field.type for field in fields(entry)}  # type: ignore[arg-type]
    entries = []
    for row in csv.DictReader(text.splitlines(), delimiter="\t", strict=True):
        values: dict[str, Any] = {
            key: frozenset(value.split()) if types[key] == "frozenset[str]" else value
            for key, value in row.items()
        }
        entries.append(entry(**values))
    return entries


def fits(labels: frozenset[str], noun: Noun) -> bool:
    """Whether one of the labels names the noun or one of its kinds."""
    return noun.english in labels or not labels.isdisjoint(noun.kinds)

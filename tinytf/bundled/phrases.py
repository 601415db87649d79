"""What a sentence says, before it is English or German.

A grammar draws these objects; `tinytf.bundled.english` and `tinytf.bundled.german` each put them
into words. So both languages say the same by construction, and a test reads the meaning, not text.
"""

from __future__ import annotations

from dataclasses import dataclass

from tinytf.bundled.lexicon import (
    Adjective,
    Conjunction,
    Determiner,
    Helper,
    Name,
    Noun,
    Place,
    Pronoun,
    Time,
    Verb,
)


@dataclass(frozen=True)
class NounPhrase:
    """Determiner, adjective and noun: "the old man", "two apples", "cold milk".

    With an `owner` the English determiner is the owner ("the king's dog", "Anna's dog"). A
    `relative` clause has this phrase as the part named by its `gap`.
    """

    noun: Noun
    determiner: Determiner
    plural: bool = False
    adjective: Adjective | None = None
    owner: NounPhrase | Name | None = None
    relative: Clause | None = None


Phrase = NounPhrase | Name | Pronoun


@dataclass(frozen=True)
class Where:
    """A place as an adverbial: "in the garden"; with `motion` "into the garden"."""

    place: Place
    phrase: NounPhrase
    motion: bool = False


@dataclass(frozen=True)
class Clause:
    """One clause with a full verb. The verb's `frame` says which of the parts it has:

    frame         parts                                   example
    none          -                                       The boy sleeps.
    acc, dat      target                                  The boy helps the man.
    auf+acc, ...  target, behind a preposition            The boy waits for the bus.
    give          recipient (dative), target (accusative) The boy gives the man an apple.
    direction     where, with motion                      The boy goes into the garden.
    put           target, where with motion               The boy lays the key onto the table.
    location      where                                   The key lies on the table.
    that, whether a second clause, see `Sentence`         The boy says that ...
    """

    verb: Verb
    subject: Phrase
    tense: str = "present"  # "present" or "past"; with a modal always "present"
    modal: Helper | None = None
    negated: bool = False
    target: Phrase | None = None
    recipient: Phrase | None = None
    where: Where | None = None
    time: Time | None = None
    front: str = "subject"  # or "time" or "where": what stands before the finite verb
    gap: str = ""  # "subject" or "target": left out in a relative clause


@dataclass(frozen=True)
class Copula:
    """The subject is (not) so, or is more so than another: "The man is older than Anna"."""

    subject: Phrase
    adjective: Adjective
    tense: str = "present"
    negated: bool = False
    than: Phrase | None = None


@dataclass(frozen=True)
class Sentence:
    """One clause or two.

    form          example
    plain         The man sleeps.
    whether       Does the man sleep?
    who, what, where, when  Who sleeps?  What does the man read?
    and, but      The man sleeps and the woman works.
    after         The man sleeps because the woman works.   (conjunction and second clause behind)
    before        When the woman works, the man sleeps.     (in front)
    content       The man says that the woman works.        ("that" or "whether" by the verb)
    """

    form: str
    clause: Clause | Copula
    second: Clause | Copula | None = None
    conjunction: Conjunction | None = None

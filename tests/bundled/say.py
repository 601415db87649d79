"""Meanings from short descriptions, for tests: `clause("buy", "the old woman", "a red apple")`."""

from typing import Any

from tinytf.bundled.lexicon import load_lexicon
from tinytf.bundled.phrases import Clause, Copula, NounPhrase, Phrase, Sentence, Where

LEXICON = load_lexicon()


def phrase(text: str) -> Phrase:
    """A pronoun, a name, or determiner, adjective and noun: "the king's dog" has an owner."""
    for one in LEXICON.pronouns:
        if text == one.english:
            return one
    for one in LEXICON.names:
        if text == one.name:
            return one
    if "'s " in text:
        owner, _, rest = text.partition("'s ")
        owned = phrase(f"the {rest}")
        assert isinstance(owned, NounPhrase)
        of = phrase(owner)
        assert not isinstance(of, type(LEXICON.pronouns[0]))
        return NounPhrase(owned.noun, owned.determiner, owned.plural, owned.adjective, of)
    *before, last = text.split()
    noun = next(n for n in LEXICON.nouns if last in (n.english, n.english_plural))
    plural = last != noun.english
    named = {(d.english_plural if plural else d.english) or None: d for d in LEXICON.determiners}
    determiner = named.get(before[0]) if before else None
    rest = before[1:] if determiner else before
    adjective = next(a for a in LEXICON.adjectives if a.english == rest[0]) if rest else None
    mass = next(d for d in LEXICON.determiners if d.number == "mass")
    return NounPhrase(noun, determiner or mass, plural, adjective)


def where(text: str, motion: bool = False) -> Where:
    """The place of a phrase such as "the garden"."""
    noun_phrase = phrase(text)
    assert isinstance(noun_phrase, NounPhrase)
    place = next(p for p in LEXICON.places if p.noun == noun_phrase.noun.english)
    return Where(place, noun_phrase, motion)


def clause(verb: str, subject: str, target: str = "", **more: Any) -> Clause:
    """A clause; `verb` may name its frame ("know that"); `at`, `to`, `time`, `modal` are text."""
    found = next(v for v in LEXICON.verbs if verb in (v.english, f"{v.english} {v.frame}"))
    if "at" in more:
        more["where"] = where(more.pop("at"))
    if "to" in more:
        more["where"] = where(more.pop("to"), motion=True)
    if "time" in more:
        more["time"] = next(t for t in LEXICON.times if t.english == more["time"])
    if "modal" in more:
        more["modal"] = next(h for h in LEXICON.helpers if h.english == more["modal"])
    if "recipient" in more:
        more["recipient"] = phrase(more["recipient"])
    return Clause(found, phrase(subject), target=phrase(target) if target else None, **more)


def copula(subject: str, adjective: str, **more: Any) -> Copula:
    """The subject is so."""
    found = next(a for a in LEXICON.adjectives if a.english == adjective)
    if "than" in more:
        more["than"] = phrase(more["than"])
    return Copula(phrase(subject), found, **more)


def plain(one: Clause | Copula) -> Sentence:
    """A statement of one clause."""
    return Sentence("plain", one)


def ask(form: str, one: Clause | Copula) -> Sentence:
    """A question."""
    return Sentence(form, one)


def joined(form: str, first: Clause | Copula, second: Clause | Copula, by: str = "") -> Sentence:
    """Two clauses; `by` names the conjunction of "after" and "before"."""
    conjunction = next((c for c in LEXICON.conjunctions if c.german == by), None)
    return Sentence(form, first, second, conjunction)


def with_relative(noun_phrase: str, relative: Clause) -> NounPhrase:
    """The noun phrase with a relative clause."""
    found = phrase(noun_phrase)
    assert isinstance(found, NounPhrase)
    return NounPhrase(
        found.noun, found.determiner, found.plural, found.adjective, found.owner, relative
    )

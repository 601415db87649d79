"""Which words go together, and which of their combinations are kept for the test.

Three relations: an adjective and its noun, a verb and its target, a subject and its verb. Of each
a share of the possible pairs is held out. No sentence to train on has a held-out pair, every test
sentence has one; but each word of a held-out pair keeps most of its other partners in training.
So a model is asked for combinations it has never seen of words it has.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from tinytf.bundled.draw_phrases import adjectives_for, nouns_for
from tinytf.bundled.lexicon import Name, load_lexicon
from tinytf.bundled.phrases import Clause, Copula, NounPhrase, Phrase, Sentence
from tinytf.bundled.split import Chooser

# (relation, word, word); a verb is named with its frame: "know acc" is not "know that"
Pair = tuple[str, str, str]

# A word keeps at least this part of its partners for training.
_KEPT = 0.7


def all_pairs() -> list[Pair]:
    """Every pair the grammar can make."""
    lexicon = load_lexicon()
    pairs = [
        ("adjective-noun", adjective.english, noun.english)
        for noun in lexicon.nouns
        for adjective in adjectives_for(noun)
    ]
    for verb in lexicon.verbs:
        name = f"{verb.english} {verb.frame}"
        pairs += [("subject-verb", noun.english, name) for noun in nouns_for(verb.subjects)]
        if "person" in verb.subjects:
            pairs += [("subject-verb", one.name, name) for one in lexicon.names]
        if verb.frame not in ("direction", "location"):
            pairs += [("verb-target", name, noun.english) for noun in nouns_for(verb.objects)]
    return pairs


def hold_out(chooser: Chooser, share: float) -> frozenset[Pair]:
    """About `share` of all pairs, drawn so that every word keeps most of its partners."""
    pairs = all_pairs()
    possible = Counter(key for pair in pairs for key in _keys(pair))
    left = possible.copy()
    wanted = round(share * len(pairs))
    held: set[Pair] = set()
    for pair in chooser.shuffled(pairs):
        if len(held) == wanted:
            break
        if all(left[key] - 1 >= _KEPT * possible[key] for key in _keys(pair)):
            held.add(pair)
            left.subtract(_keys(pair))
    return frozenset(held)


def pairs_of(sentence: Sentence) -> set[Pair]:
    """The pairs that can be read in a sentence, its second and relative clauses included."""
    first = sentence.clause
    if isinstance(first, Clause) and sentence.form in ("what", "where"):
        # what a question asks for is not in it
        what = sentence.form == "what"
        first = replace(first, target=None) if what else replace(first, where=None)
    found = _of_clause(first)
    return found | _of_clause(sentence.second) if sentence.second else found


def _keys(pair: Pair) -> list[Pair]:
    """The pair with one word left out: what is counted of a word in a relation."""
    relation, first, second = pair
    return [(relation, first, ""), (relation, "", second)]


def _of_clause(clause: Clause | Copula) -> set[Pair]:
    found = _of_phrase(clause.subject)
    if isinstance(clause, Copula):
        if isinstance(clause.subject, NounPhrase):
            found.add(("adjective-noun", clause.adjective.english, clause.subject.noun.english))
        return found | _of_phrase(clause.than)
    name = f"{clause.verb.english} {clause.verb.frame}"
    if subject := _word(clause.subject):
        found.add(("subject-verb", subject, name))
    if isinstance(clause.target, NounPhrase):
        found.add(("verb-target", name, clause.target.noun.english))
    where = clause.where.phrase if clause.where else None
    return found | _of_phrase(clause.target) | _of_phrase(clause.recipient) | _of_phrase(where)


def _of_phrase(phrase: Phrase | None) -> set[Pair]:
    if not isinstance(phrase, NounPhrase):
        return set()
    found = _of_phrase(phrase.owner)
    if phrase.adjective is not None:
        found.add(("adjective-noun", phrase.adjective.english, phrase.noun.english))
    if phrase.relative is not None:
        found |= _of_clause(phrase.relative)
    return found


def _word(phrase: Phrase) -> str:
    """The noun or the name; "" for a pronoun, which goes with every verb."""
    if isinstance(phrase, NounPhrase):
        return phrase.noun.english
    return phrase.name if isinstance(phrase, Name) else ""

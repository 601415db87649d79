"""German sentences: where the words stand.

- Verb second: one part before the finite verb (subject, time or place), everything else behind it.
- Verb first: questions, and a main clause whose first part is a whole subordinate clause.
- Verb last: subordinate and relative clauses.

Infinitive, participle and separated prefix close the clause; in verb-last order the finite verb
follows them, and a prefix rejoins it. Between the two stand, in this order: subject (unless it is
in front), objects that are known (pronouns, names, "der", "mein"), time, place, objects that are
new ("ein", "zwei", "viele"), "nicht", objects with a preposition; with a known object or none the
place comes last. German leaves a writer some freedom there. This grammar always takes the one
order, or a translator could not know which was meant.
"""

from __future__ import annotations

from dataclasses import replace

from tinytf.bundled.german_words import (
    after_preposition,
    finite,
    phrase_words,
    prefix_and_stem,
    relative_pronoun,
    verb_form,
)
from tinytf.bundled.lexicon import load_lexicon
from tinytf.bundled.phrases import Clause, Copula, NounPhrase, Phrase, Sentence, Where
from tinytf.bundled.punctuation import finished

_QUESTION_WORDS = {"who": "wer", "what": "was", "when": "wann"}
_CONTENT = {"that": "dass", "whether": "ob"}


def german(sentence: Sentence) -> str:
    """The sentence in German."""
    form, first, second = sentence.form, sentence.clause, sentence.second
    if form == "plain":
        return finished(ordered(first, "second"), ".")
    if second is None:
        return finished(_question(first, form), "?")
    if form == "and":
        words = [*ordered(first, "second"), "und", *ordered(second, "second")]
    elif form == "but":
        words = [*ordered(first, "second"), ",", "aber", *ordered(second, "second")]
    elif form == "content":
        assert isinstance(first, Clause)
        opener = _CONTENT[first.verb.frame]
        words = [*ordered(first, "second"), ",", opener, *ordered(second, "last")]
    else:
        assert sentence.conjunction is not None
        subordinate = [sentence.conjunction.german, *ordered(second, "last")]
        if form == "after":
            words = [*ordered(first, "second"), ",", *subordinate]
        else:
            words = [*subordinate, ",", *ordered(first, "first")]
    return finished(words, ".")


def ordered(clause: Clause | Copula, order: str) -> list[str]:
    """The words of a clause with its finite verb "first", "second" or "last"."""
    front, rest, behind = _fields(clause)
    verb, closing = _verbs(clause)
    if order == "last":
        prefix = closing if _has_separated_prefix(clause) else []
        others = [] if prefix else closing
        return front_last(clause, front, rest) + others + ["".join([*prefix, verb])] + behind
    if order == "first":
        return [verb, *front, *rest, *closing, *behind]
    return [*front, verb, *rest, *closing, *behind]


def front_last(clause: Clause | Copula, front: list[str], rest: list[str]) -> list[str]:
    """All but the verbs of a verb-last clause; only a subject may come first there."""
    if isinstance(clause, Clause) and clause.front != "subject":
        raise ValueError(f"front: expected subject in a verb-last clause, got {clause.front}")
    return front + rest


def _question(clause: Clause | Copula, form: str) -> list[str]:
    """Yes-no question, or one that asks for a part, which is then left out of the rest."""
    if form == "whether":
        return ordered(clause, "first")
    assert isinstance(clause, Clause)
    if form == "who":
        return [_QUESTION_WORDS["who"], *ordered(replace(clause, gap="subject"), "first")]
    if form == "what":
        return [_QUESTION_WORDS["what"], *ordered(replace(clause, gap="target"), "first")]
    if form == "when":
        return [_QUESTION_WORDS["when"], *ordered(replace(clause, time=None), "first")]
    assert clause.where is not None
    word = "wohin" if clause.where.motion else "wo"
    return [word, *ordered(replace(clause, where=None), "first")]


def _fields(clause: Clause | Copula) -> tuple[list[str], list[str], list[str]]:
    """What stands before the finite verb, what behind it, and what behind the whole clause."""
    if isinstance(clause, Copula):
        return with_relative(clause.subject), _predicate(clause), []
    no = _negative_target(clause)
    subject = [] if clause.gap == "subject" else with_relative(clause.subject)
    time = [clause.time.german] if clause.time else []
    where = _where_words(clause.where) if clause.where else []
    front = {"subject": subject, "time": time, "where": where}[clause.front]
    at_place = clause.where is not None and clause.front != "where"
    early_place = at_place and _place_before_target(clause)
    middle = [
        *(subject if clause.front != "subject" else []),
        *_objects(clause, no, early=True),
        *(time if clause.front != "time" else []),
        *(where if early_place else []),
        *_objects(clause, no, early=False),
        *(["nicht"] if clause.negated and no is None else []),
        *_prepositional(clause),
        *(where if at_place and not early_place else []),
    ]
    return front, middle, _relative_behind(clause)


def _negative_target(clause: Clause) -> NounPhrase | None:
    """The target with "kein", where that is the negation: not + ein Apfel -> kein Apfel."""
    target = clause.target
    if not clause.negated or not isinstance(target, NounPhrase) or clause.gap == "target":
        return None
    if target.determiner.english in ("a", "") and not target.plural:
        return replace(target, determiner=load_lexicon().determiner("no"))
    return None


def _objects(clause: Clause, no: NounPhrase | None, early: bool) -> list[str]:
    """The objects without preposition that stand before the time, or those behind it.

    Early: pronouns, then the dative of two objects, or one object that is definite.
    """
    frame, target = clause.verb.frame, no or clause.target
    if early and clause.recipient is not None:
        return phrase_words(clause.recipient, "dative")
    if clause.gap == "target" or "+" in frame or target is None:
        return []
    stands_early = is_definite(target) and clause.recipient is None
    if stands_early != early:
        return []
    return phrase_words(target, "dative" if frame == "dat" else "accusative")


def is_definite(phrase: Phrase) -> bool:
    """Known rather than new: a name, a pronoun, "the", "this", "my", "Anna's"."""
    if not isinstance(phrase, NounPhrase) or phrase.owner is not None:
        return True
    return phrase.determiner.number == "both" and phrase.determiner.english != "no"


def _place_before_target(clause: Clause) -> bool:
    """ "kauft auf dem Markt einen Apfel", but "kauft den Apfel auf dem Markt"."""
    if clause.target is None or clause.gap == "target" or clause.verb.frame == "put":
        return False
    return "+" in clause.verb.frame or not is_definite(clause.target)


def _prepositional(clause: Clause) -> list[str]:
    """The target behind its preposition: ["auf", "den", "Bus"]."""
    preposition, plus, case = clause.verb.frame.partition("+")
    if not plus or clause.target is None:
        return []
    full = {"acc": "accusative", "dat": "dative"}[case]
    return after_preposition(preposition, phrase_words(clause.target, full))


def _where_words(where: Where) -> list[str]:
    """Where: dative (im Garten). Where to: accusative (in den Garten), but dative after "zu"."""
    preposition = where.place.german_to if where.motion else where.place.german_at
    case = "accusative" if where.motion and preposition != "zu" else "dative"
    return after_preposition(preposition, phrase_words(where.phrase, case))


def _predicate(clause: Copula) -> list[str]:
    """What "sein" says of its subject; a predicate adjective has no ending."""
    negation = ["nicht"] if clause.negated else []
    if clause.than is None:
        return [*negation, clause.adjective.german]
    than = phrase_words(clause.than, "nominative")
    return [*negation, clause.adjective.german_more, "als", *than]


def _verbs(clause: Clause | Copula) -> tuple[str, list[str]]:
    """The finite verb, and what closes the clause: infinitive, participle or prefix."""
    lexicon = load_lexicon()
    form = verb_form(clause.subject)
    if isinstance(clause, Copula):
        role = "past" if clause.tense == "past" else "auxiliary"
        return finite(lexicon.helper("sein", role), form), []
    prefix, rest = prefix_and_stem(clause.verb)
    if clause.modal is not None:
        return finite(clause.modal, form), [prefix + rest]
    if clause.tense == "past":
        return finite(lexicon.helper(clause.verb.auxiliary, "auxiliary"), form), [
            clause.verb.participle
        ]
    return finite(clause.verb, form), [prefix] if prefix else []


def _has_separated_prefix(clause: Clause | Copula) -> bool:
    """Whether what closes the clause is a prefix, not an infinitive or a participle."""
    return isinstance(clause, Clause) and clause.modal is None and clause.tense == "present"


def with_relative(phrase: Phrase) -> list[str]:
    """A subject and its relative clause between commas."""
    words = phrase_words(phrase, "nominative")
    if isinstance(phrase, NounPhrase) and phrase.relative is not None:
        words += [",", *relative_words(phrase, phrase.relative), ","]
    return words


def _relative_behind(clause: Clause) -> list[str]:
    """The relative clause of a target stands behind the clause: ... gekauft, den er isst."""
    target = clause.target
    if isinstance(target, NounPhrase) and target.relative is not None:
        return [",", *relative_words(target, target.relative)]
    return []


def relative_words(phrase: NounPhrase, relative: Clause) -> list[str]:
    """The relative pronoun takes gender and number from its noun, its case from its clause."""
    dative = relative.gap == "target" and relative.verb.frame == "dat"
    accusative = relative.gap == "target" and not dative
    case = "dative" if dative else "accusative" if accusative else "nominative"
    return [relative_pronoun(phrase, case), *ordered(relative, "last")]

"""The grammar's dice, part two: single clauses.

What is left out is left out because English would not determine the German, or because it has two
readings: "must not" and "may not", "every" with "not", "they read" (now or then?).
"""

from __future__ import annotations

from dataclasses import replace

from tinytf.bundled.draw_phrases import PhraseGrammar, adjectives_for, nouns_for
from tinytf.bundled.lexicon import Helper, Pronoun, Time, Verb
from tinytf.bundled.phrases import Clause, Copula, NounPhrase, Phrase
from tinytf.bundled.split import Chooser

PERSON = frozenset({"person"})

# Verbs with a second clause ("says that ..."); they are drawn by `draw_sentences`.
CONTENT_FRAMES = ("that", "whether")

_NEGATED = 0.17
_TENSES = {"present": 6.0, "past": 3.0, "modal": 3.0}

# Kinds whose members nobody compares: a city is a place, but no station.
_TOO_BROAD = {"he", "she", "kin", "place", "ware", "load", "upright", "flat", "show", "gift"}


class ClauseGrammar:
    """Draws the meaning of clauses with the dice of one `Chooser`."""

    def __init__(self, chooser: Chooser) -> None:
        self.choose = chooser
        self.phrases = PhraseGrammar(chooser)
        self.lexicon = self.phrases.lexicon
        self.verbs = [verb for verb in self.lexicon.verbs if verb.frame not in CONTENT_FRAMES]

    def clause(
        self,
        tense: str | None = None,
        subject: Phrase | None = None,
        frames: tuple[str, ...] = (),
        fronting: bool = False,
    ) -> Clause:
        """A full clause; its subject and the frames of its verb may be given."""
        drawn = tense or self.tense()
        verb = self._verb(subject, frames)
        if verb.aspect == "state" and drawn == "modal":
            drawn = "present"
        doer = subject or self.phrases.subject(verb.subjects)
        negated = self.choose.chance(_NEGATED) and not says_no(doer)
        modal = self._modal(negated) if drawn == "modal" else None
        past = "past" if drawn == "past" else "present"
        clause = self._with_where(self._with_objects(Clause(verb, doer, past, modal, negated)))
        if _looks_past_and_present(clause):
            return self.clause(tense, subject, frames, fronting)
        time = self._time(clause, drawn)
        front = "subject"
        if time and time.position == "end" and fronting and self.choose.chance(0.5):
            front = "time"
        elif fronting and clause.where and _may_front_place(clause) and self.choose.chance(0.3):
            front = "where"
        if negated and verb.frame == "give" and front != "time":
            time = None  # "gibt ihm heute das Buch nicht": German would have a choice
        return replace(clause, time=time, front=front)

    def copula(
        self, tense: str | None = None, subject: Phrase | None = None, person: bool = False
    ) -> Copula:
        """A subject and what it is like; the subject may be given, or be any `person`."""
        tense = tense or ("past" if self.choose.chance(0.25) else "present")
        adjectives = [a for a in self.lexicon.adjectives if "person" in a.kinds]
        negated = self.choose.chance(0.2)
        if subject is None:
            labels = PERSON
            if not person and self.choose.chance(0.6):
                noun = self.choose.one_of([n for n in self.lexicon.nouns if "mass" not in n.kinds])
                labels = frozenset({noun.english}) if adjectives_for(noun) else PERSON
            subject = self.phrases.subject(labels, definite=True)
        negated = negated and not says_no(subject)
        if isinstance(subject, NounPhrase):
            subject = replace(subject, adjective=None)
            adjectives = list(adjectives_for(subject.noun))
        adjective = self.choose.one_of(adjectives)
        than = self._than(subject, adjective.english) if adjective.english_more else None
        return Copula(subject, adjective, "past" if tense == "past" else "present", negated, than)

    def _than(self, subject: Phrase, adjective: str) -> Phrase | None:
        """Something of the same kind to be compared with; None in most cases."""
        if not self.choose.chance(0.3) or isinstance(subject, Pronoun):
            return None
        labels = PERSON
        if isinstance(subject, NounPhrase):
            its_kinds = subject.noun.kinds - _TOO_BROAD
            labels = frozenset(
                noun.english
                for noun in nouns_for(its_kinds)
                if any(a.english == adjective for a in adjectives_for(noun))
                and noun != subject.noun
            )
        if not labels:
            return None
        than = self.phrases.target(labels, subject, definite=True)
        if isinstance(than, Pronoun):
            return None  # "than him" or "than he"?
        return replace(than, adjective=None) if isinstance(than, NounPhrase) else than

    def tense(self) -> str:
        """Present, past or modal."""
        return self.choose.weighted(_TENSES)

    def _modal(self, negated: bool) -> Helper:
        modals = [helper for helper in self.lexicon.helpers if helper.role == "modal"]
        # "must not" is "darf nicht", "does not have to" is "muss nicht", "may not" can be both
        return self.choose.one_of(
            [m for m in modals if not negated or m.english not in ("must", "may")]
        )

    def _verb(self, subject: Phrase | None, frames: tuple[str, ...]) -> Verb:
        """A verb; where a subject is given, one that takes it."""
        verbs = [verb for verb in self.verbs if not frames or verb.frame in frames]
        if subject is None:
            return self.choose.one_of(verbs)
        if not isinstance(subject, NounPhrase):
            return self.choose.one_of([verb for verb in verbs if "person" in verb.subjects])
        noun = subject.noun
        return self.choose.one_of([verb for verb in verbs if noun in nouns_for(verb.subjects)])

    def _with_objects(self, clause: Clause) -> Clause:
        """The clause with the target and the recipient that its verb wants."""
        frame = clause.verb.frame
        if frame in ("none", "direction", "location"):
            return clause
        # "does not wait for a bus": nicht auf einen, or auf keinen?
        definite = clause.negated and "+" in frame
        target = self.phrases.target(clause.verb.objects, clause.subject, definite)
        if clause.negated and isinstance(target, NounPhrase) and target.plural:
            target = replace(target, determiner=self.lexicon.determiner("the"))
        if frame != "give":
            return replace(clause, target=target)
        recipient = self.phrases.target(PERSON, clause.subject, definite=True)
        return replace(clause, target=target, recipient=recipient)

    def _with_where(self, clause: Clause) -> Clause:
        frame, verb = clause.verb.frame, clause.verb
        if frame in ("direction", "location"):
            motion = frame == "direction"
            return replace(clause, where=self.phrases.where(verb.objects, motion))
        if frame == "put":
            return replace(clause, where=self.phrases.where(verb.places, motion=True))
        if verb.places and self.choose.chance(0.35):
            return replace(clause, where=self.phrases.where(verb.places, motion=False))
        return clause

    def _time(self, clause: Clause, tense: str) -> Time | None:
        """A time that goes with the tense, in a bit less than half of the clauses."""
        if clause.verb.aspect == "state" or self.choose.chance(0.55):
            return None
        times = [t for t in self.lexicon.times if tense in t.tenses]
        if clause.negated or says_no(clause.subject):
            times = [t for t in times if t.position == "end"]
        return self.choose.one_of(times)


def says_no(subject: Phrase) -> bool:
    """No child, and also every, many, a, two: a negation or "never" has two readings there."""
    words = ("no", "every", "many", "a", "two", "three")
    return isinstance(subject, NounPhrase) and bool(
        {subject.determiner.english, subject.determiner.english_plural} & set(words)
    )


def _may_front_place(clause: Clause) -> bool:
    """A place to be at, not one to go to, and not the place that a verb needs."""
    return clause.verb.frame not in ("direction", "put")


def _looks_past_and_present(clause: Clause) -> bool:
    """ "They read the book", "I set ...": the verb does not tell when."""
    same = clause.verb.past == clause.verb.english
    third = not isinstance(clause.subject, Pronoun) or clause.subject.form == "er"
    singular = not (isinstance(clause.subject, NounPhrase) and clause.subject.plural)
    return same and clause.modal is None and not (third and singular)

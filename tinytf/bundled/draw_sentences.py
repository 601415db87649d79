"""The grammar's dice, part three: whole sentences.

One clause or two, questions and relative clauses. Combinations with two readings are left out, as
is a time or a place that may belong to either of two clauses.
"""

from __future__ import annotations

from dataclasses import replace

from tinytf.bundled.draw_clauses import CONTENT_FRAMES, ClauseGrammar, says_no
from tinytf.bundled.draw_phrases import nouns_for
from tinytf.bundled.lexicon import Name, Pronoun
from tinytf.bundled.phrases import Clause, Copula, NounPhrase, Phrase, Sentence

# How often each form of a sentence is drawn, see `Sentence`; "relative" is a plain one.
FORMS = {
    "plain": 50.0,
    "relative": 9.0,
    "whether": 6.0,
    "who": 2.0,
    "what": 3.0,
    "where": 3.0,
    "when": 2.0,
    "and": 4.0,
    "but": 3.0,
    "after": 11.0,
    "before": 4.0,
    "content": 8.0,
}
_RELATIVE_FRAMES = {"subject": ("none", "acc", "dat"), "target": ("acc", "dat")}


class SentenceGrammar(ClauseGrammar):
    """Draws the meaning of sentences with the dice of one `Chooser`."""

    def sentence(self) -> Sentence:
        """Any sentence of the grammar."""
        form = self.choose.weighted(FORMS)
        if form == "plain":
            copula = self.choose.chance(0.15)
            return Sentence(form, self.copula() if copula else self.clause(fronting=True))
        if form == "relative":
            return Sentence("plain", self._with_relative())
        if form in ("whether", "who", "what", "where", "when"):
            return Sentence(form, self._asked(form))
        if form in ("and", "but"):
            tense = self.tense()
            first = self.clause(tense)
            return Sentence(form, first, self._second(first, tense))
        if form == "content":
            verb = self.choose.one_of([v for v in self.lexicon.verbs if v.frame in CONTENT_FRAMES])
            # in the present only: after "said that" English and German shift tenses differently
            first = Clause(verb, self.phrases.subject(verb.subjects))
            return Sentence(form, first, self._second(first, self.tense()))
        tense = self.tense()
        fitting = [c for c in self.lexicon.conjunctions if tense in c.tenses]
        conjunction = self.choose.one_of(fitting)
        first = self.clause(tense)
        return Sentence(form, first, self._second(first, tense), conjunction)

    def _second(self, first: Clause | Copula, tense: str) -> Clause | Copula:
        """A second clause: often about the subject of the first, by its pronoun."""
        subject: Phrase | None = None
        if self.choose.chance(0.6):
            subject = self._pronoun_for(first.subject)
        if tense != "modal" and self.choose.chance(0.2):
            return self.copula(tense, subject, person=True)
        second = self.clause(tense, subject)
        if subject is None and second.subject == first.subject and _is_noun(second.subject):
            return self._second(first, tense)
        return second

    def _pronoun_for(self, subject: Phrase) -> Pronoun | None:
        """Such as he for the man; None for Kind and Maedchen, where German wavers, and things."""
        if isinstance(subject, Pronoun):
            return subject
        if isinstance(subject, Name):
            wanted = subject.pronoun
        elif subject.plural and subject.noun.is_person:
            wanted = "they"
        else:
            wanted = "he" if "he" in subject.noun.kinds else ""
            wanted = "she" if "she" in subject.noun.kinds else wanted
        return next((p for p in self.lexicon.pronouns if p.english == wanted), None)

    def _asked(self, form: str) -> Clause | Copula:
        """A clause that the question can ask about; never negated, never about "no child"."""
        if form == "whether" and self.choose.chance(0.15):
            return replace(self.copula(), negated=False, than=None)
        while True:
            clause = replace(self.clause(), negated=False)
            fits_form = {
                "whether": True,
                "who": "person" in clause.verb.subjects,
                "what": clause.verb.frame in ("acc", "give")
                and isinstance(clause.target, NounPhrase)
                and not clause.target.noun.is_person
                and not clause.verb.english.endswith(" on"),  # "turn on on Monday"
                "where": clause.where is not None,
                "when": clause.time is not None and clause.time.position == "end",
            }[form]
            if fits_form and not says_no(clause.subject):
                return self._third_person(clause) if form == "who" else clause

    def _third_person(self, clause: Clause) -> Clause:
        """The clause with "he" as its subject: "who" takes the verb's third person."""
        he = next(p for p in self.lexicon.pronouns if p.english == "he")
        return replace(clause, subject=he)

    def _with_relative(self) -> Clause:
        """A clause whose subject, or whose target, has a relative clause."""
        gap = "subject" if self.choose.chance(0.5) else "target"
        while True:
            clause = replace(self.clause(), front="subject")
            phrase = clause.subject if self.choose.chance(0.5) else clause.target
            if not isinstance(phrase, NounPhrase) or phrase.owner or "mass" in phrase.noun.kinds:
                continue
            if phrase.determiner.english in ("no", "every", "a") or clause.negated:
                continue
            of_target = phrase is clause.target
            # a relative clause must stand beside its noun, and a time behind it would be its own
            # "whom he answers often wakes up": in which of the two clauses?
            if clause.time and clause.time.position == "middle":
                continue
            if of_target and (clause.where or clause.time or "+" in clause.verb.frame):
                continue
            relative = self._relative(phrase, gap)
            if relative is None:
                continue
            part = replace(phrase, relative=relative)
            return replace(clause, target=part) if of_target else replace(clause, subject=part)

    def _relative(self, phrase: NounPhrase, gap: str) -> Clause | None:
        """A clause with `phrase` as the part left out; None where the dice found no such clause."""
        frames = _RELATIVE_FRAMES[gap]
        if gap == "subject":
            if not any(
                phrase.noun in nouns_for(v.subjects) for v in self.verbs if v.frame in frames
            ):
                return None
            return replace(self.clause(None, phrase, frames), negated=False, gap=gap)
        relative = replace(self.clause(None, None, frames), negated=False)
        if phrase.noun not in nouns_for(relative.verb.objects) or relative.subject == phrase:
            return None
        return replace(relative, target=phrase, gap=gap)


def _is_noun(phrase: Phrase) -> bool:
    return isinstance(phrase, NounPhrase)

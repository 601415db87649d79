"""English sentences: forms and order of the words, "do" in questions and negations."""

from __future__ import annotations

from dataclasses import replace

from tinytf.bundled.lexicon import Name, Pronoun
from tinytf.bundled.phrases import Clause, Copula, NounPhrase, Phrase, Sentence, Where
from tinytf.bundled.punctuation import finished

# I am, he is, we are; I was, he was, we were: by the form the German verb has, too
_BE = {
    "present": {"ich": "am", "er": "is", "wir": "are"},
    "past": {"ich": "was", "er": "was", "wir": "were"},
}


def english(sentence: Sentence) -> str:
    """The sentence in English."""
    form, first, second = sentence.form, sentence.clause, sentence.second
    if form == "plain":
        return finished(statement(first), ".")
    if second is None:
        return finished(_question(first, form), "?")
    if form == "and":
        words = [*statement(first), "and", *statement(second)]
    elif form == "but":
        words = [*statement(first), ",", "but", *statement(second)]
    elif form == "content":
        assert isinstance(first, Clause)
        words = [*statement(first), first.verb.frame, *statement(second)]
    else:
        assert sentence.conjunction is not None
        subordinate = [sentence.conjunction.english, *statement(second)]
        if form == "after":
            words = [*statement(first), *subordinate]
        else:
            words = [*subordinate, ",", *statement(first)]
    return finished(words, ".")


def statement(clause: Clause | Copula) -> list[str]:
    """Subject, verb, the rest; time or place in front where the clause says so."""
    subject = [] if _gap(clause) == "subject" else subject_words(clause.subject)
    if isinstance(clause, Copula):
        return subject + _copula(clause)
    helper, verb, particle = _verbs(clause, do=clause.negated)
    often = _time(clause, "middle")
    # "often sleeps", "must often sleep"
    words = [*subject, *helper, *often, verb, *_objects(clause, particle)]
    where = _where_words(clause.where) if clause.where else []
    time = _time(clause, "end")
    if clause.front == "where":
        return [*where, *words, *time]
    if clause.front == "time":
        return [*time, *words, *where]
    return [*words, *where, *time, *_relative_of(clause.target)]


def _question(clause: Clause | Copula, form: str) -> list[str]:
    """ "Does he sleep?", "Who sleeps?", "What does he read?" and so on."""
    if isinstance(clause, Copula):
        be = _BE[clause.tense][number_form(clause.subject)]
        return [be, *subject_words(clause.subject), *_copula(clause)[1:]]
    if form == "who":
        third = Pronoun("who", "", "", "", "", "er")
        return statement(replace(clause, subject=third))
    asked = {
        "whether": clause,
        "what": replace(clause, gap="target"),
        "where": replace(clause, where=None),
        "when": replace(clause, time=None),
    }[form]
    helper, verb, particle = _verbs(asked, do=True)
    subject = subject_words(asked.subject)
    where = _where_words(asked.where) if asked.where else []
    word = [] if form == "whether" else [form]
    objects = _objects(asked, particle)
    often = _time(asked, "middle")
    inverted = [helper[0], *subject, *helper[1:], *often]
    return [*word, *inverted, verb, *objects, *where, *_time(asked, "end")]


def _verbs(clause: Clause, do: bool) -> tuple[list[str], str, list[str]]:
    """Helpers before the verb, the verb, and its particle: (["does", "not"], "turn", ["on"])."""
    base, *particle = clause.verb.english.split()
    third = number_form(clause.subject) == "er"
    negation = ["not"] if clause.negated else []
    if clause.modal is not None and clause.modal.english != "want":
        helper = ["cannot"] if clause.modal.english == "can" and negation else None
        return helper or [clause.modal.english, *negation], base, particle
    if clause.tense == "past":
        support, inflected = "did", clause.verb.past
    else:
        support, inflected = ("does", clause.verb.third) if third else ("do", clause.verb.english)
    if clause.modal is not None:
        if do:
            return [support, *negation, "want", "to"], base, particle
        return ["wants" if third else "want", "to"], base, particle
    if do:
        return [support, *negation], base, particle
    return [], inflected.split()[0], particle


def _objects(clause: Clause, particle: list[str]) -> list[str]:
    """Recipient and target: "gives the man an apple", "picks the man up" with a pronoun only."""
    recipient = object_words(clause.recipient) if clause.recipient else []
    if clause.target is None or clause.gap == "target":
        preposition = clause.verb.english_preposition.split() if clause.target else []
        return [*particle, *recipient, *preposition]
    target = object_words(clause.target)
    if clause.verb.english_preposition:
        return [*particle, clause.verb.english_preposition, *target]
    # "turn on", "pick up" let a pronoun between verb and particle, "look for" does not
    if isinstance(clause.target, Pronoun) and particle != ["for"]:
        return [*target, *particle]
    return [*particle, *recipient, *target]


def _copula(clause: Copula) -> list[str]:
    """ "is old", "was not older than Anna"."""
    be = _BE[clause.tense][number_form(clause.subject)]
    negation = ["not"] if clause.negated else []
    if clause.than is None:
        return [be, *negation, clause.adjective.english]
    return [be, *negation, clause.adjective.english_more, "than", *phrase_words(clause.than)]


def _time(clause: Clause, position: str) -> list[str]:
    """The time where English puts it, else nothing."""
    return [clause.time.english] if clause.time and clause.time.position == position else []


def _where_words(where: Where) -> list[str]:
    """Such as "in the garden" or "into the garden"."""
    preposition = where.place.english_to if where.motion else where.place.english_at
    return [preposition, *phrase_words(where.phrase)]


def number_form(subject: Phrase) -> str:
    """ "ich", "er" or "wir": first person singular, third person singular, any plural."""
    if isinstance(subject, Pronoun):
        return subject.form
    return "wir" if isinstance(subject, NounPhrase) and subject.plural else "er"


def subject_words(phrase: Phrase) -> list[str]:
    """A subject with its relative clause."""
    return phrase_words(phrase) + _relative_of(phrase)


def object_words(phrase: Phrase) -> list[str]:
    """An object; only pronouns have a form of their own."""
    return [phrase.english_object] if isinstance(phrase, Pronoun) else phrase_words(phrase)


def phrase_words(phrase: Phrase) -> list[str]:
    """The words of a phrase without its relative clause."""
    if isinstance(phrase, Name):
        return [phrase.name]
    if isinstance(phrase, Pronoun):
        return [phrase.english]
    noun = phrase.noun.english_plural if phrase.plural else phrase.noun.english
    adjective = [phrase.adjective.english] if phrase.adjective else []
    if phrase.owner is not None:
        *others, last = phrase_words(phrase.owner)
        plural_s = isinstance(phrase.owner, NounPhrase) and last.endswith("s")
        return [*others, last + ("'" if plural_s else "'s"), *adjective, noun]
    determiner = phrase.determiner.english_plural if phrase.plural else phrase.determiner.english
    follows = [*adjective, noun]
    if determiner == "a" and follows[0][0] in "aeiou":
        determiner = "an"
    return [*determiner.split(), *follows]


def _relative_of(phrase: Phrase | None) -> list[str]:
    """The relative clause: who and whom of persons, that of everything else."""
    if not isinstance(phrase, NounPhrase) or phrase.relative is None:
        return []
    of_subject = phrase.relative.gap == "subject"
    person = "who" if of_subject else "whom"
    opener = person if phrase.noun.is_person else "that"
    return [opener, *statement(phrase.relative)]


def _gap(clause: Clause | Copula) -> str:
    return clause.gap if isinstance(clause, Clause) else ""

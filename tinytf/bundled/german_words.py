"""German inflection: articles, adjectives, nouns, pronouns and finite verbs.

Cases are "nominative", "accusative", "dative" and "genitive". The fourth column of every table,
beside the genders "m", "f" and "n", is the plural "p".
"""

from __future__ import annotations

from tinytf.bundled.lexicon import Determiner, Helper, Name, Noun, Pronoun, Verb
from tinytf.bundled.phrases import NounPhrase, Phrase

# der, die, das, die
_DEFINITE = {
    "nominative": {"m": "er", "f": "ie", "n": "as", "p": "ie"},
    "accusative": {"m": "en", "f": "ie", "n": "as", "p": "ie"},
    "dative": {"m": "em", "f": "er", "n": "em", "p": "en"},
    "genitive": {"m": "es", "f": "er", "n": "es", "p": "er"},
}

# dieser, diese, dieses, diese: the endings that show case and gender
_STRONG = {
    "nominative": {"m": "er", "f": "e", "n": "es", "p": "e"},
    "accusative": {"m": "en", "f": "e", "n": "es", "p": "e"},
    "dative": {"m": "em", "f": "er", "n": "em", "p": "en"},
    "genitive": {"m": "es", "f": "er", "n": "es", "p": "er"},
}

# Where `ein` and its like have no ending: ein Mann, ein Kind, but eine Frau, einen Mann.
_EIN_IS_BARE = {("nominative", "m"), ("nominative", "n"), ("accusative", "n")}

# The weak endings are -en but for these five -e: der alte Mann, die alte Frau, das alte Haus.
_WEAK_E = {
    ("nominative", "m"),
    ("nominative", "f"),
    ("nominative", "n"),
    ("accusative", "f"),
    ("accusative", "n"),
}

# Relative pronouns: the definite article but for the dative plural.
_RELATIVE_DATIVE_PLURAL = "denen"

# Preposition and definite article that merge: in + dem -> im.
_MERGED = {
    ("in", "dem"): "im",
    ("an", "dem"): "am",
    ("von", "dem"): "vom",
    ("zu", "dem"): "zum",
    ("zu", "der"): "zur",
    ("in", "das"): "ins",
    ("an", "das"): "ans",
}


def gender_of(phrase: NounPhrase) -> str:
    """The column of the tables: "m", "f", "n", or "p" for a plural."""
    return "p" if phrase.plural else phrase.noun.gender


def determiner_form(determiner: Determiner, case: str, gender: str) -> str:
    """Such as "den", "einer", "meinem", "zwei"; "" where there is no determiner."""
    endings = determiner.endings
    if endings == "definite":
        return determiner.german + _DEFINITE[case][gender]
    if endings == "ein" and (case, gender) in _EIN_IS_BARE:
        return determiner.german
    if endings in ("der", "ein", "strong"):
        return determiner.german + _STRONG[case][gender]
    return determiner.german


def adjective_ending(case: str, gender: str, after: Determiner | None) -> str:
    """The ending of an adjective after a determiner; None: after nothing, or after "Annas".

    The rule behind the three tables of the schoolbook: case and gender are shown once. Where the
    determiner has an ending the adjective is weak, and strong where it has none. ("viele" is
    itself an adjective and leaves the next one strong: viele alte Autos.)
    """
    shown = after is not None and (
        after.endings in ("definite", "der")
        or (after.endings == "ein" and (case, gender) not in _EIN_IS_BARE)
    )
    if shown:
        return "e" if (case, gender) in _WEAK_E else "en"
    if case == "genitive" and gender in "mn":
        return "en"  # kalten Wassers: the noun's own -s shows the case
    return _STRONG[case][gender]


def noun_form(noun: Noun, case: str, plural: bool) -> str:
    """Such as "Mann", "Jungen" (den Jungen), "Kindern" (den Kindern), "Mannes" (des Mannes)."""
    if plural:
        takes_n = case == "dative" and not noun.plural.endswith(("n", "s"))
        return noun.plural + "n" * takes_n
    if case == "genitive":
        return noun.genitive
    if case != "nominative" and noun.oblique:
        return noun.oblique
    return noun.german


def relative_pronoun(phrase: NounPhrase, case: str) -> str:
    """Such as "der" in "der Mann, der schlaeft"."""
    gender = gender_of(phrase)
    if (case, gender) == ("dative", "p"):
        return _RELATIVE_DATIVE_PLURAL
    return "d" + _DEFINITE[case][gender]


def phrase_words(phrase: Phrase, case: str) -> list[str]:
    """The words of a phrase, without a relative clause (that stands where the clause puts it)."""
    if isinstance(phrase, Name):
        return [phrase.name]
    if isinstance(phrase, Pronoun):
        forms = {"accusative": phrase.accusative, "dative": phrase.dative}
        return [forms.get(case, phrase.german)]
    gender = gender_of(phrase)
    named = isinstance(phrase.owner, Name)  # Annas alter Hund: no article
    words = [f"{phrase.owner.name}s"] if isinstance(phrase.owner, Name) else []
    if not named:
        words += [determiner_form(phrase.determiner, case, gender)]
    if phrase.adjective is not None:
        ending = adjective_ending(case, gender, None if named else phrase.determiner)
        words += [phrase.adjective.stem + ending]
    words += [noun_form(phrase.noun, case, phrase.plural)]
    if isinstance(phrase.owner, NounPhrase):  # der Hund des alten Mannes
        words += phrase_words(phrase.owner, "genitive")
    return [word for word in words if word]


def after_preposition(preposition: str, words: list[str]) -> list[str]:
    """Preposition and phrase, merged where German merges them: ["im", "Garten"]."""
    merged = _MERGED.get((preposition, words[0]))
    return [merged, *words[1:]] if merged else [preposition, *words]


def verb_form(subject: Phrase) -> str:
    """The form of the verb that agrees with a subject: "ich", "er" or "wir"."""
    if isinstance(subject, Pronoun):
        return subject.form
    return "wir" if isinstance(subject, NounPhrase) and subject.plural else "er"


def prefix_and_stem(verb: Verb) -> tuple[str, str]:
    """Separable prefix and the rest: ("auf", "machen"); ("", "schlafen")."""
    prefix, _, rest = verb.german.rpartition("+")
    return prefix, rest


def finite(verb: Verb | Helper, form: str) -> str:
    """Present of a full verb (without its prefix), or a helper's form."""
    if form == "er":
        return verb.er
    if isinstance(verb, Helper):
        return verb.ich if form == "ich" else verb.wir
    infinitive = prefix_and_stem(verb)[1]
    if form == "wir":
        return infinitive
    return verb.ich or infinitive.removesuffix("n").removesuffix("e") + "e"

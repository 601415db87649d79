"""German inflection against paradigms written out by hand."""

from pathlib import Path
from types import ModuleType

import pytest

from tests.bundled.say import LEXICON, phrase
from tinytf.bundled.phrases import NounPhrase

# Each line: a phrase in English, then its four cases in German, written by hand.
TABLE = Path(__file__).with_name("paradigms.tsv").read_text(encoding="utf-8").splitlines()
CASES = TABLE[0].split("\t")[1:]
PARADIGMS = [line.split("\t") for line in TABLE[1:]]

CONJUGATIONS = {
    "sleep": "schlafe schläft schlafen",
    "read": "lese liest lesen",
    "see": "sehe sieht sehen",
    "give": "gebe gibt geben",
    "wear": "trage trägt tragen",
    "work": "arbeite arbeitet arbeiten",
    "feed": "füttere füttert füttern",
    "open": "mache macht machen",
    "invite": "lade lädt laden",
    "know that": "weiß weiß wissen",
    "eat": "esse isst essen",
    "help": "helfe hilft helfen",
    "wait": "warte wartet warten",
    "repair": "repariere repariert reparieren",
}

# All forms that look regular, so that a slip in the table of verbs is seen.
IRREGULAR = {
    "schlafen", "lesen", "sehen", "essen", "helfen", "geben", "sprechen", "tragen", "waschen",
    "fahren", "laufen", "wissen", "laden", "vergessen",
}  # fmt: skip


def paradigm(text: str) -> NounPhrase:
    """The phrase; numbers and "many" are only in the plural column of the table."""
    first, *_ = text.split()
    for determiner in LEXICON.determiners:
        if determiner.number == "plural" and determiner.english_plural == first:
            found = phrase(text.replace(first, "the", 1))
            assert isinstance(found, NounPhrase)
            return NounPhrase(found.noun, determiner, True, found.adjective)
    return phrase(text)  # type: ignore[return-value]


def test_paradigms(module: ModuleType) -> None:
    for text, *forms in PARADIGMS:
        for case, expected in zip(CASES, forms, strict=True):
            found = " ".join(module.phrase_words(paradigm(text), case))
            assert found == expected, f"{text}, {case}: expected {expected!r}, got {found!r}"


def test_conjugations(module: ModuleType) -> None:
    for name, forms in CONJUGATIONS.items():
        verb = next(v for v in LEXICON.verbs if name in (v.english, f"{v.english} {v.frame}"))
        found = " ".join(module.finite(verb, form) for form in ("ich", "er", "wir"))
        assert found == forms, f"{name}: expected {forms}, got {found}"


def test_third_person_of_regular_verbs(module: ModuleType) -> None:
    """Stem + t, with an e behind t, d (arbeitet, lädt is irregular) and behind zeichn-, öffn-."""
    for verb in LEXICON.verbs:
        prefix, infinitive = module.prefix_and_stem(verb)
        if infinitive in IRREGULAR:
            continue
        stem = infinitive.removesuffix("n").removesuffix("e")
        expected = stem + ("et" if stem[-1] in "td" else "t")
        assert verb.er == expected, f"{prefix}{infinitive}: expected {expected}, got {verb.er}"


@pytest.mark.parametrize(
    ("text", "case", "expected"),
    [
        ("the man", "nominative", "der"),
        ("the boy", "accusative", "den"),
        ("the woman", "accusative", "die"),
        ("the child", "dative", "dem"),
        ("the woman", "dative", "der"),
        ("the men", "dative", "denen"),
        ("the men", "accusative", "die"),
        ("the house", "nominative", "das"),
    ],
)
def test_relative_pronouns(module: ModuleType, text: str, case: str, expected: str) -> None:
    assert module.relative_pronoun(phrase(text), case) == expected


@pytest.mark.parametrize(
    ("preposition", "words", "expected"),
    [
        ("in", "dem Garten", "im Garten"),
        ("in", "das Haus", "ins Haus"),
        ("in", "der Küche", "in der Küche"),
        ("in", "den Garten", "in den Garten"),
        ("an", "dem Fluss", "am Fluss"),
        ("zu", "dem Bahnhof", "zum Bahnhof"),
        ("zu", "der Schule", "zur Schule"),
        ("von", "dem Hund", "vom Hund"),
        ("von", "der Katze", "von der Katze"),
        ("auf", "das Kind", "auf das Kind"),
        ("in", "meinem Garten", "in meinem Garten"),
    ],
)
def test_prepositions_and_articles_merge(
    module: ModuleType, preposition: str, words: str, expected: str
) -> None:
    assert " ".join(module.after_preposition(preposition, words.split())) == expected

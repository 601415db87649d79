"""The tables of words: complete, consistent, and English to German a function."""

from types import ModuleType

from tests.bundled.say import LEXICON

WORDS_OF_KINDS = {noun.english for noun in LEXICON.nouns}
KINDS = {kind for noun in LEXICON.nouns for kind in noun.kinds} | WORDS_OF_KINDS


def test_sizes() -> None:
    assert 60 <= len(LEXICON.nouns) <= 120
    assert 40 <= len(LEXICON.verbs) <= 80
    assert 20 <= len(LEXICON.adjectives) <= 40
    assert {noun.gender for noun in LEXICON.nouns} == set("mfn")


def test_no_english_word_stands_for_two_german_ones() -> None:
    nouns = [noun.english for noun in LEXICON.nouns]
    plurals = [noun.english_plural for noun in LEXICON.nouns if noun.english_plural]
    assert len({*nouns, *plurals}) == len(nouns) + len(plurals)
    adjectives = [adjective.english for adjective in LEXICON.adjectives]
    assert len(set(adjectives)) == len(adjectives)
    verbs = [(verb.english, verb.frame) for verb in LEXICON.verbs]
    assert len(set(verbs)) == len(verbs)


def test_every_kind_named_exists() -> None:
    for entry in [*LEXICON.adjectives]:
        assert entry.kinds <= KINDS, f"{entry.english}: no such kinds: {entry.kinds - KINDS}"
    for verb in LEXICON.verbs:
        named = verb.subjects | verb.objects | verb.places
        assert named <= KINDS, f"{verb.english}: no such kinds: {named - KINDS}"


def test_every_place_is_a_noun_that_a_preposition_fits() -> None:
    for place in LEXICON.places:
        assert place.noun in WORDS_OF_KINDS
        assert {place.german_at, place.german_to} <= {"in", "an", "auf", "zu"}, place


def test_genitives_and_plurals_look_german() -> None:
    for noun in LEXICON.nouns:
        assert noun.german[0].isupper(), noun
        assert bool(noun.plural) == bool(noun.english_plural), noun
        if noun.gender == "f":
            assert noun.genitive == noun.german, f"{noun.german}: a feminine noun has no ending"
            assert not noun.oblique, noun
        elif noun.oblique:
            assert noun.oblique == noun.genitive == noun.plural, f"{noun.german}: weak nouns"
            assert noun.gender == "m", noun
        else:
            assert noun.genitive in (noun.german + "s", noun.german + "es", noun.german + "ses"), (
                noun
            )


def test_participles_and_prefixes() -> None:
    for verb in LEXICON.verbs:
        prefix, _, infinitive = verb.german.rpartition("+")
        assert infinitive.endswith("n"), verb.german
        assert verb.auxiliary in ("haben", "sein"), verb.german
        if prefix:
            assert verb.participle.startswith(prefix + "ge"), verb.participle
        elif not infinitive.startswith(("be", "ver", "er", "ge")):
            assert verb.participle.startswith("ge") != infinitive.endswith("ieren"), verb.participle
        strong_or_weak = "en" if verb.participle.endswith("en") else "t"
        assert verb.participle.endswith(strong_or_weak), verb.participle


def test_fits(module: ModuleType) -> None:
    dog = LEXICON.noun("dog")
    assert module.fits(frozenset({"animal"}), dog)
    assert module.fits(frozenset({"dog"}), dog)
    assert not module.fits(frozenset({"person", "cat"}), dog)


def test_the_lexicon_is_read_once_and_is_complete(module: ModuleType) -> None:
    lexicon = module.load_lexicon()
    assert lexicon is module.load_lexicon()
    assert lexicon.noun("boy").german == "Junge"
    assert lexicon.noun("boy").kinds == {"person", "he"}
    assert lexicon.determiner("a").german == "ein"
    assert lexicon.determiner("two").german == "zwei"
    assert lexicon.determiner("").number == "mass"
    assert lexicon.helper("sein", "past").er == "war"

"""Tags and answers read again from the text; every answer is a span and the only one."""

from collections import Counter
from functools import cache
from types import ModuleType

from tests.bundled.bag_of_words import bag_of_words_accuracy
from tests.bundled.say import LEXICON
from tests.bundled.test_sentence_tasks import is_readable, lower_first, read
from tinytf.bundled import Split
from tinytf.bundled.span_tasks import Asked, Tagged

ROLES = {"AGENT", "PATIENT", "RECIPIENT", "PLACE", "TIME"}


@cache
def tagged(module: ModuleType) -> Split[Tagged]:
    split: Split[Tagged] = module.tagged_sentences(0, 1200, 200)
    return split


@cache
def asked(module: ModuleType) -> Split[Asked]:
    split: Split[Asked] = module.questions(0, 1200, 200)
    return split


def spans(item: Tagged) -> dict[str, str]:
    """Role -> text; checks that tags are valid BIO."""
    found: dict[str, str] = {}
    before = "O"
    for token, tag in zip(*item, strict=True):
        assert tag == "O" or tag[2:] in ROLES, tag
        if tag.startswith("B-"):
            assert tag[2:] not in found, f"{item}: {tag} twice"
            found[tag[2:]] = token
        elif tag.startswith("I-"):
            assert before[1:] == tag[1:], f"{item}: {tag} after {before}"
            found[tag[2:]] += f" {token}"
        before = tag
    return found


def test_tags_are_the_roles_in_the_text(module: ModuleType) -> None:
    n_read = 0
    persons = {"man"} | {name.name for name in LEXICON.names}
    for item in tagged(module).train:
        found = spans(item)
        assert found.keys() >= {"AGENT", "PATIENT", "PLACE", "TIME"}
        text = " ".join(item[0][:-1]) + "."
        assert item[0][-1] == "."
        if not is_readable(text) or not persons & set(text.split()):
            continue
        told = read(text)
        n_read += 1
        first = {role: lower_first(words) for role, words in found.items()}
        expected = {"AGENT": told.agent, "PATIENT": told.patient, "PLACE": told.place}
        assert first == expected | {"TIME": lower_first(found["TIME"])}, text
        assert found["TIME"].lower() == told.time
    assert n_read > 300


def test_recipients_get_things(module: ModuleType) -> None:
    things = {n.english for n in LEXICON.nouns if not n.is_person}
    with_recipient = [spans(item) for item in tagged(module).train]
    with_recipient = [found for found in with_recipient if "RECIPIENT" in found]
    assert len(with_recipient) > 200
    for found in with_recipient:
        assert found["PATIENT"].split()[-1] in things, found
        assert found["RECIPIENT"].split()[-1] not in things, found
    passive = [i for i in tagged(module).train if "by" in i[0] and "B-RECIPIENT" in i[1]]
    assert 0.3 < len(passive) / len(with_recipient) < 0.7
    for tokens, tags in passive:
        assert tags[tokens.index("by") + 1] == "B-AGENT", tokens


def test_the_word_alone_does_not_tell_its_tag(module: ModuleType) -> None:
    split = tagged(module)
    parts = [
        [([token.lower()], tag) for item in part for token, tag in zip(*item, strict=True)
         if tag[2:] in ("AGENT", "PATIENT", "RECIPIENT") and token.lower() != "the"]
        for part in (split.train, split.test)
    ]  # fmt: skip
    accuracy = bag_of_words_accuracy(*parts)
    assert accuracy < 0.75, f"the word alone tells {accuracy:.0%} of the tags of parties"


def test_answers_are_spans_that_do_not_cut_words(module: ModuleType) -> None:
    for part in (asked(module).train, asked(module).test):
        for context, question, answer, start in part:
            assert context[start : start + len(answer)] == answer, (context, question)
            around = f" {context} "[start], context[start + len(answer)]
            assert around[0] == " ", (context, answer)
            assert around[1] in " .", (context, answer)
            assert question.endswith("?")


def test_the_answer_is_what_the_text_says_and_the_only_one(module: ModuleType) -> None:
    n_read = 0
    for context, question, answer, _ in asked(module).train:
        sentences = [sentence + "." for sentence in context.removesuffix(".").split(". ")]
        if not all(map(is_readable, [*sentences, question])):
            continue
        n_read += 1
        candidates = []
        for told in map(read, sentences):
            base = next(v for v in LEXICON.verbs if v.english == told.verb and v.english_participle)
            does = f"did {told.agent} {base.english}"
            candidates += [
                (f"Who {base.past} {told.patient}?", told.agent),
                (f"Whom {does}?", told.patient),
                (f"Where {does} {told.patient}?", told.place),
                (f"When {does} {told.patient}?", told.time),
            ]
        answers = [told for asks, told in candidates if asks == question]
        assert len(answers) == 1, f"{context!r}, {question!r}: {answers}"
        assert answers[0].lower() == answer.lower(), (context, question)
    assert n_read > 200


def test_stories_have_several_candidates(module: ModuleType) -> None:
    first_words = Counter(question.split()[0] for _, question, _, _ in asked(module).train)
    assert {"Who", "Whom", "What", "Where", "When"} == set(first_words)
    for context, *_ in asked(module).train:
        sentences = context.removesuffix(".").split(". ")
        assert len(sentences) in (2, 3)
        if all(map(is_readable, sentences)):
            told = [read(sentence + ".") for sentence in sentences]
            assert len({one.place for one in told}) == len({one.time for one in told}) == len(told)
            assert len({one.verb for one in told}) == len(told), "a question fits one sentence"


def test_sizes_determinism_and_disjointness(module: ModuleType) -> None:
    for name, split in (("tagged_sentences", tagged(module)), ("questions", asked(module))):
        assert (len(split.train), len(split.test)) == (1200, 200)
        assert not set(split.train) & set(split.test)
        assert len(set(split.train)) == 1200
        assert getattr(module, name)(0, 1200, 200) == split
        assert getattr(module, name)(1, 50, 5).train != split.train[:50]
    contexts = [{item[0] for item in part} for part in (asked(module).train, asked(module).test)]
    assert not contexts[0] & contexts[1]

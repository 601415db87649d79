"""Documents keep their persons and places, so the next sentence can be told from another one."""

import re
from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest

from tests.bundled.say import LEXICON
from tinytf.bundled import labelled_pairs, labelled_sentences, questions, tagged_sentences

PERSONS = {n.english for n in LEXICON.nouns if n.is_person} | {n.name for n in LEXICON.names}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def test_documents_keep_their_persons(module: ModuleType) -> None:
    for document in module.grammar_documents(0, 200):
        assert 5 <= len(document) <= 16
        persons = {word for text in document for word in words(text) if word in PERSONS}
        assert len(persons) <= 3, document
        for text in document:
            assert persons & set(words(text)), f"no person of the document in {text!r}"


def test_the_next_sentence_shares_more_than_another_documents(module: ModuleType) -> None:
    documents = module.grammar_documents(0, 200)
    shared = [
        len(PERSONS & set(words(one[0])) & set(words(one[1]))) > 0
        for one in documents
    ]  # fmt: skip
    other = [
        len(PERSONS & set(words(one[0])) & set(words(two[1]))) > 0
        for one, two in pairwise(documents)
    ]
    assert np.mean(shared) > 0.6
    assert np.mean(other) < 0.25


def test_the_words_of_all_tasks_occur(module: ModuleType) -> None:
    known = {word.lower() for document in module.grammar_documents(0, 1500) for text in document
             for word in words(text)}  # fmt: skip
    texts = [text for text, _ in labelled_sentences(1, 300, 30).train]
    texts += [text for *pair, _ in labelled_pairs(1, 300, 30).train for text in pair]
    texts += [text for *both, _, _ in questions(1, 300, 30).train for text in both]
    texts += [" ".join(tokens) for tokens, _ in tagged_sentences(1, 300, 30).train]
    unknown = {word for text in texts for word in words(text) if word.lower() not in known}
    assert not unknown


def test_deterministic(module: ModuleType) -> None:
    assert module.grammar_documents(3, 20) == module.grammar_documents(np.random.default_rng(3), 20)
    assert module.grammar_documents(3, 20) != module.grammar_documents(4, 20)
    with pytest.raises(ValueError, match="n_documents: expected a number >= 1, got 0"):
        module.grammar_documents(0, 0)

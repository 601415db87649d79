"""Drawing next-sentence examples."""

from collections import Counter
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from tests.ops.claims import claim
from tests.ops.strategies import generators
from tests.training.wordpieces import FIRST, TOKENIZER, V
from tinytf.models.bert import IS_NEXT, NOT_NEXT

CLS, SEP, UNK = TOKENIZER.cls_id, TOKENIZER.sep_id, TOKENIZER.unk_id
IGNORED = -100
Documents = list[list[list[int]]]
SENTENCES = st.lists(st.integers(FIRST, V - 1), min_size=1, max_size=7)
DOCUMENTS = st.lists(st.lists(SENTENCES, min_size=1, max_size=5), min_size=2, max_size=4)


def numbered(shape: list[list[int]]) -> Documents:
    """Documents of sentences of these lengths, in which no number comes twice."""
    fresh = iter(range(FIRST, 10_000))
    return [[[next(fresh) for _ in range(n)] for n in lengths] for lengths in shape]


def parts(example: Any) -> tuple[list[int], list[int]]:
    """The two texts of an example."""
    ids = example.ids
    assert ids[0] == CLS
    first_end = ids.index(SEP)
    assert ids[-1] == SEP
    assert ids.count(SEP) == 2
    assert example.segments == [0] * (first_end + 1) + [1] * (len(ids) - first_end - 1)
    return ids[1:first_end], ids[first_end + 1 : -1]


def place_of(documents: Documents, run: list[int]) -> tuple[int, int, int]:
    """The document in which `run` stands, and where in it, counted in tokens."""
    for i, document in enumerate(documents):
        flat = [token for sentence in document for token in sentence]
        if run[0] in flat:
            start = flat.index(run[0])
            assert flat[start : start + len(run)] == run, "a run of whole text"
            return i, start, start + len(run)
    raise AssertionError(f"{run} stands in no document")


SHAPES = st.lists(st.lists(st.integers(1, 7), min_size=1, max_size=5), min_size=2, max_size=4)


@claim(shape=SHAPES, max_len=st.integers(5, 24), rng=generators())
def test_b_follows_a_or_stands_in_another_document(
    module: ModuleType, shape: list[list[int]], max_len: int, rng: np.random.Generator
) -> None:
    assume(any(len(lengths) > 1 for lengths in shape))
    documents = numbered(shape)
    pairs = module.SentencePairs(documents, max_len, TOKENIZER)
    seen = set()
    for _ in range(20):
        example, label = pairs.draw(rng)
        assert len(example.ids) <= max_len
        first, second = parts(example)
        in_document, _, end = place_of(documents, first)
        b_document, start, _ = place_of(documents, second)
        if label == IS_NEXT:
            assert (b_document, start) == (in_document, end)
        else:
            assert label == NOT_NEXT
            assert b_document != in_document
        assert 1 <= len(first) <= max(1, (max_len - 3) // 2)
        seen.add(label)
    assert seen == {IS_NEXT, NOT_NEXT}


def test_half_of_them_follow_and_every_sentence_can_come(module: ModuleType) -> None:
    documents = numbered([[2, 2, 2], [2], [2, 2]])
    pairs = module.SentencePairs(documents, 9, TOKENIZER)
    rng, labels, elsewhere = np.random.default_rng(0), Counter[int](), Counter[tuple[int, int]]()
    n = 3000
    for _ in range(n):
        example, label = pairs.draw(rng)
        first, second = parts(example)
        labels[label] += 1
        if label == NOT_NEXT:
            elsewhere[place_of(documents, first)[0], second[0]] += 1
    assert abs(labels[IS_NEXT] / n - 0.5) < 0.03
    # From document 0: the sentences of 1 and 2, all equally often; from 2: those of 0 and 1.
    from_0 = [elsewhere[0, documents[i][j][0]] for i, j in ((1, 0), (2, 0), (2, 1))]
    from_2 = [elsewhere[2, documents[i][j][0]] for i, j in ((0, 0), (0, 1), (0, 2), (1, 0))]
    assert sum(from_0) + sum(from_2) == sum(elsewhere.values())
    for counts in (from_0, from_2):
        assert max(counts) < 1.4 * min(counts), counts


def test_sentences_stay_whole_and_fill_the_room(module: ModuleType) -> None:
    documents = numbered([[4, 4, 4, 4, 4, 4], [4, 4, 4, 4, 4, 4]])
    pairs = module.SentencePairs(documents, 3 + 17, TOKENIZER)
    starts = {sentence[0] for document in documents for sentence in document}
    lengths, first_of_a = set(), set()
    for seed in range(100):
        first, second = parts(pairs.draw(np.random.default_rng(seed))[0])
        assert first[0] in starts
        assert second[0] in starts
        lengths.add((len(first), len(second)))
        first_of_a.add((first[0], len(first)))
    assert {n for n, _ in lengths} == {4, 8}
    assert {(document[0][0], 8) for document in documents} <= first_of_a
    assert (8, 8) in lengths
    assert (4, 12) in lengths
    assert all(n % 4 == 0 for pair in lengths for n in pair)


def test_a_long_sentence_is_cut_and_nothing_is_lost(module: ModuleType) -> None:
    documents = numbered([[11], [2]])
    pairs = module.SentencePairs(documents, 3 + 8, TOKENIZER)
    assert pairs.sentences == [*(documents[0][0][i : i + 4] for i in (0, 4, 8)), documents[1][0]]
    first, second = parts(pairs.draw(np.random.default_rng(0))[0])
    assert first
    assert second


def test_sentences_of_unknown_words_are_left_out(module: ModuleType) -> None:
    documents = [[[7, UNK], [UNK], [8]], [[UNK, UNK]], [[9]]]
    pairs = module.SentencePairs(documents, 20, TOKENIZER)
    assert pairs.sentences == [[7, UNK], [8], [9]]
    for seed in range(10):
        example, label = pairs.draw(np.random.default_rng(seed))
        assert parts(example) == ([7, UNK], [8] if label == IS_NEXT else [9])


@claim(shape=SHAPES, max_len=st.integers(3, 12), rng=generators())
def test_without_next_sentence_a_run_of_one_document(
    module: ModuleType, shape: list[list[int]], max_len: int, rng: np.random.Generator
) -> None:
    documents = numbered(shape)
    for given in (documents, documents[:1]):
        pairs = module.SentencePairs(given, max_len, TOKENIZER, next_sentence=False)
        for _ in range(5):
            example, label = pairs.draw(rng)
            assert label == IGNORED
            assert (example.ids[0], example.ids[-1]) == (CLS, SEP)
            assert len(example.ids) <= max_len
            assert example.segments == [0] * len(example.ids)
            place_of(given, example.ids[1:-1])


def test_the_same_generator_gives_the_same_examples(module: ModuleType) -> None:
    pairs = module.SentencePairs(numbered([[3, 3], [3, 3]]), 12, TOKENIZER)
    first, same, other = (
        [pairs.draw(rng) for _ in range(9)] for rng in map(np.random.default_rng, (1, 1, 2))
    )
    assert first == same
    assert first != other


def test_errors_say_what_was_expected_and_what_came(module: ModuleType) -> None:
    two = numbered([[2, 2], [2]])
    with pytest.raises(ValueError, match=r"max_len: expected at least 5, got 4"):
        module.SentencePairs(two, 4, TOKENIZER)
    with pytest.raises(ValueError, match=r"max_len: expected at least 3, got 2"):
        module.SentencePairs(two, 2, TOKENIZER, next_sentence=False)
    with pytest.raises(ValueError, match=r"documents: expected a sentence with known words, got n"):
        module.SentencePairs([[[UNK]], []], 9, TOKENIZER)
    for shape in ([[2, 2]], [[2], [2]]):
        with pytest.raises(ValueError, match=r"documents: expected at least two, .* got [12] with"):
            module.SentencePairs(numbered(shape), 9, TOKENIZER)


def test_counts(module: ModuleType) -> None:
    counts = module.count_tokens([[5, 6, 5], [], [5, 8]], 9)
    assert counts.tolist() == [0, 0, 0, 0, 0, 3, 1, 0, 1]

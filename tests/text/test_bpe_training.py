"""The fast trainer learns what the slow reference learns, and its mutants do not."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytf.text import bpe_training
from tinytf.text.bpe_training import Pair, places_of, train_merges

from .mutants import Mutant
from .slow_bpe import replace, slow_merges
from .strategies import repetitive_texts, training_texts

Trainer = Callable[[str, int], list[Pair]]

# Made so that each mutant below differs on at least one of them.
TEXTS = (
    "aaa aaa aaaa",
    "abab abab bcbc bcbc bcbc",
    "banana bandana ananas banana",
    "low low low low low lower lower newest newest newest newest newest newest widest widest",
    "ab cd ef gh ab cd ef gh",
    "once upon",
    # After "ab" is merged, "bc" is rarer than before but still the next.
    "ab\nab\nab\nabc\nbc\nbc\nbc",
    "for i in x:\n    for j in y:\n        print(i, j)\n    print('i', i)\n",
    "d\u00e9j\u00e0 vu d\u00e9j\u00e0 \u20ac\u20ac\u20ac \U0001f600\U0001f600",
)


def check_trainer(train: Trainer, text: str, n_merges: int) -> None:
    came, expected = train(text, n_merges), slow_merges(text, n_merges)
    assert came == expected, f"text {text!r}, {n_merges} merges: got {came}, expected {expected}"


@given(training_texts, st.integers(1, 40))
def test_equals_slow_reference(text: str, n_merges: int) -> None:
    check_trainer(train_merges, text, n_merges)


@pytest.mark.parametrize("seed", range(5))
def test_equals_slow_reference_on_longer_texts(seed: int) -> None:
    rng = random.Random(seed)
    words = ["".join(rng.choices("abcd", k=rng.randint(1, 7))) for _ in range(60)]
    text = " ".join(rng.choices(words, weights=range(60, 0, -1), k=400))
    check_trainer(train_merges, text, 120)


def test_equals_slow_reference_on_fixed_texts() -> None:
    for text in TEXTS:
        check_trainer(train_merges, text, 30)


@given(repetitive_texts, st.integers(0, 20), st.integers(0, 20))
def test_fewer_merges_are_a_prefix_of_more(text: str, n: int, m: int) -> None:
    n, m = sorted((n, m))
    assert train_merges(text, m)[:n] == train_merges(text, n)


def test_by_hand() -> None:
    a, b, space = b"ab "
    # Places: (a, a) 2, (a, b) 1, ...; then (aa, a) once only, so it stops.
    assert train_merges("aaab", 9) == [(a, a)]
    # (space, a) and (a, b) are at two places each: the smaller left id first.
    assert train_merges("ab ab", 9) == [(a, b)]
    assert train_merges(" ab ab", 9) == [(space, a), (256, b)]
    assert train_merges("abcdef", 9) == []


@given(st.lists(st.integers(0, 2), max_size=20), st.tuples(st.integers(0, 2), st.integers(0, 2)))
def test_places_of(ids: list[int], pair: Pair) -> None:
    replaced = list(ids)
    for i in reversed(places_of(pair, ids)):
        replaced[i : i + 2] = [256]
    assert replaced == replace(ids, pair, 256)


MUTANTS = [
    Mutant(
        "overlapping places counted once",
        (("    for pair in pairwise(ids):", "    for pair in set(pairwise(ids)):"),),
    ),
    Mutant(
        "ties go to the smaller right id",
        (
            ("heap = [(-count, pair) for", "heap = [(-count, pair[::-1]) for"),
            (
                "heappush(heap, (-counts[pair], pair))",
                "heappush(heap, (-counts[pair], pair[::-1]))",
            ),
            ("best = heapq.heappop(heap)", "best = heapq.heappop(heap); best = best[::-1]"),
        ),
    ),
    Mutant(
        "ties go to the pair seen first",
        (
            ("heap = [(-count, pair) for", "heap = [(-count, list(counts).index(pair)) for"),
            ("(-counts[pair], pair))", "(-counts[pair], list(counts).index(pair)))"),
            ("heapq.heappop(heap)", "heapq.heappop(heap); best = list(counts)[best]"),
        ),
    ),
    Mutant(
        "a repeated word weighs one",
        (("list(occurrences.values())", "[1] * len(occurrences)"),),
    ),
    Mutant(
        "old pairs lose one place instead of all",
        (("counts[pair] -= weight", "counts[pair] -= 1"),),
    ),
    Mutant(
        "old pairs are not counted down",
        (("counts[pair] -= weight", "pass"),),
    ),
    Mutant(
        "words of new pairs are forgotten",
        (("                    words_with[pair].add(index)\n", ""),),
    ),
    Mutant(
        "lowered counts are not pushed",
        (("-= weight\n                    changed.add(pair)", "-= weight"),),
    ),
    Mutant("from the left", (("in reversed(places_of(best, ids))", "in places_of(best, ids)"),)),
    Mutant("no neighbour before", (("ids[max(i - 1, 0) : i], ids", "ids[:0], ids"),)),
    Mutant("no neighbour after", (("ids[i + 2 : i + 3]", "ids[:0]"),)),
    Mutant("pairs seen once are merged", (("counts[best] < 2", "counts[best] < 1"),)),
    Mutant("stops at two places", (("counts[best] < 2", "counts[best] <= 2"),)),
    Mutant("merges cross words", (("Counter(split_words(text))", "Counter([text])"),)),
    Mutant("overlapping places replaced", ((" and (not places or places[-1] != i - 1)", ""),)),
    Mutant("least frequent pair", (("heap = [(-count, pair)", "heap = [(-1 / count, pair)"),)),
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_check_catches(mutant: Mutant) -> None:
    train = mutant.build(bpe_training).train_merges
    caught = []
    for text in TEXTS:
        try:
            check_trainer(train, text, 30)
        except Exception as error:  # a mutant may also crash
            caught.append(error)
    assert caught, f"the trainer in which {mutant.name} passes the check on every text"

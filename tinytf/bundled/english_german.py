"""English-German sentence pairs: the bundled data of a translator.

The grammar draws what a sentence says (`draw_sentences`), and both languages put it into words.
The German is real German; the English determines it, word for word, so that 100 % of the test
can be reached.

How train and test differ: some combinations of words are held out (`combinations`). A sentence
with such a pair can only be a test sentence, one without only a training sentence, so they share
no sentence. A test sentence with a word form that is rare in training is dropped: what the test
asks for is new combinations, not unknown words.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from tinytf.bundled.combinations import hold_out, pairs_of
from tinytf.bundled.draw_sentences import SentenceGrammar
from tinytf.bundled.english import english
from tinytf.bundled.german import german
from tinytf.bundled.split import Chooser, Split, as_generator, check_size

# The part of all pairs of words that is kept for the test.
HELD_OUT = 0.08

# A word form of the test occurs at least this often in the training pairs.
LEAST_SEEN = 8

# Longer sentences are not used (words of the English; about 10 % of what the grammar draws).
_MOST_WORDS = 13

# Fewer training pairs could not cover the lexicon.
_LEAST_PAIRS = 2000

_WORD = re.compile(r"\w+")

TextPair = tuple[str, str]


def english_german(
    rng: int | np.random.Generator = 0, n_train: int = 40_000, n_test: int = 1_000
) -> Split[TextPair]:
    """Pairs (English, German), such as ("The boy sleeps.", "Der Junge schlaeft.") with umlauts.

    Args:
        rng: a seed or a Generator; the same seed gives the same pairs.
        n_train: number of training pairs, no two the same.
        n_test: number of test pairs, no two the same, none of them in the training pairs.

    Raises:
        ValueError: fewer than 2000 training pairs, or a test more than a quarter of their size.
    """
    check_size("n_train", n_train, _LEAST_PAIRS)
    check_size("n_test", n_test)
    if n_test > n_train // 4:
        raise ValueError(f"n_test: expected at most a quarter of n_train, got {n_test}")
    chooser = Chooser(as_generator(rng))
    held = hold_out(chooser, HELD_OUT)
    grammar = SentenceGrammar(chooser)
    train: dict[str, str] = {}  # English to German: no English sentence twice
    candidates: dict[str, str] = {}
    while len(train) < n_train or len(candidates) < 2 * n_test:
        sentence = grammar.sentence()
        source = english(sentence)
        if len(source.split()) > _MOST_WORDS:
            continue
        if not held.isdisjoint(pairs_of(sentence)):
            candidates[source] = german(sentence)
        elif len(train) < n_train:
            train[source] = german(sentence)
    seen = Counter(word for pair in train.items() for word in words(pair))
    known = [p for p in candidates.items() if all(seen[word] >= LEAST_SEEN for word in words(p))]
    if len(known) < n_test:
        raise ValueError(
            f"n_train: expected enough pairs that {n_test} test pairs have only known words, "
            f"got {n_train}, enough for {len(known)}"
        )
    return Split(list(train.items()), known[:n_test])


def words(pair: TextPair) -> list[str]:
    """The word forms of both sides, told apart by the language and by a capital letter."""
    return [f"{side}:{word}" for side, text in enumerate(pair) for word in _WORD.findall(text)]

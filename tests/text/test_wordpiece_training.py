"""The fast WordPiece trainer learns what the slow reference learns, and its mutants do not."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytf.text import wordpiece_training
from tinytf.text.wordpiece_training import (
    Pair,
    character_pieces,
    join,
    replaceable_pairs,
    train_pieces,
)

from .mutants import Mutant
from .slow_bpe import replace
from .slow_wordpiece import slow_alphabet, slow_pieces, slow_words

Trainer = Callable[[Mapping[str, int], int], list[str]]

# Made so that each mutant below differs on at least one of them.
TEXTS = (
    "aaaa aaa aaa aaaa aa aa",
    "aaaaaaa aaaaaaa aaaaaaa bcbcbcbc bcbc bcbcbc bcbcbc b c d bd cd dd",
    "abab abab bcbc bcbc bcbc cbcb abcabc",
    "banana bandana ananas banana bananas nana",
    "low low low low low lower lower newest newest newest newest newest newest widest widest",
    "abc abc abc abc xbc xbc xbc abd abd ybd ybd abx abx bcx bcx bcx zbcx",
    "ab cd ef gh ab cd ef gh",
    "bbbaa abbbaaa",
    "for i in x: for j in y: print(i, j) print(i, i) for in print print",
    "d\u00e9j\u00e0 vu d\u00e9j\u00e0 \u20ac\u20ac\u20ac \u4f60\u597d \u4f60\u597d d\u00e9j\u00e0",
    "q qu qui quit quits quite quiet quietly quick quicker quickly acquit acquire require",
)

# Few letters, so that pairs repeat, overlap and tie.
word_lists = st.lists(st.text("abc", min_size=1, max_size=7), min_size=1, max_size=25)


def check_trainer(train: Trainer, words: list[str], n_pieces: int) -> None:
    came, expected = train(Counter(words), n_pieces), slow_pieces(words, n_pieces)
    assert came == expected, f"words {words}, {n_pieces} pieces: got {came}, expected {expected}"


@given(word_lists, st.integers(1, 30))
def test_equals_slow_reference(words: list[str], n_pieces: int) -> None:
    check_trainer(train_pieces, words, n_pieces)


@pytest.mark.parametrize("text", TEXTS)
def test_equals_slow_reference_on_fixed_texts(text: str) -> None:
    check_trainer(train_pieces, slow_words(text, lower_case=True), 60)


@pytest.mark.parametrize("seed", range(3))
def test_equals_slow_reference_on_longer_texts(seed: int) -> None:
    rng = random.Random(seed)
    words = ["".join(rng.choices("abcd", k=rng.randint(1, 7))) for _ in range(40)]
    check_trainer(train_pieces, rng.choices(words, weights=range(40, 0, -1), k=150), 40)


@given(word_lists, st.integers(1, 40))
def test_pieces_are_distinct_and_parts_of_words(words: list[str], n_pieces: int) -> None:
    pieces = train_pieces(Counter(words), n_pieces)
    assert len(pieces) == len(set(pieces)) <= n_pieces
    for piece in pieces[len(character_pieces(Counter(words), n_pieces)) :]:
        if piece.startswith("##"):
            assert any(piece[2:] in word[1:] for word in words), piece
        else:
            assert any(word.startswith(piece) for word in words), piece


@given(word_lists, st.integers(6, 30), st.integers(6, 30))
def test_fewer_pieces_are_a_prefix_of_more(words: list[str], n: int, m: int) -> None:
    n, m = sorted((n, m))
    assert train_pieces(Counter(words), m)[:n] == train_pieces(Counter(words), n)


def test_by_hand() -> None:
    # N = 6: 2 each of a, ##b, c. Joining (a, ##b), k = 2, leaves N = 4:
    # gain = f(2) - 2 f(2) + f(6) - f(4) = -1.386 + 10.751 - 5.545 = 3.819.
    spelling = wordpiece_training.Spelling({"ab": 2, "c": 2}, ["a", "##b", "c"])
    assert spelling.gain((0, 1)) == pytest.approx(3.8191, abs=1e-4)
    assert spelling.join((0, 1), 3) == {(0, 1)}
    assert (spelling.n_total, spelling.n_of[0], spelling.n_of[3]) == (4, 0, 2)
    assert train_pieces({"ab": 2, "c": 2}, 99) == ["a", "b", "c", "##a", "##b", "##c", "ab"]
    # Once is not enough, and neither is a word of one character.
    assert train_pieces({"ab": 1, "c": 2}, 99) == ["a", "b", "c", "##a", "##b", "##c"]


def test_alphabet() -> None:
    words = {"ab": 3, ",": 9, "\u4f60": 2, "b": 1}
    full = [",", "a", "b", "\u4f60", "##a", "##b"]
    assert character_pieces(words, 6) == character_pieces(words, 99) == full
    # Most frequent: "," 9, b 4, a 3, the Chinese character 2.
    assert character_pieces(words, 5) == [",", "a", "b", "##a", "##b"]
    assert character_pieces(words, 4) == [",", "a", "b", "##b"]
    assert character_pieces(words, 1) == [","]


@given(word_lists, st.integers(0, 8))
def test_alphabet_equals_slow_reference(words: list[str], max_size: int) -> None:
    assert character_pieces(Counter(words), max_size) == slow_alphabet(words, max_size)


def test_words_with_left_out_characters_teach_nothing() -> None:
    assert train_pieces({"aaaa": 9, "xy": 2}, 4) == ["a", "x", "##a", "##x"]
    assert train_pieces({"aaaa": 9, "xy": 2}, 3)[:2] == ["a", "x"]


@given(st.lists(st.integers(0, 2), max_size=20), st.tuples(st.integers(0, 2), st.integers(0, 2)))
def test_join_and_the_places_counted_for_it(ids: list[int], pair: Pair) -> None:
    joined = join(pair, ids, 9)
    assert joined == replace(ids, pair, 9)
    assert replaceable_pairs(ids).count(pair) == len(ids) - len(joined)


MUTANTS = [
    Mutant(
        "the rule is byte-pair encoding",
        (("return round(gain, 4)", "return round(gain > 0 and float(k), 4)"),),
    ),
    Mutant(
        "gain without its factor k",
        (("return round(gain, 4)", "return round(gain / max(k, 1), 4)"),),
    ),
    Mutant(
        "N does not shrink in the gain",
        (("_n_log_n(self.n_total) - _n_log_n(self.n_total - k)", "k * math.log(self.n_total)"),),
    ),
    Mutant("N is not kept up", (("self.n_total += weight * len(ids)", "self.n_total += 1"),)),
    Mutant("a pair of equals like any other", (("if pair[0] == pair[1]:", "if False:"),)),
    Mutant("a pair of equals loses one each", (("(left - 2 * k)", "(left - k)"),)),
    Mutant("the right piece keeps its count", ((" - _n_log_n(right - k)", " - _n_log_n(right)"),)),
    Mutant("the new piece has no count", (("gain = _n_log_n(k) - lost", "gain = -lost"),)),
    Mutant("overlapping places counted", (("            previous = None", "            pass"),)),
    Mutant(
        "equal neighbours counted once in a word",
        (("        if pair == previous:", "        if pair in found:"),),
    ),
    Mutant(
        "a repeated word weighs one",
        (("append(weight)", "append(1)"), (", weight)\n\n", ", 1)\n\n")),
    ),
    Mutant(
        "old counts shrink twice",
        (
            (
                "self._count(word, -self._weights[word])",
                "self._count(word, -2 * self._weights[word])",
            ),
        ),
    ),
    Mutant("new counts are not added", (("self._count(word, self._weights[word])", "pass"),)),
    Mutant(
        "pairs that share a piece keep their gain",
        (("for piece in (*pair, new_id)", "for piece in (new_id,)"),),
    ),
    Mutant(
        "pairs of the new piece are not pushed",
        (("for piece in (*pair, new_id)", "for piece in pair"),),
    ),
    Mutant("old gains are taken", (("if spelling.gain(best) != newest[best]:", "if False:"),)),
    Mutant(
        "entries of old are not dropped",
        (
            ("if -negative_gain != newest[best]:", "if False:"),
            ("if spelling.gain(best) != newest[best]:", "if False:"),
        ),
    ),
    Mutant("pairs seen once are joined", (("counts[pair] >= 2", "counts[pair] >= 1"),)),
    Mutant("pairs seen twice are not joined", (("counts[pair] >= 2", "counts[pair] >= 3"),)),
    Mutant("joined whatever it costs", ((".gain(pair)) > 0:", ".gain(pair)) > -99:"),)),
    Mutant(
        "ties go to the larger pair",
        (
            ("(-gain, pair))", "(-gain, (-pair[0], -pair[1])))"),
            (
                "best = heapq.heappop(heap)",
                "best = heapq.heappop(heap); best = (-best[0], -best[1])",
            ),
        ),
    ),
    Mutant("hashes stay inside", ((".removeprefix(CONTINUES)", ""),)),
    Mutant(
        "from the right",
        (
            (
                "join(pair, self._ids[word], new_id)",
                "join(pair[::-1], self._ids[word][::-1], new_id)[::-1]",
            ),
        ),
    ),
    Mutant("one form of each letter", (('("", CONTINUES))', '("",))'),)),
    Mutant("two forms of a comma", (("if stands_alone(char) else", "if False else"),)),
    Mutant(
        "alphabet in order of frequency",
        (("key=lambda piece: (len(piece), piece))", "key=lambda piece: 0)"),),
    ),
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_check_catches(mutant: Mutant) -> None:
    train = mutant.build(wordpiece_training).train_pieces
    caught = []
    for text in TEXTS:
        try:
            check_trainer(train, slow_words(text, lower_case=True), 60)
        except Exception as error:  # a mutant may also crash
            caught.append(error)
            break
    assert caught, f"the trainer in which {mutant.name} passes the check on every text"

"""Learning the pieces of WordPiece: the merge that makes the text most likely comes next.

The rule is that of Schuster and Nakajima 2012 ("Japanese and Korean voice search"), which Wu et
al. 2016 (arXiv:1609.08144, section 4.1) and BERT build on: start from characters; join the two
neighbours whose joining raises the likelihood of the training text most; repeat. BERT's own
trainer was never published. The language model here is the simplest, a unigram: N pieces in all,
n_x of them x, so the text's log likelihood is

    L = sum over x of n_x log(n_x / N) = sum over x of f(n_x) - f(N),    f(n) = n log n

and joining a and b at all k places where they are neighbours changes it by

    gain = f(k) + f(n_a - k) - f(n_a) + f(n_b - k) - f(n_b) + f(N) - f(N - k)

which for small k is about k (log(k N / (n_a n_b)) - 1): how often the pair occurs, times how much
more often than by chance. Where no pair is clearly more frequent than chance, nothing is gained and
training ends: random digits stay digits. (Byte-pair encoding, `bpe_training.py`, looks at k alone.
freq(ab) / (freq(a) freq(b)), often given as WordPiece's rule, leaves out the factor k, so that it
first joins letters that occur twice and both times together.)

Uses `bert_words.py`; `wordpiece.py` applies what is learned here.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from tinytf.text.bert_words import stands_alone

# Before a piece that continues a word. Without meaning for a piece alone: "#" is punctuation, so
# no word is longer that starts with it.
CONTINUES = "##"

# Indices of two neighbouring pieces (left, right).
Pair = tuple[int, int]


def character_pieces(words: Mapping[str, int], max_size: int) -> list[str]:
    """The pieces of one character: "x" and "##x" for each x, only the first for what stands alone.

    With both forms every word can be built whose characters occur in `words`. Where there are
    more than `max_size`, those of the rarest characters are left out. In order of code point.
    """
    counts: Counter[str] = Counter()
    for word, count in words.items():
        for char in word:
            counts[char] += count
    by_frequency = sorted(counts, key=lambda char: (-counts[char], char))
    pieces = [
        prefix + char
        for char in by_frequency
        for prefix in (("",) if stands_alone(char) else ("", CONTINUES))
    ]
    return sorted(pieces[:max_size], key=lambda piece: (len(piece), piece))


def replaceable_pairs(ids: list[int]) -> list[Pair]:
    """All pairs of neighbours, but of two that overlap and are equal only the first.

    aaa has (a, a) once, because joining it takes two of the three: the count is then the number
    of places at which a merge happens.
    """
    found: list[Pair] = []
    previous: Pair | None = None
    for pair in pairwise(ids):
        if pair == previous:
            previous = None
        else:
            found.append(pair)
            previous = pair
    return found


def join(pair: Pair, ids: list[int], new_id: int) -> list[int]:
    """`ids` with `new_id` for each `pair`, from the left."""
    joined: list[int] = []
    i = 0
    while i < len(ids):
        if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
            joined.append(new_id)
            i += 2
        else:
            joined.append(ids[i])
            i += 1
    return joined


class Spelling:
    """All words spelled in pieces, with every count the gain of a merge needs.

    Attributes:
        n_of: piece index -> how often the piece occurs.
        n_total: N, the sum of `n_of`.
        counts: pair -> at how many places it could be joined, k.
        pairs_with: piece index -> the pairs it is in; never too few, some may be gone.
    """

    def __init__(self, words: Mapping[str, int], alphabet: Sequence[str]) -> None:
        """Spell each of `words` (word -> how often) in single characters, the `alphabet`."""
        index_of = {piece: i for i, piece in enumerate(alphabet)}
        self.n_of: dict[int, int] = defaultdict(int)
        self.n_total = 0
        self.counts: dict[Pair, int] = defaultdict(int)
        self.pairs_with: dict[int, set[Pair]] = defaultdict(set)
        # Pair -> the words it is in; never too few, some may be gone.
        self._words_with: dict[Pair, set[int]] = defaultdict(set)
        self._ids: list[list[int]] = []
        self._weights: list[int] = []
        for word, weight in words.items():
            pieces = [word[0], *(CONTINUES + char for char in word[1:])]
            # A word with a character that was left out can never be built.
            if all(piece in index_of for piece in pieces):
                self._ids.append([index_of[piece] for piece in pieces])
                self._weights.append(weight)
                self._count(len(self._ids) - 1, weight)

    def _count(self, word: int, weight: int) -> None:
        """Add one word's pieces and pairs `weight` times; a negative weight takes them away."""
        ids = self._ids[word]
        for piece in ids:
            self.n_of[piece] += weight
        self.n_total += weight * len(ids)
        for pair in replaceable_pairs(ids):
            self.counts[pair] += weight
            self._words_with[pair].add(word)
            self.pairs_with[pair[0]].add(pair)
            self.pairs_with[pair[1]].add(pair)

    def join(self, pair: Pair, new_id: int) -> set[Pair]:
        """Put `new_id` in place of `pair` everywhere; the pairs whose counts this changed."""
        for word in list(self._words_with[pair]):
            if pair in pairwise(self._ids[word]):
                self._count(word, -self._weights[word])
                self._ids[word] = join(pair, self._ids[word], new_id)
                self._count(word, self._weights[word])
        del self._words_with[pair]
        # A place that was joined touched only pairs with these three pieces in them.
        return set().union(*(self.pairs_with[piece] for piece in (*pair, new_id)))

    def gain(self, pair: Pair) -> float:
        """By how much joining `pair` raises the log likelihood, to four decimals (see the top)."""
        k = self.counts[pair]
        left, right = self.n_of[pair[0]], self.n_of[pair[1]]
        if pair[0] == pair[1]:
            lost = _n_log_n(left) - _n_log_n(left - 2 * k)
        else:
            lost = _n_log_n(left) - _n_log_n(left - k) + _n_log_n(right) - _n_log_n(right - k)
        gain = _n_log_n(k) - lost + _n_log_n(self.n_total) - _n_log_n(self.n_total - k)
        # So that equal gains are equal on every machine, whatever the last bit of its logarithm.
        return round(gain, 4)


def _n_log_n(n: int) -> float:
    return n * math.log(n) if n else 0.0


def train_pieces(words: Mapping[str, int], n_pieces: int) -> list[str]:
    """The alphabet of `words` (word -> how often), then joined pieces in the order learned.

    Among equal gains the smallest pair (left index, then right) is joined. Fewer than `n_pieces`
    come back where no pair is left with two places and a gain above zero. All are distinct: what
    becomes one piece at two places was joined in the same steps there, for a merge is done
    everywhere at once.

    A merge changes the counts of those pairs only that hold one of its two pieces or the joined
    one; these are pushed anew. All others change through N alone, and N only shrinks, which makes
    them smaller: an old gain is an upper bound, and only the one on top of the heap is worked out
    anew.
    """
    pieces = character_pieces(words, n_pieces)
    spelling = Spelling(words, pieces)

    # The largest gain on top, ties in order of the pair. An entry that is not the newest of its
    # pair is dropped when popped.
    heap: list[tuple[float, Pair]] = []
    newest: dict[Pair, float] = {}

    def push(pair: Pair) -> None:
        newest[pair] = 0.0
        if spelling.counts[pair] >= 2 and (gain := spelling.gain(pair)) > 0:
            newest[pair] = gain
            heapq.heappush(heap, (-gain, pair))

    for pair in list(spelling.counts):
        push(pair)
    while heap and len(pieces) < n_pieces:
        negative_gain, best = heapq.heappop(heap)
        if -negative_gain != newest[best]:
            continue
        if spelling.gain(best) != newest[best]:
            push(best)
            continue
        for pair in spelling.join(best, len(pieces)):
            push(pair)
        pieces.append(pieces[best[0]] + pieces[best[1]].removeprefix(CONTINUES))
    return pieces

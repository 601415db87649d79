"""Learning the merges of byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909).

    start: every word is a list of bytes (token ids 0 .. 255)
    repeat: count all pairs of neighbouring tokens; the most frequent pair becomes a new token,
            which replaces the pair everywhere

Counting everything anew for each merge is the whole algorithm but slow. Two facts make it fast:
- a word that occurs 5000 times need be looked at once, with weight 5000;
- a merge changes only the pairs that touch a place where it happens, so only those are recounted.

Uses `pretokenize.py`; `bpe.py` applies what is learned here.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from itertools import pairwise

from tinytf.text.pretokenize import split_words

# Two neighbouring token ids (left, right).
Pair = tuple[int, int]

# Ids 0 .. 255 are the bytes themselves; merge number i makes the id N_BYTES + i.
N_BYTES = 256


def places_of(pair: Pair, ids: list[int]) -> list[int]:
    """The indices i, rising, at which `pair` stands in `ids` and will be replaced.

    Where places overlap the left one counts: aaa holds (a, a) once, at 0, and aaaa at 0 and 2.
    """
    places: list[int] = []
    for i, neighbours in enumerate(pairwise(ids)):
        if neighbours == pair and (not places or places[-1] != i - 1):
            places.append(i)
    return places


def train_merges(text: str, n_merges: int) -> list[Pair]:
    """The first `n_merges` merges for `text`, in the order in which they are learned.

    The next merge is the pair with the highest count; among equals the smallest pair (left id,
    then right id), which prefers bytes and early tokens. The count of a pair is the number of
    indices i at which ids[i], ids[i + 1] are the pair, so aaa counts (a, a) twice, though only
    one of the two can be replaced. The result depends on the text alone.

    Fewer merges come back when no pair is left with a count of two: a token for something seen
    once would only learn that text by heart.
    """
    occurrences = Counter(split_words(text))
    words = [list(word.encode("utf-8")) for word in occurrences]
    weights = list(occurrences.values())

    counts: dict[Pair, int] = defaultdict(int)
    # Which words may hold a pair: never too few; a word that lost the pair meanwhile may stay.
    words_with: dict[Pair, set[int]] = defaultdict(set)
    for index, ids in enumerate(words):
        for pair in pairwise(ids):
            counts[pair] += weights[index]
            words_with[pair].add(index)

    # The most frequent pair on top, ties in order of the pair. Entries are not removed when a
    # count changes; a new one is pushed, and an entry with an old count is dropped when popped.
    heap = [(-count, pair) for pair, count in counts.items()]
    heapq.heapify(heap)

    merges: list[Pair] = []
    while heap and len(merges) < n_merges:
        negative_count, best = heapq.heappop(heap)
        if -negative_count != counts[best]:
            continue
        if counts[best] < 2:
            break
        new_id = N_BYTES + len(merges)
        merges.append(best)

        changed: set[Pair] = set()
        for index in words_with.pop(best):
            ids, weight = words[index], weights[index]
            # From the right, so that the places further left keep their index.
            for i in reversed(places_of(best, ids)):
                # The neighbour on each side; empty at the ends of the word.
                before, after = ids[max(i - 1, 0) : i], ids[i + 2 : i + 3]
                for pair in pairwise([*before, *best, *after]):
                    counts[pair] -= weight
                    changed.add(pair)
                for pair in pairwise([*before, new_id, *after]):
                    counts[pair] += weight
                    changed.add(pair)
                    words_with[pair].add(index)
                ids[i : i + 2] = [new_id]
        for pair in changed:
            if counts[pair] > 0:
                heapq.heappush(heap, (-counts[pair], pair))
    return merges

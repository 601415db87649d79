"""Learning the merges of byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909).

    start: every word is a list of bytes (token ids 0 .. 255)
    repeat: count all pairs of neighbouring tokens; the most frequent pair becomes a new token,
            which replaces the pair everywhere

Counting everything anew for each merge is the whole algorithm but slow. Two facts make it fast:
- a word that occurs 5000 times need be looked at once, with weight 5000;
- a merge changes only the words that hold its pair, so only their counts are redone.

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


def merge_pair(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    """`ids` with each occurrence of `pair` replaced by `new_id`, from left to right.

    Occurrences may overlap, then the left one is taken: aaa with pair (a, a) gives [new_id, a].
    """
    left, right = pair
    merged: list[int] = []
    i = 0
    while i < len(ids):
        if ids[i] == left and i + 1 < len(ids) and ids[i + 1] == right:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged


def train_merges(text: str, n_merges: int) -> list[Pair]:
    """The first `n_merges` merges for `text`, in the order in which they are learned.

    The next merge is the pair at most places; among equals the smallest pair (left id, then right
    id), which prefers bytes and early tokens. A place is an index i with ids[i], ids[i+1] equal
    to the pair, so aaa has two places of (a, a). The result depends on the text alone.

    Fewer merges come back when no pair is left that occurs at two places: a token for something
    seen once would only learn that text by heart.
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
            old = words[index]
            new = merge_pair(old, best, new_id)
            if len(new) == len(old):
                continue
            words[index] = new
            for pair in pairwise(old):
                counts[pair] -= weights[index]
                changed.add(pair)
            for pair in pairwise(new):
                counts[pair] += weights[index]
                changed.add(pair)
                words_with[pair].add(index)
        for pair in changed:
            if counts[pair] > 0:
                heapq.heappush(heap, (-counts[pair], pair))
    return merges

"""Byte-pair encoding without any cleverness: the reference for the tests of the fast one.

Every word of the text is kept, repeated or not; every round counts every pair of every word anew.
"""

from __future__ import annotations

from collections import Counter

from tinytf.text.pretokenize import split_words

Pair = tuple[int, int]


def replace(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    if len(ids) < 2:
        return ids
    if (ids[0], ids[1]) == pair:
        return [new_id, *replace(ids[2:], pair, new_id)]
    return [ids[0], *replace(ids[1:], pair, new_id)]


def slow_merges(text: str, n_merges: int) -> list[Pair]:
    words = [list(word.encode("utf-8")) for word in split_words(text)]
    merges: list[Pair] = []
    while len(merges) < n_merges:
        counts = Counter((ids[i], ids[i + 1]) for ids in words for i in range(len(ids) - 1))
        often = [pair for pair, count in counts.items() if count >= 2]
        if not often:
            break
        highest = max(counts.values())
        best = min(pair for pair in often if counts[pair] == highest)
        words = [replace(ids, best, 256 + len(merges)) for ids in words]
        merges.append(best)
    return merges


def slow_encode(merges: list[Pair], text: str) -> list[int]:
    """All merges, in the order they were learned, on every word."""
    ids: list[int] = []
    for word in split_words(text):
        word_ids = list(word.encode("utf-8"))
        for i, pair in enumerate(merges):
            word_ids = replace(word_ids, pair, 256 + i)
        ids += word_ids
    return ids

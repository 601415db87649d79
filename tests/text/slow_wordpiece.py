"""WordPiece without any cleverness: the reference for the tests of the fast one.

Words: BERT's steps one after the other on whole strings. Training: every candidate is really
joined everywhere and the likelihood of the whole text worked out before and after.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from itertools import pairwise

from .slow_bpe import replace

CJK = "\u3400-\u4dbf \u4e00-\u9fff \uf900-\ufaff \U00020000-\U0002a6df \U0002a700-\U0002b73f"
CJK += " \U0002b740-\U0002b81f \U0002b820-\U0002ceaf \U0002f800-\U0002fa1f"
CJK_RANGES = [(first, last) for first, _, last in CJK.split()]


def is_punctuation(char: str) -> bool:
    return char in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" or unicodedata.category(char)[0] == "P"


def is_cjk(char: str) -> bool:
    return any(first <= char <= last for first, last in CJK_RANGES)


def fold(text: str) -> str:
    """Without accents, each letter small by itself (no final sigma)."""
    decomposed = unicodedata.normalize("NFD", text)
    kept = [char for char in decomposed if unicodedata.category(char) != "Mn"]
    return "".join([char.lower() for char in kept])


def slow_words(text: str, lower_case: bool) -> list[str]:
    clean = ""
    for char in text:
        if char in "\t\r\n" or unicodedata.category(char)[0] == "Z":
            clean += " "
        elif unicodedata.category(char) not in ("Cc", "Cf", "Co") and char != "\ufffd":
            clean += f" {char} " if is_cjk(char) else char
    folded = fold(clean) if lower_case else clean
    return "".join([f" {char} " if is_punctuation(char) else char for char in folded]).split()


def slow_encode(vocabulary: list[str], words: list[str]) -> list[int]:
    """Ids as WordPieceTokenizer numbers them: 1 is [UNK], 5 + i is vocabulary[i]."""
    ids: list[int] = []
    for word in words:
        rest, prefix, word_ids = word, "", []
        while rest:
            fitting = [piece for piece in vocabulary if (prefix + rest).startswith(piece)]
            # "#" is a word of its own and no start of "##a".
            fitting = [piece for piece in fitting if len(piece) > len(prefix)]
            if not fitting or len(word) > 100:
                word_ids = [1]
                break
            longest = max(fitting, key=len)
            word_ids.append(5 + vocabulary.index(longest))
            rest, prefix = rest[len(longest) - len(prefix) :], "##"
        ids += word_ids
    return ids


def log_likelihood(spelled: list[list[int]]) -> float:
    counts = Counter(piece for word in spelled for piece in word)
    total = sum(counts.values())
    return sum(n * math.log(n / total) for n in counts.values())


def slow_alphabet(words: list[str], max_size: int) -> list[str]:
    text = "".join(words)
    pieces = []
    for char in sorted(set(text), key=lambda char: (-text.count(char), char)):
        pieces.append(char)
        if not (is_punctuation(char) or is_cjk(char)):
            pieces.append("##" + char)
    pieces = pieces[:max_size]
    plain = sorted(piece for piece in pieces if len(piece) == 1)
    return plain + sorted(piece for piece in pieces if len(piece) > 1)


def slow_pieces(words: list[str], n_pieces: int) -> list[str]:
    """`words`: all words of a text, repeated ones too."""
    pieces = slow_alphabet(words, n_pieces)
    known = set(pieces)
    in_characters = [[word[0], *("##" + char for char in word[1:])] for word in words]
    spelled = [[pieces.index(c) for c in word] for word in in_characters if known >= set(word)]
    while len(pieces) < n_pieces:
        before, length = log_likelihood(spelled), sum(map(len, spelled))
        best, highest = (-1, -1), 0.0
        for pair in sorted({pair for ids in spelled for pair in pairwise(ids)}):
            joined = [replace(ids, pair, len(pieces)) for ids in spelled]
            gain = round(log_likelihood(joined) - before, 4)
            if length - sum(map(len, joined)) >= 2 and gain > highest:
                best, highest = pair, gain
        if highest == 0:
            break
        text = pieces[best[0]] + pieces[best[1]].removeprefix("##")
        spelled = [replace(ids, best, len(pieces)) for ids in spelled]
        assert text not in pieces, f"{text!r} was joined in two ways"
        pieces.append(text)
    return pieces

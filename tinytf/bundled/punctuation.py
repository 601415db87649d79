"""From a list of words to a sentence: commas, the capital letter, the last mark."""

from __future__ import annotations


def finished(words: list[str], mark: str) -> str:
    """The sentence. A comma before the last mark or before another comma is dropped."""
    kept: list[str] = []
    for word in [*words, mark]:
        if kept and kept[-1] == "," and word in (",", mark):
            kept.pop()
        kept.append(word)
    text = " ".join(kept)
    for sign in (",", mark):
        text = text.replace(f" {sign}", sign)
    return text[0].upper() + text[1:]

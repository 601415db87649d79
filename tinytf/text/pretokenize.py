"""Pre-tokenisation: cut text into words before byte-pair encoding looks at it.

Merges never cross the border of a word. Without borders BPE would learn tokens like "e th"; with
them it learns words and parts of words, and a word seen before need not be encoded again.

The pattern needs only the standard library's `re`. The idea is GPT-2's (Radford et al. 2019); the
pattern is simpler and differs in two things: runs are cut at `MAX_RUN` characters, which bounds
the work for one word whatever the text, and digits come in groups of at most three.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# A longer run of letters, punctuation or whitespace is cut into words of this many characters.
MAX_RUN = 64

# Most bytes a word can have: a run and the character before it, four bytes of UTF-8 for each.
MAX_WORD_BYTES = 4 * (MAX_RUN + 1)

# Every character is matched by exactly one of: letter [^\W\d_], digit \d, punctuation (not \w,
# not \s, or the underscore), whitespace \s. So the words of a text joined give the text.
WORD_PATTERN = (
    # Letters, with the space or apostrophe before them: "don't stop" -> "don", "'t", " stop".
    rf"[ ']?[^\W\d_]{{1,{MAX_RUN}}}"
    # Up to three digits: 12345 -> "123", "45". All numbers from few tokens.
    r"|[ ]?\d{1,3}"
    # Punctuation: "):", " ==", "__".
    rf"|[ ]?(?:[^\w\s]|_){{1,{MAX_RUN}}}"
    # Whitespace before a space and a word leaves that space to the word: "\n    return" ->
    # "\n   ", " return". So indentation is a word, and " return" is the same in any line.
    rf"|\s{{1,{MAX_RUN}}}(?=[ ]\S)"
    # Any other whitespace: tabs, line breaks, the end of the text.
    rf"|\s{{1,{MAX_RUN}}}"
)

_WORD = re.compile(WORD_PATTERN)


def split_words(text: str) -> Iterator[str]:
    """The words of `text` in order; joined they give `text` again.

    >>> list(split_words("if x_1 == 20:\\n    return"))
    ['if', ' x', '_', '1', ' ==', ' 20', ':', '\\n   ', ' return']
    """
    return map(re.Match.group, _WORD.finditer(text))

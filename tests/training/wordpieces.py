"""A WordPiece tokenizer of nine words and a few pieces, and texts for it."""

from tinytf.text.wordpiece import SPECIALS, WordPieceTokenizer

VOCABULARY = ("a", "cat", "dog", "the", "sat", "ran", "on", "mat", ".", "?", "who", "##s", "un")
TOKENIZER = WordPieceTokenizer(VOCABULARY, lower_case=True)
FIRST = len(SPECIALS)  # the id of the first ordinary token
V = TOKENIZER.vocab_size

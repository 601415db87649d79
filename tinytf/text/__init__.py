"""Text: reading it, and turning it into token ids and back.

To read in this order: `tokenizer.py` (what every tokenizer can do), `char.py`, `pretokenize.py`,
`bpe_training.py`, `bpe.py`, `word.py`, `special.py`; for BERT `bert_words.py`,
`wordpiece_training.py`, `wordpiece.py`; apart from them `corpus.py` and `standard_library.py`
(where text comes from). Uses the standard library only, no NumPy and nothing else of tinytf.
"""

from tinytf.text.bpe import BPETokenizer
from tinytf.text.char import CharTokenizer
from tinytf.text.corpus import Corpus, CorpusError, Skipped, read_text
from tinytf.text.special import SpecialTokenizer
from tinytf.text.standard_library import standard_library_text
from tinytf.text.tokenizer import StreamDecoder, Tokenizer, tokenizer_from_json
from tinytf.text.word import WordTokenizer
from tinytf.text.wordpiece import Piece, WordPieceTokenizer

__all__ = [
    "BPETokenizer",
    "CharTokenizer",
    "Corpus",
    "CorpusError",
    "Piece",
    "Skipped",
    "SpecialTokenizer",
    "StreamDecoder",
    "Tokenizer",
    "WordPieceTokenizer",
    "WordTokenizer",
    "read_text",
    "standard_library_text",
    "tokenizer_from_json",
]

"""Readers of users' data: files in the forms people have, into small frozen items.

To read in this order: `errors.py`, `lines.py`, then one file for each form: `pairs.py`,
`gettext_catalogues.py` (translation); `tsv.py` (classification and regression), `conll.py`
(tagging), `squad.py` with `json_lines.py` (answers in a text), `documents.py` (pre-training). Uses
the standard library and a little of `tinytf.text`; no NumPy, no model.

What cannot be used is a `DataError` that names the file and the line. Nothing is left out silently.
"""

from tinytf.data.conll import TaggedSentence, TaggedText, read_tagged
from tinytf.data.documents import lines_as_documents, read_documents
from tinytf.data.errors import DataError
from tinytf.data.gettext_catalogues import GettextPairs, read_gettext
from tinytf.data.pairs import SentencePair, read_pairs, read_parallel
from tinytf.data.squad import Answer, Question, read_squad
from tinytf.data.tsv import Example, ScoredExample, read_examples, read_scored

__all__ = [
    "Answer",
    "DataError",
    "Example",
    "GettextPairs",
    "Question",
    "ScoredExample",
    "SentencePair",
    "TaggedSentence",
    "TaggedText",
    "lines_as_documents",
    "read_documents",
    "read_examples",
    "read_gettext",
    "read_pairs",
    "read_parallel",
    "read_scored",
    "read_squad",
    "read_tagged",
]

"""Data sets made by a grammar written for this project: no download, the same from a seed.

To read in this order: `lexicon.py`, `phrases.py` (what a sentence says), `english.py`,
`german_words.py`, `german.py` (the two languages), `draw_phrases.py`, `draw_clauses.py`,
`draw_sentences.py` (the dice), `english_german.py`; then `english_python.py` with `same_value.py`;
then `events.py`, `sentence_tasks.py`, `span_tasks.py`, `documents.py` and `formats.py` for BERT.
"""

from tinytf.bundled.documents import grammar_documents
from tinytf.bundled.english_german import english_german
from tinytf.bundled.english_python import english_python
from tinytf.bundled.formats import as_conll, as_document_text, as_squad, as_tsv
from tinytf.bundled.same_value import same_value
from tinytf.bundled.sentence_tasks import labelled_pairs, labelled_sentences, scored_pairs
from tinytf.bundled.span_tasks import questions, tagged_sentences
from tinytf.bundled.split import Split

__all__ = [
    "Split",
    "as_conll",
    "as_document_text",
    "as_squad",
    "as_tsv",
    "english_german",
    "english_python",
    "grammar_documents",
    "labelled_pairs",
    "labelled_sentences",
    "questions",
    "same_value",
    "scored_pairs",
    "tagged_sentences",
]

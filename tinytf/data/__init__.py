"""Readers of users' data: files in the forms people have, into small frozen items.

To read in this order: `errors.py`, `lines.py`, then one file for each form: `pairs.py`. Uses the
standard library and the text decoder of `tinytf.text`; no NumPy, no model. What cannot be used is a
`DataError` that names the file and the line.
"""

from tinytf.data.errors import DataError
from tinytf.data.pairs import SentencePair, read_pairs, read_parallel

__all__ = ["DataError", "SentencePair", "read_pairs", "read_parallel"]

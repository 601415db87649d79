"""Data sets made by a grammar written for this project: no download, the same from a seed."""

from tinytf.bundled.english_german import english_german
from tinytf.bundled.english_python import english_python
from tinytf.bundled.same_value import same_value
from tinytf.bundled.split import Split

__all__ = ["Split", "english_german", "english_python", "same_value"]

"""Data sets made by a grammar written for this project: no download, the same from a seed."""

from tinytf.bundled.english_german import english_german
from tinytf.bundled.split import Split

__all__ = ["Split", "english_german"]

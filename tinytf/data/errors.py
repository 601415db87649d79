"""The error of every reader in `tinytf.data`, and how a place in a file is written.

Bottom of the package; imports nothing of it.
"""


class DataError(ValueError):
    """Data that cannot be used; the message says which file, where it is known which line, what
    was expected there and what came."""


def place(name: object, line: int) -> str:
    """How every message and every item of data names a line, from 1: "train.tsv, line 3"."""
    return f"{name}, line {line}"


def shown(text: str) -> str:
    """`text` in quotes for a message, cut where it is long."""
    return repr(text if len(text) <= 60 else text[:57] + "...")

"""Attempts to get at the reference, to prove that none of them succeeds while grading."""

from collections.abc import Iterator
from pathlib import Path


def escapes(reference: Path) -> Iterator[tuple[str, list[str], str]]:
    """What a submission does, in words; the lines that do it; and what its student must be told of.

    Each swallows its error and goes on with a right solution: it gets its points unless the attempt
    itself is noticed.

    Args:
        reference: the file of the reference module.
    """
    root = str(Path(__file__).parents[2])
    attempts = {
        "imports tinytf": ["import tinytf"],
        "imports tinytf by name": ['__import__("tinytf.ops.softmax")'],
        "looks for tinytf in another folder": [
            "import sys",
            f"sys.path.insert(0, {root!r})",
            "import tinytf.ops.softmax",
        ],
        "reads the reference's source": [f"open({str(reference.resolve())!r}).read()"],
    }
    for words, lines in attempts.items():
        named = reference.name if words.startswith("reads") else "tinytf"
        tried = ["try:", *(f"    {line}" for line in lines), "except BaseException:", "    pass"]
        yield words, tried, named

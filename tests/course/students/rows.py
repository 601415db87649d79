"""Makes variants of rows: the same code for many of them, each with an edit or two."""

from tests.course.variants import Variant, edited

START = "import numpy as np\n"
Edits = tuple[str, ...] | tuple[tuple[str, str], ...]  # old, new, old, new; or pairs of them
WrongRow = tuple[str, str, str, Edits, str | tuple[str, ...] | None]


def right(*rows: tuple[str, str, str]) -> tuple[Variant, ...]:
    """Rows of exercise, name, code."""
    return tuple(Variant(exercise, name, code=START + code) for exercise, name, code in rows)


def wrong(*rows: WrongRow) -> tuple[Variant, ...]:
    """Rows of exercise, name, code, the edits that make it wrong, and the mistake to be named."""
    return tuple(
        Variant(exercise, name, code=START + edited(code, *_flat(edits)), mistake=mistake)
        for exercise, name, code, edits, mistake in rows
    )


def _flat(edits: Edits) -> list[str]:
    return [text for edit in edits for text in ((edit,) if isinstance(edit, str) else edit)]

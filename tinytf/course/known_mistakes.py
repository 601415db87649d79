"""Checks the known mistakes that a teacher has written down."""

from tinytf.course.errors import CourseError
from tinytf.course.exercise import Mistake


def require_mistakes(module: str, mistakes: tuple[Mistake, ...]) -> None:
    """Each mistake has a name of its own, says something, and has edits of the right form.

    Whether the edits fit the source is checked where they are made: see `grading/edited.py`.

    Raises:
        CourseError: one has not; it says which one.
    """
    names: set[str] = set()
    for number, mistake in enumerate(mistakes, 1):
        for key in ("name", "says", "evidence"):
            text = getattr(mistake, key)
            if type(text) is not str or not text.strip():
                raise CourseError(
                    f"{module}: mistake {number}: {key}: expected a text, got {text!a}"
                )
        if mistake.name in names:
            raise CourseError(f"{module}: two mistakes are called {mistake.name!a}")
        names.add(mistake.name)
        if type(mistake.edits) is not tuple or not mistake.edits:
            raise CourseError(_wrong(module, mistake, mistake.edits))
        for edit in mistake.edits:
            if (
                type(edit) is not tuple
                or len(edit) != 2
                or not all(type(text) is str for text in edit)
                or not edit[0]
            ):
                raise CourseError(_wrong(module, mistake, edit))


def _wrong(module: str, mistake: Mistake, came: object) -> str:
    return (
        f'{module}: {mistake.name!a}: edits: expected pairs, (("old", "new"),) with a comma behind '
        f"a single one, got {came!a:.60}"
    )

"""Submissions of one exercise as students write them, and the harness that grades them.

`students/hw1` and so on hold RIGHT and WRONG, tuples of `Variant`. Right ones are written
differently from the reference and must get full marks; wrong ones must be found, and their mistake
named.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from tinytf.course.assignment import Assignment, load_assignment
from tinytf.course.exercise import Inputs
from tinytf.course.extract import package_files, student_file
from tinytf.course.grading.edited import Reference, quietly
from tinytf.course.grading.exercise import grade_exercise
from tinytf.course.grading.grade import grade_submission
from tinytf.course.grading.outcome import Outcome
from tinytf.course.grading.part import GradedExercise
from tinytf.course.grading.text import exercise_text


@dataclass(frozen=True)
class Variant:
    """One way to write an exercise's functions.

    Attributes:
        exercise: its id.
        name: of the variant; unique in its file.
        code: functions or classes that take the place of the reference's; runs in the namespace of
            the reference's module, so NumPy is `np` and other functions of the module are there.
        edits: or instead, (old, new) pairs in the reference's source, where whole classes would
            have to be written.
        mistake: the name of the known mistake, or of several at once, that must be named; None
            where none of them is.
        says: words that the message must have: a fact, or a structural problem.
    """

    exercise: str
    name: str
    code: str = ""
    edits: tuple[tuple[str, str], ...] = ()
    mistake: str | tuple[str, ...] | None = None
    says: str = ""

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The names of the mistakes that must be named."""
        if self.mistake is None:
            return ()
        return (self.mistake,) if isinstance(self.mistake, str) else self.mistake


def edited(code: str, *edits: str) -> str:
    """The code with replacements made: old, new, old, new; each old stands there exactly once."""
    for old, new in zip(edits[::2], edits[1::2], strict=True):
        assert code.count(old) == 1, f"{old!r} stands {code.count(old)} times in:\n{code}"
        code = code.replace(old, new)
    return code


@cache
def assignment_of(name: str) -> Assignment:
    return load_assignment(name)


@cache
def reference_of(assignment: str, exercise: str) -> Reference:
    loaded = assignment_of(assignment)
    return Reference(loaded, loaded.exercise(exercise))


def namespace_of(assignment: str, variant: Variant) -> Mapping[str, Any]:
    """The reference's module with the variant in it."""
    loaded = assignment_of(assignment)
    source = loaded.source(loaded.exercise(variant.exercise).module)
    for old, new in variant.edits:
        assert source.count(old) == 1, f"{variant.name}: {old!r} stands {source.count(old)} times"
        source = source.replace(old, new)
    module = ModuleType(f"variant {variant.name}")
    exec(compile(source + "\n" + variant.code, f"<{variant.name}>", "exec"), vars(module))
    return vars(module)


def runner(assignment: str, variant: Variant) -> Callable[[Inputs], Outcome]:
    exercise = assignment_of(assignment).exercise(variant.exercise)
    namespace = namespace_of(assignment, variant)
    return lambda inputs: quietly(exercise, namespace, inputs)


@cache
def graded(assignment: str, variant: Variant, examples: bool = False) -> GradedExercise:
    """Graded in this process; quickly without the smallest failing cases."""
    exercise = assignment_of(assignment).exercise(variant.exercise)
    reference = reference_of(assignment, variant.exercise)
    return grade_exercise(exercise, reference, runner(assignment, variant), examples)


def graded_in_child(assignment: str, variant: Variant, directory: Path) -> GradedExercise:
    """Graded as a student's file is: in a process of its own."""
    assert not variant.edits, "a student's file holds no markers that edits could go by"
    loaded = assignment_of(assignment)
    file = directory / student_file(loaded)
    file.parent.mkdir(parents=True)
    text = package_files(loaded, solved=True)[student_file(loaded)]
    file.write_text(f"{text}\n\n{variant.code}", encoding="utf-8")
    return grade_submission(loaded, directory, only=variant.exercise)[0]


def named(result: GradedExercise) -> list[set[str]]:
    """The sets of mistakes that were named, one for each alternative of each explanation."""
    return [
        {mistake.name for mistake in applied}
        for explanation in result.explanations
        for applied in explanation.alternatives
    ]


def verdict(variant: Variant, result: GradedExercise) -> str:
    """How a wrong variant was diagnosed: "right", "wrong" or "none".

    Right: each of its mistakes is named, and nothing else unless as one of several alternatives
    that hold the right one. A fact in the place of a name is "none".
    """
    wanted = set(variant.mistakes)
    if not result.explanations:
        return "none"
    found: set[str] = set()
    for explanation in result.explanations:
        alternatives = [{mistake.name for mistake in a} for a in explanation.alternatives]
        fitting = [names for names in alternatives if names <= wanted]
        if not fitting:
            return "wrong"
        found |= set.union(*fitting)
    return "right" if found == wanted else "none"


def assert_right(assignment: str, variant: Variant) -> None:
    """A correct variant gets full marks."""
    result = graded(assignment, variant)
    assert result.full, f"{variant.name}:\n{exercise_text(result)}"


def assert_diagnosed(assignment: str, variant: Variant) -> None:
    """A wrong variant is found; its mistake is named, and none that it does not have."""
    result = graded(assignment, variant)
    text = exercise_text(result)
    assert not result.full, f"{variant.name}: expected a failure, got full marks"
    wanted = "right" if variant.mistakes else "none"
    came = verdict(variant, result)
    assert came == wanted, (
        f"{variant.name}: expected {variant.mistakes or 'no known mistake'}, named {named(result)}"
        f"\n{text}"
    )
    assert variant.says in " ".join(text.split()), f"expected {variant.says!r} in:\n{text}"

"""Several reference modules in one file: one block of imports, then one section a module."""

import ast
from collections.abc import Mapping

from tinytf.course.assignment import Assignment
from tinytf.course.errors import CourseError
from tinytf.course.import_lines import import_block, top_imports, without_imports
from tinytf.course.imports import Import, Part
from tinytf.course.statements import defined_names

_WIDTH = 100


def merged(assignment: Assignment, parts: list[Part], places: Mapping[str, str]) -> str:
    """The student's file.

    Args:
        assignment: for its title.
        parts: the assignment's modules.
        places: reference module -> where it is given.

    Raises:
        CourseError: a name means two things in two of the modules.
    """
    _require_one_meaning(parts, places)
    imports = [one for part in parts for one in top_imports(part)]
    sections = [docstring(f"{assignment.name}: {assignment.title}.\n\n{_WHAT_TO_DO}")]
    if block := import_block(imports, places):
        sections[0] += "\n\n" + "\n".join(block)
    sections += [_section(assignment, part, places) for part in parts]
    return "\n\n\n".join(sections) + "\n"


def docstring(text: str) -> str:
    """A text as a docstring, whatever quotes and backslashes are in it."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{escaped}"""'


_WHAT_TO_DO = """\
Replace each `raise NotImplementedError` by your own code. What a function takes, returns and raises
is in its text; what a cache holds is up to you.
"""


def _section(assignment: Assignment, part: Part, places: Mapping[str, str]) -> str:
    lines = without_imports(part, places)
    heading = []
    first = part.tree.body[0] if part.tree.body else None
    if (text := ast.get_docstring(part.tree)) and first is not None:
        lines[: first.end_lineno or 0] = [None] * (first.end_lineno or 0)
        title, *more = text.split("\n")
        if part.module not in assignment.modules:
            more += ["", "Given: there is nothing to write in this part."]
        rule = "-" * max(3, _WIDTH - len(f"# --- {title} "))
        heading = [f"# --- {title} {rule}", *(f"# {line}".rstrip() for line in more), "", ""]
    body = "\n".join(line for line in lines if line is not None).strip("\n")
    return "\n".join([*heading, body])


def _require_one_meaning(parts: list[Part], places: Mapping[str, str]) -> None:
    own = {part.module for part in parts}
    meanings: dict[str, tuple[object, Part]] = {}
    for part in parts:
        found: dict[str, object] = {}
        for one in top_imports(part):
            found[one.local] = _imported(one, own, part)
        imported = set(found)
        for name in defined_names(part.tree.body):
            if name not in imported:
                found[name] = (part.module, name)
        for name, meaning in found.items():
            before, other = meanings.setdefault(name, (meaning, part))
            if before != meaning:
                raise CourseError(
                    f"{part.path}: {name} means something else here than in {other.path}, "
                    "and both become one file; rename one of them"
                )


def _imported(one: Import, own: set[str], part: Part) -> object:
    if one.reference and one.module in own and one.local != one.name:
        raise CourseError(
            f"{part.path}, line {one.node.lineno}: {one.local} stands in the same file in a "
            f"handout; import {one.name or 'its names'} without `as`"
        )
    return (one.module, one.name)

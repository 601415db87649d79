"""Import statements of a handout, rewritten: `from hw1.given.arrays import Array`."""

import ast
import sys
from collections.abc import Iterable, Mapping

from tinytf.course.errors import CourseError
from tinytf.course.imports import Import, Part

_WIDTH = 100


def rewritten(part: Part, places: Mapping[str, str]) -> str:
    """A module's text with its imports from the reference replaced by those from `places`."""
    top = top_imports(part)
    lines = without_imports(part, places)
    if top:
        at = min(one.node.lineno for one in top) - 1
        for number in range(at, max(one.node.lineno for one in top)):
            lines[number] = lines[number] or None  # no empty lines between them
        lines[at] = "\n".join(import_block(top, places)).rstrip("\n")
    return "\n".join(line for line in lines if line is not None).rstrip("\n") + "\n"


def top_imports(part: Part) -> list[Import]:
    """What the module's own statements import."""
    return [one for one in part.imports if one.node in part.tree.body]


def without_imports(part: Part, places: Mapping[str, str]) -> list[str | None]:
    """The module's lines without its top imports (None instead), other imports rewritten."""
    lines: list[str | None] = [*part.text.split("\n")]
    for node in ast.walk(part.tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        first, last = node.lineno - 1, node.end_lineno or node.lineno
        before = (lines[first] or "")[: node.col_offset]
        after = (lines[last - 1] or "")[node.end_col_offset :].strip()
        if before.strip() or after[:1] == ";":
            raise CourseError(f"{part.path}, line {node.lineno}: an import that shares its line")
        lines[first:last] = [None] * (last - first)
        if node not in part.tree.body:
            kept = import_block([i for i in part.imports if i.node is node], places)
            indented = [before + line for line in kept if line] or [before + "pass"]
            lines[first] = "\n".join(indented)
    return lines


def import_block(imports: Iterable[Import], places: Mapping[str, str]) -> list[str]:
    """Import statements, sorted: the standard library, NumPy, the student's package.

    Names from reference modules that are not in `places` are left out: the student's file defines
    them itself.
    """
    plain: dict[int, set[str]] = {}
    named: dict[int, dict[str, set[str]]] = {}
    for one in imports:
        module, name = one.module, one.name
        if one.reference:
            if module not in places:
                continue
            module = places[module]
            if not name:
                module, _, name = module.rpartition(".")
        group = _group(module)
        shown = (name or module) + (f" as {one.local}" if one.local != (name or module) else "")
        if name:
            named.setdefault(group, {}).setdefault(module, set()).add(shown)
        else:
            plain.setdefault(group, set()).add(f"import {shown}")
    blocks = []
    for group in sorted(plain.keys() | named.keys()):
        lines = sorted(plain.get(group, ()))
        for module, names in sorted(named.get(group, {}).items()):
            lines += _from(module, sorted(names, key=_order))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks).split("\n") if blocks else []


def _group(module: str) -> int:
    top = module.partition(".")[0]
    if top == "__future__":
        return 0
    return 1 if top in sys.stdlib_module_names else 2 if top == "numpy" else 3


def _order(name: str) -> tuple[int, str]:
    """CONSTANTS, Classes, functions: as ruff sorts them."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2, name)


def _from(module: str, names: list[str]) -> list[str]:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= _WIDTH:
        return [line]
    return [f"from {module} import (", *(f"    {name}," for name in names), ")"]

"""The imports of a reference module, and where the student's package finds the same names."""

import ast
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tinytf.course.errors import CourseError
from tinytf.course.sources import source_path, source_text

REACHABLE = {"numpy", *sys.stdlib_module_names}  # what students have beside their own package


@dataclass(frozen=True)
class Import:
    """One name that a module imports.

    Attributes:
        node: the statement, for its lines.
        module: where the name comes from: a reference module (see `reference`), or a module that
            students have, too.
        name: the name there; "" for the module itself (`import numpy as np`).
        local: the name that it gets here.
        reference: whether it comes from the reference.
    """

    node: ast.Import | ast.ImportFrom
    module: str
    name: str
    local: str
    reference: bool


def imports_of(tree: ast.Module, file: str, directory: Path, roots: set[str]) -> list[Import]:
    """Everything that a module imports, wherever in it.

    Args:
        tree: of the module.
        file: its name, for messages.
        directory: of the assignment: files beside it belong to the reference.
        roots: top packages of the reference, such as {"tinytf"}.

    Raises:
        CourseError: an import that cannot be carried over into a handout; with file and line.
    """
    found: list[Import] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        try:
            found += _of_statement(node, directory, roots)
        except CourseError as error:
            raise CourseError(f"{file}, line {node.lineno}: {error}") from error
    return found


def _of_statement(
    node: ast.Import | ast.ImportFrom, directory: Path, roots: set[str]
) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            if reference_module(alias.name, directory, roots):
                raise CourseError(f"write `from {alias.name} import ...`")
            _require_reachable(alias.name)
            yield Import(node, alias.name, "", alias.asname or alias.name, False)
        return
    if node.level:
        raise CourseError("write the whole name of the module instead of a relative import")
    module = node.module or ""
    reference = reference_module(module, directory, roots)
    if not reference:
        _require_reachable(module)
    for alias in node.names:
        local = alias.asname or alias.name
        if alias.name == "*":
            raise CourseError("write the names instead of *")
        if reference:
            origin, name = _defined_in(reference, alias.name, directory, roots)
            yield Import(node, origin, name, local, True)
        else:
            yield Import(node, module, alias.name, local, False)


def reference_module(name: str, directory: Path, roots: set[str]) -> str:
    """The reference module of this name; "" where it is none of the reference's."""
    if "." not in name and name not in REACHABLE and (directory / f"{name}.py").is_file():
        return f"{name}.py"
    return name if name.partition(".")[0] in roots else ""


def _require_reachable(name: str) -> None:
    if name.partition(".")[0] not in REACHABLE:
        raise CourseError(f"imports {name}, but students have NumPy and nothing else")


def _defined_in(module: str, name: str, directory: Path, roots: set[str]) -> tuple[str, str]:
    """Where a name of a package really comes from: its `__init__.py` may only pass it on."""
    path = source_path(module, directory)
    if path.name != "__init__.py":
        return module, name
    for node in ast.parse(source_text(module, directory)).body:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return _defined_in(node.module, alias.name, directory, roots)
    if importlib.util.find_spec(f"{module}.{name}"):
        return f"{module}.{name}", ""
    return module, name


@dataclass(frozen=True)
class Part:
    """A reference module on its way into a handout.

    Attributes:
        module: its name in the reference.
        path: its file, for messages.
        text: its source, blanked or solved, without markers.
        tree: of the text.
        imports: what of its imports is carried over.
    """

    module: str
    path: Path
    text: str
    tree: ast.Module
    imports: list[Import]

"""The source lines of a step: where a function assigns the variables that the step is about."""

import ast
import functools
import inspect
from pathlib import Path
from types import FunctionType
from typing import Any

_PACKAGE = Path(__file__).parent.parent


@functools.cache
def source_of(function: FunctionType, *variables: str) -> dict[str, Any]:
    """The lines of a function that assign these variables, for the page.

    Args:
        function: a function, or a method as its class defines it.
        variables: names; "return" stands for the return statements.

    Returns:
        {"where": "tinytf/ops/linear.py:36", "lines": [...]}.

    Raises:
        ValueError: the function assigns none of them.
    """
    function = inspect.unwrap(function)
    lines, first = inspect.getsourcelines(function)
    indent = len(lines[0]) - len(lines[0].lstrip())
    tree = ast.parse("".join(line[indent:] if line.strip() else line for line in lines))
    found: dict[int, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and _assigned(node) & set(variables):
            end = node.end_lineno or node.lineno
            found[node.lineno] = [line.rstrip() for line in lines[node.lineno - 1 : end]]
    if not found:
        name = function.__qualname__
        raise ValueError(f"{name}: expected it to assign {', '.join(variables)}, got no such line")
    where = f"{_short(function.__code__.co_filename)}:{first + min(found) - 1}"
    return {"where": where, "lines": [line for at in sorted(found) for line in _flush(found[at])]}


def _assigned(node: ast.stmt) -> set[str]:
    """The names that a statement assigns."""
    if isinstance(node, ast.Assign):
        targets: list[ast.expr] = node.targets
    elif isinstance(node, ast.AnnAssign | ast.AugAssign):
        targets = [node.target]
    elif isinstance(node, ast.Return):
        return {"return"}
    else:
        return set()
    names = [one for target in targets for one in ast.walk(target)]
    return {one.id for one in names if isinstance(one, ast.Name)}


def _flush(lines: list[str]) -> list[str]:
    """The lines without the indentation that they share."""
    indent = min(len(line) - len(line.lstrip()) for line in lines)
    return [line[indent:] for line in lines]


def _short(file: str) -> str:
    """A file's path from the package on."""
    path = Path(file)
    inside = path.is_relative_to(_PACKAGE)
    return f"tinytf/{path.relative_to(_PACKAGE).as_posix()}" if inside else path.name

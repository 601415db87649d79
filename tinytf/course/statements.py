"""The statements of a module with their lines, and the function that each stands in."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tinytf.course.errors import CourseError


@dataclass(frozen=True)
class Statement:
    """One statement.

    Attributes:
        first, last: line numbers from 1, decorators included.
        column: where it begins in its line.
        function: the outermost function around it, with its class: "DecoderLayer.backward"; of a
            statement that is a function itself: what is around that. "" for none.
        block: whether it holds other statements (def, class, if, for, with, try, match).
    """

    first: int
    last: int
    column: int
    function: str
    block: bool


def parse(source: str, name: str) -> ast.Module:
    """The module's syntax tree.

    Raises:
        CourseError: the source is no Python; the message names file and line.
    """
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise CourseError(f"{name}, line {error.lineno}: {error.msg}") from error
    except ValueError as error:  # a zero byte
        raise CourseError(f"{name}: {error}") from error


def statements_of(source: str, name: str) -> list[Statement]:
    """Every statement, in the order in which they begin."""
    found = _statements(parse(source, name).body, "", False)
    return sorted(found, key=lambda statement: (statement.first, -statement.last))


def defined_names(body: list[ast.stmt]) -> Iterator[str]:
    """Names that the statements of a module or class define, imports included."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.With):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                    yield inner.id
        for part in ("body", "orelse", "finalbody"):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from defined_names(getattr(node, part, []))


def _statements(body: list[ast.stmt], around: str, inside: bool) -> Iterator[Statement]:
    for node in body:
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        last = node.end_lineno or node.lineno
        within = _statement_lists(node)
        yield Statement(first, last, node.col_offset, around if inside else "", bool(within))
        deeper, deeper_inside = around, inside
        if not inside and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            deeper = f"{around}.{node.name}" if around else node.name
            deeper_inside = not isinstance(node, ast.ClassDef)
        for inner in within:
            yield from _statements(inner, deeper, deeper_inside)


def _statement_lists(node: ast.stmt) -> list[list[ast.stmt]]:
    """The bodies of a compound statement: those of if and else, of each handler, of each case."""
    lists = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")]
    for part in (*getattr(node, "handlers", []), *getattr(node, "cases", [])):
        lists.append(part.body)
    return [body for body in lists if body]

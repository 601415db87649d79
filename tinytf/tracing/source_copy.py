"""A copy of a function that reports what it does, line by line: how a trace sees local variables.

While a trace is open, every watched function runs such a copy of itself. After each assignment the
copy has one more statement, which shows the recorder the new value; so

    pattern = np.divide(exponentials, total + (total == 0), out=exponentials)

is followed by

    pattern = recorder.assigned(call, "pattern", pattern, 86, 86)

Entering, returning and leaving are reported in the same way, and a sum (`dx = dx_q + dx_k + dx_v`)
reports its terms, because that is where a gradient is put together from several consumers. The
copy keeps file name and line numbers, so debuggers and tracebacks show the source as it stands.
Nothing is left of it when the trace is closed: the function has its own code again.
"""

import ast
import functools
import inspect
import linecache
import tokenize
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from tinytf.tracing.rewriting import RECORDER, Reports

AROUND = "_traced_around"  # a function around the copy, whose variables are the copy's free ones


class TraceError(Exception):
    """Something cannot be traced; the message says what and why."""


def reporting_copy(function: FunctionType, recorder: object, index: int) -> CodeType:
    """The code of `function` with reports to `recorder`.

    Args:
        function: a function written in Python, whose source can be read.
        recorder: gets `entered`, `assigned`, `summed`, `added_to_grad`, `returned` and `left`.
        index: what the recorder knows the function by.

    Raises:
        TraceError: there is no source, or it is not the source of what runs, or the function does
            not run from its beginning to its end (generators, coroutines).
    """
    if function.__code__.co_flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR):
        raise TraceError(
            f"{function.__qualname__}: expected a function that returns, got a generator"
        )
    lines, first = _source(function)
    file = "".join(linecache.getlines(function.__code__.co_filename))
    code = _reporting_code(function.__code__, "".join(lines), first, file, index)
    constants = tuple(recorder if value == RECORDER else value for value in code.co_consts)
    return code.replace(co_consts=constants, co_qualname=function.__code__.co_qualname)


@functools.lru_cache(maxsize=1024)  # a lesson that opens twenty traces waits for one
def _reporting_code(code: CodeType, text: str, first: int, file: str, index: int) -> CodeType:
    """The copy's code, with RECORDER in the place of a recorder.

    Args:
        code: of the function.
        text: its source, from line `first` of a file on.
        file: the whole file's text.
        index: what the recorder knows the function by.
    """
    definition = _parsed(code.co_qualname, text, first)
    _require_same_code(code, definition, file)
    Reports(index).rewrite(definition)
    return _compile(code, definition, file)


def _source(function: FunctionType) -> tuple[list[str], int]:
    """The lines of a function, and the number of the first in its file."""
    try:
        return inspect.getsourcelines(function)
    except (OSError, TypeError, IndexError, SyntaxError, tokenize.TokenError) as error:
        raise _no_source(function.__qualname__, error) from error


def _no_source(name: str, error: Exception) -> TraceError:
    return TraceError(
        f"{name}: expected a function whose source can be read (from a file or a notebook cell), "
        f"got none: {error}"
    )


def _parsed(name: str, text: str, first: int) -> ast.FunctionDef:
    try:
        # An indented method parses as the body of an `if`, which keeps its columns.
        indented = text[0] in " \t"
        statement = ast.parse("if True:\n" * indented + text).body[0]
    except (IndexError, SyntaxError) as error:
        raise _no_source(name, error) from error
    definition = statement.body[0] if indented and isinstance(statement, ast.If) else statement
    if not isinstance(definition, ast.FunctionDef):
        raise TraceError(f"{name}: expected a `def`, got something else")
    ast.increment_lineno(definition, first - 1 - indented)
    definition.decorator_list = []
    return definition


def _compile(code: CodeType, definition: ast.FunctionDef, file: str) -> CodeType:
    """Compile a definition so that its code fits the function's: the same free variables.

    A method is compiled inside a class of the same name: `self.__w` means another name there.
    """
    free, around = code.co_freevars, code.co_qualname.split(".")[:-1]
    inner: ast.stmt = definition
    if around and around[-1] != "<locals>":
        inner = ast.ClassDef(around[-1], [], [], [inner], [])
    arguments = ast.arguments([], [ast.arg(name) for name in free], None, [], [], None, [])
    outer = ast.FunctionDef(AROUND, arguments, [inner], [])
    for node in (inner, outer):
        if hasattr(node, "type_params"):
            node.type_params = []
    module = ast.fix_missing_locations(ast.Module([*_imports(file), outer], type_ignores=[]))
    compiled = compile(module, code.co_filename, "exec", dont_inherit=True)
    names = {AROUND, definition.name, *around[-1:]}
    while compiled.co_name != definition.name:
        inside = (c for c in compiled.co_consts if isinstance(c, CodeType))
        compiled = next(c for c in inside if c.co_name in names)
    return compiled


@functools.cache
def _imports(text: str) -> list[ast.stmt]:
    """A file's imports: Python compiles `np.exp(x)` in another way where np is an imported name."""

    def walk(nodes: list[ast.stmt]) -> Iterator[ast.stmt]:
        for node in nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node
            elif isinstance(node, ast.If | ast.Try | ast.With):
                yield from walk(getattr(node, "body", []))
                yield from walk(getattr(node, "orelse", []))
                for handler in getattr(node, "handlers", []):
                    yield from walk(handler.body)

    try:
        return list(walk(ast.parse(text).body))
    except SyntaxError:  # edited since; whether the function itself was is checked elsewhere
        return []


def _require_same_code(code: CodeType, definition: ast.FunctionDef, file: str) -> None:
    """Raise TraceError unless compiling the source gives what the function runs."""
    if not _same(code, _compile(code, definition, file)):
        raise TraceError(
            f"{code.co_qualname}: expected the source in {code.co_filename} to "
            "be what runs, but it is not (edited since it was imported?); start Python again"
        )


def _same(one: Any, other: Any) -> bool:
    """Whether two constants, or the code of two functions, are the same."""
    if type(one) is not type(other):
        return False
    if isinstance(one, CodeType):
        parts = ("co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars")
        alike = all(getattr(one, part) == getattr(other, part) for part in parts)
        return alike and _same(one.co_consts, other.co_consts)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other if isinstance(one, frozenset) else repr(one) == repr(other)

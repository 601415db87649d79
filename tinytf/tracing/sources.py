"""The source lines that made a tensor, and a word for what they do."""

import ast
import functools
import linecache
from types import FunctionType

from tinytf.tracing.tensors import Source


@functools.cache
def operation(text: str) -> str:
    """A short word for what an assignment computes: the function it calls, "add" and the like."""
    try:
        statement = ast.parse(text).body[0]
    except SyntaxError:  # the head of an `if` or a `for`
        return "assign"
    match getattr(statement, "value", None):
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
        case ast.BinOp(op=operator):
            return type(operator).__name__.lower()
        case ast.Subscript():
            return "select"
    return "assign"


def source_lines(function: FunctionType, line: int, end: int) -> Source:
    """The lines of a function's file from `line` to `end`, their indentation removed."""
    file = function.__code__.co_filename
    lines = [linecache.getline(file, number).rstrip() for number in range(line, end + 1)]
    indent = min((len(one) - len(one.lstrip()) for one in lines if one), default=0)
    return Source(file, line, "\n".join(one[indent:] for one in lines))

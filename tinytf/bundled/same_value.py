"""Whether two Python expressions have the same value, without running any code.

The text is parsed, never evaluated by Python. `_evaluate` walks the tree and knows only what is
listed here: numbers, the variables of `python_phrases`, arithmetic, comparisons, and/or/not,
if-else, a few functions, items of lists, and [... for e in values]. Everything is bounded: the
length of the text, the size of the tree, the size of every value. So the output of a model can be
judged whatever it says.
"""

from __future__ import annotations

import ast
import math
import operator
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from tinytf.bundled.python_phrases import VARIABLES

MAX_LENGTH = 400
MAX_NODES = 200
MAX_VALUE = 10**30

Variables = Mapping[str, Any]

MAX_COMPREHENSIONS = 3


def _assignments() -> tuple[Variables, ...]:
    """Values for every variable, always the same ones: small and large, negative, zero, equal.

    The numbers come from a congruential generator written out here, so that no release of Python or
    NumPy changes them. There are this many because a test such as `a == 12` is False nearly
    everywhere.
    """
    state = 1
    lines: list[Variables] = []
    for line in range(200):
        spread = (5, 25, 41, 250)[line % 4]
        numbers = []
        for _ in range(20):
            state = (1103515245 * state + 12345) % 2**31
            numbers.append((state >> 16) % spread - spread // 3)
        lists = {
            "values": numbers[6 : 7 + line % 4],
            "prices": numbers[10 : 12 + line % 3],
            "scores": numbers[15 : 15 + line % 5],  # sometimes empty
        }
        lines.append({**dict(zip(VARIABLES, numbers, strict=False)), **lists})
    return tuple(lines)


ASSIGNMENTS = _assignments()

_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_UNARY: dict[type, Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_COMPARE: dict[type, Callable[[Any, Any], bool]] = {
    ast.Gt: operator.gt,
    ast.Lt: operator.lt,
    ast.GtE: operator.ge,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "len": len,
    "max": max,
    "min": min,
    "sorted": sorted,
    "sum": sum,
}
# What an expression of the whitelist can raise when it is evaluated.
_FAILURES = (ArithmeticError, IndexError, NameError, TypeError, ValueError)


def same_value(expression: str, reference: str) -> bool:
    """Whether both give the same on every assignment: an equal value, or the same kind of failure.

    True and 1 are different, 2 and 2.0 are too; floats are equal within rounding. An expression
    that is no Python, or uses what is not listed in this module, equals nothing.

    Raises:
        ValueError: the reference is such an expression.
    """
    try:
        expected = _outcomes(reference)
    except _NotListedError as error:
        raise ValueError(f"reference: expected a listed expression, got {reference!r}") from error
    try:
        return all(map(_equal, _outcomes(expression), expected))
    except _NotListedError:
        return False


class _NotListedError(Exception):
    """The text is not an expression that `_evaluate` knows, or it is too large."""


def _outcomes(text: str) -> list[Any]:
    """The outcome on each assignment."""
    tree = _parse(text)
    return [_outcome(tree, variables) for variables in ASSIGNMENTS]


def _parse(text: str) -> ast.expr:
    """The tree of an expression."""
    if len(text) > MAX_LENGTH:
        raise _NotListedError("too long")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as "3if x else y": odd, but Python
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _NotListedError("no Python expression") from error
    nodes = list(ast.walk(tree))
    loops = sum(isinstance(node, ast.ListComp | ast.GeneratorExp) for node in nodes)
    if len(nodes) > MAX_NODES or loops > MAX_COMPREHENSIONS:
        raise _NotListedError("too large")
    return tree


def _outcome(tree: ast.expr, variables: Variables) -> Any:
    """The value, or the class of the failure."""
    try:
        return _evaluate(tree, variables)
    except _FAILURES as failure:
        return type(failure)


def _equal(first: Any, second: Any) -> bool:
    if type(first) is not type(second):
        return False
    if isinstance(first, list):
        return len(first) == len(second) and all(map(_equal, first, second))
    if isinstance(first, float):
        return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12)
    return bool(first == second)


def _evaluate(node: ast.expr, variables: Variables) -> Any:
    """The value of a node. Numbers out of bounds are an OverflowError, as in floats."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return _bounded(value)
        case ast.Name(id=name):
            if name not in variables:
                raise NameError(name)
            return variables[name]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            return _UNARY[type(op)](_evaluate(operand, variables))
        case ast.BinOp(op=ast.Pow(), left=left, right=right):
            return _power(_number(left, variables), _number(right, variables))
        case ast.BinOp(op=op, left=left, right=right) if type(op) in _BINARY:
            operands = _number(left, variables), _number(right, variables)
            return _bounded(_BINARY[type(op)](*operands))
        case ast.BoolOp(op=op, values=values):
            return _all_or_any(isinstance(op, ast.And), values, variables)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
            return _COMPARE[type(op)](_evaluate(left, variables), _evaluate(right, variables))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _evaluate(body if _evaluate(test, variables) else orelse, variables)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*[_evaluate(argument, variables) for argument in args])
        case ast.List(elts=items):
            return [_evaluate(item, variables) for item in items]
        case ast.Subscript(value=items, slice=index):
            values = _evaluate(items, variables)
            if not isinstance(values, list):
                raise TypeError("a number has no items")
            return values[_evaluate(index, variables)]
        case (
            ast.ListComp(elt=item, generators=[loop])
            | ast.GeneratorExp(elt=item, generators=[loop])
        ):
            return _comprehension(item, loop, variables)
    raise _NotListedError(ast.dump(node)[:80])


def _number(node: ast.expr, variables: Variables) -> int | float:
    """A number: lists are not added or multiplied here."""
    value = _evaluate(node, variables)
    if not isinstance(value, int | float):
        raise TypeError("expected a number")
    return value


def _bounded(value: Any) -> Any:
    if isinstance(value, int | float) and abs(value) > MAX_VALUE:
        raise OverflowError("too large")
    return value


def _power(base: int | float, exponent: int | float) -> int | float:
    """base ** exponent, refused before it is computed where it would be too large."""
    if not isinstance(exponent, int):
        raise TypeError("expected an integer exponent")
    if abs(base) > 1 and exponent * math.log10(abs(base)) > math.log10(MAX_VALUE):
        raise OverflowError("too large")
    result: int | float = base ** max(exponent, -1000)
    return result


def _all_or_any(is_and: bool, values: list[ast.expr], variables: Variables) -> Any:
    """Python's and/or: the value that decides, and nothing behind it is evaluated."""
    value: Any = is_and
    for node in values:
        value = _evaluate(node, variables)
        if bool(value) != is_and:
            return value
    return value


def _comprehension(item: ast.expr, loop: ast.comprehension, variables: Variables) -> list[Any]:
    """[item for name in values if test]."""
    if not isinstance(loop.target, ast.Name) or loop.is_async:
        raise _NotListedError("comprehension")
    values = _evaluate(loop.iter, variables)
    if not isinstance(values, list):
        raise TypeError("a number has no items")
    inner = [{**variables, loop.target.id: value} for value in values]
    kept = [these for these in inner if all(_evaluate(test, these) for test in loop.ifs)]
    return [_evaluate(item, these) for these in kept]

"""Lines of the solution that stand somewhere in a handout.

Every line of a marked region is looked for in every file of the handout, whatever the spaces in it
and without its comment. How much a line tells decides where it may stand:

    two operations or more      nowhere: not in code, not in a docstring, not in the README
    one (`y = gamma * normed`)  in prose, where it is the formula that the task is about; in code
                                only where the reference itself leaves the same line unmarked
    none (`y, axis = cache`)    anywhere; so, too, checks (`require_...`), `raise`, the head of a
                                function, and what is shorter than 10 characters

An operation is an operator, a call or an index.
"""

import ast
import io
import keyword
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tinytf.course.assignment import Assignment
from tinytf.course.markers import find_regions
from tinytf.course.statements import parse

_SHORTEST = 10  # characters without spaces
_OPERATORS = {
    *("+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "~"),
    *("<", ">", "<=", ">=", "==", "!="),
    *("+=", "-=", "*=", "/=", "//=", "%=", "**=", "@=", "&=", "|=", "^="),
}
_SAYS_NOTHING = ("def", "class", "@", "raise", "import", "from", "global", "nonlocal", "assert")
_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Leak:
    """A line of the solution in a handout.

    Attributes:
        file, line: where it stands in the handout.
        text: the line of the solution.
        origin: where it comes from, as "softmax.py, line 50".
    """

    file: str
    line: int
    text: str
    origin: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.text!a} is a line of {self.origin}"


def solution_lines(assignment: Assignment) -> dict[str, str]:
    """The lines of all marked regions that tell something -> where they come from."""
    found: dict[str, str] = {}
    unmarked: set[str] = set()
    for module in assignment.modules:
        source, path = assignment.source(module), assignment.path(module)
        regions = find_regions(source, str(path))
        for number, line in enumerate(code_only(source, str(path)), 1):
            squeezed = _squeeze(line)
            if not any(region.first <= number <= region.last for region in regions):
                unmarked.add(squeezed)
            elif operations(line):
                found.setdefault(line.strip(), f"{path.name}, line {number}")
    return {
        line: origin
        for line, origin in found.items()
        if operations(line) > 1 or _squeeze(line) not in unmarked
    }


def find_leaks(files: Mapping[str, str], solution: Mapping[str, str]) -> list[Leak]:
    """Where lines of the solution stand in a handout.

    Args:
        files: path -> text.
        solution: see `solution_lines`.
    """
    leaks = []
    for file, text in files.items():
        everything = _Squeezed(text.split("\n"))
        code = _Squeezed(code_only(text, file) if file.endswith(".py") else _fenced(text))
        for line, origin in solution.items():
            searched = everything if operations(line) > 1 else code
            if number := searched.line_of(line):
                leaks.append(Leak(file, number, line, origin))
    return leaks


def operations(line: str) -> int:
    """How many operations a line of code holds; 0 where it says nothing about a solution."""
    words = [token for token in _tokens(line) if token.string.strip()]
    if len(_squeeze(line)) < _SHORTEST or not words:
        return 0
    first = words[0].string
    if first in _SAYS_NOTHING or first.startswith(("require_", "_require_")):
        return 0
    count = 0
    for before, token in zip([None, *words], words, strict=False):
        if token.string in ("(", "["):
            count += before is not None and _ends_a_value(before)
        else:
            count += token.type == tokenize.OP and token.string in _OPERATORS
    return count


def code_only(source: str, name: str) -> list[str]:
    """The lines of a module, those of comments and docstrings empty; `name` is for messages."""
    lines = source.split("\n")
    for node in ast.walk(parse(source, name)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                lines[number - 1] = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            number, column = token.start
            lines[number - 1] = lines[number - 1][:column]
    return lines


def _ends_a_value(token: tokenize.TokenInfo) -> bool:
    """Whether a bracket behind this token calls or indexes something, and does not just group."""
    if token.type == tokenize.NAME:
        return not keyword.iskeyword(token.string)
    return token.string in (")", "]")


def _tokens(line: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens of one line, which may be part of a longer statement."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(line.strip()).readline)
    except (tokenize.TokenError, IndentationError):
        return  # a bracket that closes in another line


def _fenced(text: str) -> list[str]:
    """The lines of a Markdown text, those outside of ``` blocks empty."""
    lines = [""] * len(text.split("\n"))
    for block in _FENCED.finditer(text):
        start = text.count("\n", 0, block.start())
        for number, line in enumerate(block[0].split("\n"), start):
            lines[number] = line
    return lines


def _squeeze(text: str) -> str:
    return "".join(text.split())


class _Squeezed:
    """A text without any space that knows its lines."""

    def __init__(self, lines: list[str]) -> None:
        squeezed = [_squeeze(line) for line in lines]
        self._text = "".join(squeezed)
        self._numbers = [number for number, line in enumerate(squeezed, 1) for _ in line]

    def line_of(self, line: str) -> int:
        """The number of the first line in which this one begins; 0 where it does not stand."""
        at = self._text.find(_squeeze(line))
        return self._numbers[at] if at >= 0 else 0

"""Marked regions of a reference module: what of it students have to write.

Accepted, with one to three `#` each, and with or without the YOUR:

    # BEGIN SOLUTION              what stands between becomes a blank
    # END SOLUTION
    # BEGIN SOLUTION NO PROMPT    what stands between is removed: helpers that only a solution needs
    # END SOLUTION
    y = 2 * x  # SOLUTION         the statement becomes a blank
    y = 2 * x  # SOLUTION NO PROMPT    the statement is removed
    ### BEGIN YOUR SOLUTION       as above

A marker is a comment; what a text or a docstring says is none. A comment that only resembles a
marker is an error: taken for an ordinary one, it would hand out the solution.
"""

import io
import re
import tokenize
from dataclasses import dataclass

from tinytf.course.errors import CourseError
from tinytf.course.statements import Statement, statements_of

_MARKER = re.compile(r"#{1,3}\s*(?:(BEGIN|END)\s+)?(?:YOUR\s+)?SOLUTION(\s+NO\s+PROMPT)?\s*")
_RESEMBLES = re.compile(
    r"(?<![^\W_])(?:SOLUTIONS?|SOLN)(?![^\W_])"  # as a word of its own, or beside a _
    r"|(?i:(?<![^\W_])(?:begin|end)[\W_]*(?:your[\W_]*)?(?:solutions?|soln)(?![^\W_]))"
)


@dataclass(frozen=True)
class Region:
    """Lines of a module that students do not get.

    Attributes:
        first, last: line numbers from 1, markers included.
        indent: the spaces before the marker.
        prompt: whether a blank stands in its place; otherwise nothing does.
        function: the function it stands in, such as "softmax_forward" or "DecoderLayer.backward";
            "" where it stands in none.
        solution: the lines between the markers, or the marked statement without its marker.
    """

    first: int
    last: int
    indent: str
    prompt: bool
    function: str
    solution: tuple[str, ...]


@dataclass(frozen=True)
class _Marker:
    line: int
    column: int
    keyword: str  # BEGIN, END or, at the end of a statement, nothing
    prompt: bool
    alone: bool  # no code on its line


def find_regions(source: str, name: str) -> list[Region]:
    """The marked regions of a module, from its top to its bottom.

    Args:
        source: the module's text.
        name: of its file, for messages.

    Raises:
        CourseError: the source is no Python; a marker is not closed, nested, stray, misspelt, or
            cuts a statement in two. The message names file and line.
    """
    statements = statements_of(source, name)
    lines = source.split("\n")
    regions: list[Region] = []
    opened: _Marker | None = None
    for marker in _markers(source, name):
        where = f"{name}, line {marker.line}"
        if marker.keyword == "BEGIN":
            if opened:
                raise CourseError(f"{where}: the region begun in line {opened.line} is still open")
            opened = marker
        elif marker.keyword == "END":
            if not opened:
                raise CourseError(f"{where}: END SOLUTION without a BEGIN SOLUTION")
            regions.append(_region(opened, marker, lines, statements, name))
            opened = None
        elif opened:
            raise CourseError(f"{where}: SOLUTION inside the region begun in line {opened.line}")
        else:
            regions.append(_marked_statement(marker, lines, statements, name))
    if opened:
        raise CourseError(f"{name}, line {opened.line}: BEGIN SOLUTION without an END SOLUTION")
    return regions


def _markers(source: str, name: str) -> list[_Marker]:
    markers = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        line, column = token.start
        alone = not token.line[:column].strip()
        where = f"{name}, line {line}"
        match = _MARKER.fullmatch(token.string)
        if not match:
            if _RESEMBLES.search(token.string):
                raise CourseError(f"{where}: {token.string!a} resembles a marker but is none")
            continue
        keyword, no_prompt = match[1] or "", match[2]
        if keyword and not alone:
            raise CourseError(f"{where}: {keyword} SOLUTION must stand on a line of its own")
        if not keyword and alone:
            raise CourseError(f"{where}: SOLUTION stands behind no statement")
        if keyword == "END" and no_prompt:
            raise CourseError(f"{where}: NO PROMPT belongs to BEGIN SOLUTION")
        markers.append(_Marker(line, column, keyword, not no_prompt, alone))
    return markers


def _region(
    begin: _Marker, end: _Marker, lines: list[str], statements: list[Statement], name: str
) -> Region:
    where, ends = f"{name}, line {begin.line}", f"{name}, line {end.line}"
    if begin.column != end.column:
        raise CourseError(f"{ends}: expected the indent of line {begin.line}")
    inside = [s for s in statements if begin.line < s.first < end.line]
    if not inside:
        raise CourseError(f"{where}: no statement in this region")
    for marker in (begin, end):
        if any(s.first < marker.line < s.last and not s.block for s in statements):
            raise CourseError(f"{name}, line {marker.line}: a marker inside a statement")
    if inside[0].column > begin.column:
        raise CourseError(f"{where}: expected the indent of the statement that follows")
    # An `else:` is no statement of its own, so look at every line that begins something.
    continued = {n for s in inside if not s.block for n in range(s.first + 1, s.last + 1)}
    for number in range(begin.line + 1, end.line):
        line = lines[number - 1]
        outside = len(line) - len(line.lstrip()) < begin.column
        if line.strip() and outside and number not in continued:
            raise CourseError(f"{name}, line {number}: leaves the block of line {begin.line}")
    following = next((s for s in statements if s.first > end.line), None)
    if following and following.column > end.column:
        raise CourseError(f"{ends}: the region ends inside a block")
    solution = lines[begin.line : end.line - 1]
    return _checked(begin, end.line, solution, lines, inside[0].function, name)


def _marked_statement(
    marker: _Marker, lines: list[str], statements: list[Statement], name: str
) -> Region:
    where = f"{name}, line {marker.line}"
    statement = next(
        (s for s in statements if s.first <= marker.line <= s.last and not s.block), None
    )
    if statement is None:
        raise CourseError(f"{where}: SOLUTION behind the head of a block; mark what stands in it")
    if lines[statement.first - 1][: statement.column].strip():
        raise CourseError(f"{where}: SOLUTION behind a statement that shares its line")
    if statement.last != marker.line:
        raise CourseError(f"{where}: SOLUTION must stand on the last line of its statement")
    solution = lines[statement.first - 1 : statement.last]
    solution[-1] = solution[-1][: marker.column].rstrip()
    begin = _Marker(statement.first, statement.column, "", marker.prompt, False)
    return _checked(begin, statement.last, solution, lines, statement.function, name)


def _checked(
    begin: _Marker, last: int, solution: list[str], lines: list[str], function: str, name: str
) -> Region:
    if begin.prompt and not function:
        raise CourseError(
            f"{name}, line {begin.line}: a blank outside of a function would end the import; "
            "write NO PROMPT to remove these lines"
        )
    indent = lines[begin.line - 1][: begin.column]
    return Region(begin.line, last, indent, begin.prompt, function, tuple(solution))

"""A module with its marked regions blanked, as students get it, or with the markers alone removed.

A blank stands at its marker's indent:

    # YOUR CODE HERE
    raise NotImplementedError("hw1: softmax_backward")
"""

import ast

from tinytf.course.errors import CourseError
from tinytf.course.markers import Region, find_regions
from tinytf.course.statements import defined_names, parse

PROMPT = "# YOUR CODE HERE"


def blanked(source: str, name: str, assignment: str) -> str:
    """The module as students get it.

    Args:
        source: the module's text.
        name: of its file, for messages.
        assignment: such as "hw1"; stands in each blank.

    Raises:
        CourseError: a marker is wrong; or what is left is no Python, or needs what was removed.
    """
    regions = find_regions(source, name)
    left = _replaced(source, [(region, _blank(region, assignment)) for region in _merged(regions)])
    tree = parse(left, f"{name} without its solution")
    removed = set(defined_names(parse(source, name).body)) - set(defined_names(tree.body))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in removed:
            raise CourseError(
                f"{name}: {node.id} is removed, but what is left needs it: {_line(left, node)}"
            )
    return left


def unmarked(source: str, name: str) -> str:
    """The module with its solution, but without the markers.

    Raises:
        CourseError: a marker is wrong.
    """
    regions = find_regions(source, name)
    return _replaced(source, [(region, list(region.solution)) for region in regions])


def _merged(regions: list[Region]) -> list[Region]:
    """Neighbouring statements that are marked one by one get one blank."""
    merged: list[Region] = []
    for region in regions:
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.prompt
            and region.prompt
            and region.first == last.last + 1
            and (region.indent, region.function) == (last.indent, last.function)
        ):
            lines = (*last.solution, *region.solution)
            merged[-1] = Region(last.first, region.last, last.indent, True, last.function, lines)
        else:
            merged.append(region)
    return merged


def _blank(region: Region, assignment: str) -> list[str]:
    if not region.prompt:
        return []
    error = f'raise NotImplementedError("{assignment}: {region.function}")'
    return [region.indent + PROMPT, region.indent + error]


def _replaced(source: str, changes: list[tuple[Region, list[str]]]) -> str:
    lines = source.split("\n")
    for region, replacement in reversed(changes):
        first, last = region.first - 1, region.last
        if not replacement:  # and the empty lines above, so that no hole is left
            while first and not lines[first - 1].strip():
                first -= 1
        lines[first:last] = replacement
    return "\n".join(lines).rstrip("\n") + "\n"


def _line(source: str, node: ast.Name) -> str:
    return source.split("\n")[node.lineno - 1].strip()

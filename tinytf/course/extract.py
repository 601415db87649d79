"""The student's package: the reference modules in one file, and what these import, ready to use.

hw1/__init__.py
hw1/ops.py              all modules of the assignment, marked regions blanked
hw1/given/arrays.py     what they import, solved: the prerequisites and nothing else
"""

import ast

from tinytf.course.assignment import Assignment
from tinytf.course.blanks import blanked, unmarked
from tinytf.course.errors import CourseError
from tinytf.course.import_lines import rewritten
from tinytf.course.imports import Import, Part, imports_of
from tinytf.course.merging import docstring, merged
from tinytf.course.sources import is_file
from tinytf.course.statements import parse


def student_file(assignment: Assignment) -> str:
    """The one file that students write in: "hw1/ops.py"."""
    return f"{assignment.name}/ops.py"


def package_files(assignment: Assignment, solved: bool = False) -> dict[str, str]:
    """The student's package: path -> text, the same text each time.

    Args:
        assignment: which one.
        solved: with the reference's solution instead of the blanks.

    Raises:
        CourseError: a marker is wrong, or an import cannot be carried over; with file and line.
    """
    parts = _reachable(assignment, solved)
    own = _in_one_file(assignment, parts)
    given = {module: part for module, part in parts.items() if module not in own}
    places = _places(assignment.name, list(given))
    text = merged(assignment, [parts[module] for module in own], places)
    parse(text, student_file(assignment))
    package = assignment.name
    files = {
        f"{package}/__init__.py": docstring(f"{assignment.name}: {assignment.title}.") + "\n",
        student_file(assignment): text,
    }
    if given:
        files[f"{package}/given/__init__.py"] = '"""What your functions may use, ready."""\n'
    for module, part in sorted(given.items()):
        files[places[module].replace(".", "/") + ".py"] = rewritten(part, places)
    return files


def _reachable(assignment: Assignment, solved: bool) -> dict[str, Part]:
    """The assignment's modules and, solved, all of the reference that these import."""
    parts: dict[str, Part] = {}
    waiting = list(assignment.modules)
    while waiting:
        module = waiting.pop(0)
        if module not in parts:
            part = _read(assignment, module, solved or module not in assignment.modules)
            parts[module] = part
            waiting += _needed(part)
    return parts


def _read(assignment: Assignment, module: str, solved: bool) -> Part:
    path, source = assignment.path(module), assignment.source(module)
    file = str(path)
    text = unmarked(source, file) if solved else blanked(source, file, assignment.name)
    tree = parse(text, file)
    dotted = {m.partition(".")[0] for m in assignment.modules if not is_file(m)}
    imports = imports_of(tree, file, assignment.directory, {"tinytf", *dotted})
    return Part(module, path, text, tree, _without_unused_private(imports, tree))


def _without_unused_private(imports: list[Import], tree: ast.Module) -> list[Import]:
    """Without the private names of the reference that only the solution used."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return [i for i in imports if not (i.reference and i.name[:1] == "_" and i.local not in used)]


def _needed(part: Part) -> list[str]:
    return list(dict.fromkeys(one.module for one in part.imports if one.reference))


def _in_one_file(assignment: Assignment, parts: dict[str, Part]) -> list[str]:
    """The modules that become the student's file, in this order.

    Beside those that the assignment names: a module that stands between two of them, because one
    imports it and it imports another. As a file of its own, it and the student's would import each
    other.
    """
    own = set(assignment.modules)
    grown = True
    while grown:
        between = {m for m, part in parts.items() if m not in own and own & {*_needed(part)}}
        own |= between
        grown = bool(between)
    order: list[str] = []

    def add(module: str) -> None:
        if module in own and module not in order:
            for needed in _needed(parts[module]):
                if needed not in assignment.modules:
                    add(needed)
            order.append(module)

    for module in assignment.modules:
        add(module)
    return order


def _places(package: str, modules: list[str]) -> dict[str, str]:
    """Reference module -> where it is given: "hw1.given.arrays", or "hw1.given.ops_arrays"."""
    places = {}
    names = [module.removesuffix(".py").rpartition(".")[2] for module in modules]
    for module, name in zip(modules, names, strict=True):
        if names.count(name) > 1:
            name = "_".join(module.removesuffix(".py").split(".")[-2:])
        places[module] = f"{package}.given.{name}"
    if len(set(places.values())) < len(places):
        raise CourseError(f"modules of the same name are needed: {', '.join(sorted(places))}")
    return places

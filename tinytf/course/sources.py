"""The reference's modules: where their source stands, and the module itself.

A module of the reference is named "tinytf.ops.softmax" (anything that can be imported), or
"my_ops.py": a file beside the assignment's own.
"""

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from tinytf.course.errors import CourseError


def is_file(module: str) -> bool:
    """Whether the name is that of a file beside the assignment."""
    return module.endswith(".py")


def source_path(module: str, directory: Path) -> Path:
    """The file that holds the module's source.

    Raises:
        CourseError: there is none.
    """
    if is_file(module):
        path = directory / module
        if not path.is_file():
            raise CourseError(f"{path}: no such file")
        return path
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        raise CourseError(f"{module}: no such module")
    return Path(spec.origin)


def source_text(module: str, directory: Path) -> str:
    """The module's source.

    Raises:
        CourseError: there is none, or it cannot be read as UTF-8.
    """
    return text_of(source_path(module, directory))


def text_of(path: Path) -> str:
    """The text of a file, without the byte order mark that some editors put before it.

    Raises:
        CourseError: it is not UTF-8; with the line.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        byte = error.object[error.start]
        raise CourseError(
            f"{path}, line {line}: not UTF-8: byte 0x{byte:02x}, {error.reason}"
        ) from error


def load_module(module: str, directory: Path) -> ModuleType:
    """The module, imported; a file beside the assignment may import its neighbours.

    Raises:
        CourseError: it does not exist, or does not run.
    """
    path = source_path(module, directory)
    if not is_file(module):
        try:
            return importlib.import_module(module)
        except Exception as error:
            raise CourseError(f"{module}: {type(error).__name__}: {error}") from error
    name = path.stem
    # Neighbours of the same name from another assignment's directory must not be taken for ours.
    neighbours = [other.stem for other in directory.glob("*.py")]
    before = {other: sys.modules.pop(other) for other in neighbours if other in sys.modules}
    sys.path.insert(0, str(directory))
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise CourseError(f"{path}: {type(error).__name__}: {error}") from error
    finally:
        sys.path.remove(str(directory))
        for other in neighbours:
            sys.modules.pop(other, None)
        sys.modules.update(before)

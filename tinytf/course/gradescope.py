"""The autograder that is uploaded to Gradescope: one zip, the same bytes each time.

setup.sh, run_autograder     what Gradescope runs: once, and for each submission
run_grader.py                grades /autograder/submission into /autograder/results
autograder.json              which assignment, and whether there are hidden tests
tinytf/                      this library
assignment/                  a teacher's own assignment: its toml and the files beside it
hidden.toml                  hidden tests
"""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import tinytf
from tinytf.course.assignment import Assignment
from tinytf.course.errors import CourseError
from tinytf.course.grading.hidden import load_hidden
from tinytf.course.sources import is_file
from tinytf.course.whole_file import require_place, write_whole

_FILES = Path(__file__).parent / "gradescope_files"
_RUN = ("setup.sh", "run_autograder")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold


def write_zip(assignment: Assignment, output: Path, hidden: Path | None = None) -> int:
    """Write the zip; it replaces a file of this name only once it is complete.

    Args:
        assignment: which one.
        output: the zip.
        hidden: the file of the hidden tests.

    Returns:
        The number of files in it.

    Raises:
        CourseError: the assignment needs what a zip cannot hold, the hidden tests are wrong, or the
            zip cannot be written there.
        OSError: the zip cannot be written.
    """
    if hidden is not None:
        load_hidden(hidden, assignment)
    require_place(output)
    entries = dict(_entries(assignment, hidden))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(entries.items()):
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, so that the permissions count
            info.external_attr = (0o100755 if name in _RUN else 0o100644) << 16
            archive.writestr(info, data)
    write_whole(output, content.getvalue())
    return len(entries)


def _entries(assignment: Assignment, hidden: Path | None) -> Iterator[tuple[str, bytes]]:
    for path in _FILES.iterdir():
        if path.is_file():
            yield path.name, path.read_bytes()
    settings = {"assignment": assignment.name}
    package = Path(str(tinytf.__file__)).parent
    for path in package.rglob("*"):
        if path.is_file() and path.parent.name != "__pycache__":
            yield f"tinytf/{path.relative_to(package).as_posix()}", path.read_bytes()
    if not assignment.builtin:
        toml = assignment.toml
        settings["assignment"] = f"assignment/{toml.name}"
        yield f"assignment/{toml.name}", toml.read_bytes()
        for path in assignment.directory.iterdir():
            if path.suffix in (".py", ".md") and path.is_file():
                yield f"assignment/{path.name}", path.read_bytes()
        for module in assignment.modules:
            if not is_file(module) and module.partition(".")[0] != "tinytf":
                raise CourseError(f"{module}: put it beside {toml.name}, to go into the zip, too")
    if hidden is not None:
        settings["hidden"] = "hidden.toml"
        yield "hidden.toml", hidden.read_bytes()
    yield "autograder.json", (json.dumps(settings) + "\n").encode("ascii")

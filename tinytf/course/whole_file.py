"""Writing a file whole or not at all, and finding out in time whether that will be possible."""

import errno
import os
import tempfile
from pathlib import Path

from tinytf.course.errors import CourseError


def require_place(path: Path) -> None:
    """A file can be written there; to be asked before work that takes long.

    Raises:
        CourseError: it cannot.
    """
    if path.is_dir():
        raise CourseError(f"{path}: is a directory; expected the name of a file")
    if not path.parent.is_dir():
        raise CourseError(f"{path}: no such directory: {path.parent}")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".tinytf-"):
            pass
    except OSError as error:
        raise CourseError(f"{path}: cannot be written: {error.strerror or error}") from error


def require_directory_place(directory: Path) -> None:
    """A directory can be made there, or files in it where it exists.

    Raises:
        CourseError: it cannot.
    """
    above = directory.absolute()
    while not above.exists() and not above.is_symlink():
        above = above.parent
    try:
        with tempfile.TemporaryDirectory(dir=above, prefix=".tinytf-"):
            pass
    except OSError as error:
        raise CourseError(f"{directory}: cannot be written: {error.strerror or error}") from error


def write_whole(path: Path, content: bytes) -> None:
    """Write the file beside its place and move it there; it replaces a file of its name.

    Raises:
        OSError: it cannot be written; it names `path`, and nothing has changed there.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    try:
        # a name that nobody can guess: where submissions run, somebody may put a link there
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".tinytf-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error

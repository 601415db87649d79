"""Writing a file whole or not at all."""

import os
from pathlib import Path

from tinytf.cli.parsing import UserError


def write_whole(path: Path, content: bytes) -> None:
    """Write the file, or leave what was there as it is.

    Raises:
        UserError: it cannot be written.
    """
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        try:
            unfinished.write_bytes(content)
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror or error}") from error

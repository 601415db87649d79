"""Writing a file for a reader to read, and the message of the error that it then raises."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinytf.data.errors import DataError


def write(path: Path, data: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return path


def message_of(call: Callable[..., Any], *arguments: Any, **options: Any) -> str:
    """The text of the DataError that the call raises, directories left out of file names."""
    with pytest.raises(DataError) as caught:
        call(*arguments, **options)
    return re.sub(r"(?<!\w)/\S*/", "", str(caught.value))

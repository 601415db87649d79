"""Files as lines: what ends a line, and what is refused."""

import tempfile
from pathlib import Path
from types import ModuleType

from hypothesis import strategies as st

from tests.data.files import message_of, write
from tests.data.strategies import line_breaks, lines
from tests.ops.claims import claim


@claim(wanted=st.lists(lines, min_size=1, max_size=5), end=line_breaks, closed=st.booleans())
def test_what_was_written_is_read(
    module: ModuleType, wanted: list[str], end: str, closed: bool
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = write(Path(directory, "x"), end.join(wanted) + end * closed)
        assert module.read_lines(path) == wanted
        assert module.read_lines(str(path)) == wanted


def test_empty_lines_are_lines(module: ModuleType, tmp_path: Path) -> None:
    path = write(tmp_path / "x", "\na\n\n  b\n\n")
    assert module.read_lines(path) == ["", "a", "", "  b", ""]
    assert module.read_text_file(path) == "\na\n\n  b\n\n"


def test_a_byte_order_mark_is_not_text(module: ModuleType, tmp_path: Path) -> None:
    assert module.read_lines(write(tmp_path / "x", b"\xef\xbb\xbfa\r\nb")) == ["a", "b"]


def test_what_cannot_be_read(module: ModuleType, tmp_path: Path) -> None:
    read = module.read_lines
    assert message_of(read, "") == "data: expected the name of a file, got an empty name"
    missing = message_of(read, tmp_path / "missing.tsv")
    assert missing == "missing.tsv: cannot be read: No such file or directory"
    assert "cannot be read: " in message_of(read, tmp_path)
    assert "null" in message_of(read, "a\0b")
    blank = message_of(read, write(tmp_path / "blank", " \n"))
    assert blank == "blank: expected data, got 2 characters of whitespace"
    latin = message_of(read, write(tmp_path / "latin", b"ok\nM\xe4nner\n"))
    assert latin.startswith("latin: expected UTF-8 text, got the byte 0xe4 in line 2 at byte")

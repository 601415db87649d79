"""Reading text from real files, directories and a real standard input."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given

import tinytf
from tinytf.text.corpus import CorpusError, Skipped, decode_utf8, read_text

from .strategies import unicode_texts

ROOT = Path(tinytf.__file__).parents[1]


def write(path: Path, data: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return path


def skipped_names(root: Path, skipped: tuple[Skipped, ...]) -> dict[str, str]:
    return {Path(item.path).relative_to(root).as_posix(): item.reason for item in skipped}


# --- one file


def test_file(tmp_path: Path) -> None:
    path = write(tmp_path / "anything.train.de", "Zwei M\u00e4nner\nim Freien\n")
    corpus = read_text(path)
    assert corpus.text == "Zwei M\u00e4nner\nim Freien\n"
    assert (corpus.files, corpus.skipped) == ((str(path),), ())
    assert read_text(str(path)) == corpus


@given(unicode_texts)
def test_decode_keeps_everything_but_line_breaks_and_mark(text: str) -> None:
    expected = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assert decode_utf8(text.encode("utf-8"), "x") == expected


def test_line_breaks_and_byte_order_mark(tmp_path: Path) -> None:
    path = write(tmp_path / "windows.txt", b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert read_text(path).text == "one\ntwo\nthree\n"


@pytest.mark.parametrize(
    ("data", "line", "offset", "byte"),
    [
        (b"\xff", 1, 0, "ff"),
        (b"ab\ncd\n\xc3\xa9x\xe9 end", 3, 9, "e9"),
        (b"line\n\xe2\x82", 2, 5, "e2"),
        (b"\xed\xa0\x80", 1, 0, "ed"),
    ],
)
def test_invalid_utf8(tmp_path: Path, data: bytes, line: int, offset: int, byte: str) -> None:
    path = write(tmp_path / "bad.txt", data)
    with pytest.raises(CorpusError) as caught:
        read_text(path)
    expected = f"got the byte 0x{byte} in line {line} at byte offset {offset}"
    assert str(caught.value).startswith(f"{path}: ")
    assert expected in str(caught.value)


@pytest.mark.parametrize("data", ["", "  \n\t\n", "\ufeff"])
def test_no_text(tmp_path: Path, data: str) -> None:
    path = write(tmp_path / "blank.txt", data)
    with pytest.raises(CorpusError, match=r"blank.txt: expected text, got \d+ characters"):
        read_text(path)


def test_missing_and_empty_names(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"missing\.txt: cannot be read: No such file"):
        read_text(tmp_path / "missing.txt")
    with pytest.raises(CorpusError, match="got an empty name"):
        read_text("")
    with pytest.raises(CorpusError, match=r"cannot be read: .*null"):
        read_text("a\0b")
    file = write(tmp_path / "file.txt", "x")
    with pytest.raises(CorpusError, match=r"below: cannot be read: "):
        read_text(file / "below")


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no /dev/null on this system")
def test_a_device_is_refused() -> None:
    # Not /dev/zero: without the check under test it would fill the memory.
    with pytest.raises(CorpusError, match="/dev/null: expected a file or a directory"):
        read_text("/dev/null")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_named_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(CorpusError, match="give - and redirect it"):
        read_text(tmp_path / "pipe.txt")
    write(tmp_path / "a.txt", "a")
    assert skipped_names(tmp_path, read_text(tmp_path).skipped) == {
        "pipe.txt": "not a regular file"
    }


# --- a directory


def test_directory(tmp_path: Path) -> None:
    write(tmp_path / "b.txt", "second without line break")
    write(tmp_path / "a" / "z.PY", "first = 1\n")
    write(tmp_path / "c" / "deep" / "er" / "x.md", "third\r\n")
    write(tmp_path / ".git" / "config.txt", "no")
    write(tmp_path / "c" / "__pycache__" / "x.py", "no")
    write(tmp_path / "c" / ".hidden.txt", "no")
    write(tmp_path / "image.png", b"\x89PNG")
    write(tmp_path / "README", "no")
    write(tmp_path / "empty.txt", " \n")
    write(tmp_path / "latin.txt", b"ok\ncaf\xe9\n")
    corpus = read_text(tmp_path)
    assert corpus.text == "first = 1\nsecond without line break\nthird\n"
    names = [Path(file).relative_to(tmp_path).as_posix() for file in corpus.files]
    assert names == ["a/z.PY", "b.txt", "c/deep/er/x.md"]
    reasons = skipped_names(tmp_path, corpus.skipped)
    latin = reasons.pop("latin.txt")
    assert "0xe9 in line 2 at byte offset 6" in latin
    assert str(tmp_path) not in latin
    assert reasons == {
        ".git": "hidden",
        "README": "no ending",
        "c/.hidden.txt": "hidden",
        "c/__pycache__": "compiled files",
        "empty.txt": "empty",
        "image.png": "ending '.png' is not one of a text",
    }


def test_symbolic_links_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "real" / "a.txt", "a\n")
    try:
        (tmp_path / "real" / "circle").symlink_to(tmp_path, target_is_directory=True)
        (tmp_path / "again.txt").symlink_to(tmp_path / "real" / "a.txt")
        (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere")
    except OSError as error:
        pytest.skip(f"symbolic links cannot be made here: {error}")
    corpus = read_text(tmp_path)
    assert corpus.text == "a\n"
    assert skipped_names(tmp_path, corpus.skipped) == {
        "again.txt": "symbolic link",
        "broken.txt": "symbolic link",
        "real/circle": "symbolic link",
    }
    # A link that was named is what the user asked for.
    assert read_text(tmp_path / "again.txt").text == "a\n"


def test_directory_without_text(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"in this directory, got none \(0 skipped\)"):
        read_text(tmp_path)
    write(tmp_path / "x.bin", b"\x00")
    with pytest.raises(CorpusError, match=r"\(1 skipped; the first: .*x.bin: ending '.bin'"):
        read_text(tmp_path)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may read everything"
)
def test_unreadable_parts_are_skipped_and_named(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "a\n")
    write(tmp_path / "secret.txt", "no").chmod(0)
    write(tmp_path / "closed" / "x.txt", "no").parent.chmod(0)
    corpus = read_text(tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert corpus.text == "a\n"
    assert skipped_names(tmp_path, corpus.skipped) == {
        "closed": "cannot be read: Permission denied",
        "secret.txt": "cannot be read: Permission denied",
    }
    with pytest.raises(CorpusError, match=r"secret.txt: cannot be read: Permission denied"):
        read_text(tmp_path / "secret.txt")


# --- standard input, in a process of its own and with a locale that is not UTF-8

PROGRAM = """
from tinytf.text import read_text
corpus = read_text("-")
print(ascii(corpus.text), corpus.files, corpus.skipped)
"""


def run_with_input(data: bytes) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "latin-1",
        "PYTHONUTF8": "0",
    }
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=data,
        capture_output=True,
        env=environment,
        timeout=60,
        check=False,
    )


def test_standard_input() -> None:
    done = run_with_input("caf\u00e9\r\n".encode())
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().strip() == r"'caf\xe9\n' ('-',) ()"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "standard input: expected text, got 0 characters"),
        (b"a\n\xff", "standard input: expected UTF-8 text, got the byte 0xff in line 2"),
    ],
)
def test_standard_input_errors(data: bytes, message: str) -> None:
    done = run_with_input(data)
    assert done.returncode == 1
    assert message in done.stderr.decode()


def test_a_file_called_dash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "-", "in the file")
    monkeypatch.chdir(tmp_path)
    assert read_text("./-").text == "in the file"

"""The standard library as a text: what is in it, where it is cut, what if it is missing."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from tinytf.text.corpus import CorpusError
from tinytf.text.standard_library import standard_library_text


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small directory in place of the standard library."""
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path / name))
    return tmp_path / "stdlib"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def test_real_library() -> None:
    corpus = standard_library_text(2_000_000)
    assert 1_990_000 < len(corpus.text) <= 2_000_000
    assert corpus.text.isascii()
    assert corpus.text.endswith("\n")
    assert "class AbstractEventLoop" in corpus.text, "packages (asyncio) should be included"
    left_out = {"site-packages", "test", "tests", "idlelib", "lib2to3", "ensurepip", "__pycache__"}
    root = Path(sysconfig.get_path("stdlib"))
    for file in corpus.files:
        parts = Path(file).relative_to(root).parts
        assert left_out.isdisjoint(parts), file
        assert parts[-1].endswith(".py")
    assert standard_library_text(2_000_000) == corpus


def test_less_is_the_beginning_of_more() -> None:
    more = standard_library_text(300_000)
    less = standard_library_text(100_000)
    assert more.text.startswith(less.text)
    assert more.files[: len(less.files)] == less.files


def test_order_and_what_is_left_out(library: Path) -> None:
    write(library / "b.py", "b = 1")
    write(library / "a" / "z.py", "z = 1\r\n")
    write(library / "a" / "tests" / "no.py", "no")
    write(library / "site-packages" / "numpy" / "no.py", "no")
    write(library / "encodings" / "no.py", "no")
    write(library / "_sysconfigdata_linux.py", "no")
    write(library / "notes.txt", "no")
    write(library / "c.py", "# f\u00fcr\n")
    write(library / "d.py", "")
    corpus = standard_library_text(1000)
    assert corpus.text == "z = 1\nb = 1\n"
    assert corpus.files == (str(library / "a" / "z.py"), str(library / "b.py"))
    assert corpus.skipped == (
        (str(library / "c.py"), "not pure ASCII"),
        (str(library / "d.py"), "empty"),
    )


@pytest.mark.parametrize(
    ("max_bytes", "text", "n_files"),
    [
        (1, "o", 1),
        (4, "one\n", 1),
        (7, "one\n", 1),
        (8, "one\ntwo\n", 1),
        (9, "one\ntwo\n", 2),
        (14, "one\ntwo\nthree\n", 2),
        (15, "one\ntwo\nthree\n", 2),
    ],
)
def test_cut_at_a_line_end(library: Path, max_bytes: int, text: str, n_files: int) -> None:
    write(library / "a.py", "one\ntwo\n")
    write(library / "b.py", "three")
    corpus = standard_library_text(max_bytes)
    assert (corpus.text, len(corpus.files)) == (text, n_files)


def test_no_sources(library: Path) -> None:
    with pytest.raises(CorpusError, match=r"expected the sources .*--text"):
        standard_library_text(1000)
    write(library / "compiled.pyc", "no")
    with pytest.raises(CorpusError, match=r"expected the sources .*--text"):
        standard_library_text(1000)


@pytest.mark.parametrize("max_bytes", [0, -1])
def test_bad_size(max_bytes: int) -> None:
    with pytest.raises(
        ValueError, match=f"max_bytes: expected a whole number > 0, got {max_bytes}"
    ):
        standard_library_text(max_bytes)

"""Sentence pairs: round trips, and every way in which a file is not one of pairs."""

import tempfile
from pathlib import Path
from types import ModuleType

from hypothesis import strategies as st

from tests.data.files import message_of, write
from tests.data.strategies import cells, line_breaks, lines
from tests.ops.claims import claim

pairs_of = st.lists(st.tuples(cells, cells), min_size=1, max_size=5)


@claim(wanted=pairs_of, end=line_breaks)
def test_a_table_that_was_written_is_read(
    module: ModuleType, wanted: list[tuple[str, str]], end: str
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        text = end.join(f"{source}\t {target} " for source, target in wanted)
        path = write(Path(directory, "pairs.tsv"), text)
        pairs = module.read_pairs(path)
    assert [(pair.source, pair.target) for pair in pairs] == wanted
    assert [pair.place for pair in pairs] == [f"{path}, line {i + 1}" for i in range(len(wanted))]


@claim(wanted=st.lists(st.tuples(lines, lines), min_size=1, max_size=5), end=line_breaks)
def test_parallel_files_that_were_written_are_read(
    module: ModuleType, wanted: list[tuple[str, str]], end: str
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        sides = list(zip(*wanted, strict=True))
        source = write(Path(directory, "x.en"), end.join(sides[0]) + end)
        target = write(Path(directory, "x.de"), "\n".join(sides[1]))
        pairs = module.read_parallel(str(source), target)
    assert [(pair.source, pair.target) for pair in pairs] == wanted
    assert [pair.place for pair in pairs] == [f"{source}, line {i + 1}" for i in range(len(wanted))]


def test_quotes_are_text(module: ModuleType, tmp_path: Path) -> None:
    path = write(tmp_path / "x.tsv", '"a\t"b"\n')
    assert [(p.source, p.target) for p in module.read_pairs(path)] == [('"a', '"b"')]


def test_not_a_table(module: ModuleType, tmp_path: Path) -> None:
    one, three = write(tmp_path / "one", "a\tb\nc\n"), write(tmp_path / "three", "a\tb\tc\n")
    said = message_of(module.read_pairs, one)
    assert said == "one, line 2: expected 2 columns (source TAB target), got 1: 'c'"
    said = message_of(module.read_pairs, three)
    assert said == "three, line 1: expected 2 columns (source TAB target), got 3: 'a\\tb\\tc'"
    blank = write(tmp_path / "blank", "a\tb\n  \nc\td\n")
    said = message_of(module.read_pairs, blank)
    assert said == "blank, line 2: expected source TAB target, got an empty line"
    no_source = write(tmp_path / "half", "a\tb\r\nc\td\r\n \te\r\n")
    said = message_of(module.read_pairs, no_source)
    assert said == "half, line 3: expected text as source, got an empty column"
    no_target = write(tmp_path / "half", "a\t\n")
    said = message_of(module.read_pairs, no_target)
    assert said == "half, line 1: expected text as target, got an empty column"
    latin = write(tmp_path / "latin", b"a\tb\nc\tM\xe4nner\n")
    assert "latin: expected UTF-8 text, got the byte 0xe4 in line 2" in message_of(
        module.read_pairs, latin
    )


def test_uneven_files(module: ModuleType, tmp_path: Path) -> None:
    short, long = write(tmp_path / "a.en", "one\ntwo\n"), write(tmp_path / "a.de", "1\n2\n3\n4\n")
    said = (
        "a.de, line 3: expected as many lines in both files, got 4 here and 2 in a.en; "
        "the first line without a partner is '3'"
    )
    assert message_of(module.read_parallel, short, long) == said
    assert message_of(module.read_parallel, long, short) == said


def test_an_empty_line_on_one_side(module: ModuleType, tmp_path: Path) -> None:
    full, holed = write(tmp_path / "a.en", "one\ntwo\n"), write(tmp_path / "a.de", "1\n \n")
    said = "a.de, line 2: expected a sentence (the partner of line 2 of a.en), got an empty line"
    assert message_of(module.read_parallel, full, holed) == said
    assert message_of(module.read_parallel, holed, full) == said
    latin = write(tmp_path / "latin", b"a\n\xff\n")
    said = message_of(module.read_parallel, full, latin)
    assert said.startswith("latin: expected UTF-8 text, got the byte 0xff in line 2")

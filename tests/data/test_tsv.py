"""Tables with labels and scores: round trips with and without a header, and what is refused."""

import tempfile
from pathlib import Path
from types import ModuleType

from hypothesis import strategies as st

from tests.data.files import message_of, write
from tests.data.strategies import cells, line_breaks
from tests.ops.claims import claim

HEADER_WORDS = {"text", "sentence", "label", "score", "question", "premise", "quality"}
# Two such words in the first line would be a header.
contents = cells.filter(lambda cell: cell.lower() not in HEADER_WORDS)
finite = st.floats(allow_nan=False, allow_infinity=False)


@claim(
    rows=st.lists(st.tuples(contents, contents, contents), min_size=1, max_size=4), end=line_breaks
)
def test_rows_that_were_written_are_read(
    module: ModuleType, rows: list[tuple[str, str, str]], end: str
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = write(Path(directory, "x"), end.join(f"{a}\t {c} " for a, _, c in rows))
        singles = module.read_examples(path)
        path = write(path, end.join("\t".join(row) for row in rows) + end)
        pairs = module.read_examples(str(path), pairs=True)
    assert [(e.text, e.second, e.label) for e in singles] == [(a, None, c) for a, _, c in rows]
    assert [(e.text, e.second, e.label) for e in pairs] == rows
    places = [f"{path}, line {i + 1}" for i in range(len(rows))]
    assert [e.place for e in singles] == [e.place for e in pairs] == places


@claim(rows=st.lists(st.tuples(contents, contents, finite), min_size=1, max_size=4))
def test_scores_that_were_written_are_read(
    module: ModuleType, rows: list[tuple[str, str, float]]
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "x")
        header = "index\tSentence1\tsentence2\tscore\n"
        write(path, header + "".join(f"7\t{a}\t{b}\t{c!r}\n" for a, b, c in rows))
        pairs = module.read_scored(path, pairs=True)
        write(path, "".join(f"{a}\t{c!r}\n" for a, _, c in rows))
        singles = module.read_scored(path)
    assert [(e.text, e.second, e.score) for e in pairs] == rows
    assert [e.place for e in pairs] == [f"{path}, line {i + 2}" for i in range(len(rows))]
    assert [(e.text, e.second, e.score) for e in singles] == [(a, None, c) for a, _, c in rows]
    assert [e.place for e in singles] == [f"{path}, line {i + 1}" for i in range(len(rows))]


HEADERS = [
    ("sentence\tlabel", "a\t0", ("a", None, "0")),  # SST-2
    ("label\ttext", "yes\ta", ("a", None, "yes")),
    ("index\tquestion\tsentence\tlabel", "0\ta\tb\tyes", ("a", "b", "yes")),  # QNLI
    ("id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate", "0\t1\t2\ta\tb\t0", ("a", "b", "0")),
    ("Quality\t#1 ID\t#2 ID\t#1 String\t#2 String", "1\t7\t8\ta\tb", ("a", "b", "1")),  # MRPC
    ("hypothesis\tpremise\tgold_label", "b\ta\tneutral", ("a", "b", "neutral")),
]


def test_headers(module: ModuleType, tmp_path: Path) -> None:
    for header, line, wanted in HEADERS:
        path = write(tmp_path / "x.tsv", f"{header}\n{line}\n")
        [example] = module.read_examples(path, pairs=wanted[1] is not None)
        assert (example.text, example.second, example.label) == wanted, header
        assert example.place == f"{path}, line 2"


def test_one_known_word_is_no_header(module: ModuleType, tmp_path: Path) -> None:
    path = write(tmp_path / "x", "label\tnoun\nrun\tverb\n")
    assert [(e.text, e.label) for e in module.read_examples(path)] == [
        ("label", "noun"),
        ("run", "verb"),
    ]


def test_quotes_are_text(module: ModuleType, tmp_path: Path) -> None:
    path = write(tmp_path / "x", 'he said "no\t0\n"yes" and\\\t1\n')
    assert [e.text for e in module.read_examples(path)] == ['he said "no', '"yes" and\\']


NOT_ROWS = [
    ("a\tx\nb\n", "x, line 2: expected 2 columns (text TAB label), got 1: 'b'"),
    ("a\tx\nb\tc\ty\n", r"x, line 2: expected 2 columns (text TAB label), got 3: 'b\tc\ty'"),
    ("a\tx\n\nb\tx\n", "x, line 2: expected 2 columns (text TAB label), got an empty line"),
    (" \tx\n", "x, line 1: expected text TAB label, got an empty column 1"),
    ("a\tx\nb\t\n", "x, line 2: expected text TAB label, got an empty column 2"),
    (
        "label\tid\ttext\n1\t\ta\n1\tb\n",
        r"x, line 3: expected the 3 columns of the header, got 2: '1\tb'",
    ),
    ("label\tid\ttext\n1\t2\t\n", "x, line 2: expected text TAB label, got an empty column 3"),
    ("text\tlabel\n", "x: expected examples below the header, got none"),
    (
        "text\tscore\na\t1\n",
        "x, line 1: expected exactly one of label or gold_label or is_duplicate or quality as a "
        "column, got the columns text, score",
    ),
    (
        "question\tsentence\tlabel\na\tb\tc\n",
        "x, line 1: expected exactly one of sentence or text or question as a column, "
        "got the columns question, sentence, label",
    ),
    (
        "text\ttext\tlabel\na\tb\tc\n",
        "x, line 1: expected exactly one of sentence or text or question as a column, "
        "got the columns text, text, label",
    ),
]


def test_not_a_row(module: ModuleType, tmp_path: Path) -> None:
    for text, said in NOT_ROWS:
        assert message_of(module.read_examples, write(tmp_path / "x", text)) == said, text


def test_not_a_pair(module: ModuleType, tmp_path: Path) -> None:
    path = write(tmp_path / "x", "a\tb\n")
    assert message_of(module.read_examples, path, pairs=True) == (
        r"x, line 1: expected 3 columns (text_a TAB text_b TAB label), got 2: 'a\tb'"
    )
    path = write(tmp_path / "x", "a\t\tyes\n")
    assert message_of(module.read_examples, path, pairs=True) == (
        "x, line 1: expected text_a TAB text_b TAB label, got an empty column 2"
    )
    path = write(tmp_path / "x", "sentence\tlabel\na\tb\n")
    assert message_of(module.read_examples, path, pairs=True).startswith(
        "x, line 1: expected exactly one of sentence1 and sentence2 or question1 and question2 or"
    )


def test_no_number(module: ModuleType, tmp_path: Path) -> None:
    for cell in ("yes", "nan", "-inf", "1e999", "0,5"):
        path = write(tmp_path / "x", f"a\t1\nb\t{cell}\n")
        said = f"x, line 2: expected a number as score, got '{cell}'"
        assert message_of(module.read_scored, path) == said
    path = write(tmp_path / "x", "a\t \n")
    said = "x, line 1: expected text TAB score, got an empty column 2"
    assert message_of(module.read_scored, path) == said


def test_not_utf8(module: ModuleType, tmp_path: Path) -> None:
    path = write(tmp_path / "x", b"a\tx\nM\xe4nner\ty\n")
    assert "x: expected UTF-8 text, got the byte 0xe4 in line 2" in message_of(
        module.read_examples, path
    )

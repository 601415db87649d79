"""Tagged tokens: round trips, the two conventions of entity tags, and what is refused."""

import tempfile
from pathlib import Path
from types import ModuleType

from hypothesis import strategies as st

from tests.data.files import message_of, write
from tests.data.strategies import characters, line_breaks
from tests.ops.claims import claim

tokens = st.text(characters, min_size=1, max_size=5).filter(
    lambda token: not set(token) & set(" \t\ufeff") and token != "-DOCSTART-"
)
# The names of entities, and "" for no entity: a sentence as a list of spans.
spans = st.lists(
    st.tuples(st.sampled_from(["", "PER", "LOC"]), st.lists(tokens, min_size=1, max_size=3)),
    min_size=1,
    max_size=5,
)


def tagged(sentence: list[tuple[str, list[str]]], scheme: str) -> list[tuple[str, str]]:
    """Tokens and tags of a list of spans, in IOB1 or IOB2."""
    rows: list[tuple[str, str]] = []
    last = ""
    for name, words in sentence:
        begin = "B-" if scheme == "IOB2" or name == last else "I-"
        rows += [
            (word, (begin if i == 0 else "I-") + name if name else "O")
            for i, word in enumerate(words)
        ]
        last = name
    return rows


def file_of(sentences: list[list[tuple[str, str]]], end: str, gap: str) -> str:
    lines = (f"{token} \t{tag}" for rows in sentences for token, tag in [*rows, ("", "")])
    return end.join(line if line.strip() else gap for line in lines)


@claim(
    text=st.lists(spans, min_size=1, max_size=3), end=line_breaks, gap=st.sampled_from(["", " "])
)
def test_what_was_written_is_read_as_iob2(
    module: ModuleType, text: list[list[tuple[str, list[str]]]], end: str, gap: str
) -> None:
    wanted = [tagged(sentence, "IOB2") for sentence in text]
    for scheme in ("IOB2", "IOB1"):
        written = [tagged(sentence, scheme) for sentence in text]
        with tempfile.TemporaryDirectory() as directory:
            path = write(Path(directory, "x"), file_of(written, end, gap))
            read = module.read_tagged(path)
        came = [list(zip(s.tokens, s.tags, strict=True)) for s in read.sentences]
        assert came == wanted, scheme
        assert read.scheme == ("IOB2" if written == wanted else "IOB1")
        line = 1
        for sentence in read.sentences:
            assert (sentence.file, sentence.line) == (str(path), line)
            line += len(sentence.tokens) + 1


FILE = """\
-DOCSTART- -X- -X- O

EU NNP I-NP B-ORG
rejects VBZ I-VP O


# # I-NP O
-DOCSTART- -X- -X- O
Peter NNP I-NP B-PER
Blackburn NNP I-NP I-PER"""


def test_columns_and_document_marks(module: ModuleType, tmp_path: Path) -> None:
    path = write(tmp_path / "x", FILE)
    text = module.read_tagged(path)
    assert [sentence.tokens for sentence in text.sentences] == [
        ("EU", "rejects"),
        ("#",),
        ("Peter", "Blackburn"),
    ]
    assert [sentence.tags for sentence in text.sentences] == [
        ("B-ORG", "O"),
        ("O",),
        ("B-PER", "I-PER"),
    ]
    assert (text.scheme, text.n_document_marks) == ("IOB2", 2)
    places = [sentence.place_of(0) for sentence in text.sentences]
    assert places == [f"{path}, line {line}" for line in (3, 7, 9)]
    assert text.sentences[2].place_of(1) == f"{path}, line 10"
    parts = module.read_tagged(path, token_column=-4, tag_column=1)
    assert parts.scheme == "plain"
    assert [sentence.tags for sentence in parts.sentences] == [
        ("NNP", "VBZ"),
        ("#",),
        ("NNP", "NNP"),
    ]


def test_iob1(module: ModuleType, tmp_path: Path) -> None:
    """Two neighbours of one kind, then one of another kind, then a sentence's first token."""
    path = write(tmp_path / "x", "a I-X\nb I-X\nc B-X\nd I-X\ne I-Y\nf O\n\ng I-Y\nh B-Y\n")
    text = module.read_tagged(path)
    assert text.scheme == "IOB1"
    assert [sentence.tags for sentence in text.sentences] == [
        ("B-X", "I-X", "B-X", "I-X", "B-Y", "O"),
        ("B-Y", "B-Y"),
    ]


def test_no_entity_at_all(module: ModuleType, tmp_path: Path) -> None:
    assert module.read_tagged(write(tmp_path / "x", "a O\nb O\n")).scheme == "IOB2"


BROKEN = [
    ("a b O\nc O\n", "x, line 2: expected 3 columns as in line 1, got 2: 'c O'"),
    ("\na O\n\nc d O\n", "x, line 4: expected 2 columns as in line 2, got 3: 'c d O'"),
    (
        "a\nb\n",
        "x, line 1: expected a token in column 0 and a tag in column -1 (from 0; -1 is the last), "
        "got 1 columns: 'a'",
    ),
    (
        "a B-X\nb O\nc I-X\nd I-X\n",
        "x, line 3: expected B-X to begin an entity, got I-X after O "
        "(nor is the file IOB1: x, line 1 begins one with B-)",
    ),
    (
        "a B-X\nb I-Y\n",
        "x, line 2: expected B-Y to begin an entity, got I-Y after B-X "
        "(nor is the file IOB1: x, line 1 begins one with B-)",
    ),
    (
        "a O\nb B-X\n\nc I-X\n",
        "x, line 4: expected B-X to begin an entity, got I-X after the start of the sentence "
        "(nor is the file IOB1: x, line 2 begins one with B-)",
    ),
    (  # the first of two mistakes
        "a B-X\nb I-Y\n\nc I-Z\n",
        "x, line 2: expected B-Y to begin an entity, got I-Y after B-X "
        "(nor is the file IOB1: x, line 1 begins one with B-)",
    ),
    ("a B-X\nb E-X\n", "x, line 2: expected the tag O, B-NAME or I-NAME, got 'E-X'"),
    ("a B-X\nb I-\n", "x, line 2: expected the tag O, B-NAME or I-NAME, got 'I-'"),
    ("-DOCSTART- O\n\n", "x: expected tokens with tags, got only -DOCSTART- lines"),
    (" \n\n", "x: expected data, got 3 characters of whitespace"),
]


def test_broken_files(module: ModuleType, tmp_path: Path) -> None:
    for text, said in BROKEN:
        assert message_of(module.read_tagged, write(tmp_path / "x", text)) == said, text


def test_columns_that_are_not_there(module: ModuleType, tmp_path: Path) -> None:
    path = write(tmp_path / "x", "a b O\n")
    for token, tag in ((0, 3), (3, 0), (-4, 0), (0, -4), (0, 0), (2, -1)):
        assert message_of(module.read_tagged, path, token, tag) == (
            f"x, line 1: expected a token in column {token} and a tag in column {tag} "
            "(from 0; -1 is the last), got 3 columns: 'a b O'"
        )


def test_not_utf8(module: ModuleType, tmp_path: Path) -> None:
    path = write(tmp_path / "x", b"a O\nM\xe4nner O\n")
    assert "x: expected UTF-8 text, got the byte 0xe4 in line 2" in message_of(
        module.read_tagged, path
    )

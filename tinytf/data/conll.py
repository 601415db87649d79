"""Tagged tokens in columns, as the CoNLL shared tasks have them: one token a line.

    EU NNP I-NP B-ORG
    rejects VBZ I-VP O

Columns are separated by blanks or tabs, a blank line ends a sentence, and -DOCSTART- lines stand
between documents and are no sentence. "#" is a token like any other: CoNLL-U's comments are not
known here.

Tags of entities come in two conventions. In IOB2, also called BIO, every entity starts with B-; in
IOB1 (the files of CoNLL-2003) with I-, and B- is only for an entity right after another of its
kind. A file is taken as IOB2 where it is valid IOB2, else as IOB1 where it is valid IOB1, and then
turned into IOB2; where it is neither, the first line that IOB2 does not allow is an error. Tags
without B- and I- (parts of speech) are taken as they are.
"""

import os
import re
from dataclasses import dataclass
from typing import Literal

from tinytf.data.errors import DataError, place, shown
from tinytf.data.lines import read_lines

Scheme = Literal["IOB2", "IOB1", "plain"]


@dataclass(frozen=True)
class TaggedSentence:
    """Tokens and one tag for each.

    Attributes:
        tokens, tags: equally long, at least one.
        file, line: where the first token stands; token i stands i lines below.
    """

    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    file: str
    line: int

    def place_of(self, index: int) -> str:
        """Where token `index` stands, for error messages: "train.conll, line 3"."""
        return place(self.file, self.line + index)


@dataclass(frozen=True)
class TaggedText:
    """What `read_tagged` found.

    Attributes:
        sentences: in order; tags of entities are IOB2.
        scheme: what the file has: "IOB1" has been turned into IOB2; "plain" tags are no entities.
        n_document_marks: how many -DOCSTART- lines were passed by.
    """

    sentences: tuple[TaggedSentence, ...]
    scheme: Scheme
    n_document_marks: int


def read_tagged(
    path: str | os.PathLike[str], token_column: int = 0, tag_column: int = -1
) -> TaggedText:
    """Read tokens and tags. Columns count from 0, from the end where negative.

    Raises:
        DataError: the file cannot be read, is not UTF-8 or has no token; a line has not as many
            columns as the first, or less than the token's and the tag's; a tag is in no scheme.
            Names the file and the line.
    """
    name = os.fspath(path)
    sentences: list[TaggedSentence] = []
    tokens: list[str] = []
    tags: list[str] = []
    width: tuple[int, int] | None = None  # of the first token's line, and that line
    n_document_marks = 0
    # One more blank line, so that the last sentence ends like the others.
    for number, line in enumerate([*read_lines(path), ""], start=1):
        columns = re.findall(r"[^ \t]+", line)
        if columns and columns[0] != "-DOCSTART-":
            width = width or (len(columns), number)
            _check_columns(columns, width, (token_column, tag_column), place(name, number))
            tokens.append(columns[token_column])
            tags.append(columns[tag_column])
            continue
        n_document_marks += bool(columns)
        if tokens:
            first = number - len(tokens)
            sentences.append(TaggedSentence(tuple(tokens), tuple(tags), name, first))
            tokens, tags = [], []
    if not sentences:
        raise DataError(f"{name}: expected tokens with tags, got only -DOCSTART- lines")
    scheme = _scheme(sentences)
    if scheme == "IOB1":
        sentences = [_to_iob2(sentence) for sentence in sentences]
    return TaggedText(tuple(sentences), scheme, n_document_marks)


def _check_columns(
    columns: list[str], width: tuple[int, int], used: tuple[int, int], here: str
) -> None:
    n_columns, first_line = width
    line = shown(" ".join(columns))
    # A column too few would make the last one but one the tag, so the number must not change.
    if len(columns) != n_columns:
        raise DataError(
            f"{here}: expected {n_columns} columns as in line {first_line}, "
            f"got {len(columns)}: {line}"
        )
    token, tag = ({*range(n_columns)} & {column, column + n_columns} for column in used)
    if not token or not tag or token == tag:
        raise DataError(
            f"{here}: expected a token in column {used[0]} and a tag in column {used[1]} "
            f"(from 0; -1 is the last), got {n_columns} columns: {line}"
        )


def _scheme(sentences: list[TaggedSentence]) -> Scheme:
    """Which convention the tags follow.

    Raises:
        DataError: tags with B- and I- that follow none.
    """
    tags = {tag for sentence in sentences for tag in sentence.tags}
    is_entity = {tag for tag in tags if re.fullmatch(r"[BI]-.+", tag)}
    if not is_entity and tags != {"O"}:
        return "plain"
    against_iob2: str | None = None
    against_iob1: str | None = None
    for sentence in sentences:
        before = "O"
        for index, tag in enumerate(sentence.tags):
            here = sentence.place_of(index)
            if tag != "O" and tag not in is_entity:
                raise DataError(f"{here}: expected the tag O, B-NAME or I-NAME, got {shown(tag)}")
            continues = tag[2:] == before[2:] and before != "O"
            if tag.startswith("I-") and not continues and against_iob2 is None:
                after = before if index else "the start of the sentence"
                against_iob2 = (
                    f"{here}: expected B-{tag[2:]} to begin an entity, got {tag} after {after}"
                )
            if tag.startswith("B-") and not continues and against_iob1 is None:
                against_iob1 = here
            before = tag
    if against_iob2 is None:
        return "IOB2"
    if against_iob1 is None:
        return "IOB1"
    raise DataError(f"{against_iob2} (nor is the file IOB1: {against_iob1} begins one with B-)")


def _to_iob2(sentence: TaggedSentence) -> TaggedSentence:
    """IOB1 to IOB2: an I- that does not continue an entity becomes B-."""
    before = ("O", *sentence.tags[:-1])
    tags = tuple(
        f"B-{tag[2:]}" if tag.startswith("I-") and tag[2:] != last[2:] else tag
        for tag, last in zip(sentence.tags, before, strict=True)
    )
    return TaggedSentence(sentence.tokens, tags, sentence.file, sentence.line)

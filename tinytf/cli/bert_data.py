"""The documents of `tinytf train bert`: read, cut into sentences, held out for validation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tinytf.bundled import as_document_text, grammar_documents
from tinytf.cli.parsing import UserError
from tinytf.cli.text_source import read_corpus, text_name
from tinytf.data import lines_as_documents, read_documents

# name -> maker of documents that need no download
BUNDLED = {"stories": grammar_documents}

# The options that name the data.
DATA_OPTIONS = ("text", "task", "documents")

Item = TypeVar("Item")


@dataclass(frozen=True)
class BertText:
    """What to pre-train on.

    Attributes:
        text: all of it, which the tokenizer learns its pieces from.
        documents: the same as lists of sentences.
        said: where it comes from, for the user.
    """

    text: str
    documents: list[list[str]]
    said: str


def read_bert_text(options: Mapping[str, Any]) -> BertText:
    """The text that the options name.

    Args:
        options: name of each of DATA_OPTIONS -> what it said, or None.

    Raises:
        UserError: options that do not go together, or a text that cannot be read.
    """
    source, task = options["text"], options["task"]
    if task is not None:
        if source is not None or options["documents"] is not None:
            raise UserError("--task: expected it without --text and --documents, got both")
        documents = BUNDLED[task]()
        return BertText(as_document_text(documents), documents, f"bundled {task}")
    text = read_corpus(source).text
    # Source code is no list of sentences with blank lines where the subject changes.
    form = options["documents"] or ("lines" if source is None else "blank-line")
    documents = lines_as_documents(text) if form == "lines" else read_documents(text)
    return BertText(text, documents, text_name(source))


def split_documents(documents: Sequence[Item]) -> tuple[Sequence[Item], Sequence[Item]]:
    """The last tenth of the documents, but at least two, is kept for validation.

    Raises:
        UserError: fewer than four documents.
    """
    if len(documents) < 4:
        raise UserError(
            f"text: expected at least 4 documents with a blank line between them, 2 of them for "
            f"validation, got {len(documents)}; --documents lines makes documents of about 16 lines"
        )
    n_validation = max(2, len(documents) // 10)
    return documents[:-n_validation], documents[-n_validation:]

"""Bundled items in the file formats that people's data have, as text; `tinytf.data` reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from tinytf.bundled.span_tasks import Asked, Tagged


def as_tsv(header: Sequence[str], rows: Iterable[Sequence[str | float]]) -> str:
    """A header line and a line for each row, a tab between columns."""
    return "".join("\t".join(map(str, row)) + "\n" for row in [header, *rows])


def as_conll(sentences: Iterable[Tagged]) -> str:
    """A line "token tag" for each token, a blank line behind each sentence."""
    return "".join(
        "".join(f"{token} {tag}\n" for token, tag in zip(tokens, tags, strict=True)) + "\n"
        for tokens, tags in sentences
    )


def as_squad(asked: Iterable[Asked]) -> str:
    """JSON as SQuAD v1.1 has it, a paragraph for each question."""
    paragraphs = [
        {
            "context": context,
            "qas": [
                {
                    "id": f"bundled-{number}",
                    "question": question,
                    "answers": [{"text": answer, "answer_start": start}],
                }
            ],
        }
        for number, (context, question, answer, start) in enumerate(asked)
    ]
    data = [{"title": "bundled", "paragraphs": paragraphs}]
    return json.dumps({"version": "1.1", "data": data}, indent=1, ensure_ascii=False)


def as_document_text(documents: Iterable[Iterable[str]]) -> str:
    """One sentence a line, a blank line between documents."""
    return "\n\n".join("\n".join(sentences) for sentences in documents) + "\n"

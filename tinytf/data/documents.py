"""Documents for BERT's pre-training: lists of sentences, out of one text.

Next-sentence prediction needs to know which sentence follows which, and which sentences are of
different documents. Only "\\n" ends a line here. The sentences lose whitespace at their ends, and
nothing else of the text is lost.
"""


def read_documents(text: str) -> list[list[str]]:
    """Documents in BERT's own form: one sentence a line, a blank line between documents.

    Ordinary prose can be read so too: its paragraphs become documents, its lines sentences. A
    paragraph of one line has then no next sentence; see `lines_as_documents`.
    """
    documents: list[list[str]] = [[]]
    for line in text.split("\n"):
        if sentence := line.strip():
            documents[-1].append(sentence)
        elif documents[-1]:
            documents.append([])
    return documents if documents[-1] else documents[:-1]


def lines_as_documents(text: str, n_lines: int = 16) -> list[list[str]]:
    """Documents out of prose or source code that was not written one sentence a line.

    Every line with text counts as a sentence. A document ends at the first blank line after
    `n_lines` of them, so between paragraphs or functions, and after `2 * n_lines` at the latest.

    Raises:
        ValueError: `n_lines` is less than 2: one line has no next one.
    """
    if n_lines < 2:
        raise ValueError(f"n_lines: expected a number >= 2, got {n_lines}")
    documents: list[list[str]] = [[]]
    for line in text.split("\n"):
        sentence = line.strip()
        n_so_far = len(documents[-1])
        if n_so_far == 2 * n_lines or (not sentence and n_so_far >= n_lines):
            documents.append([])
        if sentence:
            documents[-1].append(sentence)
    return documents if documents[-1] else documents[:-1]

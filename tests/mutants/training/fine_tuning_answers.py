"""Mistakes in answers that are spans."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "windows that do not overlap": ("step = max(room // 2, 1)", "step = room"),
    "a window for each token": ("step = max(room // 2, 1)", "step = 1"),
    "the first window only": ("range(0, max(len(pieces) - room, 0) + step, step)", "range(1)"),
    "windows behind the end": (
        "range(0, max(len(pieces) - room, 0) + step, step)",
        "range(0, len(pieces), step)",
    ),
    "the end of the context is lost": (
        "range(0, max(len(pieces) - room, 0) + step, step)",
        "range(0, max(len(pieces) - room, 0) + 1, step)",
    ),
    "special tokens not counted": ("room = max_len - 3", "room = max_len"),
    "the question takes all the room": (
        "tokenizer.encode(question)[: room // 2]",
        "tokenizer.encode(question)[: room - 1]",
    ),
    "the question takes no room": ("room -= len(question_ids)", "pass"),
    "the offset forgets [SEP]": ("len(question_ids) + 2, inside", "len(question_ids) + 1, inside"),
    "context and question exchanged": (
        "join(tokenizer, question_ids, [piece.id for piece in inside])",
        "join(tokenizer, [piece.id for piece in inside], question_ids)",
    ),
    "only pieces that are whole in the answer": (
        "if piece.end > start and piece.start < end",
        "if piece.start >= start and piece.end <= end",
    ),
    "the piece behind the answer too": ("piece.start < end]", "piece.start <= end]"),
    "the piece before the answer too": ("if piece.end > start", "if piece.end >= start"),
    "the first piece only": ("first, last = inside[0], inside[-1]", "first = last = inside[0]"),
    "half an answer": ("and last in window.pieces:", "or last in window.pieces:"),
    "windows without the answer left out": (
        "examples.append(LabelledInput(window.input, target))",
        "if target != (0, 0):\n            examples.append(LabelledInput(window.input, target))",
    ),
    "targets counted in the context": (
        "window.offset + window.pieces.index(first),",
        "window.pieces.index(first),",
    ),
    "answers anywhere": (
        "log_softmax_forward(np.where(allowed, logits, -np.inf))",
        "log_softmax_forward(logits)",
    ),
    "raw scores of the windows compared": (
        "log_probs, _ = log_softmax_forward(np.where(allowed, logits, -np.inf))",
        "log_probs = logits",
    ),
    "the first window's answer": ("if score > best[i][0]:", "if best[i][0] == -np.inf:"),
    "the last window's answer": ("if score > best[i][0]:", "if True:"),
    "the last piece left out": ("window.pieces[last].end", "window.pieces[last].start"),
    "[CLS] counted as context": (
        "inside = slice(window.offset, window.offset + len(window.pieces))",
        "inside = slice(window.offset - 1, window.offset - 1 + len(window.pieces))",
    ),
    "start and end exchanged": (
        "best_span(log_probs[0, inside], log_probs[1, inside]",
        "best_span(log_probs[1, inside], log_probs[0, inside]",
    ),
    "a logarithm for the probability": ("float(np.exp(score))", "float(score)"),
    "the end before the start": ("(length >= 1) & (length <= max_tokens)", "length <= max_tokens"),
    "as long as can be": ("(length >= 1) & (length <= max_tokens)", "length >= 1"),
    "one token too long": ("(length <= max_tokens)", "(length <= max_tokens + 1)"),
    "one token too short": ("(length >= 1)", "(length >= 2)"),
    "row and column exchanged": (
        "first, last = np.unravel_index(",
        "last, first = np.unravel_index(",
    ),
    "an answer without a word": ("if not inside:", "if False:"),
    "an empty context": ("if not pieces:", "if False:"),
}

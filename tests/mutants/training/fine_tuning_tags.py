"""Mistakes in the labels of words."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "every piece has the label": (
        "[label] + [IGNORED] * (len(its_pieces) - 1)",
        "[label] * len(its_pieces)",
    ),
    "the last piece has the label": (
        "[label] + [IGNORED] * (len(its_pieces) - 1)",
        "[IGNORED] * (len(its_pieces) - 1) + [label]",
    ),
    "[CLS] has a label": ("targets = [IGNORED]  # [CLS]", "targets = [0]"),
    "[SEP] has a label": ("[*targets, IGNORED]", "[*targets, 0]"),
    "labels one piece early": ("[*targets, IGNORED]))", "[*targets[1:], IGNORED, IGNORED]))"),
    "labels of the first part again": ("zip(labels[first:], pieces", "zip(labels, pieces"),
    "predictions one token early": ("firsts = 1 + np.cumsum", "firsts = np.cumsum"),
    "predictions of the last pieces": (
        "firsts = 1 + np.cumsum([0, *lengths[:-1]])",
        "firsts = np.cumsum(lengths)",
    ),
    "one piece for each word": (
        "len(its_pieces) for its_pieces in pieces]",
        "1 for its_pieces in pieces]",
    ),
    "predictions of the last part only": (
        "found[i].append(softmax_forward(rows[firsts])[0])",
        "found[i] = [softmax_forward(rows[firsts])[0]]",
    ),
    "the least likely label": ("rows.argmax(axis=-1)", "rows.argmin(axis=-1)"),
    "scores for probabilities": ("softmax_forward(rows[firsts])[0]", "rows[firsts]"),
    "probabilities over the words": (
        "softmax_forward(rows[firsts])[0]",
        "softmax_forward(rows[firsts], axis=0)[0]",
    ),
    "a word without pieces is lost": (
        "[:room] or [tokenizer.unk_id]",
        "[:room]",
    ),
    "a word too long for the model": ("tokenizer.encode(word)[:room]", "tokenizer.encode(word)"),
    "special tokens not counted": ("room = max_len - 2", "room = max_len"),
    "a part too early": ("> room:\n            parts.append", ">= room:\n            parts.append"),
    "every word a part": ("if n_pieces + len(pieces) > room:", "if parts[-1][1]:"),
    "the new part starts full": (
        "parts.append((i, []))\n            n_pieces = 0",
        "parts.append((i, []))",
    ),
    "fewer labels than words": ("if len(labels) != len(words):", "if False:"),
    "no words": ("if not words:", "if False:"),
}

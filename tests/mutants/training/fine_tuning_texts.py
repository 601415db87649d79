"""Mistakes in examples of texts and pairs, and their predictions."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "the second text forgotten": (
        "None if second is None else tokenizer.encode(second)",
        "None",
    ),
    "a second text always": (
        "None if second is None else tokenizer.encode(second)",
        'tokenizer.encode(second or "")',
    ),
    "texts exchanged": (
        "ids = tokenizer.encode(text)",
        "text, second = (second, text) if second else (text, second)\n"
        "    ids = tokenizer.encode(text)",
    ),
    "texts not cut": ("*fit(ids, second_ids, max_len)", "ids, second_ids"),
    "the target forgotten": (
        "text_input(tokenizer, texts, max_len), target)",
        "text_input(tokenizer, texts, max_len), 0)",
    ),
    "logits for probabilities": ("softmax_forward(logits)[0]", "logits"),
    "probabilities over the batch": (
        "softmax_forward(logits)[0]",
        "softmax_forward(logits, axis=0)[0]",
    ),
    "the last batch only": (
        "return np.concatenate(rows) if rows else np.zeros((0, n_labels))",
        "return rows[-1] if rows else np.zeros((0, n_labels))",
    ),
    "the last batch of numbers only": (
        "return np.concatenate(rows) if rows else np.zeros(0)",
        "return rows[-1] if rows else np.zeros(0)",
    ),
    "no texts are an error": (
        "np.concatenate(rows) if rows else np.zeros((0, n_labels))",
        "np.concatenate(rows)",
    ),
}

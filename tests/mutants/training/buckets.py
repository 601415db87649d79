"""Mistakes in the length buckets."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "padding not counted": (
        "(last + 1 - first) * widths[order[last]] > max_tokens",
        "widths[order[first : last + 1]].sum() > max_tokens",
    ),
    "one example too many": (
        "(last + 1 - first) * widths[order[last]] > max_tokens",
        "(last - first) * widths[order[last]] > max_tokens",
    ),
    "a full batch is one too full": (
        "widths[order[last]] > max_tokens",
        "widths[order[last]] >= max_tokens",
    ),
    "the narrowest decides": ("widths[order[last]] >", "widths[order[first]] >"),
    "the first side decides": ("lengths.max(axis=1)  # (N,)", "lengths[:, 0]"),
    "the last batch lost": ("if full or last == len(order):", "if full:"),
    "not sorted": (
        "order = order[np.lexsort((*keys, widths[order]))]",
        "order = order[:]",
    ),
    "sorted by width alone": ("np.lexsort((*keys, widths[order]))", "np.argsort(widths[order])"),
    "keys of the unshuffled order": ("lengths[order, side]", "lengths[:, side]"),
    "batches in order of length": (
        "batches = [batches[i] for i in rng.permutation(len(batches))]",
        "pass",
    ),
    "the same batches in every epoch": (
        "np.arange(len(lengths)) if rng is None else rng.permutation(len(lengths))",
        "np.arange(len(lengths))",
    ),
    "padding in front": ("row[: len(sequence)]", "row[len(row) - len(sequence) :]"),
    "padding is 0": (", padding)\n    for", ", 0)\n    for"),
    "an empty limit accepted": ("if max_tokens < 1:", "if False:"),
    "a bare list of lengths accepted": ("if lengths.ndim != 2:", "if False:"),
}

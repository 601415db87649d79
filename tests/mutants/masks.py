"""Mistakes in the masks."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {}

FORWARD: dict[str, Edit] = {
    "a query does not see itself": ("return key <= query", "return key < query"),
    "aligned top-left": ("query + (n_keys - n_queries)", "query"),
    "aligned by the wrong difference": ("(n_keys - n_queries)", "(n_queries - n_keys)"),
    "the future instead of the past": ("return key <= query", "return key >= query"),
    "numbers in the place of booleans": (
        "return key <= query + (n_keys - n_queries)",
        "return (key <= query + (n_keys - n_queries)).astype(int)",
    ),
    "padding one too long": ("< lengths[:, None]", "<= lengths[:, None]"),
    "padding seen, text hidden": ("< lengths[:, None]", ">= lengths[:, None]"),
    "padding mask for queries": ("mask[:, None, None, :]", "mask[:, None, :, None]"),
    "length above Tk accepted": ("lengths.max() > n_keys", "lengths.max() > n_keys + 1"),
    "negative length accepted": ("lengths.min() < 0 or ", ""),
}

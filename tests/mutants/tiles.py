"""Mistakes in the tiles."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {}

FORWARD: dict[str, Edit] = {
    "the last, shorter tile left out": (
        "range(0, first.size, TILE)",
        "range(0, first.size - TILE + 1, TILE)",
    ),
    "tiles one number too short": ("slice(start, start + TILE)", "slice(start, start + TILE - 1)"),
    "not cut": ("if first.size <= TILE:", "if True:"),
    "float64 whatever came": ("np.empty(first.size, first.dtype)", "np.empty(first.size)"),
    "columns read, rows written": ("array.reshape(-1) for", "array.reshape(-1, order='F') for"),
    "the first array in every place": (
        "for array in flat))",
        "for array in flat[:1] * len(flat)))",
    ),
}

"""Mistakes in the embedding."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "the last duplicate wins": (
        "np.add.reduceat(drows, starts, axis=0)",
        "drows[np.r_[starts[1:], len(drows)] - 1]",
    ),
    "the first duplicate wins": ("np.add.reduceat(drows, starts, axis=0)", "drows[starts]"),
    "`+=` on duplicate ids": (
        "dweight[sorted_ids[starts]] = np.add.reduceat(drows, starts, axis=0)",
        "dweight[sorted_ids] += drows",
    ),
    "duplicates averaged": (
        "np.add.reduceat(drows, starts, axis=0)",
        "np.add.reduceat(drows, starts, axis=0) / np.diff(np.r_[starts, len(drows)])[:, None]",
    ),
    "padding row gets gradient": ("dweight[padding_idx] = 0", "pass"),
    "padding 0 not seen, as it is falsy": ("if padding_idx is not None:", "if padding_idx:"),
    "padding always 0": ("dweight[padding_idx] = 0", "dweight[0] = 0"),
    "rows in the order of dy, not of the ids": (
        ".reshape(-1, weight_shape[1])[order]",
        ".reshape(-1, weight_shape[1])",
    ),
    "divided by the number of ids": (
        "    return dweight\n",
        "    return dweight / max(ids.size, 1)\n",
    ),
    "ids without duplicates assumed": (
        "np.flatnonzero(np.r_[True, sorted_ids[1:] != sorted_ids[:-1]])",
        "np.arange(len(sorted_ids))",
    ),
    "float64 whatever came": ("np.zeros(weight_shape, dy.dtype)", "np.zeros(weight_shape)"),
}

FORWARD: dict[str, Edit] = {
    "rows of the next id": ("return weight[ids]", "return weight[ids - 1]"),
    "a padding row looks like zeros": (
        "return weight[ids]",
        "return weight[ids] * (ids != padding_idx)[..., None]",
    ),
    "ids from behind accepted": ("ids.min() < 0 or ", ""),
    "id V accepted": ("ids.max() >= vocab_size", "ids.max() > vocab_size"),
    "booleans taken for ids": ('ids.dtype.kind not in "iu"', 'ids.dtype.kind not in "iub"'),
    "scaled by the root of D": (
        "return weight[ids]",
        "return weight[ids] * np.sqrt(weight.shape[1]).astype(weight.real.dtype)",
    ),
}

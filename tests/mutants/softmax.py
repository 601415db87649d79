"""Mistakes in softmax and log-softmax."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "no cross term": ("y * (dy - (dy * y).sum(axis=axis, keepdims=True))", "y * dy"),
    "cross term sum(dy), not sum(dy y)": ("(dy * y).sum(axis=axis", "dy.sum(axis=axis"),
    "cross term mean(dy)": ("(dy * y).sum(axis=axis", "dy.mean(axis=axis"),
    "no gradient at all": ("dx: Array = y * (dy -", "dx: Array = 0 * y * (dy -"),
    "cross term over the wrong axis": (
        "(dy * y).sum(axis=axis, keepdims=True)",
        "(dy * y).sum(axis=axis - 1 if axis > -y.ndim else -1, keepdims=True)",
    ),
    "cross term without keepdims": (
        "(dy * y).sum(axis=axis, keepdims=True)",
        "np.resize((dy * y).sum(axis=axis), y.shape)",
    ),
    "cross term added": ("(dy - (dy * y).sum", "(dy + (dy * y).sum"),
    "divided by the size of the first axis": (
        "dx: Array = y * (dy - (dy * y).sum(axis=axis, keepdims=True))",
        "dx: Array = y * (dy - (dy * y).sum(axis=axis, keepdims=True)) / y.shape[0]",
    ),
    "y (1 - y), the diagonal of the Jacobian alone": (
        "y * (dy - (dy * y).sum(axis=axis, keepdims=True))",
        "dy * y * (1 - y)",
    ),
    "last axis whatever the axis": (
        "(dy * y).sum(axis=axis, keepdims=True)",
        "(dy * y).sum(axis=-1, keepdims=True)",
    ),
    "log-softmax: y in the place of exp(y)": ("np.exp(y) * dy.sum", "y * dy.sum"),
    "log-softmax: dy inside the sum weighted": (
        "np.exp(y) * dy.sum(axis=axis, keepdims=True)",
        "np.exp(y) * (dy * np.exp(y)).sum(axis=axis, keepdims=True)",
    ),
    "log-softmax: sum over everything": ("dy.sum(axis=axis, keepdims=True)", "dy.sum()"),
    "log-softmax: divided by the batch": (
        "dy - np.exp(y) * dy.sum(axis=axis, keepdims=True)",
        "(dy - np.exp(y) * dy.sum(axis=axis, keepdims=True)) / y.shape[0]",
    ),
    "dy overwritten": (
        "dx: Array = dy - np.exp(y) * dy.sum(axis=axis, keepdims=True)",
        "dx: Array = dy\n    dx -= np.exp(y) * dy.sum(axis=axis, keepdims=True)",
    ),
}

FORWARD: dict[str, Edit] = {
    "no shift": ("np.exp(x - shift)", "np.exp(x)"),
    "one shift for all rows": (
        "maximum = x.real.max(axis=axis, keepdims=True)\n    shift",
        "maximum = x.real.max(keepdims=True)\n    shift",
    ),
    "summed over everything": ("exponentials.sum(axis=axis, keepdims=True)", "exponentials.sum()"),
    "NaN on rows of -inf": ("np.where(np.isneginf(maximum), 0, maximum)", "maximum"),
    "0 / 0 on rows of -inf": ("np.where(total == 0, 1, total)", "total"),
    "always the last axis": (
        "total = exponentials.sum(axis=axis, keepdims=True)",
        "total = exponentials.sum(axis=-1, keepdims=True)",
    ),
    "float64 whatever came": ("np.exp(x - shift)", "np.exp(np.asarray(x - shift, float))"),
    "imaginary part lost": ("np.exp(x - shift)", "np.exp(x.real - shift)"),
    "log-softmax: logarithm of a softmax that underflows": (
        "y = shifted - log_total",
        "y = np.log(np.exp(shifted - log_total))",
    ),
    "log-softmax: no shift": ("x - x.real.max(axis=axis, keepdims=True)", "x - 0"),
}

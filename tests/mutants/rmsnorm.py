"""Mistakes in root mean square normalisation."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "no projection": (" - normed * (rstd**2 * drstd / n_features)", ""),
    "projection added": ("- normed * (", "+ normed * ("),
    "a mean term, as in layernorm": (
        "dx = rstd * dnormed -",
        "dx = rstd * (dnormed - dnormed.mean(axis=-1, keepdims=True)) -",
    ),
    "gamma forgotten in dx": ("dnormed = dy * gamma\n", "dnormed = dy + 0 * gamma\n"),
    "gamma multiplied last, right at gamma = 1": (
        "dnormed = dy * gamma\n",
        "dnormed = dy\n    rstd = rstd * gamma\n",
    ),
    "projection not divided by D": ("drstd / n_features", "drstd"),
    "d rstd / dx with rstd cubed, as for x": ("rstd**2 *", "rstd**3 *"),
    "d rstd / dx with rstd not squared": ("rstd**2 *", "rstd *"),
    "drstd times rstd": ("dot_last(dnormed, normed) / rstd", "dot_last(dnormed, normed) * rstd"),
    "rstd forgotten": ("return dx, dgamma", "return dx / rstd, dgamma"),
    "dgamma averaged": (
        "normed.reshape(-1, n_features))",
        "normed.reshape(-1, n_features)) / max(dy.size // n_features, 1)",
    ),
    "dgamma times gamma": ("dgamma = np.einsum(", "dgamma = gamma * np.einsum("),
}

FORWARD: dict[str, Edit] = {
    "sum in the place of the mean": ("dot_last(x, x) / x.shape[-1]", "dot_last(x, x)"),
    "eps outside the root": (
        "np.sqrt(mean_square + float(eps))",
        "(np.sqrt(mean_square) + float(eps))",
    ),
    "eps 1e-5": ("eps: float = 1e-6", "eps: float = 1e-5"),
    "mean taken off": (
        "mean_square = dot_last(x, x)",
        "x = x - x.mean(axis=-1, keepdims=True)\n    mean_square = dot_last(x, x)",
    ),
    "1 + gamma, as Gemma stores it": ("    y = gamma * normed\n", "    y = (1 + gamma) * normed\n"),
    "gamma of any shape that broadcasts": (
        'require_shape("gamma", gamma, x.shape[-1])',
        "gamma = np.resize(gamma, x.shape[-1])",
    ),
}

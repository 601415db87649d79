"""Mistakes in layer normalisation."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "no mean term": (" + dmean / n_features", ""),
    "no variance term": (" - normed * (rstd**2 * drstd / n_features)", ""),
    "neither term": (
        " + dmean / n_features - normed * (rstd**2 * drstd / n_features)",
        "",
    ),
    "gamma forgotten in dx": ("dnormed = dy * gamma\n", "dnormed = dy + 0 * gamma\n"),
    "gamma multiplied last, right at gamma = 1": (
        "dnormed = dy * gamma\n",
        "dnormed = dy\n    rstd = rstd * gamma\n",
    ),
    "gamma missing in the variance term": (
        "dot_last(dnormed, normed)",
        "dot_last(dy, normed)",
    ),
    "gamma missing in the mean term": ("sum_last(dnormed)", "sum_last(dy)"),
    "variance term over D - 1": ("drstd / n_features", "drstd / max(n_features - 1, 1)"),
    "mean term not divided by D": ("dmean / n_features", "dmean"),
    "dmean with the wrong sign": ("dmean = -rstd * ", "dmean = rstd * "),
    "dmean without rstd": ("dmean = -rstd * ", "dmean = -"),
    "d rstd / dx with rstd cubed, as for x - mean": ("rstd**2 *", "rstd**3 *"),
    "d rstd / dx with rstd not squared": ("rstd**2 *", "rstd *"),
    "drstd times rstd": ("dot_last(dnormed, normed) / rstd", "dot_last(dnormed, normed) * rstd"),
    "variance term with the wrong sign": ("- normed * (", "+ normed * ("),
    "rstd forgotten": ("return dx, dgamma, dbeta", "return dx / rstd, dgamma, dbeta"),
    "rstd squared": ("return dx, dgamma, dbeta", "return dx * rstd, dgamma, dbeta"),
    "dgamma without normed": (
        'np.einsum("nd,nd->d", dy_rows,',
        'np.einsum("nd,nd->d", dy_rows, 1 + 0 *',
    ),
    "dgamma averaged": (
        'dgamma = np.einsum("nd,nd->d", dy_rows, normed.reshape(-1, n_features))',
        'dgamma = np.einsum("nd,nd->d", dy_rows, normed.reshape(-1, n_features)) / len(dy_rows)',
    ),
    "dbeta averaged": ("dy_rows.sum(axis=0)", "dy_rows.mean(axis=0)"),
    "dbeta times gamma": ("dy_rows.sum(axis=0)", "(dy_rows * gamma).sum(axis=0)"),
    "dy overwritten": ("dnormed = dy * gamma\n", "dy *= gamma\n    dnormed = dy\n"),
}

FORWARD: dict[str, Edit] = {
    "ddof=1": (
        "dot_last(centered, centered) / n_features",
        "dot_last(centered, centered) / max(n_features - 1, 1)",
    ),
    "eps outside the root": ("np.sqrt(variance + float(eps))", "(np.sqrt(variance) + float(eps))"),
    "eps forgotten": ("np.sqrt(variance + float(eps))", "np.sqrt(variance + 1e-300)"),
    "eps 1e-6": ("eps: float = 1e-5", "eps: float = 1e-6"),
    "mean not taken off": ("centered = x - mean", "centered = x - 0 * mean"),
    "variance as mean(x^2) - mean(x)^2": (
        "dot_last(centered, centered) / n_features",
        "dot_last(x, x) / n_features - mean * mean",
    ),
    "beta forgotten": ("else scaled + beta", "else scaled + 0 * beta"),
    "statistics of the whole batch": (
        "mean = sum_last(x) / n_features",
        "mean = np.full_like(x[..., :1], x.mean())",
    ),
    "gamma of shape (1, D) accepted": (
        'require_shape("gamma", gamma, x.shape[-1])',
        "gamma = gamma.reshape(-1)",
    ),
}

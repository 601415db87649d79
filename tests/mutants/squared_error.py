"""Mistakes in the mean squared error."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "factor 2 forgotten": ("2 * dloss / count", "dloss / count"),
    "sum instead of the mean": ("2 * dloss / count", "2 * dloss"),
    "dloss ignored": ("2 * dloss / count", "2 / count"),
    "divided by the rows": ("2 * dloss / count", "2 * dloss / max(len(np.atleast_1d(error)), 1)"),
    "absolute error": ("error * np.asarray", "np.sign(error) * np.asarray"),
    "targets get the sign of the predictions": (
        "return derror, -derror",
        "return derror, derror",
    ),
    "signs exchanged": ("return derror, -derror", "return -derror, derror"),
}

FORWARD: dict[str, Edit] = {
    "sum": ("(error * error).mean()", "(error * error).sum()"),
    "half": ("(error * error).mean()", "0.5 * (error * error).mean()"),
    "absolute values": ("(error * error).mean()", "np.abs(error).mean()"),
    "complex square lost": ("(error * error).mean()", "np.square(np.abs(error)).mean()"),
    "root": ("np.asarray((error * error).mean())", "np.asarray(np.sqrt((error * error).mean()))"),
    "shapes that broadcast": ('require_shape("targets", targets, *predictions.shape)', "pass"),
    "an empty mean": ("if predictions.size == 0:", "if False:"),
}

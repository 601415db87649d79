"""Mistakes in tanh."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "derivative forgotten": ("dy * (1 - y * y)", "dy * 1"),
    "derivative of the sigmoid": ("(1 - y * y)", "(y * (1 - y))"),
    "square forgotten": ("(1 - y * y)", "(1 - y)"),
    "plus for minus": ("(1 - y * y)", "(1 + y * y)"),
    "dy forgotten": ("dx: Array = dy * (1 - y * y)", "dx: Array = 1 - y * y"),
    "x cached for y": ("return y, y", "return y, x"),
}

FORWARD: dict[str, Edit] = {
    "sigmoid": ("np.tanh(x)", "0.5 + 0.5 * np.tanh(0.5 * x)"),
    "the sign turned": ("np.tanh(x)", "np.tanh(-x)"),
    "quotient that overflows": (
        "np.tanh(x)",
        "(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))",
    ),
    "no check of the dtype": ('require_float("x", x)', "pass"),
}

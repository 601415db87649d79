"""Mistakes in SiLU."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "sigmoid alone, half the product rule": (
        "dy * sigmoid * (1 + x * (1 - sigmoid))",
        "dy * sigmoid",
    ),
    "x sigmoid' alone, the other half": ("(1 + x * (1 - sigmoid))", "(x * (1 - sigmoid))"),
    "derivative of the sigmoid": ("(1 + x * (1 - sigmoid))", "(1 - sigmoid)"),
    "1 + x sigmoid": ("x * (1 - sigmoid)", "x * sigmoid"),
    "dy forgotten": ("dx: Array = dy * sigmoid", "dx: Array = sigmoid"),
}

FORWARD: dict[str, Edit] = {
    "sigmoid of -x": ("np.tanh(0.5 * x)", "np.tanh(-0.5 * x)"),
    "tanh of x": ("np.tanh(0.5 * x)", "np.tanh(x)"),
    "exp that overflows": ("0.5 + 0.5 * np.tanh(0.5 * x)", "1 / (1 + np.exp(-x))"),
    "the sigmoid alone": ("return x * sigmoid,", "return sigmoid,"),
    "quick GELU": ("np.tanh(0.5 * x)", "np.tanh(0.851 * x)"),
}

"""Mistakes in ReLU."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "gradient where x was negative": ("dy * positive", "dy * ~positive"),
    "gradient everywhere": ("dy * positive", "dy * 1"),
    "gradient where dy is positive": ("dy * positive", "dy * (dy > 0)"),
    "1 in the place of dy": ("dy * positive", "positive.astype(dy.dtype)"),
    "float64 whatever came": ("dy * positive", "dy.astype(float) * positive"),
    "dy overwritten": (
        "dx: Array = dy * positive",
        "dy *= positive\n    dx: Array = dy",
    ),
}

FORWARD: dict[str, Edit] = {
    "the kink counted as positive": ("x.real > 0", "x.real >= 0"),
    "the sign turned": ("x.real > 0", "x.real < 0"),
    "imaginary part lost": ("x * positive, positive", "x.real * positive, positive"),
    "leaky": ("x * positive, positive", "x * (positive + 0.01 * ~positive), positive"),
    "x overwritten": ("return x * positive, positive", "x *= positive\n    return x, positive"),
}

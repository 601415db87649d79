"""Mistakes in ReLU."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "gradient where x was negative": ("np.where(negative, 0, dy)", "np.where(negative, dy, 0)"),
    "gradient everywhere": ("np.where(negative, 0, dy)", "dy * 1"),
    "gradient where dy is positive": ("np.where(negative, 0, dy)", "np.where(dy <= 0, 0, dy)"),
    "1 in the place of dy": ("np.where(negative, 0, dy)", "(~negative).astype(dy.dtype)"),
    "float64 whatever came": (
        "np.where(negative, 0, dy)",
        "np.where(negative, 0, dy).astype(float)",
    ),
    "dy overwritten": (
        "return np.where(negative, 0, dy)",
        "dy[negative] = 0\n    return dy",
    ),
}

FORWARD: dict[str, Edit] = {
    "the kink counted as positive": ("x.real <= 0", "x.real < 0"),
    "the sign turned": ("x.real <= 0", "x.real > 0"),
    "imaginary part lost": (
        "np.where(negative, 0, x), negative",
        "np.where(negative, 0, x.real), negative",
    ),
    "leaky": ("np.where(negative, 0, x), negative", "np.where(negative, 0.01 * x, x), negative"),
    "NaN becomes 0": ("negative = x.real <= 0", "negative = ~(x.real > 0)"),
    "x overwritten": (
        "return np.where(negative, 0, x), negative",
        "x[negative] = 0\n    return x, negative",
    ),
}

"""Mistakes in ReLU."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "gradient where x was negative": ("return dy * positive", "return dy * ~positive"),
    "gradient everywhere": ("return dy * positive", "return dy * 1"),
    "gradient where dy is positive": ("return dy * positive", "return dy * (dy > 0)"),
    "1 in the place of dy": ("return dy * positive", "return positive.astype(dy.dtype)"),
    "float64 whatever came": ("return dy * positive", "return (dy * positive).astype(float)"),
    "dy overwritten": ("return dy * positive", "dy *= positive\n    return dy"),
}

FORWARD: dict[str, Edit] = {
    "the kink counted as positive": ("x.real > 0", "x.real >= 0"),
    "the sign turned": ("x.real > 0", "x.real <= 0"),
    "imaginary part lost": ("np.maximum(x, 0)", "np.maximum(x.real, 0)"),
    "leaky": ("np.maximum(x, 0)", "np.where(x.real > 0, x, 0.01 * x)"),
    "NaN becomes 0": ("np.maximum(x, 0)", "np.where(positive, x, 0)"),
    "x overwritten": ("np.maximum(x, 0), positive", "np.maximum(x, 0, out=x), positive"),
    "the minimum": ("np.maximum(x, 0)", "np.minimum(x, 0)"),
}

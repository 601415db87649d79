"""Mistakes in rotary positions."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "rotated the wrong way": ("_rotate(dy, cos, -sin)", "_rotate(dy, cos, sin)"),
    "not rotated back": ("_rotate(dy, cos, -sin)", "dy"),
    "cos turned as well": ("_rotate(dy, cos, -sin)", "_rotate(dy, -cos, -sin)"),
    "sin forgotten": ("_rotate(dy, cos, -sin)", "_rotate(dy, cos, 0 * sin)"),
    "halves exchanged": (
        "_rotate(dy, cos, -sin)",
        "_rotate(np.roll(dy, dy.shape[-1] // 2, axis=-1), cos, -sin)",
    ),
}

FORWARD: dict[str, Edit] = {
    "interleaved: feature 2i with 2i + 1": (
        "first, second = np.split(x, 2, axis=-1)",
        "first, second = x[..., 0::2], x[..., 1::2]",
    ),
    "the other way round": ("np.sin(angles)", "np.sin(-angles)"),
    "frequencies without the 2": ("-2 * np.arange", "-1 * np.arange"),
    "frequencies over K/2": ("/ n_features)  #", "/ (n_features // 2))  #"),
    "positions from 1": ("np.asarray(positions)", "(np.asarray(positions) + 1)"),
    "positions ignored": (
        "positions[..., None]",
        "np.arange(x.shape[-2])[..., None]",
    ),
    "base ignored": ("base ** (", "10000.0 ** ("),
    "base 1000": ("base: float = 10000.0", "base: float = 1000.0"),
    "a reflection": ("second * cos + first * sin", "second * cos - first * sin"),
    "angles in the dtype of x": (
        "positions[..., None] * frequencies",
        "positions.astype(x.real.dtype)[..., None] * frequencies.astype(x.real.dtype)",
    ),
    "float64 whatever came": ("np.cos(angles).astype(x.real.dtype)", "np.cos(angles)"),
    "odd K accepted": ("if n_features % 2:", "if False:"),
}

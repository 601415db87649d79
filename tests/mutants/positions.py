"""Mistakes in sinusoidal positions and ALiBi."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {}

FORWARD: dict[str, Edit] = {
    "sines first, then cosines, not in turn": (
        "    return vectors\n",
        "    return np.concatenate([vectors[:, 0::2], vectors[:, 1::2]], axis=1)\n",
    ),
    "sine and cosine exchanged": (
        "vectors[:, 0::2] = np.sin(angles)",
        "vectors[:, 0::2] = np.cos(angles)",
    ),
    "exponent i/D, not 2i/D": (
        "-np.arange(0, d_model, 2) / d_model",
        "-np.arange(0, d_model, 2) / 2 / d_model",
    ),
    "base 1000": ("10000.0 **", "1000.0 **"),
    "positions from 1": ("np.arange(length)[:, None]", "np.arange(1, length + 1)[:, None]"),
    "slopes from 1": ("np.arange(1, power + 1)", "np.arange(power)"),
    "slopes of the next power, cut": (
        "slopes = np.concatenate([slopes[1::2], slopes[0::2]])[:n_heads]",
        "slopes = slopes[:n_heads]",
    ),
    "slopes of H itself where it is no power of two": (
        "while power < n_heads:\n        power *= 2",
        "power = n_heads",
    ),
    "near keys punished": ("-alibi_slopes(n_heads)", "alibi_slopes(n_heads)"),
    "aligned top-left": (" + (n_keys - n_queries)", ""),
    "one slope for all heads": (
        "alibi_slopes(n_heads)[:, None, None]",
        "alibi_slopes(n_heads)[:1, None, None].repeat(n_heads, axis=0)",
    ),
    "no heads accepted": ("if n_heads < 1:", "if n_heads < 0:"),
}

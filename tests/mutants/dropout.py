"""Mistakes in dropout."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "mask ignored": ("dy if keep_scale is None else dy * keep_scale", "dy"),
    "scale forgotten": ("else dy * keep_scale", "else dy * (keep_scale > 0)"),
    "scale squared": ("else dy * keep_scale", "else dy * keep_scale * keep_scale"),
    "a fresh mask": (
        "else dy * keep_scale",
        "else dy * np.random.default_rng(0).permutation(keep_scale.ravel()).reshape(dy.shape)",
    ),
    "gradient where the value was dropped": (
        "else dy * keep_scale",
        "else dy * (keep_scale.max(initial=0) - keep_scale)",
    ),
    "dy overwritten": (
        "return dy if keep_scale is None else dy * keep_scale",
        "if keep_scale is not None:\n        dy *= keep_scale\n    return dy",
    ),
}

FORWARD: dict[str, Edit] = {
    "rescaled by 1 / p": ("1 / (1 - p), x.real", "1 / p, x.real"),
    "rescaled by p": ("np.asarray(1 / (1 - p)", "np.asarray(p"),
    "not rescaled": ("np.asarray(1 / (1 - p)", "np.asarray(1.0"),
    "p kept, 1 - p dropped": (">= p", "< p"),
    "one draw for each row": ("rng.random(x.shape, dtype", "rng.random((*x.shape[:-1], 1), dtype"),
    "one draw for each feature": ("rng.random(x.shape, dtype", "rng.random(x.shape[-1:], dtype"),
    "drops at evaluation too": ("if not training or p == 0:", "if p == 0:"),
    "evaluation scaled by 1 - p": (
        "return x, None",
        "return (x if training else x * (1 - p)), None",
    ),
    "the same draws in every call": (
        "rng.random(x.shape",
        "np.random.default_rng(1).random(x.shape",
    ),
    "another mask in float64": (
        "rng.random(x.shape, dtype=np.float32)",
        "rng.random(x.shape, dtype=x.real.dtype)",
    ),
    "a normal in the place of a uniform draw": (
        "rng.random(x.shape, dtype=np.float32)",
        "rng.standard_normal(x.shape, dtype=np.float32)",
    ),
    "p = 1 accepted": ("if not 0 <= p < 1:", "if not 0 <= p <= 1:"),
    "x overwritten": (
        "return x * keep_scale, keep_scale",
        "x *= keep_scale\n    return x, keep_scale",
    ),
}

"""Mistakes in what every op shares."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {}

FORWARD: dict[str, Edit] = {
    "sum of everything": (
        "x @ np.ones((x.shape[-1], 1), x.dtype)",
        "np.full_like(x[..., :1], x.sum())",
    ),
    "axis lost": ("return np.asarray(dots)[..., None]", "return np.asarray(dots)"),
    "sum in float64 whatever came": (
        "np.ones((x.shape[-1], 1), x.dtype)",
        "np.ones((x.shape[-1], 1))",
    ),
    "complex conjugate": (
        'np.einsum("...n,...n->...", a, b)',
        'np.einsum("...n,...n->...", a.conj(), b)',
    ),
    "a squared": ("np.vecdot(a, b)", "np.vecdot(a, a)"),
    "a squared where complex": (
        'np.einsum("...n,...n->...", a, b)',
        'np.einsum("...n,...n->...", a, a)',
    ),
    "integers taken for floats": ('x.dtype.kind not in "fc"', 'x.dtype.kind not in "fciu"'),
    "complex numbers refused": ('x.dtype.kind not in "fc"', 'x.dtype.kind not in "f"'),
    "size 1 accepted for every size": (
        "want is None or want == size",
        "want is None or want == size or want == 8",
    ),
    "number of axes not looked at": (
        "matches = x.ndim == len(expected)",
        "matches = True",
    ),
    "any size refused": ("want is None or want == size", "want == size"),
}

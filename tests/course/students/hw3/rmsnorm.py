"""hw3, rmsnorm: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import right, wrong

RMSNORM = """
def rmsnorm_forward(x, gamma, eps=1e-6):
    rms = np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + eps)
    return x / rms * gamma, (x, gamma, rms)

def rmsnorm_backward(dy, cache):
    x, gamma, rms = cache
    D = x.shape[-1]
    xhat = x / rms
    dgamma = (dy * xhat).reshape(-1, D).sum(0)
    g = dy * gamma
    dx = g / rms - x * (g * x).sum(-1, keepdims=True) / (D * rms**3)
    return dx, dgamma
"""

RMSNORM_SHORT = """
def rmsnorm_forward(x, gamma, eps=1e-6):
    inv = 1.0 / np.sqrt((x * x).sum(axis=-1, keepdims=True) / x.shape[-1] + eps)
    xhat = inv * x
    return gamma * xhat, [xhat, inv, gamma]

def rmsnorm_backward(dy, cache):
    xhat, inv, gamma = cache
    dxhat = gamma * dy
    dx = inv * (dxhat - xhat * np.mean(dxhat * xhat, axis=-1, keepdims=True))
    return dx, (dy * xhat).sum(axis=tuple(range(dy.ndim - 1)))
"""

_RMS_DX = "dx = g / rms - x * (g * x).sum(-1, keepdims=True) / (D * rms**3)"

RIGHT = right(
    ("rmsnorm", "from x", RMSNORM),
    ("rmsnorm", "from xhat", RMSNORM_SHORT),
)

WRONG = wrong(
    (
        "rmsnorm",
        "dx * inv**2",
        RMSNORM_SHORT,
        ("dx = inv * (", "dx = inv**2 * ("),
        "dx divides by the mean square",
    ),
    ("rmsnorm", "sum", RMSNORM, ("np.mean(x**2", "np.sum(x**2"), "sum for the mean"),
    (
        "rmsnorm",
        "std",
        RMSNORM,
        ("np.mean(x**2, axis=-1, keepdims=True)", "x.var(axis=-1, keepdims=True)"),
        "variance for the mean square",
    ),
    (
        "rmsnorm",
        "centred",
        RMSNORM,
        ("    rms =", "    x = x - x.mean(-1, keepdims=True)\n    rms ="),
        "mean subtracted",
    ),
    (
        "rmsnorm",
        "eps beside the root",
        RMSNORM_SHORT,
        (
            "np.sqrt((x * x).sum(axis=-1, keepdims=True) / x.shape[-1] + eps)",
            "(np.sqrt((x * x).mean(axis=-1, keepdims=True)) + eps)",
        ),
        "eps outside the root",
    ),
    ("rmsnorm", "no eps", RMSNORM_SHORT, (" + eps)", ")"), "eps forgotten"),
    ("rmsnorm", "no projection", RMSNORM, (_RMS_DX, "dx = g / rms"), "no projection"),
    ("rmsnorm", "no D", RMSNORM, ("/ (D * rms**3)", "/ rms**3"), "projection not divided by D"),
    (
        "rmsnorm",
        "squared only",
        RMSNORM,
        ("/ (D * rms**3)", "/ (D * rms**2)"),
        "x for normed in the projection",
    ),
    (
        "rmsnorm",
        "as layernorm",
        RMSNORM_SHORT,
        ("(dxhat - xhat", "(dxhat - dxhat.mean(-1, keepdims=True) - xhat"),
        "a mean term",
    ),
    (
        "rmsnorm",
        "gamma not in g",
        RMSNORM,
        ("g = dy * gamma", "g = dy"),
        "gamma forgotten in dx",
    ),
    (
        "rmsnorm",
        "no division",
        RMSNORM_SHORT,
        ("dx = inv * (", "dx = ("),
        "rstd forgotten in dx",
    ),
    (
        "rmsnorm",
        "dgamma from x",
        RMSNORM,
        ("(dy * xhat).reshape", "(dy * x).reshape"),
        "dgamma from x",
    ),
    (
        "rmsnorm",
        "dgamma mean",
        RMSNORM,
        (".reshape(-1, D).sum(0)", ".reshape(-1, D).mean(0)"),
        "dgamma averaged",
    ),
    ("rmsnorm", "plus", RMSNORM, ("- x * (g", "+ x * (g"), "projection added"),
)

"""hw3, layernorm: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import right, wrong

LAYERNORM = """
def layernorm_forward(x, gamma, beta, eps=1e-5):
    mu = x.mean(-1, keepdims=True)
    var = x.var(-1, keepdims=True)
    std = np.sqrt(var + eps)
    xhat = (x - mu) / std
    y = gamma * xhat
    if beta is not None:
        y = y + beta
    return y, {"x": x, "mu": mu, "xhat": xhat, "std": std, "gamma": gamma, "beta": beta}

def layernorm_backward(dy, cache):
    xhat, std, gamma = cache["xhat"], cache["std"], cache["gamma"]
    rows = tuple(range(dy.ndim - 1))
    dgamma = np.sum(dy * xhat, axis=rows)
    dbeta = None
    if cache["beta"] is not None:
        dbeta = np.sum(dy, axis=rows)
    g = dy * gamma
    mean_g = g.mean(-1, keepdims=True)
    mean_gx = (g * xhat).mean(-1, keepdims=True)
    dx = (g - mean_g - xhat * mean_gx) / std
    return dx, dgamma, dbeta
"""

# cs231n's way: every intermediate value, one after the other
LAYERNORM_STEPS = """
def layernorm_forward(x, gamma, beta, eps=1e-5):
    D = x.shape[-1]
    mu = np.sum(x, axis=-1, keepdims=True) / D
    xc = x - mu
    var = np.sum(xc ** 2, axis=-1, keepdims=True) / D
    inv = (var + eps) ** -0.5
    xhat = xc * inv
    y = xhat * gamma + (0 if beta is None else beta)
    return y, (xc, var, inv, xhat, gamma, eps, beta)

def layernorm_backward(dy, cache):
    xc, var, inv, xhat, gamma, eps, beta = cache
    D = dy.shape[-1]
    flat = dy.reshape(-1, D)
    dgamma = (flat * xhat.reshape(-1, D)).sum(0)
    dbeta = flat.sum(0) if beta is not None else None
    dxhat = dy * gamma
    dinv = (dxhat * xc).sum(-1, keepdims=True)
    dvar = dinv * -0.5 * (var + eps) ** -1.5
    dxc = dxhat * inv + dvar * 2 * xc / D
    dmu = -dxc.sum(-1, keepdims=True)
    return dxc + dmu / D, dgamma, dbeta
"""

LAYERNORM_JACOBIAN = """
def layernorm_forward(x, gamma, beta, eps=1e-5):
    centred = x - np.mean(x, axis=-1)[..., None]
    std = np.sqrt(np.mean(centred**2, axis=-1) + eps)[..., None]
    y = gamma * (centred / std)
    return (y if beta is None else y + beta), (centred / std, std, gamma, beta is None)

def layernorm_backward(dy, cache):
    normed, std, gamma, no_beta = cache
    d = gamma.size
    jacobian = np.eye(d) - 1 / d - normed[..., :, None] * normed[..., None, :] / d
    dx = np.einsum("...ij,...j->...i", jacobian / std[..., None], dy * gamma)
    dgamma = np.einsum("nd,nd->d", dy.reshape(-1, d), normed.reshape(-1, d))
    return dx, dgamma, None if no_beta else np.einsum("nd->d", dy.reshape(-1, d))
"""

_DX = "dx = (g - mean_g - xhat * mean_gx) / std"

RIGHT = right(
    ("layernorm", "means of g", LAYERNORM),
    ("layernorm", "step by step", LAYERNORM_STEPS),
    ("layernorm", "by its Jacobian", LAYERNORM_JACOBIAN),
)

WRONG = wrong(
    (
        "layernorm",
        "ddof",
        LAYERNORM,
        ("x.var(-1, keepdims=True)", "x.var(-1, keepdims=True, ddof=1)"),
        "ddof=1",
    ),
    (
        "layernorm",
        "eps beside the root",
        LAYERNORM,
        ("np.sqrt(var + eps)", "np.sqrt(var) + eps"),
        "eps outside the root",
    ),
    ("layernorm", "no eps", LAYERNORM, ("np.sqrt(var + eps)", "np.sqrt(var)"), "eps forgotten"),
    ("layernorm", "no root", LAYERNORM, ("np.sqrt(var + eps)", "var + eps"), "root forgotten"),
    (
        "layernorm",
        "axis 0",
        LAYERNORM,
        ("x.mean(-1, ", "x.mean(0, ", "x.var(-1, ", "x.var(0, "),
        "statistics over axis 0",
    ),
    (
        "layernorm",
        "everything",
        LAYERNORM,
        ("x.mean(-1, keepdims=True)", "x.mean()", "x.var(-1, keepdims=True)", "x.var()"),
        "statistics over everything",
    ),
    (
        "layernorm",
        "mean left in",
        LAYERNORM,
        ("(x - mu) / std", "x / std"),
        "mean not subtracted",
    ),
    (
        "layernorm",
        "rmsnorm",
        LAYERNORM_STEPS,
        ("xc = x - mu", "xc = x"),
        "rmsnorm for layernorm",
    ),
    ("layernorm", "no beta", LAYERNORM, ("y = y + beta", "pass"), "beta forgotten"),
    (
        "layernorm",
        "no gamma",
        LAYERNORM,
        ("y = gamma * xhat", "y = 1.0 * xhat"),
        "gamma forgotten in the forward",
    ),
    (
        "layernorm",
        "no mean term",
        LAYERNORM,
        (_DX, "dx = (g - xhat * mean_gx) / std"),
        "no mean term",
    ),
    (
        "layernorm",
        "no variance term",
        LAYERNORM,
        (_DX, "dx = (g - mean_g) / std"),
        "no variance term",
    ),
    (
        "layernorm",
        "constants",
        LAYERNORM,
        (_DX, "dx = g / std"),
        "neither mean nor variance term",
    ),
    (
        "layernorm",
        "no dvar",
        LAYERNORM_STEPS,
        ("dxhat * inv + dvar * 2 * xc / D", "dxhat * inv"),
        "no variance term",
    ),
    (
        "layernorm",
        "no dmu",
        LAYERNORM_STEPS,
        ("return dxc + dmu / D", "return dxc"),
        "no mean term",
    ),
    (
        "layernorm",
        "dmu without D",
        LAYERNORM_STEPS,
        ("return dxc + dmu / D", "return dxc + dmu"),
        "mean term not divided by D",
    ),
    (
        "layernorm",
        "dvar without D",
        LAYERNORM_STEPS,
        ("dvar * 2 * xc / D", "dvar * 2 * xc"),
        "variance term not divided by D",
    ),
    (
        "layernorm",
        "gamma not in g",
        LAYERNORM,
        ("g = dy * gamma", "g = dy"),
        "gamma forgotten in dx",
    ),
    (
        "layernorm",
        "gamma last",
        LAYERNORM,
        ("g = dy * gamma", "g = dy", _DX, f"{_DX} * gamma"),
        "gamma multiplied last",
    ),
    (
        "layernorm",
        "dy in the first mean",
        LAYERNORM,
        ("mean_g = g.mean", "mean_g = dy.mean"),
        "gamma missing in the mean term",
    ),
    (
        "layernorm",
        "dy in the second mean",
        LAYERNORM,
        ("(g * xhat).mean", "(dy * xhat).mean"),
        "gamma missing in the variance term",
    ),
    (
        "layernorm",
        "sums",
        LAYERNORM,
        ("mean_g = g.mean", "mean_g = g.sum", "(g * xhat).mean", "(g * xhat).sum"),
        "sums for means",
    ),
    (
        "layernorm",
        "plus",
        LAYERNORM,
        ("- xhat * mean_gx", "+ xhat * mean_gx"),
        "variance term with the wrong sign",
    ),
    (
        "layernorm",
        "no division",
        LAYERNORM,
        (") / std\n    return dx", ")\n    return dx"),
        "rstd forgotten in dx",
    ),
    (
        "layernorm",
        "dgamma from x",
        LAYERNORM,
        ("np.sum(dy * xhat, ", 'np.sum(dy * cache["x"], '),
        "dgamma from x",
    ),
    (
        "layernorm",
        "dgamma from x - mu",
        LAYERNORM,
        ("np.sum(dy * xhat, ", 'np.sum(dy * (cache["x"] - cache["mu"]), '),
        "dgamma from x - mean",
    ),
    (
        "layernorm",
        "dgamma is dbeta",
        LAYERNORM,
        ("np.sum(dy * xhat, axis", "np.sum(dy, axis"),
        "dgamma without normed",
    ),
    (
        "layernorm",
        "dgamma mean",
        LAYERNORM,
        ("np.sum(dy * xhat", "np.mean(dy * xhat"),
        "dgamma averaged",
    ),
    (
        "layernorm",
        "dbeta mean",
        LAYERNORM,
        ("dbeta = np.sum", "dbeta = np.mean"),
        "dbeta averaged",
    ),
    (
        "layernorm",
        "dx / std**2",
        LAYERNORM,
        ("xhat * mean_gx) / std", "xhat * mean_gx) / std**2"),
        "dx divides by the variance",
    ),
    (
        "layernorm",
        "dgamma axis 0",
        LAYERNORM,
        ("np.sum(dy * xhat, axis=rows)", "np.sum(dy * xhat, axis=0)"),
        "dgamma over axis 0 only",
    ),
    (
        "layernorm",
        "dbeta axis 0",
        LAYERNORM,
        ("np.sum(dy, axis=rows)", "np.sum(dy, axis=0)"),
        "dbeta over axis 0 only",
    ),
    (
        "layernorm",
        "one pass",
        LAYERNORM,
        ("x.var(-1, keepdims=True)", "(x**2).mean(-1, keepdims=True) - mu**2"),
        "variance as mean(x^2) - mean(x)^2",
    ),
)

"""hw3 as students write it: right in other words, and wrong in the classical ways.

Written without the reference's source: other caches, other spelling, and each mistake as it would
stand in such code.
"""

from tests.course.variants import Variant, edited

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

RESIDUAL = """
def residual_forward(x, norm, sublayer, norm_position, dropout, rng):
    if norm_position == "pre":
        h, c_norm = norm.forward(x)
        f, c_sub = sublayer(h)
        f, c_drop = dropout_forward(f, dropout, rng, rng is not None)
        return x + f, dict(norm=c_norm, sub=c_sub, drop=c_drop)
    f, c_sub = sublayer(x)
    f, c_drop = dropout_forward(f, dropout, rng, rng is not None)
    y, c_norm = norm.forward(x + f)
    return y, dict(norm=c_norm, sub=c_sub, drop=c_drop)

def residual_backward(dy, norm, sublayer_backward, norm_position, cache):
    dmem = None
    if norm_position == "pre":
        df = dropout_backward(dy, cache["drop"])
        dh = sublayer_backward(df, cache["sub"])
        if isinstance(dh, tuple):
            dh, dmem = dh
        dx = dy + norm.backward(dh, cache["norm"])
    else:
        ds = norm.backward(dy, cache["norm"])
        df = dropout_backward(ds, cache["drop"])
        dh = sublayer_backward(df, cache["sub"])
        if isinstance(dh, tuple):
            dh, dmem = dh
        dx = ds + dh
    if dmem is None:
        return dx
    return dx, dmem
"""

RESIDUAL_SHORT = """
def residual_forward(x, norm, sublayer, norm_position, dropout, rng):
    pre = norm_position == "pre"
    inner, c1 = norm.forward(x) if pre else (x, None)
    out, c2 = sublayer(inner)
    out, c3 = (out, None) if rng is None else dropout_forward(out, dropout, rng)
    out = out + x
    if not pre:
        out, c1 = norm.forward(out)
    return out, (c1, c2, c3)

def residual_backward(dy, norm, sublayer_backward, norm_position, cache):
    c1, c2, c3 = cache
    pre = norm_position == "pre"
    skip = dy if pre else norm.backward(dy, c1)
    back = sublayer_backward(skip if c3 is None else dropout_backward(skip, c3), c2)
    inner, *rest = back if type(back) is tuple else (back,)
    through = norm.backward(inner, c1) if pre else inner
    dx = through + skip
    return (dx, *rest) if rest else dx
"""

# exercise, name, code
_RIGHT = (
    ("layernorm", "means of g", LAYERNORM),
    ("layernorm", "step by step", LAYERNORM_STEPS),
    ("layernorm", "by its Jacobian", LAYERNORM_JACOBIAN),
    ("rmsnorm", "from x", RMSNORM),
    ("rmsnorm", "from xhat", RMSNORM_SHORT),
    ("residual", "two branches", RESIDUAL),
    ("residual", "in one line of steps", RESIDUAL_SHORT),
)

_DX = "dx = (g - mean_g - xhat * mean_gx) / std"
_RMS_DX = "dx = g / rms - x * (g * x).sum(-1, keepdims=True) / (D * rms**3)"

# exercise, name, right code, (old, new, ...), the mistake's name in the catalogue
_WRONG = (
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
    ("layernorm", "mean left in", LAYERNORM, ("(x - mu) / std", "x / std"), "mean not subtracted"),
    ("layernorm", "rmsnorm", LAYERNORM_STEPS, ("xc = x - mu", "xc = x"), "rmsnorm for layernorm"),
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
    ("layernorm", "constants", LAYERNORM, (_DX, "dx = g / std"), "neither mean nor variance term"),
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
    ("layernorm", "dbeta mean", LAYERNORM, ("dbeta = np.sum", "dbeta = np.mean"), "dbeta averaged"),
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
    ("rmsnorm", "gamma not in g", RMSNORM, ("g = dy * gamma", "g = dy"), "gamma forgotten in dx"),
    ("rmsnorm", "no division", RMSNORM_SHORT, ("dx = inv * (", "dx = ("), "rstd forgotten in dx"),
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
    (
        "residual",
        "no x",
        RESIDUAL_SHORT,
        ("out = out + x", "pass"),
        "skip path lost in the forward",
    ),
    ("residual", "h + f", RESIDUAL, ("return x + f", "return h + f"), "skip path from the norm"),
    (
        "residual",
        "exchanged",
        RESIDUAL_SHORT,
        (
            'pre = norm_position == "pre"\n    inner',
            'pre = norm_position == "post"\n    inner',
            'pre = norm_position == "pre"\n    skip',
            'pre = norm_position == "post"\n    skip',
        ),
        "pre and post exchanged",
    ),
    (
        "residual",
        "no skip",
        RESIDUAL_SHORT,
        ("dx = through + skip", "dx = through"),
        "skip path lost",
    ),
    (
        "residual",
        "skip only",
        RESIDUAL_SHORT,
        ("dx = through + skip", "dx = skip"),
        "sub-layer's path lost",
    ),
    (
        "residual",
        "half",
        RESIDUAL_SHORT,
        ("dx = through + skip", "dx = 0.5 * (through + skip)"),
        "averaged over both paths",
    ),
    (
        "residual",
        "dy in post",
        RESIDUAL,
        ("dx = ds + dh", "dx = dy + dh"),
        "skip path past the post-norm",
    ),
    (
        "residual",
        "no norm in pre",
        RESIDUAL,
        ('dx = dy + norm.backward(dh, cache["norm"])', "dx = dy + dh"),
        "pre-norm's backward skipped",
    ),
    (
        "residual",
        "no norm in post",
        RESIDUAL,
        ('ds = norm.backward(dy, cache["norm"])', "ds = dy"),
        "post-norm's backward skipped",
    ),
    (
        "residual",
        "sum through pre",
        RESIDUAL,
        (
            'dx = dy + norm.backward(dh, cache["norm"])',
            'dx = norm.backward(dy + dh, cache["norm"])',
        ),
        "skip path through the pre-norm",
    ),
    (
        "residual",
        "no dropout backward",
        RESIDUAL_SHORT,
        ("skip if c3 is None else dropout_backward(skip, c3)", "skip"),
        "dropout's backward skipped",
    ),
    (
        "residual",
        "no dropout",
        RESIDUAL_SHORT,
        ("(out, None) if rng is None else dropout_forward(out, dropout, rng)", "(out, None)"),
        "no dropout",
    ),
    (
        "residual",
        "memory exchanged",
        RESIDUAL,
        ("return dx, dmem", "return dmem, dx"),
        "dx and dmemory exchanged",
    ),
    (
        "residual",
        "memory dropped",
        RESIDUAL,
        ("    if dmem is None:\n        return dx\n    return dx, dmem", "    return dx"),
        "dmemory lost",
    ),
    (
        "residual",
        "backward exchanged",
        RESIDUAL_SHORT,
        ('pre = norm_position == "pre"\n    skip', 'pre = norm_position != "pre"\n    skip'),
        "pre and post exchanged in the backward",
    ),
)

_START = "import numpy as np\n"  # not every module of the reference imports it

RIGHT = tuple(Variant(exercise, name, code=_START + code) for exercise, name, code in _RIGHT)
WRONG = tuple(
    Variant(exercise, name, code=_START + edited(code, *edits), mistake=mistake)
    for exercise, name, code, edits, mistake in _WRONG
)

"""hw3, residual: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import right, wrong

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

RIGHT = right(
    ("residual", "two branches", RESIDUAL),
    ("residual", "in one line of steps", RESIDUAL_SHORT),
)

WRONG = wrong(
    (
        "residual",
        "no x",
        RESIDUAL_SHORT,
        ("out = out + x", "pass"),
        "skip path lost in the forward",
    ),
    (
        "residual",
        "h + f",
        RESIDUAL,
        ("return x + f", "return h + f"),
        "skip path from the norm",
    ),
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

"""hw1 as students write it."""

from tests.course.variants import Variant

# --- pieces --------------------------------------------------------------------------------------

CROSS_ENTROPY = """
def cross_entropy_forward(logits, targets, ignore_index=-100, label_smoothing=0.0):
    V = logits.shape[-1]
    flat, t = logits.reshape(-1, V), targets.reshape(-1)
    keep = t != ignore_index
    flat, t = flat[keep], t[keep]
    n = len(t)
    z = flat - flat.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    want = np.full(logp.shape, label_smoothing / V)
    want[np.arange(n), t] += 1 - label_smoothing
    loss = float(-(want * logp).sum() / n) if n else 0.0
    return loss, (logits.shape, keep, logp, want, t)
"""
CROSS_ENTROPY_BACKWARD = """
def cross_entropy_backward(dloss, cache):
    shape, keep, logp, want, t = cache
    out = np.zeros((len(keep), shape[-1]))
    if len(logp):
        out[keep] = (np.exp(logp) - want) * dloss / len(logp)
    return out.reshape(shape)
"""


def softmax(name: str, backward: str, mistake: str | None = None, says: str = "") -> Variant:
    """The student's own right forward, and this body of the backward."""
    body = "\n".join(f"    {line}" for line in backward.strip().splitlines())
    code = f"{SAFE_SOFTMAX}\ndef softmax_backward(dy, cache):\n    p, axis = cache\n{body}\n"
    return Variant("softmax", name, code, mistake=mistake, says=says)


SAFE_SOFTMAX = """
def softmax_forward(x, axis=-1):
    top = x.max(axis=axis, keepdims=True)
    top[top == -np.inf] = 0.0
    e = np.exp(x - top)
    s = e.sum(axis=axis, keepdims=True)
    p = np.divide(e, s, out=np.zeros_like(e), where=s > 0)
    return p, (p, axis)
"""


def softmax_forward(
    name: str, body: str, mistake: str | tuple[str, ...], says: str = ""
) -> Variant:
    """This body of the forward, and a right backward."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    code = f"def softmax_forward(x, axis=-1):\n{lines}\n    return p, (p, axis)\n"
    return Variant("softmax", name, code, mistake=mistake, says=says)


def log_softmax(
    name: str, forward: str = "", backward: str = "", mistake: str | None = None, says: str = ""
) -> Variant:
    """A body of log_softmax's forward or backward; what is not given is right."""
    forward = forward or "m = x.max(axis, keepdims=True)\n" + (
        "out = x - (m + np.log(np.sum(np.exp(x - m), axis, keepdims=True)))"
    )
    backward = backward or "return dy - np.exp(out) * np.sum(dy, axis, keepdims=True)"
    f = "\n".join(f"    {line}" for line in forward.strip().splitlines())
    b = "\n".join(f"    {line}" for line in backward.strip().splitlines())
    code = (
        f"def log_softmax_forward(x, axis=-1):\n{f}\n    return out, (out, axis, x)\n"
        f"def log_softmax_backward(dy, cache):\n    out, axis, x = cache\n{b}\n"
    )
    return Variant("log_softmax", name, code, mistake=mistake, says=says)


def cross_entropy(
    name: str,
    *edits: tuple[str, str],
    mistake: str | tuple[str, ...] | None = None,
    says: str = "",
) -> Variant:
    """The student's right cross-entropy with something else in it."""
    code = CROSS_ENTROPY + CROSS_ENTROPY_BACKWARD
    for old, new in edits:
        assert code.count(old) == 1, (name, old)
        code = code.replace(old, new)
    return Variant("cross_entropy", name, code, mistake=mistake, says=says)


# --- right ---------------------------------------------------------------------------------------

RIGHT = (
    softmax("plain", "return p * dy - p * np.sum(p * dy, axis=axis, keepdims=True)"),
    softmax(
        "a Jacobian for each row",
        """
p2 = np.moveaxis(p, axis, -1)
d2 = np.moveaxis(dy, axis, -1)
out = np.empty_like(p2)
for place in np.ndindex(p2.shape[:-1]):
    row = p2[place]
    out[place] = (np.diag(row) - np.outer(row, row)).T @ d2[place]
return np.moveaxis(out, -1, axis)
""",
    ),
    softmax(
        "einsum, not contiguous",
        """
p2, d2 = np.moveaxis(p, axis, 0), np.moveaxis(dy, axis, 0)
return np.moveaxis(p2 * (d2 - np.einsum("i...,i...->...", p2, d2)), 0, axis)
""",
    ),
    Variant(
        "softmax",
        "through log-sum-exp, recomputed in the backward",
        """
def softmax_forward(x, axis=-1):
    return _probabilities(x, axis), {"scores": x, "axis": axis}

def _probabilities(x, axis):
    with np.errstate(all="ignore"):
        total = np.logaddexp.reduce(x, axis=axis, keepdims=True)
        return np.where(np.isneginf(total), 0.0, np.exp(x - total))

def softmax_backward(dy, cache):
    p = _probabilities(cache["scores"], cache["axis"])
    g = p * dy
    return g - p * g.sum(cache["axis"], keepdims=True)
""",
    ),
    Variant(
        "softmax",
        "the forward called once in the backward",
        """
_first = softmax_forward

def softmax_forward(x, axis=-1):
    return _first(x, axis)[0], (x, axis)

def softmax_backward(dy, cache):
    y, _ = softmax_forward(*cache)
    return y * (dy - np.sum(dy * y, cache[1], keepdims=True))
""",
    ),
    log_softmax("plain, log_softmax"),
    log_softmax(
        "logaddexp",
        "out = x - np.logaddexp.reduce(x, axis=axis, keepdims=True)",
        """
p = np.exp(x - np.max(x, axis, keepdims=True))
p = p / p.sum(axis, keepdims=True)
return dy - p * dy.sum(axis, keepdims=True)
""",
    ),
    log_softmax(
        "rows in a loop",
        """
rows = np.moveaxis(x, axis, -1)
out = np.zeros(rows.shape)
for i in np.ndindex(rows.shape[:-1]):
    r = rows[i] - max(rows[i])
    out[i] = r - np.log(np.exp(r).sum())
out = np.moveaxis(out, -1, axis)
""",
    ),
    cross_entropy("one-hot rows of the real targets"),
    cross_entropy(
        "a 0-d array", ("float(-(want * logp).sum() / n)", "np.array(-(want * logp).sum() / n)")
    ),
    Variant(
        "cross_entropy",
        "indices, and log_softmax from the module",
        """
def cross_entropy_forward(logits, targets, ignore_index=-100, label_smoothing=0.0):
    V = logits.shape[-1]
    lp, _ = log_softmax_forward(logits.reshape(-1, V))
    t = targets.ravel()
    rows = np.flatnonzero(t != ignore_index)
    t = t[rows]
    chosen, spread = lp[rows, t], lp[rows].sum(-1) / V
    total = ((1 - label_smoothing) * chosen + label_smoothing * spread).sum()
    return -total / max(len(rows), 1), (lp, rows, t, label_smoothing, logits.shape)

def cross_entropy_backward(dloss, cache):
    lp, rows, t, s, shape = cache
    dlp = np.full((len(rows), shape[-1]), -s / shape[-1])
    dlp[np.arange(len(rows)), t] -= 1 - s
    dlp *= dloss / max(len(rows), 1)
    out = np.zeros(lp.shape)
    out[rows] = dlp - np.exp(lp[rows]) * dlp.sum(-1, keepdims=True)
    return out.reshape(shape)
""",
    ),
)

# --- wrong ---------------------------------------------------------------------------------------

WRONG = (
    softmax("no cross term", "return dy * p", "no cross term"),
    softmax(
        "sum(dy)",
        "return p * (dy - np.sum(dy, axis=axis, keepdims=True))",
        "cross term with sum(dy)",
    ),
    softmax(
        "sum over the last axis",
        "s = np.einsum('...i,...i->...', dy, p)[..., None]\nreturn p * (dy - s)",
        "last axis in the backward",
    ),
    softmax("elementwise", "return p * (1 - p) * dy", "diagonal only"),
    softmax(
        "no keepdims", "return p * (dy - np.sum(dy * p, axis=axis))", "no keepdims in the backward"
    ),
    softmax(
        "log-softmax's backward",
        "return dy - p * dy.sum(axis, keepdims=True)",
        "log-softmax's backward",
    ),
    softmax("plus", "g = dy * p\nreturn g + p * g.sum(axis, keepdims=True)", "cross term added"),
    softmax(
        "over everything",
        "g = dy * p\nreturn g - p * np.sum(g)",
        "sum over everything in the backward",
    ),
    softmax(
        "mean over the batch",
        "g = dy * p\nreturn (g - p * g.sum(axis, keepdims=True)) / len(p)",
        "divided by the rows",
    ),
    softmax("no dy", "return p - p ** 2", "dy not used"),
    softmax("nothing returned", "g = dy * p", None, "returns None for dx"),
    softmax(
        "transposed",
        "g = dy * p\nreturn (g - p * g.sum(axis, keepdims=True)).T",
        None,
        "it is the transpose of what is expected",
    ),
    softmax(
        "a third of it",
        "g = dy * p\nreturn (g - p * g.sum(axis, keepdims=True)) / 3",
        None,
        "yours / expected is 0.333333333",
    ),
    softmax(
        "dy changed",
        "dy *= p\nreturn dy - p * dy.sum(axis, keepdims=True)",
        None,
        "softmax_backward changes its input dy",
    ),
    softmax(
        "float32",
        "q = p.astype(np.float32)\ng = q * dy.astype(np.float32)\n"
        "return g - q * g.sum(axis, keepdims=True)",
        None,
        "dx has dtype float32, expected float64",
    ),
    softmax(
        "not written",
        'raise NotImplementedError("hw1: softmax_backward")',
        None,
        "softmax_backward is not written yet",
    ),
    softmax("a wrong name", "return p * (dY - 1)", None, "softmax_backward raises NameError"),
    Variant(
        "softmax",
        "finite differences",
        """
def softmax_forward(x, axis=-1):
    top = x.max(axis=axis, keepdims=True)
    top[top == -np.inf] = 0.0
    e = np.exp(x - top)
    s = e.sum(axis=axis, keepdims=True)
    p = np.divide(e, s, out=np.zeros_like(e), where=s > 0)
    return p, (x, axis)

def softmax_backward(dy, cache):
    x, axis = cache
    dx = np.zeros_like(x)
    for i in range(x.size):
        up, down = x.copy(), x.copy()
        up.flat[i] += 1e-6
        down.flat[i] -= 1e-6
        change = softmax_forward(up, axis)[0] - softmax_forward(down, axis)[0]
        dx.flat[i] = (change * dy).sum() / 2e-6
    return dx
""",
        says="finite differences",
    ),
    Variant(
        "softmax",
        "another result each time",
        "_rng = np.random.default_rng(0)\n"
        + SAFE_SOFTMAX.replace("return p,", "p = p + _rng.normal(size=p.shape)\n    return p,"),
        says="two calls with the same inputs give different y",
    ),
    softmax_forward(
        "overflow", "e = np.exp(x)\np = e / np.sum(e, axis=axis, keepdims=True)", "no shift"
    ),
    softmax_forward(
        "one maximum",
        "e = np.exp(x - np.max(x))\np = e / np.sum(e, axis=axis, keepdims=True)",
        "one maximum for all rows",
    ),
    softmax_forward(
        "-inf",
        "e = np.exp(x - np.max(x, axis=axis, keepdims=True))\np = e / e.sum(axis, keepdims=True)",
        "NaN on rows of -inf",
    ),
    softmax_forward(
        "axis not used",
        "e = np.exp(x - x.max(-1, keepdims=True))\np = e / e.sum(-1, keepdims=True)",
        ("NaN on rows of -inf", "last axis in the forward"),
    ),
    softmax_forward(
        "sum over all",
        "e = np.exp(x - x.max())\np = e / e.sum()",
        ("everything over all entries", "NaN on rows of -inf"),
    ),
    softmax_forward(
        "x changed",
        "x -= x.max(axis, keepdims=True)\ne = np.exp(x)\np = e / e.sum(axis, keepdims=True)",
        "NaN on rows of -inf",
        "softmax_forward changes its input x",
    ),
    Variant(
        "softmax",
        "both",
        "def softmax_forward(x, axis=-1):\n    e = np.exp(x)\n"
        "    p = e / e.sum(axis, keepdims=True)\n    return p, p\n"
        "def softmax_backward(dy, p):\n    return p * dy\n",
        mistake=("no shift", "no cross term"),
    ),
    log_softmax(
        "log of softmax",
        "e = np.exp(x - x.max(axis, keepdims=True))\nout = np.log(e / e.sum(axis, keepdims=True))",
        "",
        "logarithm of a softmax",
    ),
    log_softmax(
        "log of a naive softmax",
        "e = np.exp(x)\nout = np.log(e / e.sum(axis, keepdims=True))",
        "",
        "logarithm of a softmax, no shift",
    ),
    log_softmax(
        "overflow, log_softmax",
        "out = x - np.log(np.sum(np.exp(x), axis, keepdims=True))",
        "",
        "no shift",
    ),
    log_softmax(
        "maximum lost",
        "m = x.max(axis, keepdims=True)\nout = x - np.log(np.exp(x - m).sum(axis, keepdims=True))",
        "",
        "maximum not added back",
    ),
    log_softmax(
        "out instead of exp(out)",
        "",
        "return dy - out * np.sum(dy, axis, keepdims=True)",
        "y in the place of the probabilities",
    ),
    log_softmax(
        "softmax's formula",
        "",
        "p = np.exp(out)\nreturn p * (dy - (p * dy).sum(axis, keepdims=True))",
        "softmax's backward",
    ),
    log_softmax(
        "mean",
        "",
        "return dy - np.exp(out) * dy.mean(axis, keepdims=True)",
        "mean in the place of the sum",
    ),
    log_softmax(
        "last axis",
        "",
        "return dy - np.exp(out) * dy.sum(-1, keepdims=True)",
        "last axis in the backward",
    ),
    log_softmax("one minus p", "", "return dy * (1 - np.exp(out))", "each entry by itself"),
    log_softmax("no dx term", "", "return dy - np.exp(out)", "dy not used in the sum"),
    cross_entropy(
        "summed",
        ("float(-(want * logp).sum() / n)", "float(-(want * logp).sum())"),
        mistake="summed, not averaged",
    ),
    cross_entropy(
        "summed in both",
        ("float(-(want * logp).sum() / n)", "float(-(want * logp).sum())"),
        (" * dloss / len(logp)", " * dloss"),
        mistake="summed, not averaged",
        says="Your dlogits is the right derivative of your own forward",
    ),
    cross_entropy(
        "all rows averaged",
        ("float(-(want * logp).sum() / n)", "float(-(want * logp).sum() / len(keep))"),
        mistake="averaged over ignored targets too",
    ),
    cross_entropy(
        "mean over everything",
        ("float(-(want * logp).sum() / n)", "float(-(want * logp).mean())"),
        mistake="averaged over the classes too",
    ),
    cross_entropy(
        "dloss unused", (" * dloss / len(logp)", " / len(logp)"), mistake="dloss not used"
    ),
    cross_entropy("not divided", (" * dloss / len(logp)", " * dloss"), mistake="not divided"),
    cross_entropy(
        "divided by all rows",
        (" * dloss / len(logp)", " * dloss / len(out)"),
        mistake="divided by ignored targets too",
    ),
    cross_entropy(
        "sign", ("(np.exp(logp) - want)", "(want - np.exp(logp))"), mistake="sign flipped"
    ),
    cross_entropy(
        "p[:, t] -= 1",
        (
            "        out[keep] = (np.exp(logp) - want) * dloss / len(logp)",
            "        n, p = len(t), np.exp(logp)\n        p[:, t] -= 1\n"
            "        out[keep] = p * dloss / n",
        ),
        mistake=("every row at every target", "smoothing forgotten in the backward"),
    ),
    cross_entropy(
        "logp",
        ("(np.exp(logp) - want)", "(logp - want)"),
        mistake="log-probabilities in the place of probabilities",
    ),
    cross_entropy(
        "target forgotten",
        ("(np.exp(logp) - want)", "np.exp(logp)"),
        mistake=("1 of the target forgotten", "smoothing forgotten in the backward"),
    ),
    cross_entropy(
        "rows with padding",
        ("keep = t != ignore_index", "keep = np.ones(len(t), bool)"),
        mistake="ignored targets used as indices",
    ),
    cross_entropy(
        "only -100",
        ("keep = t != ignore_index", "keep = t != -100"),
        mistake="-100 whatever ignore_index",
    ),
    cross_entropy(
        "0 / 0",
        (" if n else 0.0", ""),
        ("float(", "np.float64("),
        mistake="0 / 0 without real targets",
    ),
    cross_entropy(
        "no smoothing",
        ("    V = logits.shape[-1]", "    V = logits.shape[-1]\n    label_smoothing = 0"),
        mistake="smoothing forgotten",
    ),
    cross_entropy(
        "smoothing over V - 1",
        ("label_smoothing / V)", "label_smoothing / max(V - 1, 1))"),
        ("+= 1 - label_smoothing", "= 1 - label_smoothing"),
        mistake="smoothing spread over the other classes",
    ),
    cross_entropy(
        "smoothing beside a full target",
        ("+= 1 - label_smoothing", "+= 1"),
        mistake=("smoothing on top of the full target", "target keeps the full 1"),
    ),
    cross_entropy(
        "smoothing replaced at the target",
        ("+= 1 - label_smoothing", "= 1 - label_smoothing"),
        mistake=(
            "target kept out of the smoothed share",
            "target kept out of the smoothed share in the backward",
        ),
    ),
    cross_entropy("bits", ("np.log(np.exp(z).sum", "np.log2(np.exp(z).sum"), says="dlogits"),
    cross_entropy(
        "overflow, cross_entropy",
        ("flat - flat.max(axis=1, keepdims=True)", "flat"),
        mistake="no shift",
    ),
    cross_entropy("no minus", ("float(-(want", "float((want"), mistake="sign forgotten"),
    cross_entropy(
        "argmax for the target",
        ("    n = len(t)\n", "    n = len(t)\n    t = flat.argmax(1) if n else t\n"),
        says="loss 0/4",
    ),
)

"""hw1, softmax: right in other words, and wrong in the classical ways."""

from tests.course.variants import Variant


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


RIGHT: tuple[Variant, ...] = (
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
)

WRONG: tuple[Variant, ...] = (
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
)

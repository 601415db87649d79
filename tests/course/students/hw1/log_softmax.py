"""hw1, log softmax: right in other words, and wrong in the classical ways."""

from tests.course.variants import Variant


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


RIGHT: tuple[Variant, ...] = (
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
)

WRONG: tuple[Variant, ...] = (
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
)

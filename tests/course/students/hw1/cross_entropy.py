"""hw1, cross entropy: right in other words, and wrong in the classical ways."""

from tests.course.variants import Variant

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


RIGHT: tuple[Variant, ...] = (
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

WRONG: tuple[Variant, ...] = (
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

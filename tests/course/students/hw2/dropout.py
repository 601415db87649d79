"""hw2, dropout: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import right, wrong

DROPOUT = """
def dropout_forward(x, p, rng, training=True):
    if not training or p == 0:
        return x.copy(), None
    keep = rng.uniform(size=x.shape) < 1 - p
    y = np.zeros_like(x)
    y[keep] = x[keep] / (1 - p)
    return y, (keep, p)

def dropout_backward(dy, cache):
    if cache is None:
        return dy
    keep, p = cache
    return np.where(keep, dy, 0) / (1 - p)
"""

DROPOUT_BINOMIAL = """
def dropout_forward(x, p, rng, training=True):
    mask = np.ones(x.shape)
    if training and p > 0:
        mask = rng.binomial(1, 1 - p, size=x.shape) / (1 - p)
    return x * mask, mask

def dropout_backward(dy, cache):
    return dy * cache
"""

RIGHT = right(
    ("dropout", "uniform draws", DROPOUT),
    ("dropout", "binomial draws", DROPOUT_BINOMIAL),
)

WRONG = wrong(
    ("dropout", "/ p", DROPOUT, ("x[keep] / (1 - p)", "x[keep] / p"), "scaled by 1 / p"),
    (
        "dropout",
        "times 1 - p",
        DROPOUT,
        ("x[keep] / (1 - p)", "x[keep] * (1 - p)"),
        "scaled by 1 - p",
    ),
    ("dropout", "no scale", DROPOUT, ("x[keep] / (1 - p)", "x[keep]"), "not scaled"),
    ("dropout", "keeps p", DROPOUT, ("< 1 - p", "< p"), "dropped with probability 1 - p"),
    (
        "dropout",
        "fresh mask",
        DROPOUT_BINOMIAL,
        (
            "dy * cache",
            "dy * np.random.default_rng(7).permutation(cache.ravel()).reshape(dy.shape)",
        ),
        "a fresh mask in the backward",
    ),
    (
        "dropout",
        "dx = dy",
        DROPOUT_BINOMIAL,
        ("dy * cache", "dy"),
        "mask ignored in the backward",
    ),
    (
        "dropout",
        "dx unscaled",
        DROPOUT,
        ("np.where(keep, dy, 0) / (1 - p)", "np.where(keep, dy, 0)"),
        "no scale in the backward",
    ),
    (
        "dropout",
        "twice",
        DROPOUT_BINOMIAL,
        ("dy * cache", "dy * cache**2"),
        "scaled twice in the backward",
    ),
    (
        "dropout",
        "drops at evaluation",
        DROPOUT,
        ("if not training or p == 0", "if p == 0"),
        "drops at evaluation",
    ),
    (
        "dropout",
        "one draw a row",
        DROPOUT,
        (
            "size=x.shape) < 1 - p",
            "size=x.shape[:-1] + (1,)) < 1 - p\n    keep = np.broadcast_to(keep, x.shape)",
        ),
        "one draw for each row",
    ),
    (
        "dropout",
        "own generator",
        DROPOUT,
        ("rng.uniform", "np.random.default_rng(42).uniform"),
        "a generator made anew",
    ),
    (
        "dropout",
        "global generator",
        DROPOUT,
        ("rng.uniform(size=x.shape)", "np.random.rand(*x.shape)"),
        "rng not used",
    ),
)

"""hw2, silu: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import right, wrong

SILU = """
def sig(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))

def silu_forward(x):
    return x * sig(x), x

def silu_backward(dy, cache):
    s = sig(cache)
    y = cache * s
    return dy * (y + s * (1 - y))
"""

SILU_TERMS = """
def silu_forward(x):
    s = 1 / (1 + np.exp(-np.clip(x, -700, None)))
    return x * s, (x, s)

def silu_backward(dy, cache):
    x, s = cache
    ds = s * (1 - s)
    return dy * s + dy * x * ds
"""

RIGHT = right(
    ("silu", "y + s (1 - y)", SILU),
    ("silu", "two terms", SILU_TERMS),
)

WRONG = wrong(
    ("silu", "s only", SILU_TERMS, ("dy * s + dy * x * ds", "dy * s"), "half the product rule"),
    (
        "silu",
        "x s' only",
        SILU_TERMS,
        ("dy * s + dy * x * ds", "dy * x * ds"),
        "other half of the product rule",
    ),
    (
        "silu",
        "s + s'",
        SILU_TERMS,
        ("dy * x * ds", "dy * ds"),
        "x forgotten in the product rule",
    ),
    (
        "silu",
        "s' is s",
        SILU_TERMS,
        ("ds = s * (1 - s)", "ds = s"),
        "sigmoid' without (1 - sigmoid)",
    ),
    (
        "silu",
        "naive sigmoid",
        SILU_TERMS,
        ("1 / (1 + np.exp(-np.clip(x, -700, None)))", "np.exp(x) / (np.exp(x) + 1)"),
        "overflow",
    ),
    (
        "silu",
        "sigmoid",
        SILU_TERMS,
        ("return x * s, (x, s)", "return s, (x, s)"),
        "sigmoid alone",
    ),
)

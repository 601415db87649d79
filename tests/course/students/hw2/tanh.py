"""hw2, tanh: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import right, wrong

TANH = """
def tanh_forward(x):
    e = np.exp(-2 * np.abs(x))
    return np.sign(x) * (1 - e) / (1 + e), x

def tanh_backward(dy, cache):
    return dy * (1 - np.tanh(cache) ** 2)
"""

TANH_FROM_Y = """
def tanh_forward(x):
    out = np.tanh(x)
    return out, out

def tanh_backward(dy, cache):
    return dy - dy * np.square(cache)
"""

RIGHT = right(
    ("tanh", "by exp that cannot overflow", TANH),
    ("tanh", "from y", TANH_FROM_Y),
)

WRONG = wrong(
    ("tanh", "1 - y", TANH_FROM_Y, ("np.square(cache)", "cache"), "no square"),
    (
        "tanh",
        "1 - x^2",
        TANH_FROM_Y,
        ("return out, out", "return out, x"),
        "square of x, not of y",
    ),
    (
        "tanh",
        "tanh of y",
        TANH,
        ("(1 - e) / (1 + e), x", "(1 - e) / (1 + e), np.tanh(x)"),
        "tanh taken twice",
    ),
    (
        "tanh",
        "by its formula",
        TANH_FROM_Y,
        ("np.tanh(x)", "(np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)"),
        "overflow of exp(2 x)",
    ),
)

"""hw2, gelu: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import right, wrong

GELU = """
import math

def gelu_forward(x, approximate="none"):
    if approximate == "tanh":
        t = np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))
        return 0.5 * x * (1 + t), (x, t, approximate)
    erf = np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2))
    return 0.5 * x * (1 + erf), (x, erf, approximate)

def gelu_backward(dy, cache):
    x, t, approximate = cache
    if approximate == "tanh":
        dt = (1 - t**2) * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x**2)
        return dy * (0.5 * (1 + t) + 0.5 * x * dt)
    pdf = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    return dy * (0.5 * (1 + t) + x * pdf)
"""

RIGHT = right(("gelu", "erf by vectorize", GELU))

WRONG = wrong(
    (
        "gelu",
        "cdf only",
        GELU,
        ("(0.5 * (1 + t) + x * pdf)", "0.5 * (1 + t)"),
        "half the product rule, exact form",
    ),
    (
        "gelu",
        "tanh: cdf only",
        GELU,
        ("(0.5 * (1 + t) + 0.5 * x * dt)", "0.5 * (1 + t)"),
        "half the product rule, tanh form",
    ),
    (
        "gelu",
        "pdf only",
        GELU,
        ("(0.5 * (1 + t) + x * pdf)", "x * pdf"),
        "other half of the product rule, exact form",
    ),
    (
        "gelu",
        "pdf without 2 pi",
        GELU,
        (" / math.sqrt(2 * math.pi)\n", "\n"),
        "density without 1 / sqrt(2 pi)",
    ),
    (
        "gelu",
        "pdf without / 2",
        GELU,
        ("np.exp(-(x**2) / 2)", "np.exp(-(x**2))"),
        "density without the half",
    ),
    (
        "gelu",
        "no inner'",
        GELU,
        (" * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x**2)", ""),
        "no inner derivative",
    ),
    ("gelu", "no 3", GELU, ("3 * 0.044715", "0.044715"), "no 3 in the inner derivative"),
    ("gelu", "no square", GELU, ("(1 - t**2)", "(1 - t)"), "tanh' without the square"),
    ("gelu", "no half", GELU, ("0.5 * x * dt", "x * dt"), "half forgotten before tanh'"),
    (
        "gelu",
        "always tanh",
        GELU,
        (
            '    if approximate == "tanh":\n        t =',
            '    approximate = "tanh"\n    if True:\n        t =',
        ),
        "tanh form for both",
    ),
    (
        "gelu",
        "never tanh",
        GELU,
        (
            '    if approximate == "tanh":\n        t =',
            '    approximate = "none"\n    if False:\n        t =',
        ),
        "exact form for both",
    ),
    ("gelu", "erf(x)", GELU, ("(x / math.sqrt(2))", "(x)"), "erf without the root of 2"),
)

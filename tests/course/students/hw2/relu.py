"""hw2, relu: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import right, wrong

RELU = """
def relu_forward(x):
    return np.where(x > 0, x, 0.0), x

def relu_backward(dy, cache):
    x = cache
    dx = np.zeros_like(dy)
    dx[x > 0] = dy[x > 0]
    return dx
"""

RELU_FROM_Y = """
def relu_forward(x):
    y = x * (x > 0)
    return y, (y,)

def relu_backward(dy, cache):
    (y,) = cache
    return np.where(y > 0, dy, 0)
"""

RIGHT = right(
    ("relu", "where", RELU),
    ("relu", "derivative from y", RELU_FROM_Y),
)

WRONG = wrong(
    (
        "relu",
        ">=",
        RELU,
        ("dx[x > 0] = dy[x > 0]", "dx[x >= 0] = dy[x >= 0]"),
        "gradient at the kink",
    ),
    (
        "relu",
        "dy > 0",
        RELU,
        ("dx[x > 0] = dy[x > 0]", "dx = np.maximum(dy, 0)"),
        "gradient decided by dy",
    ),
    (
        "relu",
        "sign",
        RELU,
        ("dx[x > 0] = dy[x > 0]", "dx = dy * np.sign(x)"),
        "sign of x as the derivative",
    ),
    (
        "relu",
        "no dy",
        RELU_FROM_Y,
        ("np.where(y > 0, dy, 0)", "np.where(y > 0, 1.0, 0)"),
        "dy forgotten",
    ),
    ("relu", "passes all", RELU, ("dx[x > 0] = dy[x > 0]", "dx += dy"), "gradient everywhere"),
    (
        "relu",
        "times y",
        RELU_FROM_Y,
        ("np.where(y > 0, dy, 0)", "y * dy"),
        "output as the derivative",
    ),
)

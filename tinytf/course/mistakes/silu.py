"""Known mistakes in the exercise "silu"."""

from tinytf.course.exercise import Mistake

_DX = "dx: Array = dy * sigmoid * (1 + x * (1 - sigmoid))"
_SIGMOID = "sigmoid = 0.5 + 0.5 * np.tanh(0.5 * x)"
_Y = "return x * sigmoid, ("

_BOTH_HALVES = "y = x sigmoid(x) is a product of two values that both depend on x"

MISTAKES = (
    Mistake(
        "half the product rule",
        f"the backward lacks the term x sigmoid'(x): {_BOTH_HALVES}",
        "your dx is dy * sigmoid(x)",
        ((_DX, "dx: Array = dy * sigmoid"),),
    ),
    Mistake(
        "other half of the product rule",
        f"the backward lacks the term sigmoid(x): {_BOTH_HALVES}",
        "your dx is dy * x * sigmoid'(x)",
        ((_DX, "dx: Array = dy * x * sigmoid * (1 - sigmoid)"),),
    ),
    Mistake(
        "derivative of the sigmoid alone",
        f"dx is the derivative of the sigmoid alone: {_BOTH_HALVES}",
        "your dx is dy * sigmoid(x) * (1 - sigmoid(x))",
        ((_DX, "dx: Array = dy * sigmoid * (1 - sigmoid)"),),
    ),
    Mistake(
        "x forgotten in the product rule",
        "the backward adds sigmoid'(x) where it must add x sigmoid'(x)",
        "your dx is dy * (sigmoid(x) + sigmoid'(x))",
        ((_DX, "dx: Array = dy * sigmoid * (1 + (1 - sigmoid))"),),
    ),
    Mistake(
        "sigmoid' without (1 - sigmoid)",
        "the derivative of the sigmoid is sigmoid (1 - sigmoid); the second factor is missing",
        "your dx is dy * (sigmoid(x) + x sigmoid(x))",
        ((_DX, "dx: Array = dy * sigmoid * (1 + x)"),),
    ),
    Mistake(
        "sigmoid squared for sigmoid'",
        "the derivative of the sigmoid is sigmoid (1 - sigmoid), not sigmoid^2",
        "your dx is dy * (sigmoid(x) + x sigmoid(x)^2)",
        ((_DX, "dx: Array = dy * sigmoid * (1 + x * sigmoid)"),),
    ),
    Mistake(
        "sigmoid' with the wrong sign",
        "the derivative of the sigmoid is sigmoid (1 - sigmoid), positive everywhere: the sign of "
        "the second term is turned round",
        "your dx is dy * (sigmoid(x) - x sigmoid'(x))",
        ((_DX, "dx: Array = dy * sigmoid * (1 - x * (1 - sigmoid))"),),
    ),
    Mistake(
        "dy forgotten",
        "the backward returns the derivative of SiLU itself; it must be multiplied by dy",
        "your dx is the same whatever dy is",
        ((_DX, "dx: Array = sigmoid * (1 + x * (1 - sigmoid))"),),
    ),
    Mistake(
        "sigmoid of -x",
        "the sigmoid has the wrong sign inside: it is 1 / (1 + exp(-x)), which grows with x",
        "your y is x sigmoid(-x)",
        ((_SIGMOID, "sigmoid = 0.5 - 0.5 * np.tanh(0.5 * x)"),),
    ),
    Mistake(
        "sigmoid alone",
        "y is the sigmoid of x; SiLU multiplies x by it",
        "your y is sigmoid(x)",
        ((_Y, "return sigmoid, ("),),
    ),
    Mistake(
        "overflow",
        "exp(x) is infinite for x above 709, and infinity / infinity is NaN; write the sigmoid "
        "as 1 / (1 + exp(-x)), or better with tanh",
        "your y is NaN at x = 1000",
        ((_SIGMOID, "sigmoid = np.exp(x) / (1 + np.exp(x))"),),
    ),
    Mistake(
        "GELU for SiLU",
        "x sigmoid(1.702 x) approximates GELU; SiLU has sigmoid(x)",
        "your y is x sigmoid(1.702 x)",
        ((_SIGMOID, "sigmoid = 0.5 + 0.5 * np.tanh(0.5 * 1.702 * x)"),),
    ),
)

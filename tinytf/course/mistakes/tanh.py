"""Known mistakes in the exercise "tanh"."""

from tinytf.course.exercise import Mistake

_DX = "dx: Array = dy * (1 - y * y)"
_Y = "y: Array = np.tanh(x)"

MISTAKES = (
    Mistake(
        "no square",
        "the derivative is 1 - y^2: the square is missing",
        "your dx is dy * (1 - y)",
        ((_DX, "dx: Array = dy * (1 - y)"),),
    ),
    Mistake(
        "plus for minus",
        "the derivative is 1 - y^2, not 1 + y^2; it is never larger than 1",
        "your dx is dy * (1 + y^2)",
        ((_DX, "dx: Array = dy * (1 + y * y)"),),
    ),
    Mistake(
        "square of x, not of y",
        "the derivative is 1 - y^2 with the output y = tanh(x), not with the input x",
        "your dx is dy * (1 - x^2)",
        (("return y, y", "return y, x"),),
    ),
    Mistake(
        "tanh taken twice",
        "the cache holds y = tanh(x) already, and the backward takes tanh of it again",
        "your dx is dy * (1 - tanh(y)^2)",
        ((_DX, "dx: Array = dy * (1 - np.tanh(y) ** 2)"),),
    ),
    Mistake(
        "root of the derivative",
        "the derivative is 1 / cosh(x)^2 = 1 - y^2: yours is its root, 1 / cosh(x)",
        "your dx is dy / cosh(x)",
        ((_DX, "dx: Array = dy * np.sqrt(1 - y * y)"),),
    ),
    Mistake(
        "dy forgotten",
        "the backward returns the derivative of tanh itself; it must be multiplied by dy",
        "your dx is 1 - y^2, whatever dy is",
        ((_DX, "dx: Array = 1 - y * y"),),
    ),
    Mistake(
        "derivative of the sigmoid",
        "y (1 - y) is the derivative of the sigmoid; that of tanh is 1 - y^2",
        "your dx is dy * y * (1 - y)",
        ((_DX, "dx: Array = dy * y * (1 - y)"),),
    ),
    Mistake(
        "overflow",
        "exp(x) is infinite for x above 709, and infinity / infinity is NaN; np.tanh cannot "
        "overflow",
        "your y is NaN at x = -1000 and x = 1000",
        ((_Y, "y: Array = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))"),),
    ),
    Mistake(
        "overflow of exp(2 x)",
        "exp(2 x) is infinite for x above 354, and infinity / infinity is NaN; np.tanh cannot "
        "overflow",
        "your y is NaN at x = 1000",
        ((_Y, "y: Array = (np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)"),),
    ),
    Mistake(
        "sigmoid for tanh",
        "y is the sigmoid 1 / (1 + exp(-x)), between 0 and 1; tanh lies between -1 and 1",
        "your y is (1 + tanh(x/2)) / 2",
        ((_Y, "y: Array = 0.5 + 0.5 * np.tanh(0.5 * x)"),),
    ),
)

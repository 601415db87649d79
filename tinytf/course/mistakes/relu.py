"""Known mistakes in the exercise "relu"."""

from tinytf.course.exercise import Mistake

_DX = "return dy * positive"
_CACHE = "positive = x.real > 0"
_Y = "np.maximum(x, 0)"

MISTAKES = (
    Mistake(
        "gradient at the kink",
        "at x = 0 the gradient goes through; the convention is that it is 0 there: dx = dy only "
        "where x > 0",
        "your dx is right everywhere but where x is exactly 0",
        ((_CACHE, "positive = x.real >= 0"),),
    ),
    Mistake(
        "gradient decided by dy",
        "dx keeps dy where dy is positive; it is x that decides which gradients go through",
        "your dx is dy where dy > 0 and 0 elsewhere, whatever x is",
        ((_DX, "return dy * (dy > 0)"),),
    ),
    Mistake(
        "sign of x as the derivative",
        "the derivative is taken for the sign of x; for x < 0 the curve is flat: 0, not -1",
        "your dx is right where x > 0, and -dy where x < 0",
        ((_CACHE, "positive = np.sign(x.real)"),),
    ),
    Mistake(
        "dy forgotten",
        "the backward returns the derivative of ReLU itself; it must be multiplied by dy",
        "your dx is 1 where x > 0 and 0 elsewhere, whatever dy is",
        ((_DX, "return 1.0 * positive"),),
    ),
    Mistake(
        "gradient everywhere",
        "dx is dy everywhere; where x was cut off to 0 nothing of it reached y",
        "your dx is right where x > 0, and dy instead of 0 where x < 0",
        ((_DX, "return dy * 1"),),
    ),
    Mistake(
        "gradient where x is negative",
        "the condition is turned round: the gradient goes through where x is negative",
        "your dx is 0 where x > 0 and dy where x < 0",
        ((_DX, "return dy * ~positive"),),
    ),
    Mistake(
        "output as the derivative",
        "dy is multiplied by y; the derivative is 1 where x > 0, not the value itself",
        "your dx is dy * y",
        ((_CACHE, "positive = np.maximum(x.real, 0.0)"),),
    ),
    Mistake(
        "leaky",
        "negative x come through, scaled by 0.01: that is leaky ReLU; here they become 0",
        "your y is 0.01 x where x < 0",
        ((_Y, "np.maximum(x, 0.01 * x)"),),
    ),
    Mistake(
        "absolute value",
        "negative x change their sign; they must become 0",
        "your y is |x|",
        ((_Y, "np.abs(x)"),),
    ),
    Mistake(
        "minimum",
        "what is negative is kept and what is positive becomes 0: that is the wrong way round",
        "your y is min(x, 0)",
        ((_Y, "np.minimum(x, 0)"),),
    ),
)

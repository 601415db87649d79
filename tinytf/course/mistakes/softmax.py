"""Known mistakes in softmax: those of the forward, and all together."""

from tinytf.course.exercise import Mistake
from tinytf.course.mistakes.softmax_backward import BACKWARD

_MAXIMUM = "maximum = x.real.max(axis=axis, keepdims=True)\n    shift"
_TOTAL = "total = exponentials.sum(axis=axis, keepdims=True)"
_Y = "y = exponentials / np.where(total == 0, 1, total)"
_DIVISOR = "np.where(total == 0, 1, total)"
_EXP = "np.exp(x - shift)"
_SUM = "(dy * y).sum(axis=axis, keepdims=True)"
_CACHE = f"{_Y}\n    return y, (y, axis)"
_ROWS_OF_Y = "along the axis y must sum to 1"
_KEEPDIMS = (
    "without keepdims a (3, 5) array meets one of shape (3,): an error, and silently wrong numbers "
    "where rows and columns are equally many"
)

FORWARD = (
    Mistake(
        "no shift",
        "the maximum is not subtracted before exp, so exp overflows from 710 on",
        "exp(1000) is inf, and inf / inf is NaN; subtracting the same number from a row's scores "
        "does not change y",
        ((_EXP, "np.exp(x)"), (_DIVISOR, "total")),
    ),
    Mistake(
        "one maximum for all rows",
        "one maximum is subtracted from all rows, not each row's own",
        "a row whose scores lie 1000 below that maximum has nothing but zeros left to divide",
        ((_MAXIMUM, "maximum = x.real.max(keepdims=True)\n    shift"), (_DIVISOR, "total")),
    ),
    Mistake(
        "minimum subtracted",
        "the minimum is subtracted before exp, not the maximum, so exp still overflows",
        "where scores lie 1000 apart, exp gets +1000; after the maximum is subtracted it gets "
        "numbers up to 0",
        ((_MAXIMUM, _MAXIMUM.replace("max(", "min(")), (_DIVISOR, "total")),
    ),
    Mistake(
        "maximum added",
        "the maximum is added before exp, not subtracted",
        "exp overflows already at half the score",
        ((_EXP, "np.exp(x + shift)"), (_DIVISOR, "total")),
    ),
    Mistake(
        "sum over everything",
        "the sum in the denominator runs over all entries, not along the axis only",
        f"the whole of your y sums to 1; {_ROWS_OF_Y}",
        ((_TOTAL, "total = exponentials.sum()"),),
    ),
    Mistake(
        "everything over all entries",
        "maximum and sum run over all entries, not along the axis only",
        f"the whole of your y sums to 1; {_ROWS_OF_Y}",
        (
            (_MAXIMUM, "maximum = x.real.max(keepdims=True)\n    shift"),
            (_TOTAL, "total = exponentials.sum()"),
        ),
    ),
    Mistake(
        "last axis in the forward",
        "maximum and sum of the forward always run over the last axis, not over the option axis",
        f"your y is right for axis=-1; {_ROWS_OF_Y}",
        (
            (_MAXIMUM, "maximum = x.real.max(axis=-1, keepdims=True)\n    shift"),
            (_TOTAL, "total = exponentials.sum(axis=-1, keepdims=True)"),
        ),
    ),
    Mistake(
        "last axis whatever the axis",
        "the option axis is not used: maximum and sum always run over the last axis",
        f"your y is right for axis=-1; {_ROWS_OF_Y}",
        (
            (_MAXIMUM, "maximum = x.real.max(axis=-1, keepdims=True)\n    shift"),
            (_TOTAL, "total = exponentials.sum(axis=-1, keepdims=True)"),
            (_SUM, "(dy * y).sum(axis=-1, keepdims=True)"),
        ),
    ),
    Mistake(
        "sum over the last axis whatever the axis",
        "the sum in the denominator always runs over the last axis, not over the option axis",
        f"your y is right for axis=-1; {_ROWS_OF_Y}",
        ((_TOTAL, "total = exponentials.sum(axis=-1, keepdims=True)"),),
    ),
    Mistake(
        "maximum over the last axis whatever the axis",
        "the maximum is always taken over the last axis, not over the option axis",
        "entries that are divided by one sum must be shifted by one number",
        ((_MAXIMUM, "maximum = x.real.max(axis=-1, keepdims=True)\n    shift"),),
    ),
    Mistake(
        "first axis whatever the axis",
        "maximum and sum run over axis 0, not over the option axis",
        f"your y is right for axis=0; {_ROWS_OF_Y}",
        (
            (_MAXIMUM, "maximum = x.real.max(axis=0, keepdims=True)\n    shift"),
            (_TOTAL, "total = exponentials.sum(axis=0, keepdims=True)"),
            (_SUM, "(dy * y).sum(axis=0, keepdims=True)"),
        ),
    ),
    Mistake(
        "no keepdims",
        "the maximum and the sum lose the axis (no keepdims=True), so they meet the wrong entries",
        _KEEPDIMS,
        (
            (_MAXIMUM, "maximum = x.real.max(axis=axis)\n    shift"),
            (_TOTAL, "total = exponentials.sum(axis=axis)"),
        ),
    ),
    Mistake(
        "no keepdims in the sum",
        "the sum in the denominator loses the axis (no keepdims=True), so it divides the wrong "
        "entries",
        _KEEPDIMS,
        ((_TOTAL, "total = exponentials.sum(axis=axis)"),),
    ),
    Mistake(
        "no keepdims in the maximum",
        "the maximum loses the axis (no keepdims=True), so it is subtracted from the wrong entries",
        _KEEPDIMS,
        ((_MAXIMUM, "maximum = x.real.max(axis=axis)\n    shift"),),
    ),
    Mistake(
        "not normalised",
        "the exponentials are not divided by their sum",
        f"the largest entry of each of your rows is 1; {_ROWS_OF_Y}",
        ((_Y, "y = exponentials"),),
    ),
    Mistake(
        "not normalised, no shift",
        "y is exp(x), which is not divided by its sum",
        _ROWS_OF_Y,
        ((_Y, "y = exponentials"), (_EXP, "np.exp(x)")),
    ),
    Mistake(
        "divided by the mean",
        "the exponentials are divided by their mean, not by their sum",
        f"your y sums to the size of the axis; {_ROWS_OF_Y}",
        ((_TOTAL, "total = exponentials.mean(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "softmax of -x",
        "the sign of the scores is flipped: y is the softmax of -x",
        "the largest score must get the largest probability, yours gives it the smallest",
        ((_MAXIMUM, _MAXIMUM.replace("x.real.max", "-x.real.min")), (_EXP, "np.exp(-x - shift)")),
    ),
    Mistake(
        "sigmoid",
        "y is the sigmoid of each score by itself, not the softmax of the scores together",
        _ROWS_OF_Y,
        ((_Y, "y = 1 / (1 + np.exp(-x))"),),
    ),
    Mistake(
        "logarithm returned",
        "y is the logarithm of the softmax",
        "probabilities lie between 0 and 1",
        ((_CACHE, f"{_Y}\n    return np.log(y), (y, axis)"),),
    ),
    Mistake(
        "NaN on rows of -inf",
        "a row of nothing but -inf is not treated: it must give zeros, not NaN",
        "-inf - (-inf) is NaN, and so is 0 / 0",
        (("np.where(np.isneginf(maximum), 0, maximum)", "maximum"),),
    ),
)

MISTAKES = (*FORWARD, *BACKWARD)

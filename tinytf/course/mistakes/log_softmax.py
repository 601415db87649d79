"""Known mistakes in log-softmax."""

from tinytf.course.exercise import Mistake

_SHIFTED = "shifted = x - x.real.max(axis=axis, keepdims=True)"
_SUM = "np.exp(shifted).sum(axis=axis, keepdims=True)"
_LOG_TOTAL = f"log_total = np.log({_SUM})"
_Y = "y = shifted - log_total"
_CACHE = f"{_Y}\n    return y, (y, axis)"
_DX = "dy - np.exp(y) * dy.sum(axis=axis, keepdims=True)"
_SUM_DY = "dy.sum(axis=axis, keepdims=True)"

_ROWS_OF_Y = "along the axis exp(y) must sum to 1"
_ROWS_OF_DX = "along the axis dx must sum to 0"
_KEEPDIMS = (
    "without keepdims a (3, 5) array meets one of shape (3,): an error, and silently wrong numbers "
    "where rows and columns are equally many"
)

FORWARD = (
    Mistake(
        "no shift",
        "the maximum is not subtracted before exp, so exp overflows from 710 on",
        "exp(1000) is inf; exp(-1000) is 0, and its logarithm -inf",
        ((_SHIFTED, "shifted = x"),),
    ),
    Mistake(
        "logarithm of a softmax",
        "the softmax is formed first and its logarithm taken then: a probability that underflows "
        "to 0 becomes -inf",
        "a score that lies 1000 below the largest one must give -1000",
        ((_Y, "y = np.log(np.exp(shifted - log_total))"),),
    ),
    Mistake(
        "logarithm of a softmax, no shift",
        "the softmax is formed first, without subtracting the maximum, and its logarithm taken "
        "then: exp overflows from 710 on, and small probabilities become log(0)",
        "a score that lies 1000 below the largest one must give -1000",
        ((_SHIFTED, "shifted = x"), (_Y, "y = np.log(np.exp(x) / np.exp(log_total))")),
    ),
    Mistake(
        "one maximum for all rows",
        "one maximum is subtracted from all rows, not each row's own",
        "in a row whose scores lie 1000 below that maximum every exp is 0",
        ((_SHIFTED, "shifted = x - x.real.max(keepdims=True)"),),
    ),
    Mistake(
        "minimum subtracted",
        "the minimum is subtracted before exp, not the maximum, so exp still overflows",
        "where scores lie 1000 apart, exp gets +1000",
        ((_SHIFTED, "shifted = x - x.real.min(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "log of the sum not subtracted",
        "the logarithm of the sum of the exponentials is not subtracted",
        f"the largest entry along the axis is 0 in yours; {_ROWS_OF_Y}",
        ((_Y, "y = shifted"),),
    ),
    Mistake(
        "log of the sum added",
        "the logarithm of the sum is added, where it must be subtracted",
        _ROWS_OF_Y,
        ((_Y, "y = shifted + log_total"),),
    ),
    Mistake(
        "sum subtracted without its logarithm",
        "the sum of the exponentials is subtracted, not its logarithm",
        _ROWS_OF_Y,
        ((_LOG_TOTAL, f"log_total = {_SUM}"),),
    ),
    Mistake(
        "maximum not added back",
        "the logarithm of the shifted sum is subtracted from the unshifted scores: the maximum was "
        "taken away in one place and not in the other",
        "your error is the maximum along the axis",
        ((_Y, "y = x - log_total"),),
    ),
    Mistake(
        "maximum subtracted twice",
        "the maximum is subtracted twice",
        "your error is minus the maximum along the axis",
        ((_Y, "y = shifted - x.real.max(axis=axis, keepdims=True) - log_total"),),
    ),
    Mistake(
        "log of the mean",
        "the logarithm of the mean of the exponentials is subtracted, not that of their sum",
        "your error is the logarithm of the size of the axis",
        ((_LOG_TOTAL, "log_total = np.log(np.exp(shifted).mean(axis=axis, keepdims=True))"),),
    ),
    Mistake(
        "logarithm to the base 2",
        "the logarithm is one to the base 2, not the natural one",
        _ROWS_OF_Y,
        ((_LOG_TOTAL, f"log_total = np.log2({_SUM})"),),
    ),
    Mistake(
        "softmax returned",
        "y is the softmax, not its logarithm",
        "logarithms of probabilities are 0 or less",
        ((_CACHE, f"{_Y}\n    return np.exp(y), (y, axis)"),),
    ),
    Mistake(
        "sum over everything",
        "the sum runs over all entries, not along the axis only",
        f"the whole of your exp(y) sums to 1; {_ROWS_OF_Y}",
        ((_LOG_TOTAL, "log_total = np.log(np.exp(shifted).sum())"),),
    ),
    Mistake(
        "everything over all entries",
        "maximum and sum run over all entries, not along the axis only",
        f"the whole of your exp(y) sums to 1; {_ROWS_OF_Y}",
        (
            (_SHIFTED, "shifted = x - x.real.max()"),
            (_LOG_TOTAL, "log_total = np.log(np.exp(shifted).sum())"),
        ),
    ),
    Mistake(
        "last axis in the forward",
        "maximum and sum of the forward always run over the last axis, not over the option axis",
        f"your y is right for axis=-1; {_ROWS_OF_Y}",
        (
            (_SHIFTED, "shifted = x - x.real.max(axis=-1, keepdims=True)"),
            (_LOG_TOTAL, "log_total = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))"),
        ),
    ),
    Mistake(
        "last axis whatever the axis",
        "the option axis is not used: maximum and sums always run over the last axis",
        f"your y is right for axis=-1; {_ROWS_OF_Y}",
        (
            (_SHIFTED, "shifted = x - x.real.max(axis=-1, keepdims=True)"),
            (_LOG_TOTAL, "log_total = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))"),
            (_SUM_DY, "dy.sum(axis=-1, keepdims=True)"),
        ),
    ),
    Mistake(
        "sum over the last axis whatever the axis",
        "the sum of the exponentials always runs over the last axis, not over the option axis",
        f"your y is right for axis=-1; {_ROWS_OF_Y}",
        ((_LOG_TOTAL, "log_total = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))"),),
    ),
    Mistake(
        "first axis whatever the axis",
        "maximum and sums run over axis 0, not over the option axis",
        f"your y is right for axis=0; {_ROWS_OF_Y}",
        (
            (_SHIFTED, "shifted = x - x.real.max(axis=0, keepdims=True)"),
            (_LOG_TOTAL, "log_total = np.log(np.exp(shifted).sum(axis=0, keepdims=True))"),
            (_SUM_DY, "dy.sum(axis=0, keepdims=True)"),
        ),
    ),
    Mistake(
        "no keepdims",
        "the maximum and the sum lose the axis (no keepdims=True), so they meet the wrong entries",
        _KEEPDIMS,
        (
            (_SHIFTED, "shifted = x - x.real.max(axis=axis)"),
            (_LOG_TOTAL, "log_total = np.log(np.exp(shifted).sum(axis=axis))"),
        ),
    ),
    Mistake(
        "no keepdims in the sum",
        "the sum loses the axis (no keepdims=True), so it is subtracted from the wrong entries",
        _KEEPDIMS,
        ((_LOG_TOTAL, "log_total = np.log(np.exp(shifted).sum(axis=axis))"),),
    ),
    Mistake(
        "no keepdims in the maximum",
        "the maximum loses the axis (no keepdims=True), so it is subtracted from the wrong entries",
        _KEEPDIMS,
        ((_SHIFTED, "shifted = x - x.real.max(axis=axis)"),),
    ),
)

BACKWARD = (
    Mistake(
        "sum term missing",
        "the term with sum(dy) is missing: dx is just dy",
        f"each y[i] depends on all scores; {_ROWS_OF_DX}",
        ((_DX, "dy * 1.0"),),
    ),
    Mistake(
        "y in the place of the probabilities",
        "the sum is multiplied by y, the logarithms, where it needs the probabilities exp(y)",
        _ROWS_OF_DX,
        ((_DX, "dy - y * dy.sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "probabilities missing",
        "the sum is subtracted as it is: its factor, the probabilities, is missing",
        f"your error is the same all along the axis, times (p - 1); {_ROWS_OF_DX}",
        ((_DX, "dy - dy.sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "mean in the place of the sum",
        "mean(dy) is subtracted (times the probabilities), where it must be sum(dy)",
        "the term is too small by the size of the axis",
        ((_SUM_DY, "dy.mean(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "mean of dy subtracted",
        "the mean of dy is subtracted, without the probabilities",
        "your dx is right only where all probabilities are equal",
        ((_DX, "dy - dy.mean(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "dy weighted inside the sum",
        "the probabilities stand inside the sum, too: sum(dy*p), where it must be sum(dy)",
        f"the rest, dy, is right; {_ROWS_OF_DX}",
        ((_DX, "dy - np.exp(y) * (dy * np.exp(y)).sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "softmax's backward",
        "this is the backward of softmax, p*(dy - sum(dy*p)), not that of log_softmax",
        "where the probability is nearly 0, dx must be nearly dy",
        ((_DX, "np.exp(y) * (dy - (dy * np.exp(y)).sum(axis=axis, keepdims=True))"),),
    ),
    Mistake(
        "each entry by itself",
        "dy is not summed along the axis: dx is dy*(1 - p) of each entry by itself",
        _ROWS_OF_DX,
        ((_DX, "dy * (1 - np.exp(y))"),),
    ),
    Mistake(
        "dy not used in the sum",
        "the sum of dy is missing: the probabilities are subtracted as they are",
        "dx must double when dy doubles",
        ((_DX, "dy - np.exp(y)"),),
    ),
    Mistake(
        "dy not used",
        "dy is not used: dx is the same for each dy",
        "dx must double when dy doubles",
        ((_DX, "1 - np.exp(y)"),),
    ),
    Mistake(
        "sum term added",
        "the term with sum(dy) is added, where it must be subtracted",
        _ROWS_OF_DX,
        ((_DX, "dy + np.exp(y) * dy.sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "sign flipped",
        "the sign of dx is flipped",
        "yours / correct is -1 on all entries",
        ((_DX, f"-({_DX})"),),
    ),
    Mistake(
        "x in the place of y",
        "the probabilities are computed as exp(x), without dividing by their sum",
        f"dx does not change when one number is added to all scores, yours does; {_ROWS_OF_DX}",
        ((_CACHE, f"{_Y}\n    return y, (x, axis)"),),
    ),
    Mistake(
        "shifted scores in the place of y",
        "the probabilities are computed from the shifted scores, without dividing by their sum",
        _ROWS_OF_DX,
        ((_CACHE, f"{_Y}\n    return y, (shifted, axis)"),),
    ),
    Mistake(
        "sum over everything in the backward",
        "dy is summed over all entries, not along the axis only",
        f"your dx is right where x has a single row; {_ROWS_OF_DX}",
        ((_SUM_DY, "dy.sum()"),),
    ),
    Mistake(
        "last axis in the backward",
        "dy is always summed over the last axis, not over the option axis",
        f"your dx is right for axis=-1; {_ROWS_OF_DX}",
        ((_SUM_DY, "dy.sum(axis=-1, keepdims=True)"),),
    ),
    Mistake(
        "first axis in the backward",
        "dy is summed over axis 0, not over the option axis",
        f"your dx is right for axis=0; {_ROWS_OF_DX}",
        ((_SUM_DY, "dy.sum(axis=0, keepdims=True)"),),
    ),
    Mistake(
        "no keepdims in the backward",
        "the sum of dy loses the axis (no keepdims=True), so it meets the wrong entries",
        _KEEPDIMS,
        ((_SUM_DY, "dy.sum(axis=axis)"),),
    ),
    Mistake(
        "divided by the size of the axis",
        "dx is divided by the size of the axis",
        "yours / correct is 1 / (size of the axis) on all entries",
        ((_DX, f"({_DX}) / y.shape[axis]"),),
    ),
    Mistake(
        "divided by the rows",
        "dx is divided by the size of axis 0, the batch",
        "a mean over the batch belongs into the loss",
        ((_DX, f"({_DX}) / y.shape[0]"),),
    ),
)

MISTAKES = (*FORWARD, *BACKWARD)

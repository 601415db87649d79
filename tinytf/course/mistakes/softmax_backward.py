"""Known mistakes in the backward of softmax."""

from tinytf.course.exercise import Mistake

_Y = "y = exponentials / np.where(total == 0, 1, total)"
_DX = "y * (dy - (dy * y).sum(axis=axis, keepdims=True))"
_SUM = "(dy * y).sum(axis=axis, keepdims=True)"
_CACHE = f"{_Y}\n    return y, (y, axis)"
_ROWS_OF_DX = "along the axis dx must sum to 0"
_KEEPDIMS = (
    "without keepdims a (3, 5) array meets one of shape (3,): an error, and silently wrong numbers "
    "where rows and columns are equally many"
)

BACKWARD = (
    Mistake(
        "no cross term",
        "the cross term -y*sum(dy*y) is missing",
        f"your error equals +y*sum(dy*y); {_ROWS_OF_DX}",
        ((_DX, "y * dy"),),
    ),
    Mistake(
        "diagonal only",
        "only the diagonal of the Jacobian is used, y*(1 - y): each y[i] depends on all scores, "
        "not on x[i] alone",
        _ROWS_OF_DX,
        ((_DX, "dy * y * (1 - y)"),),
    ),
    Mistake(
        "dy not used",
        "dy is not used: dx is the same for each dy",
        "dx must double when dy doubles",
        ((_DX, "y * (1 - y)"),),
    ),
    Mistake(
        "cross term with sum(dy)",
        "the cross term has sum(dy) where it needs sum(dy*y): y is missing inside the sum",
        f"the rest, y*dy, is right; {_ROWS_OF_DX}",
        ((_SUM, "dy.sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "cross term with mean(dy)",
        "the cross term has mean(dy) where it needs sum(dy*y): an average weighted by y",
        f"the rest, y*dy, is right; {_ROWS_OF_DX}",
        ((_SUM, "dy.mean(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "cross term with mean(dy*y)",
        "the cross term has mean(dy*y) where it needs sum(dy*y)",
        f"the cross term is too small by the size of the axis; {_ROWS_OF_DX}",
        ((_SUM, "(dy * y).mean(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "cross term with sum(y*y)",
        "the cross term has sum(y*y) where it needs sum(dy*y)",
        f"the rest, y*dy, is right; {_ROWS_OF_DX}",
        ((_SUM, "(y * y).sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "cross term with y squared",
        "the cross term has y*sum(dy*y*y): y stands once too often inside the sum",
        f"the rest, y*dy, is right; {_ROWS_OF_DX}",
        ((_SUM, "(dy * y * y).sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "cross term without y in front",
        "the cross term is -sum(dy*y): the factor y before the sum is missing",
        f"the rest, y*dy, is right, and your error is the same along the axis times (y - 1); "
        f"{_ROWS_OF_DX}",
        ((_DX, "y * dy - (dy * y).sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "y in front missing",
        "the factor y in front of (dy - sum(dy*y)) is missing",
        f"where y is nearly 0, dx must be nearly 0; {_ROWS_OF_DX}",
        ((_DX, "dy - (dy * y).sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "y*y in front of the cross term",
        "the cross term has a factor y too many: -y*y*sum(dy*y)",
        f"the rest, y*dy, is right; {_ROWS_OF_DX}",
        ((_DX, "y * dy - y * y * (dy * y).sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "cross term of each entry by itself",
        "the cross term is not summed along the axis: -y*(dy*y) of each entry by itself, times y",
        _ROWS_OF_DX,
        ((_SUM, "(dy * y * y)"),),
    ),
    Mistake(
        "cross term added",
        "the cross term is added, where it must be subtracted",
        f"your error equals 2*y*sum(dy*y); {_ROWS_OF_DX}",
        (("y * (dy - (dy * y).sum", "y * (dy + (dy * y).sum"),),
    ),
    Mistake(
        "sign flipped",
        "the sign of dx is flipped",
        "yours / correct is -1 on all entries",
        ((_DX, f"-{_DX}"),),
    ),
    Mistake(
        "log-softmax's backward",
        "this is the backward of log_softmax, dy - y*sum(dy), not that of softmax",
        "where y is nearly 0, dx must be nearly 0",
        ((_DX, "dy - y * dy.sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "sum over everything in the backward",
        "the sum of the cross term runs over all entries, not along the axis only",
        f"your dx is right where x has a single row; {_ROWS_OF_DX}",
        ((_SUM, "(dy * y).sum()"),),
    ),
    Mistake(
        "last axis in the backward",
        "the sum of the cross term always runs over the last axis, not over the option axis",
        f"your dx is right for axis=-1; {_ROWS_OF_DX}",
        ((_SUM, "(dy * y).sum(axis=-1, keepdims=True)"),),
    ),
    Mistake(
        "first axis in the backward",
        "the sum of the cross term runs over axis 0, not over the option axis",
        f"your dx is right for axis=0; {_ROWS_OF_DX}",
        ((_SUM, "(dy * y).sum(axis=0, keepdims=True)"),),
    ),
    Mistake(
        "no keepdims in the backward",
        "the sum of the cross term loses the axis (no keepdims=True), so it meets the wrong "
        "entries",
        _KEEPDIMS,
        ((_SUM, "(dy * y).sum(axis=axis)"),),
    ),
    Mistake(
        "divided by the size of the axis",
        "dx is divided by the size of the axis",
        "yours / correct is 1 / (size of the axis) on all entries",
        ((_DX, f"{_DX} / y.shape[axis]"),),
    ),
    Mistake(
        "divided by the rows",
        "dx is divided by the size of axis 0, the batch",
        "yours / correct is 1 / (size of axis 0) on all entries; a mean over the batch belongs "
        "into the loss",
        ((_DX, f"{_DX} / y.shape[0]"),),
    ),
    Mistake(
        "x cached",
        "the backward works with x where it needs y",
        "dx does not change when one number is added to all scores, yours does",
        ((_CACHE, f"{_Y}\n    return y, (x, axis)"),),
    ),
    Mistake(
        "exponentials cached",
        "the backward works with the exponentials before they are divided by their sum, where it "
        "needs y",
        _ROWS_OF_DX,
        ((_CACHE, f"{_Y}\n    return y, (exponentials, axis)"),),
    ),
)

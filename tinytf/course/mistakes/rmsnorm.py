"""Known mistakes in the exercise "rmsnorm"."""

from tinytf.course.exercise import Mistake

_MEAN_SQUARE = "mean_square = dot_last(x, x) / x.shape[-1]"
_RSTD = "rstd = 1 / np.sqrt(mean_square + float(eps))"
_Y = "    y = gamma * normed\n"
_RETURN = "return y, (normed, rstd, gamma)"
_CACHE = "normed, rstd, gamma = cache"
_DGAMMA = (
    'dgamma = np.einsum("nd,nd->d", dy.reshape(-1, n_features), normed.reshape(-1, n_features))'
)
_DNORMED = "dnormed = dy * gamma\n"
_DRSTD = "drstd = dot_last(dnormed, normed) / rstd"
_DX = "dx = rstd * dnormed - normed * (rstd**2 * drstd / n_features)"

_ORTHOGONAL = "but for eps, each row of dx must be orthogonal to x, because scaling x changes no y"

MISTAKES = (
    Mistake(
        "sum for the mean",
        "the squares are summed; the root mean square needs their mean: 1/D is missing",
        "rows of your normed have the length 1; it must be sqrt(D)",
        ((_MEAN_SQUARE, "mean_square = dot_last(x, x)"),),
    ),
    Mistake(
        "mean subtracted",
        "the mean is subtracted first: that is layernorm; rmsnorm leaves the mean in",
        "rows of your normed sum to 0",
        ((_MEAN_SQUARE, f"x = x - x.mean(axis=-1, keepdims=True)\n    {_MEAN_SQUARE}"),),
    ),
    Mistake(
        "variance for the mean square",
        "x is divided by its standard deviation; rmsnorm divides by the root of mean(x^2), with "
        "nothing subtracted",
        "your normed is x / sqrt(variance + eps)",
        ((_MEAN_SQUARE, "mean_square = x.var(axis=-1, keepdims=True)"),),
    ),
    Mistake(
        "eps outside the root",
        "eps is added to the root mean square; it belongs under the root",
        "the larger eps is, the larger is your error",
        ((_RSTD, "rstd = 1 / (np.sqrt(mean_square) + float(eps))"),),
    ),
    Mistake(
        "eps forgotten",
        "eps is not added to the mean square",
        "a row of zeros has the mean square 0, and 0 / 0 is NaN",
        ((_RSTD, "rstd = 1 / np.sqrt(mean_square)"),),
    ),
    Mistake(
        "root forgotten",
        "x is divided by the mean square; it must be divided by its root",
        "your normed times sqrt(mean(x^2) + eps) is the correct one",
        ((_RSTD, "rstd = 1 / (mean_square + float(eps))"),),
    ),
    Mistake(
        "mean square over axis 0",
        "the mean square is taken over axis 0, the rows; it belongs to the last axis: each "
        "position by itself",
        "columns of your normed have the mean square 1, its rows do not",
        ((_MEAN_SQUARE, "mean_square = (x * x).mean(axis=0, keepdims=True)"),),
    ),
    Mistake(
        "gamma forgotten in the forward",
        "normed is not multiplied by gamma",
        "your y is normed",
        ((_Y, "    y = 1 * normed\n"),),
    ),
    Mistake(
        "1 + gamma",
        "normed is multiplied by 1 + gamma; some models store gamma - 1, here gamma is the scale",
        "your y is (1 + gamma) * normed",
        ((_Y, "    y = (1 + gamma) * normed\n"),),
    ),
    Mistake(
        "no projection",
        "the path through the root mean square is missing: -rstd * normed * mean(dnormed * normed)",
        f"your dx is rstd * dnormed; {_ORTHOGONAL}",
        ((_DX, "dx = rstd * dnormed"),),
    ),
    Mistake(
        "projection added",
        "the second term is added; it must be subtracted",
        f"your error is a multiple of x within each row; {_ORTHOGONAL}",
        ((_DX, _DX.replace("- normed", "+ normed")),),
    ),
    Mistake(
        "projection not divided by D",
        "the second term takes the sum of dnormed * normed over the row; it is the mean: 1/D is "
        "missing",
        f"your error is a multiple of x within each row; {_ORTHOGONAL}",
        ((_DX, _DX.replace("drstd / n_features", "drstd")),),
    ),
    Mistake(
        "a mean term",
        "dx has a mean term, as in layernorm; rmsnorm subtracts no mean, so there is no such path",
        "rows of your dx lack the mean of rstd * dnormed",
        ((_DX, f"{_DX} - rstd * dnormed.mean(axis=-1, keepdims=True)"),),
    ),
    Mistake(
        "gamma forgotten in dx",
        "dx is computed from dy; it must start from dnormed = dy * gamma",
        "at gamma = 1 nobody sees it",
        ((_DNORMED, "dnormed = dy\n"),),
    ),
    Mistake(
        "gamma multiplied last",
        "dx is multiplied by gamma at the end; gamma belongs to dy, before the sum over the row",
        "your dx is gamma times the dx that gamma = 1 gives; at gamma = 1 nobody sees it",
        ((_DNORMED, "dnormed = dy\n"), (_DX, f"{_DX.replace('dx = ', 'dx = gamma * (')})")),
    ),
    Mistake(
        "gamma missing in the projection",
        "the second term averages dy * normed; it must average dnormed * normed, with dnormed = "
        "dy * gamma",
        "your error is a multiple of x within each row; at gamma = 1 nobody sees it",
        ((_DRSTD, "drstd = dot_last(dy, normed) / rstd"),),
    ),
    Mistake(
        "x for normed in the projection",
        "the second term multiplies by x where normed = x * rstd is wanted",
        f"your error is a multiple of x within each row; {_ORTHOGONAL}",
        ((_DX, _DX.replace("rstd**2 *", "rstd *")),),
    ),
    Mistake(
        "rstd forgotten in dx",
        "dx lacks the factor rstd = 1 / sqrt(mean(x^2) + eps)",
        "your dx times rstd is the correct one in each row",
        ((_DX, f"{_DX.replace('dx = ', 'dx = (')}) / rstd"),),
    ),
    Mistake(
        "dx divides by the mean square",
        "dx has the factor rstd twice: it is divided by mean(x^2) + eps, not by the root of that",
        "your dx times sqrt(mean(x^2) + eps) is the correct one in each row",
        ((_DX, f"{_DX.replace('dx = ', 'dx = (')}) * rstd"),),
    ),
    Mistake(
        "dgamma from x",
        "dgamma multiplies dy by x; gamma multiplied normed, so it must be dy * normed",
        "your dgamma is the sum of dy * x over the rows",
        ((_DGAMMA, _DGAMMA.replace("normed.", "(normed / rstd).")),),
    ),
    Mistake(
        "dgamma without normed",
        "dgamma is the sum of dy; gamma multiplied normed, so it must be the sum of dy * normed",
        "your dgamma is the sum of dy over the rows",
        ((_DGAMMA, "dgamma = dy.reshape(-1, n_features).sum(axis=0)"),),
    ),
    Mistake(
        "dgamma averaged",
        "dgamma is averaged over the rows; gamma is shared by all of them, so it is a sum",
        "your dgamma times the number of rows is the correct one",
        ((_DGAMMA, f"{_DGAMMA} / (dy.size // n_features)"),),
    ),
    Mistake(
        "dgamma over axis 0 only",
        "dgamma is summed over axis 0 only; batch and positions, all leading axes, are summed",
        "with x (N, D) your dgamma is right, with x (B, T, D) it has the shape (T, D)",
        ((_DGAMMA, "dgamma = (dy * normed).sum(axis=0)"),),
    ),
)

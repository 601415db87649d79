"""Known mistakes in the exercise "layernorm"."""

from tinytf.course.exercise import Mistake

_MEAN = "mean = sum_last(x) / n_features"
_CENTERED = "centered = x - mean"
_VARIANCE = "variance = dot_last(centered, centered) / n_features"
_RSTD = "rstd = 1 / np.sqrt(variance + float(eps))"
_Y = "y = scaled if beta is None else scaled + beta"
_RETURN = "return y, (normed, rstd, gamma, beta is not None)"
_CACHE = "normed, rstd, gamma, has_beta = cache"
_DBETA = "dbeta = dy_rows.sum(axis=0) if has_beta else None"
_DGAMMA = 'dgamma = np.einsum("nd,nd->d", dy_rows, normed.reshape(-1, n_features))'
_DNORMED = "dnormed = dy * gamma\n"
_DMEAN = "dmean = -rstd * sum_last(dnormed)"
_DRSTD = "drstd = dot_last(dnormed, normed) / rstd"
_DX = "dx = rstd * dnormed + dmean / n_features - normed * (rstd**2 * drstd / n_features)"

_SUMS = "rows of dx must sum to 0, because adding a number to all of x does not change y"
_FORWARD = (
    Mistake(
        "ddof=1",
        "the variance is divided by D - 1; layernorm divides by D (NumPy's ddof=0)",
        "rows of your normed have the variance (D - 1) / D",
        ((_VARIANCE, "variance = dot_last(centered, centered) / max(n_features - 1, 0)"),),
    ),
    Mistake(
        "eps outside the root",
        "eps is added to the root of the variance; it belongs under the root",
        "the larger eps is, the larger is your error",
        ((_RSTD, "rstd = 1 / (np.sqrt(variance) + float(eps))"),),
    ),
    Mistake(
        "eps forgotten",
        "eps is not added to the variance",
        "a row of equal numbers has the variance 0, and 0 / 0 is NaN",
        ((_RSTD, "rstd = 1 / np.sqrt(variance)"),),
    ),
    Mistake(
        "root forgotten",
        "x - mean is divided by the variance; it must be divided by its root",
        "your normed times sqrt(variance + eps) is the correct one",
        ((_RSTD, "rstd = 1 / (variance + float(eps))"),),
    ),
    Mistake(
        "statistics over axis 0",
        "mean and variance are taken over axis 0, the rows; they belong to the last axis: each "
        "position by itself (over axis 0 it is batch normalisation)",
        "columns of your normed have mean 0, its rows do not",
        (
            (_MEAN, "mean = x.mean(axis=0, keepdims=True)"),
            (_VARIANCE, "variance = x.var(axis=0, keepdims=True)"),
        ),
    ),
    Mistake(
        "statistics over everything",
        "mean and variance are taken over all of x; they belong to the last axis: each position by "
        "itself",
        "all of your normed together has mean 0, its rows do not",
        (
            (_MEAN, "mean = np.full_like(x[..., :1], x.mean())"),
            (_VARIANCE, "variance = np.full_like(x[..., :1], x.var())"),
        ),
    ),
    Mistake(
        "mean not subtracted",
        "the mean is not subtracted",
        "your normed is x / sqrt(variance + eps)",
        (
            (_CENTERED, "centered = x - 0 * mean"),
            (_VARIANCE, "variance = x.var(axis=-1, keepdims=True)"),
        ),
    ),
    Mistake(
        "rmsnorm for layernorm",
        "x is divided by its root mean square and the mean is left in it: that is rmsnorm",
        "your normed is x / sqrt(mean(x^2) + eps)",
        ((_CENTERED, "centered = x - 0 * mean"),),
    ),
    Mistake(
        "beta forgotten",
        "beta is not added",
        "your y lacks exactly beta",
        ((_Y, "y = scaled"),),
    ),
    Mistake(
        "gamma forgotten in the forward",
        "normed is not multiplied by gamma",
        "your y is normed + beta",
        ((_Y, "y = normed if beta is None else normed + beta"),),
    ),
    Mistake(
        "gamma times the shift",
        "beta is added before gamma multiplies; it is gamma * normed + beta",
        "your y is gamma * (normed + beta)",
        ((_Y, "y = scaled if beta is None else gamma * (normed + beta)"),),
    ),
    Mistake(
        "variance as mean(x^2) - mean(x)^2",
        "the variance is computed as mean(x^2) - mean(x)^2, where the difference of two large "
        "numbers loses its digits; average the squares of x - mean",
        "yours is right for moderate x, and wrong around a million",
        ((_VARIANCE, "variance = dot_last(x, x) / n_features - mean * mean"),),
    ),
)

_BACKWARD = (
    Mistake(
        "no mean term",
        "the path through the mean is missing: -rstd * mean(dnormed)",
        f"your error is the same number within each row; {_SUMS}",
        ((_DX, "dx = rstd * dnormed - normed * (rstd**2 * drstd / n_features)"),),
    ),
    Mistake(
        "no variance term",
        "the path through the variance is missing: -rstd * normed * mean(dnormed * normed)",
        "your error is a multiple of normed within each row",
        ((_DX, "dx = rstd * dnormed + dmean / n_features"),),
    ),
    Mistake(
        "neither mean nor variance term",
        "mean and rstd are treated as constants; they depend on x, too: two more paths",
        "your dx is rstd * dnormed",
        ((_DX, "dx = rstd * dnormed"),),
    ),
    Mistake(
        "gamma forgotten in dx",
        "dx is computed from dy; it must start from dnormed = dy * gamma",
        "at gamma = 1 nobody sees it",
        ((_DNORMED, "dnormed = dy\n"),),
    ),
    Mistake(
        "gamma multiplied last",
        "dx is multiplied by gamma at the end; gamma belongs to dy, before the sums over the row",
        "your dx is gamma times the dx that gamma = 1 gives; at gamma = 1 nobody sees it",
        (
            (_DNORMED, "dnormed = dy\n"),
            (_DX, f"{_DX} * gamma".replace("dx = ", "dx = (", 1).replace(" * gamma", ") * gamma")),
        ),
    ),
    Mistake(
        "gamma missing in the mean term",
        "the mean term averages dy; it must average dnormed = dy * gamma",
        "your error is the same number within each row; at gamma = 1 nobody sees it",
        ((_DMEAN, "dmean = -rstd * sum_last(dy)"),),
    ),
    Mistake(
        "gamma missing in the variance term",
        "the variance term averages dy * normed; it must average dnormed * normed, with dnormed = "
        "dy * gamma",
        "your error is a multiple of normed within each row; at gamma = 1 nobody sees it",
        ((_DRSTD, "drstd = dot_last(dy, normed) / rstd"),),
    ),
    Mistake(
        "sums for means",
        "mean term and variance term take the sums over the row; they are means: 1/D is missing",
        "both terms are D times too large",
        ((_DX, "dx = rstd * dnormed + dmean - normed * (rstd**2 * drstd)"),),
    ),
    Mistake(
        "mean term not divided by D",
        "the mean term takes the sum of dnormed over the row; it is the mean: 1/D is missing",
        f"your error is the same number within each row; {_SUMS}",
        ((_DX, _DX.replace("dmean / n_features", "dmean")),),
    ),
    Mistake(
        "variance term not divided by D",
        "the variance term takes the sum of dnormed * normed over the row; it is the mean: 1/D is "
        "missing",
        "your error is a multiple of normed within each row",
        ((_DX, _DX.replace("drstd / n_features", "drstd")),),
    ),
    Mistake(
        "variance term with the wrong sign",
        "the variance term is added; it must be subtracted",
        "your error is a multiple of normed within each row",
        ((_DX, _DX.replace("- normed", "+ normed")),),
    ),
    Mistake(
        "mean term with the wrong sign",
        "the mean term is added; it must be subtracted",
        f"your error is the same number within each row; {_SUMS}",
        ((_DMEAN, "dmean = rstd * sum_last(dnormed)"),),
    ),
    Mistake(
        "rstd forgotten in dx",
        "dx lacks the factor rstd = 1 / sqrt(variance + eps)",
        "your dx times rstd is the correct one in each row",
        ((_DX, f"{_DX.replace('dx = ', 'dx = (')}) / rstd"),),
    ),
    Mistake(
        "dx divides by the variance",
        "dx has the factor rstd twice: it is divided by variance + eps, not by the root of that",
        "your dx times sqrt(variance + eps) is the correct one in each row",
        ((_DX, f"{_DX.replace('dx = ', 'dx = (')}) * rstd"),),
    ),
    Mistake(
        "rstd times x in the variance term",
        "the variance term multiplies by x - mean where normed = (x - mean) * rstd is wanted",
        "your error is a multiple of normed within each row",
        ((_DX, _DX.replace("rstd**2 *", "rstd *")),),
    ),
    Mistake(
        "dgamma from x",
        "dgamma multiplies dy by x; gamma multiplied normed, so it must be dy * normed",
        "your dgamma is the sum of dy * x over the rows",
        (
            (_RETURN, "return y, (normed, rstd, gamma, (beta is not None, x))"),
            (_CACHE, "normed, rstd, gamma, (has_beta, x) = cache"),
            (_DGAMMA, _DGAMMA.replace("normed", "x")),
        ),
    ),
    Mistake(
        "dgamma from x - mean",
        "dgamma multiplies dy by x - mean; gamma multiplied normed = (x - mean) * rstd",
        "your dgamma is the sum of dy * (x - mean) over the rows",
        ((_DGAMMA, _DGAMMA.replace("normed.", "(normed / rstd).")),),
    ),
    Mistake(
        "dgamma without normed",
        "dgamma is the sum of dy; gamma multiplied normed, so it must be the sum of dy * normed",
        "your dgamma equals dbeta",
        ((_DGAMMA, "dgamma = dy_rows.sum(axis=0)"),),
    ),
    Mistake(
        "dgamma averaged",
        "dgamma is averaged over the rows; gamma is shared by all of them, so it is a sum",
        "your dgamma times the number of rows is the correct one",
        ((_DGAMMA, f"{_DGAMMA} / len(dy_rows)"),),
    ),
    Mistake(
        "dbeta averaged",
        "dbeta is averaged over the rows; beta is shared by all of them, so it is a sum",
        "your dbeta times the number of rows is the correct one",
        ((_DBETA, "dbeta = dy_rows.mean(axis=0) if has_beta else None"),),
    ),
    Mistake(
        "dgamma over axis 0 only",
        "dgamma is summed over axis 0 only; batch and positions, all leading axes, are summed",
        "with x (N, D) your dgamma is right, with x (B, T, D) it has the shape (T, D)",
        ((_DGAMMA, "dgamma = (dy * normed).sum(axis=0)"),),
    ),
    Mistake(
        "dbeta over axis 0 only",
        "dbeta is summed over axis 0 only; batch and positions, all leading axes, are summed",
        "with x (N, D) your dbeta is right, with x (B, T, D) it has the shape (T, D)",
        ((_DBETA, "dbeta = dy.sum(axis=0) if has_beta else None"),),
    ),
    Mistake(
        "dbeta times gamma",
        "dbeta is summed from dy * gamma; beta is added after gamma has multiplied",
        "your dbeta is gamma times the correct one",
        ((_DBETA, "dbeta = (dy_rows * gamma).sum(axis=0) if has_beta else None"),),
    ),
)

MISTAKES = _FORWARD + _BACKWARD

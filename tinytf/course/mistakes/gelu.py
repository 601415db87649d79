"""Known mistakes in the exercise "gelu"."""

from tinytf.course.exercise import Mistake

_EXACT = "return cdf + x * density"
_TANH = "slope: Array = cdf + x * (2 * cdf * (1 - cdf) * dinner)"
_DX = "return dy * in_tiles(slope, x, cdf)"
_CHOICE = 'if approximate == "none":'
_INNER = "inner = x * (SQRT_2_OVER_PI + (SQRT_2_OVER_PI * 0.044715) * (x * x))"
_DINNER = "dinner = SQRT_2_OVER_PI + (3 * SQRT_2_OVER_PI * 0.044715) * (x * x)"

_BOTH_HALVES = "y = x * cdf(x) is a product of two values that both depend on x"

MISTAKES = (
    Mistake(
        "half the product rule, exact form",
        f"the backward of the exact form lacks the term x cdf'(x): {_BOTH_HALVES}",
        "for approximate='none' your dx is dy * cdf(x)",
        ((_EXACT, "return cdf"),),
    ),
    Mistake(
        "half the product rule, tanh form",
        f"the backward of the tanh form lacks the term x cdf'(x): {_BOTH_HALVES}",
        "for approximate='tanh' your dx is dy * cdf(x)",
        ((_TANH, "slope: Array = cdf"),),
    ),
    Mistake(
        "other half of the product rule, exact form",
        f"the backward of the exact form lacks the term cdf(x): {_BOTH_HALVES}",
        "for approximate='none' your dx is dy * x * cdf'(x)",
        ((_EXACT, "return x * density"),),
    ),
    Mistake(
        "other half of the product rule, tanh form",
        f"the backward of the tanh form lacks the term cdf(x): {_BOTH_HALVES}",
        "for approximate='tanh' your dx is dy * x * cdf'(x)",
        ((_TANH, _TANH.replace("cdf + x", "x")),),
    ),
    Mistake(
        "x forgotten in the product rule, exact form",
        "the backward of the exact form adds cdf'(x) where it must add x cdf'(x)",
        "for approximate='none' your dx is dy * (cdf(x) + cdf'(x))",
        ((_EXACT, "return cdf + density"),),
    ),
    Mistake(
        "x forgotten in the product rule, tanh form",
        "the backward of the tanh form adds cdf'(x) where it must add x cdf'(x)",
        "for approximate='tanh' your dx is dy * (cdf(x) + cdf'(x))",
        ((_TANH, _TANH.replace("cdf + x *", "cdf +")),),
    ),
    Mistake(
        "dy forgotten",
        "the backward returns the derivative of GELU itself; it must be multiplied by dy",
        "your dx is the same whatever dy is",
        ((_DX, "return in_tiles(slope, x, cdf)"),),
    ),
    Mistake(
        "density without 1 / sqrt(2 pi)",
        "the normal density lacks its factor 1 / sqrt(2 pi)",
        "for approximate='none' your error is dy * x * exp(-x^2 / 2) * (1 - 1 / sqrt(2 pi))",
        (("* (1 / math.sqrt(2 * math.pi))", "* 1.0"),),
    ),
    Mistake(
        "density without the half",
        "the normal density is exp(-x^2 / 2) / sqrt(2 pi): the division by 2 is missing",
        "for approximate='none' your dx has exp(-x^2) in it",
        (("np.exp(-0.5 * (x * x)) * (1", "np.exp(-(x * x)) * (1"),),
    ),
    Mistake(
        "no inner derivative",
        "the derivative of tanh(inner) lacks the derivative of inner, sqrt(2/pi) (1 + 3 * 0.044715 "
        "x^2): the chain rule",
        "for approximate='tanh' your dx is right once cdf' is multiplied by inner'",
        ((_TANH, "slope: Array = cdf + x * (2 * cdf * (1 - cdf))"),),
    ),
    Mistake(
        "no 3 in the inner derivative",
        "the derivative of 0.044715 x^3 is 3 * 0.044715 x^2: the 3 is missing",
        "for approximate='tanh' your dx has sqrt(2/pi) (1 + 0.044715 x^2) for inner'",
        ((_DINNER, _DINNER.replace("3 * ", "")),),
    ),
    Mistake(
        "inner derivative without sqrt(2/pi)",
        "the derivative of inner lacks its factor sqrt(2/pi)",
        "for approximate='tanh' your dx has 1 + 3 * 0.044715 x^2 for inner'",
        ((_DINNER, "dinner = 1 + (3 * 0.044715) * (x * x)"),),
    ),
    Mistake(
        "half forgotten before tanh'",
        "cdf is (1 + tanh(inner)) / 2, so its derivative has the half, too",
        "for approximate='tanh' the second term of your derivative is twice the correct one",
        ((_TANH, _TANH.replace("(2 * cdf", "(4 * cdf")),),
    ),
    Mistake(
        "tanh' without the square",
        "the derivative of tanh(u) is 1 - tanh(u)^2: the square is missing",
        "for approximate='tanh' your dx has 1 - tanh(inner) in it",
        ((_TANH, _TANH.replace("2 * cdf * (1 - cdf)", "(1 - cdf)")),),
    ),
    Mistake(
        "tanh form for both",
        "the tanh form is computed where the exact form is asked for",
        "for approximate='none' you return what is right for 'tanh'; they differ by up to 5e-4",
        ((_CHOICE, f'approximate = "tanh"\n    {_CHOICE}'),),
    ),
    Mistake(
        "exact form for both",
        "the exact form is computed where the tanh form is asked for",
        "for approximate='tanh' you return what is right for 'none'; they differ by up to 5e-4",
        ((_CHOICE, f'approximate = "none"\n    {_CHOICE}'),),
    ),
    Mistake(
        "erf without the root of 2",
        "the normal distribution function has erf(x / sqrt(2)): the root of 2 is missing",
        "for approximate='none' your y is x (1 + erf(x)) / 2",
        (("x.real * -math.sqrt(0.5)", "-x.real"),),
    ),
    Mistake(
        "half forgotten",
        "y lacks the factor 1/2: (1 + erf) and (1 + tanh) run from 0 to 2, a share from 0 to 1",
        "your y is twice the correct one",
        (("return x * cdf, (x", "return x * (2 * cdf), (x"),),
    ),
    Mistake(
        "no root of 2/pi",
        "the factor before the bracket is sqrt(2/pi), not 2/pi",
        "for approximate='tanh' your y is what the factor 2/pi gives",
        (
            (_INNER, f"{_INNER} * SQRT_2_OVER_PI"),
            (_DINNER, f"dinner = SQRT_2_OVER_PI * ({_DINNER[9:]})"),
        ),
    ),
    Mistake(
        "square for the cube",
        "inside of tanh stands x + 0.044715 x^3, not x^2",
        "for approximate='tanh' your y is what 0.044715 x^2 gives",
        ((_INNER, _INNER.replace("(x * x)", "x")),),
    ),
    Mistake(
        "0.44715 for 0.044715",
        "the coefficient of x^3 is 0.044715",
        "for approximate='tanh' your y is what 0.44715 gives",
        (
            (_INNER, _INNER.replace("0.044715", "0.44715")),
            (_DINNER, _DINNER.replace("0.044715", "0.44715")),
        ),
    ),
)

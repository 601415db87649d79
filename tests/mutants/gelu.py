"""Mistakes in GELU."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "cdf alone, half the product rule": ("return cdf + x * density", "return cdf"),
    "x cdf' alone, the other half": ("return cdf + x * density", "return x * density"),
    "density without 1 / sqrt(2 pi)": ("* (1 / math.sqrt(2 * math.pi))", "* 1.0"),
    "density of another width": ("np.exp(-0.5 * (x * x)) * (1", "np.exp(-(x * x)) * (1"),
    "both halves for each approximation mixed up": (
        'slope = _normal_slope if approximate == "none"',
        'slope = _normal_slope if approximate != "none"',
    ),
    "tanh: x instead of inner'": ("(2 * cdf * (1 - cdf) * dinner)", "(2 * cdf * (1 - cdf))"),
    "tanh: the 3 of x^3 forgotten": ("(3 * SQRT_2_OVER_PI", "(SQRT_2_OVER_PI"),
    "tanh: tanh' as 1 - tanh": ("2 * cdf * (1 - cdf) * dinner", "(1 - cdf) * dinner"),
}

FORWARD: dict[str, Edit] = {
    "tanh is the default": (
        'x: Array, approximate: Approximate = "none"',
        'x: Array, approximate: Approximate = "tanh"',
    ),
    "tanh: 0.44715": (
        "(SQRT_2_OVER_PI * 0.044715) * (x * x)",
        "(SQRT_2_OVER_PI * 0.44715) * (x * x)",
    ),
    "tanh: 0.0447": (
        "(SQRT_2_OVER_PI * 0.044715) * (x * x)",
        "(SQRT_2_OVER_PI * 0.0447) * (x * x)",
    ),
    "tanh: x^2 in the place of x^3": (
        "inner = x * (SQRT_2_OVER_PI + (SQRT_2_OVER_PI * 0.044715) * (x * x))",
        "inner = x * (SQRT_2_OVER_PI + (SQRT_2_OVER_PI * 0.044715) * x)",
    ),
    "the root of 2 forgotten": ("x.real * -math.sqrt(0.5)", "-x.real"),
    "1 + erf, which loses its digits on the left": (
        "np.asarray(0.5 * erfc(x.real * -math.sqrt(0.5)))",
        "np.asarray(1 - 0.5 * erfc(x.real * math.sqrt(0.5)))",
    ),
    "tanh form for every float32": (
        "series = np.full_like(x, _ATANH_ERF[-1])",
        "series = np.full_like(x, 0.0)",
    ),
    "float32: a series one term short": ("_ATANH_ERF[-2::-1]", "_ATANH_ERF[-3::-1]"),
    "imaginary part lost": ("cdf = cdf + 1j * (x.imag * density)", "cdf = cdf + 0j"),
    "imaginary part lost of x": ("return x * cdf, (x, cdf", "return x.real * cdf, (x, cdf"),
}

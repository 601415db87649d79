"""Mistakes in the random start."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "Glorot's variance in the place of its root": (
        "std = math.sqrt(2 / (d_in + d_out))",
        "std = 2 / (d_in + d_out)",
    ),
    "He's, of d_in alone": ("math.sqrt(2 / (d_in + d_out))", "math.sqrt(2 / d_in)"),
    "std taken for the variance": ("rng.normal(0, std,", "rng.normal(0, std**2,"),
    "Glorot's always": ("if std is None:", "if True:"),
    "uniform, not normal": (
        "rng.normal(0, std,",
        "rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std,",
    ),
    "transposed": ("(d_in, d_out)).astype", "(d_out, d_in)).astype"),
    "dtype ignored": (".astype(dtype)", ""),
    "a generator of its own": ("return rng.normal", "return np.random.default_rng().normal"),
    "as large in deep stacks": (
        "math.sqrt(n_sublayers * config.n_layers)",
        "math.sqrt(n_sublayers)",
    ),
    "two sub-layers always": ("n_sublayers * config.n_layers", "2 * config.n_layers"),
    "0.02 whatever the config": ("return config.init_std /", "return 0.02 /"),
    "Glorot's scaled down too": ("        return None\n", "        return 0.02\n"),
}

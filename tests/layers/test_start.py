"""The random start of matrices."""

import math
from types import ModuleType

import numpy as np

from tinytf.config import Config


def test_random_matrices(module: ModuleType) -> None:
    """Normally distributed, of the standard deviation asked for, or of Glorot's."""
    for std, expected in ((0.5, 0.5), (None, 0.05)):  # sqrt(2 / (300 + 500)) = 0.05
        for dtype in (np.float32, np.float64):
            matrix = module.random_matrix(np.random.default_rng(0), 300, 500, std, dtype)
            assert matrix.shape == (300, 500)
            assert matrix.dtype == dtype
            assert abs(matrix.std() / expected - 1) < 0.01
            assert abs(matrix.mean() / expected) < 0.02
            within = (np.abs(matrix) < expected).mean()
            assert abs(within - math.erf(math.sqrt(0.5))) < 0.01, "68.3 % of a normal distribution"


def test_the_same_generator_gives_the_same_matrix(module: ModuleType) -> None:
    first, same, other = (
        module.random_matrix(np.random.default_rng(seed), 3, 4, None, np.float64)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_projections_into_the_residual_stream_start_smaller(module: ModuleType) -> None:
    for init_std, n_layers, n_sublayers, expected in (
        (0.02, 12, 2, 0.02 / math.sqrt(24)),
        (0.1, 6, 3, 0.1 / math.sqrt(18)),
        (None, 6, 3, None),
    ):
        config = Config(5, 4, 6, 2, 8, n_layers, init_std=init_std)
        came = module.output_std(config, n_sublayers)
        assert came == expected or math.isclose(came, expected)

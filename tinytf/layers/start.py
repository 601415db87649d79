"""How large the random start of a matrix is.

Too small, and a layer says nothing for thousands of steps; too large, and its softmax and
activations saturate. Two published answers are in use: a fixed standard deviation (0.02 in BERT and
GPT-2), and one that follows the matrix's shape.
"""

import math

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.ops.arrays import Array


def random_matrix(
    rng: np.random.Generator, d_in: int, d_out: int, std: float | None, dtype: npt.DTypeLike
) -> Array:
    """A (d_in, d_out) matrix of normally distributed numbers.

    Args:
        rng: where they come from.
        d_in: number of rows.
        d_out: number of columns.
        std: their standard deviation. None: sqrt(2 / (d_in + d_out)), which keeps the variance of
            signals between d_in and d_out features, forward and backward, near 1 (Glorot and Bengio
            2010, "Understanding the difficulty of training deep feedforward neural networks",
            equation 12); the first transformer's choice.
        dtype: float32 or float64.
    """
    if std is None:
        std = math.sqrt(2 / (d_in + d_out))
    return rng.normal(0, std, (d_in, d_out)).astype(dtype)


def output_std(config: Config, n_sublayers: int) -> float | None:
    """Standard deviation for the projections that write into the residual stream.

    Each layer of the stack writes n_sublayers times, so the whole stack writes n_sublayers n_layers
    times; each write starts smaller by the root of that, and their sum keeps its size (Radford et
    al. 2019, GPT-2, section 2.3). With init_std None, all matrices start by their shape.
    """
    if config.init_std is None:
        return None
    return config.init_std / math.sqrt(n_sublayers * config.n_layers)

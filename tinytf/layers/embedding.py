"""Embedding layer: the op `embedding` with its table."""

import numpy as np
import numpy.typing as npt

from tinytf.layers.parameter import Layer, Parameter, add_grad
from tinytf.ops.arrays import Array
from tinytf.ops.embedding import EmbeddingCache, embedding_backward, embedding_forward


class Embedding(Layer):
    """One vector for each id.

    Args:
        n_ids: number of rows of the table (the vocabulary, or the positions).
        d_model: size of each vector.
        rng: where the table's random start comes from.
        std: standard deviation of the table at the start.
        dtype: float32 or float64.
    """

    def __init__(
        self,
        n_ids: int,
        d_model: int,
        rng: np.random.Generator,
        std: float = 0.02,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        self.weight = Parameter(rng.normal(0, std, (n_ids, d_model)).astype(dtype))

    def forward(self, ids: Array) -> tuple[Array, EmbeddingCache]:
        """ids (...) -> y (..., D)."""
        return embedding_forward(ids, self.weight.value)

    def backward(self, dy: Array, cache: EmbeddingCache) -> None:
        """dy (..., D); ids are not differentiable, so nothing is returned."""
        add_grad(self.weight, embedding_backward(dy, cache))

"""A small model and text to train on, in a second or less."""

from typing import Any

import numpy as np

from tinytf.config import Config
from tinytf.layers.parameter import Layer, Parameter
from tinytf.models.decoder import DecoderLM
from tinytf.ops.arrays import Array
from tinytf.training.windows import TokenWindows

# 120 tokens of a pattern that is easy to learn.
IDS = np.resize([1, 2, 3, 4, 5, 6, 3, 2], 120)


def small_model(seed: int = 0, dtype: Any = np.float64, **switches: Any) -> DecoderLM:
    """A DecoderLM of one layer: V = 7, T = 6, B = 2."""
    sizes = {"vocab_size": 7, "d_model": 8, "max_len": 6, "n_heads": 2, "d_ff": 12, "n_layers": 1}
    config = Config(**{**sizes, "batch_size": 2, **switches})
    return DecoderLM(config, np.random.default_rng(seed), dtype)


def windows(ids: Array = IDS) -> TokenWindows:
    """Windows of 6 tokens."""
    return TokenWindows(ids, 6)


class Parts(Layer):
    """Parameters p0, p1, ... of the shapes given, with random values."""

    def __init__(self, *shapes: tuple[int, ...], dtype: Any = np.float64) -> None:
        rng = np.random.default_rng(1)
        for i, shape in enumerate(shapes):
            setattr(self, f"p{i}", Parameter(rng.normal(size=shape).astype(dtype)))

    def draw_gradients(self, rng: np.random.Generator) -> None:
        """Random gradients, of sizes from 1e-3 to 1e3."""
        for parameter in self.parameters().values():
            shape = parameter.grad.shape
            parameter.grad[...] = rng.normal(size=shape) * 10.0 ** rng.integers(-3, 4, size=shape)


def snapshot(model: Layer) -> dict[str, bytes]:
    """The bytes of every parameter."""
    return {name: p.value.tobytes() for name, p in model.parameters().items()}

"""What every contender computes: sizes, first weights, batches, the optimiser's numbers.

NumPy only, and nothing of tinytf: a contender in another library imports this too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Weights = dict[str, npt.NDArray[np.float32]]

VOCAB_SIZE = 65  # the characters of nanoGPT's Shakespeare
LEARNING_RATE = 1e-3
BETAS = (0.9, 0.99)
WEIGHT_DECAY = 0.1  # matrices only
MAX_NORM = 1.0  # gradients are clipped at this length


@dataclass(frozen=True)
class Size:
    """A GPT: tanh-GELU, learned positions, no biases, tied head, d_ff = 4 d_model.

    Attributes:
        target: training speed relative to PyTorch eager that tinytf must reach.
    """

    name: str
    n_layers: int
    n_heads: int
    d_model: int
    max_len: int
    batch_size: int
    target: float


SIZES = {
    size.name: size
    for size in (
        Size("A", n_layers=2, n_heads=2, d_model=32, max_len=32, batch_size=8, target=0.9),
        # nanoGPT's settings for a CPU
        Size("B", n_layers=4, n_heads=4, d_model=128, max_len=64, batch_size=12, target=0.5),
        Size("C", n_layers=6, n_heads=6, d_model=384, max_len=256, batch_size=8, target=0.55),
    )
}
GENERATION_TARGET = 1.0  # tokens per second relative to PyTorch's


def first_weights(size: Size) -> Weights:
    """The weights all contenders start from, under tinytf's names, shaped (d_in, d_out).

    Larger than one would start training with, and with norm scales that are not exactly 1: so the
    first losses tell apart even contenders that differ in the form of GELU or in clipping.
    """
    rng = np.random.default_rng(0)
    d_model, d_ff = size.d_model, 4 * size.d_model

    def normal(std: float, *shape: int) -> npt.NDArray[np.float32]:
        return rng.normal(0, std, shape).astype(np.float32)

    def matrix(d_in: int, d_out: int) -> npt.NDArray[np.float32]:
        return normal(d_in**-0.5, d_in, d_out)

    weights = {
        "decoder.embed.tok.weight": normal(d_model**-0.5, VOCAB_SIZE, d_model),
        "decoder.embed.pos.weight": normal(d_model**-0.5, size.max_len, d_model),
        "decoder.final_norm.gamma": 1 + normal(0.1, d_model),
    }
    for i in range(size.n_layers):
        layer = f"decoder.layers.{i}"
        for name in ("q", "k", "v", "out"):
            weights[f"{layer}.self_attn.{name}.weight"] = matrix(d_model, d_model)
        weights[f"{layer}.ffn.w_in"] = matrix(d_model, d_ff)
        weights[f"{layer}.ffn.w_out"] = matrix(d_ff, d_model)
        weights[f"{layer}.norm1.gamma"] = 1 + normal(0.1, d_model)
        weights[f"{layer}.norm2.gamma"] = 1 + normal(0.1, d_model)
    return weights


def batches(size: Size) -> Iterator[tuple[Ids, Ids]]:
    """Inputs and targets (B, T) without end, the same for every contender.

    Each token follows from the one before but for a choice of four, so the loss falls from
    log(65) towards log(4): there is something to learn, and never a loss near 0.
    """
    rng = np.random.default_rng(1)
    while True:
        ids = np.empty((size.batch_size, size.max_len + 1), np.int64)
        ids[:, 0] = rng.integers(0, VOCAB_SIZE, size.batch_size)
        for t in range(size.max_len):
            ids[:, t + 1] = (7 * ids[:, t] + rng.integers(0, 4, size.batch_size)) % VOCAB_SIZE
        yield ids[:, :-1].copy(), ids[:, 1:].copy()

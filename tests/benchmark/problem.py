"""What every contender computes: sizes, first weights, batches, the optimiser's numbers.

NumPy only, and nothing of tinytf: a contender in another library imports this too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Weights = dict[str, npt.NDArray[np.float32]]

VOCAB_SIZE = 65  # the characters of nanoGPT's Shakespeare
BETAS = (0.9, 0.99)
WEIGHT_DECAY = 0.1  # matrices only
MAX_NORM = 1.0  # gradients are clipped at this length


@dataclass(frozen=True)
class Size:
    """The size of a model, with d_ff = 4 d_model and a tied head.

    Attributes:
        max_len: of every sequence; in an encoder-decoder source and target have the same length.
        model: "gpt": pre-norm, tanh-GELU, learned positions, no biases. "encoder-decoder": as in
            Vaswani et al. 2017, post-norm, ReLU, sinusoidal positions, biases, one table for
            source, target and head; n_layers in each of its two stacks. Neither has dropout.
        target: training speed relative to PyTorch eager that tinytf must reach.
        learning_rate: with ReLU that of a warm-up: in float32, rounding decides on which side of 0
            an activation falls, and at 1e-3 Adam's first steps make 1e-4 of the loss out of it.
    """

    name: str
    n_layers: int
    n_heads: int
    d_model: int
    max_len: int
    batch_size: int
    target: float
    vocab_size: int = VOCAB_SIZE
    model: Literal["gpt", "encoder-decoder"] = "gpt"
    learning_rate: float = 1e-3


SIZES = {
    size.name: size
    for size in (
        Size("A", n_layers=2, n_heads=2, d_model=32, max_len=32, batch_size=8, target=0.9),
        # nanoGPT's settings for a CPU
        Size("B", n_layers=4, n_heads=4, d_model=128, max_len=64, batch_size=12, target=0.5),
        Size("C", n_layers=6, n_heads=6, d_model=384, max_len=256, batch_size=8, target=0.55),
        Size(
            "D",
            n_layers=2,
            n_heads=4,
            d_model=128,
            max_len=32,
            batch_size=32,
            target=0.55,
            vocab_size=2000,
            model="encoder-decoder",
            learning_rate=3e-5,
        ),
    )
}
GENERATION_TARGET = 1.0  # tokens per second relative to PyTorch's


def first_weights(size: Size) -> Weights:
    """The weights all contenders start from, under tinytf's names, shaped (d_in, d_out).

    Larger than one would start training with, and with norm scales that are not exactly 1: so the
    first losses tell apart even contenders that differ in the form of GELU or in clipping.
    """
    return _gpt_weights(size) if size.model == "gpt" else _encoder_decoder_weights(size)


def batches(size: Size) -> Iterator[tuple[Ids, Ids]]:
    """Batches without end, the same for every contender.

    A GPT's are inputs and targets (B, T) each, an encoder-decoder's are the source (B, S) and the
    target with a first token in front (B, T + 1). Each target token follows from another token but
    for a choice of four, so the loss falls from log(V) towards log(4): there is something to learn,
    and never a loss near 0.
    """
    rng = np.random.default_rng(1)
    vocab_size, batch_size = size.vocab_size, size.batch_size
    while True:
        target = np.zeros((batch_size, size.max_len + 1), np.int64)
        if size.model == "gpt":
            target[:, 0] = rng.integers(0, vocab_size, batch_size)
            known = target
        else:
            known = rng.integers(0, vocab_size, (batch_size, size.max_len))  # the source
        for t in range(size.max_len):
            target[:, t + 1] = (7 * known[:, t] + rng.integers(0, 4, batch_size)) % vocab_size
        if size.model == "gpt":
            yield target[:, :-1].copy(), target[:, 1:].copy()
        else:
            yield known, target


def _gpt_weights(size: Size) -> Weights:
    rng = np.random.default_rng(0)
    d_model, d_ff = size.d_model, 4 * size.d_model

    def normal(std: float, *shape: int) -> npt.NDArray[np.float32]:
        return rng.normal(0, std, shape).astype(np.float32)

    def matrix(d_in: int, d_out: int) -> npt.NDArray[np.float32]:
        return normal(d_in**-0.5, d_in, d_out)

    weights = {
        "decoder.embed.tok.weight": normal(d_model**-0.5, size.vocab_size, d_model),
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


def _encoder_decoder_weights(size: Size) -> Weights:
    rng = np.random.default_rng(0)
    d_model, d_ff = size.d_model, 4 * size.d_model
    weights = {}

    def normal(name: str, std: float, *shape: int) -> None:
        weights[name] = rng.normal(0, std, shape).astype(np.float32)

    normal("encoder.embed.tok.weight", d_model**-0.5, size.vocab_size, d_model)
    for stack, sublayers in (
        ("encoder", ["self_attn", "ffn"]),
        ("decoder", ["self_attn", "cross_attn", "ffn"]),
    ):
        for i in range(size.n_layers):
            layer = f"{stack}.layers.{i}"
            for n, sublayer in enumerate(sublayers, start=1):
                normal(f"{layer}.norm{n}.gamma", 0.1, d_model)
                weights[f"{layer}.norm{n}.gamma"] += 1
                normal(f"{layer}.norm{n}.beta", 0.1, d_model)
                if sublayer == "ffn":
                    normal(f"{layer}.ffn.w_in", d_model**-0.5, d_model, d_ff)
                    normal(f"{layer}.ffn.b_in", 0.1, d_ff)
                    normal(f"{layer}.ffn.w_out", d_ff**-0.5, d_ff, d_model)
                    normal(f"{layer}.ffn.b_out", 0.1, d_model)
                    continue
                for name in ("q", "k", "v", "out"):
                    normal(f"{layer}.{sublayer}.{name}.weight", d_model**-0.5, d_model, d_model)
                    normal(f"{layer}.{sublayer}.{name}.bias", 0.1, d_model)
    return weights

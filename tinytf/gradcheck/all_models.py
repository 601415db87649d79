"""Whole models for `all_ops.check_everything`: a two-layer DecoderLM in its main variants."""

from collections.abc import Iterator

import numpy as np

from tinytf.config import Config
from tinytf.gradcheck.model import check_model
from tinytf.gradcheck.report import Report
from tinytf.models import DecoderLM

IGNORED = -100

# Small, all sizes different, so that no two axes can be mistaken for each other.
SIZES = {"vocab_size": 7, "d_model": 8, "max_len": 5, "n_heads": 2, "d_ff": 6, "n_layers": 2}

VARIANTS: dict[str, dict[str, object]] = {
    "pre-norm, learned positions, gelu, tied head": {},
    "free head, gelu_tanh": {"tie_embeddings": False, "activation": "gelu_tanh"},
    "post-norm, sinusoidal, relu": {
        "norm_position": "post",
        "positions": "sinusoidal",
        "activation": "relu",
    },
    "rmsnorm, rope, swiglu, GQA, no bias, free head": {
        "norm": "rmsnorm",
        "positions": "rope",
        "activation": "swiglu",
        "n_kv_heads": 1,
        "bias": False,
        "tie_embeddings": False,
    },
    "alibi, no bias": {"positions": "alibi", "bias": False},
    "dropout": {"dropout": 0.3},
    "post-norm, rmsnorm, dropout": {"norm_position": "post", "norm": "rmsnorm", "dropout": 0.3},
}


def check_models(rng: np.random.Generator) -> Iterator[tuple[str, Report]]:
    """Every parameter of each variant, under a cross-entropy with padded targets."""
    for said, switches in VARIANTS.items():
        yield f"DecoderLM, {said}", check_variant(rng, switches)


def check_variant(rng: np.random.Generator, switches: dict[str, object]) -> Report:
    """Check the DecoderLM whose Config has these switches, with random parameters."""
    config = Config.from_dict({**SIZES, "activation": "gelu", **switches})
    model = DecoderLM(config, rng, dtype=np.float64)
    randomize(model, rng)
    ids = rng.integers(0, config.vocab_size, size=(2, 4))
    targets = rng.integers(0, config.vocab_size, size=(2, 4))
    targets[1, 2:] = IGNORED  # the second sequence is padded
    seed = 5 if config.dropout else None
    return check_model(model, ids, targets=targets, rng=rng, forward_seed=seed)


def randomize(model: DecoderLM, rng: np.random.Generator) -> None:
    """Leave the usual start behind: gamma = 1, bias = 0, weights so small that all is linear."""
    for parameter in model.parameters().values():
        parameter.value[...] = rng.normal(0, 0.5, size=parameter.value.shape)

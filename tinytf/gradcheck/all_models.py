"""Whole models for `all_ops.check_everything`: each stack with two layers, in its main variants."""

from collections.abc import Iterator

import numpy as np

from tinytf.config import Config
from tinytf.gradcheck.model import check_model
from tinytf.gradcheck.report import Report
from tinytf.layers.parameter import Layer
from tinytf.models import DecoderLM, Encoder, EncoderDecoder
from tinytf.ops import padding_mask
from tinytf.ops.cross_entropy import IGNORED

# Small, all sizes different, so that no two axes can be mistaken for each other.
SIZES = {"vocab_size": 7, "d_model": 8, "max_len": 5, "n_heads": 2, "d_ff": 6, "n_layers": 2}

Switches = dict[str, object]

DECODER_LM: dict[str, Switches] = {
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

ENCODER: dict[str, Switches] = {
    "post-norm, segments, embedding norm, dropout": {
        "norm_position": "post",
        "n_segments": 2,
        "embedding_norm": True,
        "dropout": 0.3,
    },
    "pre-norm, rope, rmsnorm": {"positions": "rope", "norm": "rmsnorm"},
}

# In "Attention Is All You Need" one table serves source, target and head.
ENCODER_DECODER: dict[str, Switches] = {
    "post-norm, one table for all, dropout": {"norm_position": "post", "dropout": 0.3},
    "pre-norm, two tables, free head, silu, GQA": {
        "source_vocab_size": 6,
        "tie_embeddings": False,
        "activation": "silu",
        "n_kv_heads": 1,
    },
}


def check_models(rng: np.random.Generator) -> Iterator[tuple[str, Report]]:
    """Every parameter of each variant, with real padding wherever a model knows padding."""
    for name, variants, check in (
        ("DecoderLM", DECODER_LM, check_decoder_lm),
        ("Encoder", ENCODER, check_encoder),
        ("EncoderDecoder", ENCODER_DECODER, check_encoder_decoder),
    ):
        for said, switches in variants.items():
            yield f"{name}, {said}", check(rng, switches)


def check_decoder_lm(rng: np.random.Generator, switches: Switches) -> Report:
    """Check the DecoderLM of these switches, under a cross-entropy with padded targets."""
    config = make_config(switches)
    model = DecoderLM(config, rng, dtype=np.float64)
    randomize(model, rng)
    ids = rng.integers(0, config.vocab_size, size=(2, 4))
    targets = rng.integers(0, config.vocab_size, size=(2, 4))
    targets[1, 2:] = IGNORED  # the second sequence is padded
    seed = 5 if config.dropout else None
    return check_model(model, ids, targets=targets, rng=rng, forward_seed=seed)


def check_encoder(rng: np.random.Generator, switches: Switches) -> Report:
    """Check the Encoder of these switches: random cotangents on padded sequences."""
    config = make_config({"positions": "sinusoidal", **switches})
    model = Encoder(config, rng, dtype=np.float64)
    randomize(model, rng)
    ids = rng.integers(0, config.vocab_size, size=(2, 4))
    segments = rng.integers(0, config.n_segments, size=(2, 4)) if config.n_segments else None
    mask = padding_mask(np.array([4, 2]), 4)
    seed = 5 if config.dropout else None
    return check_model(model, ids, rng=rng, forward_seed=seed, mask=mask, segments=segments)


def check_encoder_decoder(rng: np.random.Generator, switches: Switches) -> Report:
    """Check the EncoderDecoder of these switches: S != T, both padded, and label smoothing."""
    config = make_config({"positions": "sinusoidal", **switches})
    model = EncoderDecoder(config, rng, dtype=np.float64)
    randomize(model, rng)
    source = rng.integers(0, config.source_vocab_size or config.vocab_size, size=(2, 5))
    target, targets = rng.integers(0, config.vocab_size, size=(2, 2, 3))
    targets[1, 2:] = IGNORED
    return check_model(
        model,
        source,
        target,
        targets=targets,
        label_smoothing=0.1,
        rng=rng,
        max_entries=1,  # of each of its 60 parameters, and one direction through all entries
        forward_seed=5 if config.dropout else None,
        source_mask=padding_mask(np.array([3, 5]), 5),
    )


def make_config(switches: Switches) -> Config:
    """SIZES, an activation that is smooth unless said otherwise, and the switches."""
    return Config.from_dict({**SIZES, "activation": "gelu", **switches})


def randomize(model: Layer, rng: np.random.Generator) -> None:
    """Leave the usual start behind: gamma = 1, bias = 0, weights so small that all is linear."""
    for parameter in model.parameters().values():
        parameter.value[...] = rng.normal(0, 0.5, size=parameter.value.shape)

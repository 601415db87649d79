"""BERT with each of its heads, for `all_ops.check_everything`: padding, segments, dropout."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from tinytf.config import Config
from tinytf.gradcheck.all_models import make_config, randomize
from tinytf.gradcheck.model import check_model
from tinytf.gradcheck.report import Report
from tinytf.layers.parameter import Layer
from tinytf.models import (
    PRESETS,
    BertAnswerer,
    BertClassifier,
    BertPretraining,
    BertRegressor,
    BertTagger,
)
from tinytf.ops.masks import padding_mask

N_LABELS = 3


def check_bert_models(rng: np.random.Generator) -> Iterator[tuple[str, Report]]:
    """Every parameter of each model, under random cotangents of its outputs."""
    config = make_config({**PRESETS["bert"], "n_layers": 1, "norm_eps": 1e-3})
    predict = np.zeros((2, 4), bool)
    predict[[0, 0, 1], [1, 3, 1]] = True  # no padding, and not each position
    yield (
        "BERT, masked tokens and next sentence",
        _check(BertPretraining(config, rng, np.float64), config, rng, predict),
    )
    for said, model in (
        ("classes", BertClassifier(config, N_LABELS, rng, np.float64)),
        ("a number", BertRegressor(config, rng, np.float64)),
        ("tags", BertTagger(config, N_LABELS, rng, np.float64)),
        ("answers", BertAnswerer(config, rng, np.float64)),
    ):
        yield f"BERT, {said}", _check(model, config, rng)


def _check(model: Layer, config: Config, rng: np.random.Generator, *predict: Any) -> Report:
    """Check a model on two sequences, the second one padded; dropout on."""
    randomize(model, rng)
    ids = rng.integers(0, config.vocab_size, size=(2, 4))
    segments = rng.integers(0, config.n_segments, size=(2, 4))
    mask = padding_mask(np.array([4, 2]), 4)
    return check_model(
        model,  # type: ignore[arg-type]
        ids,
        *predict,
        rng=rng,
        max_entries=1,  # of each parameter, and one direction through all entries
        forward_seed=5,
        mask=mask,
        segments=segments,
    )

"""Training steps of tiny models of every stack, traced, for the tests of the builder."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

import tinytf
from tinytf import Config
from tinytf.models import (
    BertAnswerer,
    BertClassifier,
    BertPretraining,
    BertRegressor,
    BertTagger,
    DecoderLM,
    EncoderDecoder,
)
from tinytf.ops import (
    cross_entropy_backward,
    cross_entropy_forward,
    padding_mask,
    squared_error_backward,
    squared_error_forward,
)
from tinytf.report import Step
from tinytf.training import SGD

SIZES = {"vocab_size": 7, "d_model": 8, "max_len": 9, "n_heads": 2, "d_ff": 12, "n_layers": 2}
LARGE = {"vocab_size": 90, "d_model": 48, "max_len": 9, "n_heads": 6, "d_ff": 70, "n_layers": 5}
LLAMA = {
    "norm": "rmsnorm",
    "positions": "rope",
    "activation": "swiglu",
    "bias": False,
    "tie_embeddings": False,
}
BERT = {"n_segments": 2, "embedding_norm": True, "norm_position": "post", "activation": "gelu"}
LEARNING_RATE = 1e-4
T, S = 5, 4

# name -> what is trained, its switches, and its sizes
CASES: dict[str, tuple[str, dict[str, Any], dict[str, int]]] = {
    "gpt": ("decoder", {}, SIZES),
    "gpt, one token": ("decoder", {"n_tokens": 1}, SIZES),
    "llama": ("decoder", LLAMA, SIZES),
    "llama, one key head": ("decoder", {**LLAMA, "n_kv_heads": 1}, SIZES),
    "mpt": ("decoder", {"positions": "alibi", "activation": "gelu", "bias": False}, SIZES),
    "no norm bias, post-norm, relu": (
        "decoder",
        {"norm_position": "post", "activation": "relu", "norm": "rmsnorm"},
        SIZES,
    ),
    "translator": ("translator", {"positions": "sinusoidal", "smoothing": 0.1}, SIZES),
    "translator, post-norm, two vocabularies": (
        "translator",
        {"norm_position": "post", "activation": "silu", "source_vocab_size": 9},
        SIZES,
    ),
    "translator, dropout": ("translator", {"positions": "rope", "dropout": 0.2}, SIZES),
    "bert": ("bert", BERT, SIZES),
    "classifier": ("classifier", {**BERT, "dropout": 0.1}, SIZES),
    "tagger": ("tagger", BERT, SIZES),
    "regressor": ("regressor", BERT, SIZES),
    "answerer": ("answerer", BERT, SIZES),
    "large llama": ("decoder", {**LLAMA, "n_kv_heads": 3}, LARGE),
    "large mpt": ("decoder", {"positions": "alibi", "smoothing": 0.1}, LARGE),
    "large translator": ("translator", {"positions": "sinusoidal"}, LARGE),
    "large bert": ("bert", BERT, LARGE),
}
LARGE_CASES = [name for name in CASES if name.startswith("large")]
SMALL = [name for name in CASES if not name.startswith("large")]


@cache
def traced(name: str) -> Step:
    """The step of this name; computed once."""
    kind, switches, sizes = CASES[name]
    switches = dict(switches)
    smoothing = switches.pop("smoothing", 0.0)
    n_tokens = switches.pop("n_tokens", T)
    rng = np.random.default_rng(0)
    config = Config(**{**sizes, "init_std": None, **switches})
    words = [f"w{number}" for number in range(config.vocab_size)]
    ids = rng.integers(0, config.vocab_size, (1, n_tokens))
    labels = {"T": [words[one] for one in ids[0]]}
    model, run = MAKERS[kind](config, ids, rng, smoothing, labels)
    if "V" in labels:
        labels["V"] = words
    for parameter in model.parameters().values():  # no norm at 1, no bias at 0
        parameter.value += rng.normal(0, 0.1, parameter.value.shape)
    optimizer = SGD(model)
    with tinytf.trace(model) as recorded:
        loss = run()
        optimizer.step(LEARNING_RATE)
    source_words = None
    if config.source_vocab_size:
        source_words = [f"s{number}" for number in range(config.source_vocab_size)]
    loss_after = run()
    return Step(
        recorded, config, labels, [], loss, loss_after, LEARNING_RATE, source_words, model=name
    )


Run = Callable[[], float]


def _drawn(config: Config) -> Callable[[], np.random.Generator | None]:
    """The same draws in each run, or none."""
    return lambda: np.random.default_rng(1) if config.dropout else None


def _decoder(config: Config, ids: Any, rng: Any, smoothing: float, labels: Any) -> tuple[Any, Run]:
    model, labels["V"] = DecoderLM(config, rng, np.float64), []
    targets = rng.integers(0, config.vocab_size, ids.shape)
    if ids.size > 1:
        targets[0, 1] = -100

    def run() -> float:
        logits, cache = model.forward(ids, _drawn(config)())
        loss, loss_cache = cross_entropy_forward(logits, targets, label_smoothing=smoothing)
        model.backward(cross_entropy_backward(1.0, loss_cache), cache)
        return float(loss)

    return model, run


def _translator(
    config: Config, ids: Any, rng: Any, smoothing: float, labels: Any
) -> tuple[Any, Run]:
    model, labels["V"] = EncoderDecoder(config, rng, np.float64), []
    source = rng.integers(0, config.source_vocab_size or config.vocab_size, (1, S))
    labels["S"] = [f"s{one}" for one in source[0]]
    targets = rng.integers(0, config.vocab_size, ids.shape)
    mask = padding_mask(np.array([S - 1]), S)

    def run() -> float:
        logits, cache = model.forward(source, ids, mask, _drawn(config)())
        loss, loss_cache = cross_entropy_forward(logits, targets, label_smoothing=smoothing)
        model.backward(cross_entropy_backward(1.0, loss_cache), cache)
        return float(loss)

    return model, run


def _bert(config: Config, ids: Any, rng: Any, smoothing: float, labels: Any) -> tuple[Any, Run]:
    model, labels["V"] = BertPretraining(config, rng, np.float64), []
    predict = np.zeros(ids.shape, bool)
    predict[0, [1, 3]] = True
    labels["N"], labels["2"] = ["a", "b"], ["is next", "not next"]
    segments = np.array([[0, 0, 0, 1, 1]])
    targets = rng.integers(0, config.vocab_size, 2)

    def run() -> float:
        logits, cache = model.forward(ids, predict, None, segments)
        # As the trainer does it: one loss and its gradient, then the other loss and its gradient.
        loss, loss_cache = cross_entropy_forward(logits[0], targets)
        dmlm_logits = cross_entropy_backward(1.0, loss_cache)
        nsp_loss, nsp_cache = cross_entropy_forward(logits[1], np.array([1]))
        model.backward((dmlm_logits, cross_entropy_backward(1.0, nsp_cache)), cache)
        return float(loss + nsp_loss)

    return model, run


def _fine_tuned(kind: str) -> Callable[..., tuple[Any, Run]]:
    def make(config: Config, ids: Any, rng: Any, smoothing: float, labels: Any) -> tuple[Any, Run]:
        model: Any
        if kind == "regressor":
            model, targets = BertRegressor(config, rng, np.float64), np.array([0.7])
        elif kind == "answerer":
            model, targets = BertAnswerer(config, rng, np.float64), np.array([[1, 2]])
        else:
            labels["L"] = ["x", "y", "z"]
            of = BertClassifier if kind == "classifier" else BertTagger
            model = of(config, 3, rng, np.float64)
            targets = np.array([2]) if kind == "classifier" else rng.integers(0, 3, ids.shape)

        def run() -> float:
            output, cache = model.forward(ids, None, None, _drawn(config)())
            if kind == "regressor":
                loss, loss_cache = squared_error_forward(output, targets)
                model.backward(squared_error_backward(1.0, loss_cache)[0], cache)
            else:
                loss, loss_cache = cross_entropy_forward(output, targets)
                model.backward(cross_entropy_backward(1.0, loss_cache), cache)
            return float(loss)

        return model, run

    return make


MAKERS: dict[str, Callable[..., tuple[Any, Run]]] = {
    "decoder": _decoder,
    "translator": _translator,
    "bert": _bert,
    **{kind: _fine_tuned(kind) for kind in ("classifier", "tagger", "regressor", "answerer")},
}

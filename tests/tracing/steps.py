"""Training steps of every stack and head, to be run with and without a trace."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.models.bert_inputs import random_bert
from tests.tracing.subject import trace
from tinytf.config import Config
from tinytf.layers.parameter import Layer
from tinytf.models import (
    BertAnswerer,
    BertClassifier,
    BertPretraining,
    BertRegressor,
    BertTagger,
    DecoderLM,
    EncoderDecoder,
)
from tinytf.ops import cross_entropy_backward, cross_entropy_forward
from tinytf.ops.arrays import Array
from tinytf.ops.masks import padding_mask
from tinytf.ops.squared_error import squared_error_backward, squared_error_forward

SIZES: dict[str, Any] = {
    "vocab_size": 7, "d_model": 8, "max_len": 6, "n_heads": 2, "d_ff": 5, "n_layers": 2,
}  # fmt: skip
LLAMA: dict[str, Any] = {
    "positions": "rope", "norm": "rmsnorm", "activation": "swiglu", "bias": False,
    "n_kv_heads": 1, "tie_embeddings": False,
}  # fmt: skip
MPT: dict[str, Any] = {"positions": "alibi", "bias": False}
BERT: dict[str, Any] = {"n_segments": 2, "embedding_norm": True, "norm_position": "post"}


@dataclass
class Step:
    """A model and a batch.

    Attributes:
        model: with random parameters.
        inputs: what its forward is given.
        targets: for each of its outputs, what the loss is given.
        smoothing: of the cross-entropy.
        seed: of dropout; None for evaluation.
    """

    model: Layer
    inputs: tuple[Any, ...]
    targets: tuple[Array, ...]
    smoothing: float = 0.0
    seed: int | None = None
    losses: list[Array] = field(default_factory=list)

    def run(self) -> Array:
        """One step without an update; returns the logits (a pair: only the first)."""
        rng = None if self.seed is None else np.random.default_rng(self.seed)
        model: Any = self.model
        output, cache = model.forward(*self.inputs, rng=rng)
        outputs = output if isinstance(output, tuple) else (output,)
        doutputs = [self._loss(y, t) for y, t in zip(outputs, self.targets, strict=True)]
        model.backward(tuple(doutputs) if isinstance(output, tuple) else doutputs[0], cache)
        return outputs[0]

    def trace(self, **options: Any) -> Any:
        """The step, traced."""
        with trace(self.model, **options) as t:
            self.run()
        return t

    def _loss(self, y: Array, target: Array) -> Array:
        if target.dtype.kind == "f":
            loss, cache = squared_error_forward(y, target)
            dy, _ = squared_error_backward(1.0, cache)
        else:
            loss, cross_cache = cross_entropy_forward(y, target, label_smoothing=self.smoothing)
            dy = cross_entropy_backward(1.0, cross_cache)
        self.losses.append(loss)
        return dy


def randomised(model: Layer, rng: np.random.Generator) -> Any:
    """The model with numbers of its own in every parameter, none of them 0 or 1."""
    for parameter in model.parameters().values():
        parameter.value += rng.normal(0, 0.3, parameter.value.shape)
    return model


def decoder_step(seed: int = 0, batch: int = 2, length: int = 4, **switches: Any) -> Step:
    """A decoder-only model: GPT as it is, `**LLAMA`, `**MPT`."""
    rng = np.random.default_rng(seed)
    config = Config(**SIZES | switches)
    model = randomised(DecoderLM(config, rng, np.float64), rng)
    ids, targets = rng.integers(config.vocab_size, size=(2, batch, length))
    if length > 1:
        targets[-1, 0] = -100
    return Step(model, (ids,), (targets,), seed=1 if config.dropout else None)


def translator_step(
    seed: int = 0, batch: int = 2, n_source: int = 5, n_target: int = 3, **switches: Any
) -> Step:
    """An encoder-decoder with padding in the source and an ignored target."""
    rng = np.random.default_rng(seed)
    config = Config(**SIZES | switches)
    model = randomised(EncoderDecoder(config, rng, np.float64), rng)
    source = rng.integers(config.source_vocab_size or config.vocab_size, size=(batch, n_source))
    target, targets = rng.integers(config.vocab_size, size=(2, batch, n_target))
    lengths = rng.integers(1, n_source + 1, size=batch)
    if n_target > 1:
        targets[-1, -1] = -100
    inputs = source, target, padding_mask(lengths, n_source)
    return Step(model, inputs, (targets,), 0.1, seed=1 if config.dropout else None)


def bert_step(
    kind: str = "pretraining", seed: int = 0, batch: int = 2, length: int = 4, **switches: Any
) -> Step:
    """BERT with one of its heads; padding, and segments where the config has them."""
    rng = np.random.default_rng(seed)
    config = Config(**SIZES | BERT | switches)
    makers: dict[str, Callable[[], Any]] = {
        "pretraining": lambda: BertPretraining(config, rng, np.float64),
        "classifier": lambda: BertClassifier(config, 3, rng, np.float64),
        "regressor": lambda: BertRegressor(config, rng, np.float64),
        "tagger": lambda: BertTagger(config, 3, rng, np.float64),
        "answerer": lambda: BertAnswerer(config, rng, np.float64),
    }
    model = random_bert(makers[kind](), rng)
    ids = rng.integers(config.vocab_size, size=(batch, length))
    lengths = rng.integers((length + 1) // 2, length + 1, size=batch)
    segments = rng.integers(config.n_segments, size=ids.shape) if config.n_segments else None
    predict = (rng.random(ids.shape) < 0.5) & (np.arange(length) < lengths[:, None])
    predict[0, 0] = True
    common = padding_mask(lengths, length), segments
    labels = rng.integers(3, size=batch)
    targets: dict[str, tuple[Array, ...]] = {
        "pretraining": (rng.integers(config.vocab_size, size=predict.sum()), labels % 2),
        "classifier": (labels,),
        "regressor": (rng.normal(size=batch),),
        "tagger": (rng.integers(3, size=ids.shape),),
        "answerer": (rng.integers(length, size=(batch, 2)),),
    }
    inputs = (ids, predict, *common) if kind == "pretraining" else (ids, *common)
    return Step(model, inputs, targets[kind], seed=1 if config.dropout else None)


STEPS: dict[str, Callable[..., Step]] = {
    "GPT": decoder_step,
    "Llama": lambda **switches: decoder_step(**LLAMA | switches),
    "MPT": lambda **switches: decoder_step(**MPT | switches),
    "translator, pre-norm": translator_step,
    "translator, post-norm": lambda **switches: translator_step(
        **{"norm_position": "post", "positions": "sinusoidal", "dropout": 0.2} | switches
    ),
    "translator, two tables": lambda **switches: translator_step(
        **{"source_vocab_size": 4, "tie_embeddings": False} | switches
    ),
    "translator, RMSNorm, SwiGLU, grouped heads": lambda **switches: translator_step(
        **LLAMA | {"positions": "learned"} | switches
    ),
    "BERT": bert_step,
    "BERT, pre-norm, free head": lambda **switches: bert_step(
        **{"norm_position": "pre", "tie_embeddings": False, "n_segments": 0} | switches
    ),
    **{
        f"BERT {kind}": lambda kind=kind, **switches: bert_step(kind, **{"dropout": 0.1} | switches)
        for kind in ("classifier", "regressor", "tagger", "answerer")
    },
}

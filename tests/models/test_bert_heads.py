"""The pooler and the masked-language head."""

import math
from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.layers.strategies import MANY, inputs, randomized
from tests.models.bert_inputs import bert_configs
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators
from tinytf.config import Config
from tinytf.gradcheck import check_layer
from tinytf.layers.embedding import Embedding
from tinytf.layers.parameter import Layer
from tinytf.ops.arrays import Array

SIZES = st.integers(1, 3)


class HeadOnTable(Layer):
    """The masked-language head with a table of its own, so that it is one layer."""

    def __init__(self, module: ModuleType, config: Config, rng: np.random.Generator) -> None:
        self.table = Embedding(config.vocab_size, config.d_model, rng, dtype=np.float64)
        self.head = module.MaskedLanguageHead(config, rng, np.float64)

    def forward(self, h: Array, predict: Array) -> tuple[Array, Any]:
        logits, cache = self.head.forward(h, predict, self.table)
        return logits, cache

    def backward(self, dlogits: Array, cache: Any) -> Array:
        dh: Array = self.head.backward(dlogits, self.table, cache)
        return dh


@claim(config=bert_configs(), rng=generators(), batch=SIZES, length=SIZES)
def test_the_pooler_reads_the_first_token_only(
    module: ModuleType, config: Config, rng: np.random.Generator, batch: int, length: int
) -> None:
    pooler = randomized(module.Pooler(config, rng, np.float64), rng)
    h = inputs(rng, batch, length, config.d_model)
    pooled, cache = pooler.forward(h)
    bias = pooler.dense.bias.value if config.bias else 0.0
    assert_close(pooled, np.tanh(h[:, 0] @ pooler.dense.weight.value + bias))
    dh = pooler.backward(rng.normal(size=pooled.shape), cache)
    assert dh.shape == h.shape
    assert not dh[:, 1:].any()
    h[:, 1:] = rng.normal(size=h[:, 1:].shape)
    np.testing.assert_array_equal(pooler.forward(h)[0], pooled)


@claim(config=bert_configs(), rng=generators(), batch=SIZES, length=SIZES)
def test_gradients_of_the_pooler(
    module: ModuleType, config: Config, rng: np.random.Generator, batch: int, length: int
) -> None:
    pooler = randomized(module.Pooler(config, rng, np.float64), rng)
    check_layer(pooler, inputs(rng, batch, length, config.d_model)).raise_if_wrong()


@claim(config=bert_configs(), rng=generators(), batch=SIZES, length=SIZES)
def test_masked_language_logits_by_hand(
    module: ModuleType, config: Config, rng: np.random.Generator, batch: int, length: int
) -> None:
    layer = randomized(HeadOnTable(module, config, rng), rng)
    h = inputs(rng, batch, length, config.d_model)
    predict = rng.random((batch, length)) < 0.6
    logits, _ = layer.forward(h, predict)
    dense, head = layer.head.dense, layer.head
    expected = []
    for b, s in np.argwhere(predict):
        row = h[b, s] @ dense.weight.value + (dense.bias.value if config.bias else 0.0)
        row = np.array([x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in row])
        row, _ = head.norm.forward(row)
        matrix = layer.table.weight.value.T if config.tie_embeddings else head.decoder.weight.value
        expected.append(row @ matrix + head.bias.value)
    assert logits.shape == (predict.sum(), config.vocab_size)
    if expected:
        assert_close(logits, np.stack(expected))


@claim(MANY, config=bert_configs(), rng=generators(), batch=SIZES, length=SIZES)
def test_gradients_of_the_masked_language_head(
    module: ModuleType, config: Config, rng: np.random.Generator, batch: int, length: int
) -> None:
    layer = randomized(HeadOnTable(module, config, rng), rng)
    h = inputs(rng, batch, length, config.d_model)
    predict = rng.random((batch, length)) < 0.6
    predict[-1, -1] = True
    check_layer(layer, h, predict, max_entries=3).raise_if_wrong()


def test_positions_that_are_not_asked_for_get_no_gradient(module: ModuleType) -> None:
    config, rng = Config(7, 8, 5, 2, 6, 1), np.random.default_rng(0)
    layer = randomized(HeadOnTable(module, config, rng), rng)
    h, predict = inputs(rng, 2, 5, 8), rng.random((2, 5)) < 0.5
    logits, cache = layer.forward(h, predict)
    dh = layer.backward(rng.normal(size=logits.shape), cache)
    np.testing.assert_array_equal((dh != 0).any(axis=-1), predict)


def test_names(module: ModuleType) -> None:
    rng = np.random.default_rng(0)
    names = list(module.MaskedLanguageHead(Config(7, 8, 5, 2, 6, 1), rng).parameters())
    assert names == ["dense.weight", "dense.bias", "norm.gamma", "norm.beta", "bias"]
    free = Config(7, 8, 5, 2, 6, 1, tie_embeddings=False)
    assert "decoder.weight" in module.MaskedLanguageHead(free, rng).parameters()
    assert list(module.Pooler(free, rng).parameters()) == ["dense.weight", "dense.bias"]


def test_float32_stays_float32(module: ModuleType) -> None:
    config, rng = Config(7, 8, 5, 2, 6, 1), np.random.default_rng(0)
    pooler, head = module.Pooler(config, rng), module.MaskedLanguageHead(config, rng)
    table = Embedding(7, 8, rng)
    h, predict = inputs(rng, 2, 5, 8).astype(np.float32), np.ones((2, 5), bool)
    pooled, pooler_cache = pooler.forward(h)
    logits, cache = head.forward(h, predict, table)
    assert pooled.dtype == logits.dtype == np.float32
    assert pooler.backward(pooled, pooler_cache).dtype == np.float32
    assert head.backward(logits, table, cache).dtype == np.float32

"""The output head: a matrix of its own, or the table of token embeddings, transposed."""

import math
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.layers.strategies import inputs, randomized
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators, sizes
from tinytf.config import Config
from tinytf.gradcheck import check_layer
from tinytf.layers.embedding import Embedding
from tinytf.layers.parameter import Layer
from tinytf.ops.arrays import Array


class Head(Layer):
    """The pair of functions as a layer, with a table beside it."""

    def __init__(
        self, module: ModuleType, config: Config, rng: np.random.Generator, dtype: Any
    ) -> None:
        self.table = Embedding(config.vocab_size, config.d_model, rng, dtype=dtype)
        self.head = module.make_head(config, rng, dtype)
        self.module = module

    def forward(self, resid: Array) -> tuple[Array, Any]:
        result: tuple[Array, Any] = self.module.head_forward(resid, self.head, self.table)
        return result

    def backward(self, dlogits: Array, cache: Any) -> Array:
        dresid: Array = self.module.head_backward(dlogits, self.head, self.table, cache)
        return dresid


def make(
    module: ModuleType, size: tuple[int, ...], tied: bool, rng: np.random.Generator
) -> tuple[Head, Array]:
    """A head with random parameters, and what it may be given."""
    batch, length, d_model, vocab_size = size
    config = Config(vocab_size, d_model, length, 1, 1, 1, tie_embeddings=tied)
    head = randomized(Head(module, config, rng, np.float64), rng)
    return head, inputs(rng, batch, length, d_model)


@claim(size=sizes(4), tied=st.booleans(), rng=generators())
def test_forward(
    module: ModuleType, size: tuple[int, ...], tied: bool, rng: np.random.Generator
) -> None:
    head, resid = make(module, size, tied, rng)
    parameters = head.parameters()
    assert list(parameters) == ["table.weight"] + ([] if tied else ["head.weight"])
    matrix = parameters["table.weight"].value.T if tied else parameters["head.weight"].value
    expected = np.einsum("btd,dv->btv", resid, matrix)
    assert_close(head.forward(resid)[0], expected, rtol=1e-11)


@claim(size=sizes(4), tied=st.booleans(), rng=generators())
def test_gradients(
    module: ModuleType, size: tuple[int, ...], tied: bool, rng: np.random.Generator
) -> None:
    head, resid = make(module, size, tied, rng)
    report = check_layer(head, resid)
    report.raise_if_wrong()


def test_the_start(module: ModuleType) -> None:
    config = Config(500, 300, 5, 1, 1, 1, tie_embeddings=False, init_std=0.5)
    rng = np.random.default_rng(0)
    for init_std, expected in ((0.5, 0.5), (None, math.sqrt(2 / 800))):
        head = module.make_head(replace(config, init_std=init_std), rng, np.float32)
        assert head.bias is None
        assert head.weight.value.shape == (300, 500)
        assert head.weight.value.dtype == np.float32
        assert abs(head.weight.value.std() / expected - 1) < 0.01
    assert module.make_head(replace(config, tie_embeddings=True), rng, np.float32) is None


def test_float32_stays_float32(module: ModuleType) -> None:
    rng = np.random.default_rng(0)
    for tied in (True, False):
        head = Head(module, Config(7, 8, 5, 2, 6, 1, tie_embeddings=tied), rng, np.float32)
        logits, cache = head.forward(inputs(rng, 2, 3, 8).astype(np.float32))
        dresid = head.backward(np.ones_like(logits), cache)
        dtypes = {logits.dtype, dresid.dtype, *(p.grad.dtype for p in head.parameters().values())}
        assert dtypes == {np.dtype(np.float32)}

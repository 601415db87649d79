"""BERT for pre-training.

Whether it computes what Hugging Face's classes compute is in test_bert_against_hugging_face.py.
"""

import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.models.bert_inputs import Batch, bert_batches, bert_configs, random_bert
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators
from tinytf.config import Config
from tinytf.gradcheck import check_model
from tinytf.models.presets import PRESETS
from tinytf.ops.masks import padding_mask

SMALL = Config(7, 8, 5, 2, 6, 2, **PRESETS["bert"])


def make(module: ModuleType, config: Config, rng: np.random.Generator) -> Any:
    """A BertPretraining with random parameters."""
    return random_bert(module.BertPretraining(config, rng, np.float64), rng)


def logits_of(model: Any, batch: Batch) -> Any:
    return model.forward(batch.ids, batch.predict, batch.mask, batch.segments)[0]


@claim(config=bert_configs(), data=st.data(), rng=generators())
def test_forward_is_the_encoder_and_two_heads(
    module: ModuleType, config: Config, data: st.DataObject, rng: np.random.Generator
) -> None:
    model, batch = make(module, config, rng), data.draw(bert_batches(config))
    mlm_logits, nsp_logits = logits_of(model, batch)
    h, _ = model.encoder.forward(batch.ids, batch.mask, batch.segments)
    expected, _ = model.mlm.forward(h, batch.predict, model.encoder.embed.tok)
    assert_close(mlm_logits, expected)
    pooled, _ = model.pooler.forward(h)
    assert_close(nsp_logits, pooled @ model.nsp.weight.value + model.nsp.bias.value)


@claim(config=bert_configs(), data=st.data(), rng=generators())
def test_a_positions_logits_do_not_depend_on_what_else_is_asked_for(
    module: ModuleType, config: Config, data: st.DataObject, rng: np.random.Generator
) -> None:
    model, batch = make(module, config, rng), data.draw(bert_batches(config))
    some, nsp_logits = logits_of(model, batch)
    everywhere = np.ones(batch.ids.shape, bool)
    (every, again), _ = model.forward(batch.ids, everywhere, batch.mask, batch.segments)
    assert_close(some, every.reshape(*batch.ids.shape, -1)[batch.predict], rtol=1e-10)
    assert_close(nsp_logits, again)


@claim(config=bert_configs(), data=st.data(), rng=generators())
def test_padding_changes_nothing(
    module: ModuleType, config: Config, data: st.DataObject, rng: np.random.Generator
) -> None:
    model, batch = make(module, config, rng), data.draw(bert_batches(config))
    ids = np.where(batch.real, batch.ids, rng.integers(config.vocab_size, size=batch.ids.shape))
    changed = Batch(ids, batch.predict, batch.mask, batch.segments)
    for came, expected in zip(logits_of(model, changed), logits_of(model, batch), strict=True):
        np.testing.assert_array_equal(came, expected)
    # Alone and without its padding, each sequence gives the same.
    nsp_logits, length = logits_of(model, batch)[1], batch.real.sum(axis=1)
    for b, end in enumerate(length):
        segments = None if batch.segments is None else batch.segments[b : b + 1, :end]
        predict = np.ones((1, end), bool)
        (_, alone), _ = model.forward(batch.ids[b : b + 1, :end], predict, None, segments)
        assert_close(nsp_logits[b : b + 1], alone, rtol=1e-9)


def test_gradients_of_the_papers_model_with_padding_segments_and_dropout(
    module: ModuleType,
) -> None:
    rng = np.random.default_rng(0)
    model = make(module, SMALL, rng)
    ids, segments = rng.integers(7, size=(3, 5)), np.array([[0, 0, 1, 1, 1]] * 3)
    mask = padding_mask(np.array([5, 3, 1]), 5)
    predict = np.array([[0, 1, 0, 1, 1], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0]], bool)
    report = check_model(model, ids, predict, mask, segments, forward_seed=5, max_entries=3)
    report.raise_if_wrong()


def test_names(module: ModuleType) -> None:
    names = list(module.BertPretraining(SMALL, np.random.default_rng(0)).parameters())
    assert [name for name in names if not name.startswith("encoder.layers.")] == [
        "encoder.embed.tok.weight",
        "encoder.embed.pos.weight",
        "encoder.embed.segment.weight",
        "encoder.embed.norm.gamma",
        "encoder.embed.norm.beta",
        "pooler.dense.weight",
        "pooler.dense.bias",
        "mlm.dense.weight",
        "mlm.dense.bias",
        "mlm.norm.gamma",
        "mlm.norm.beta",
        "mlm.bias",
        "nsp.weight",
        "nsp.bias",
    ]


def test_the_published_number_of_parameters(module: ModuleType) -> None:
    """BERT base has 110 million (Devlin et al. 2018, section 3): here by its formula, in small."""
    config = Config(11, 12, 9, 3, 20, 2, **PRESETS["bert"])
    model = module.BertPretraining(config, np.random.default_rng(0))
    came = sum(p.value.size for p in model.parameters().values())

    def count(v: int, d: int, length: int, f: int, n: int) -> int:
        layer = 4 * (d * d + d) + 2 * d * f + f + d + 4 * d
        heads = (d * d + d) + (d * d + d + 2 * d + v) + (2 * d + 2)
        return (v + length + 2 + 2) * d + n * layer + heads

    assert came == count(11, 12, 9, 20, 2)
    assert count(30522, 768, 512, 3072, 12) == 110_106_428


def test_the_start(module: ModuleType) -> None:
    config = Config(50, 40, 30, 4, 80, 2, **PRESETS["bert"])
    first, same, other = (
        module.BertPretraining(config, np.random.default_rng(seed), np.float64)
        for seed in (1, 1, 2)
    )
    for name, parameter in first.parameters().items():
        np.testing.assert_array_equal(parameter.value, same.parameters()[name].value)
    for name in ("pooler.dense.weight", "mlm.dense.weight", "nsp.weight"):
        parameter = first.parameters()[name]
        assert abs(parameter.value.std() / 0.02 - 1) < 0.25, name
        assert not np.array_equal(parameter.value, other.parameters()[name].value)
    ids = np.random.default_rng(0).integers(50, size=(4, 30))
    (mlm_logits, nsp_logits), _ = first.forward(ids, np.ones(ids.shape, bool))
    probs = np.exp(mlm_logits) / np.exp(mlm_logits).sum(axis=-1, keepdims=True)
    assert abs(-np.log(probs).mean() - math.log(50)) < 0.05, "a new model guesses at random"
    assert np.abs(nsp_logits).max() < 0.5


def test_dropout_only_in_training(module: ModuleType) -> None:
    model = make(module, SMALL, np.random.default_rng(0))
    ids, predict = np.array([[1, 2, 3]]), np.array([[True, False, True]])
    evaluated, again = model.forward(ids, predict)[0], model.forward(ids, predict)[0]
    np.testing.assert_array_equal(evaluated[0], again[0])
    trained, same, other = (
        model.forward(ids, predict, rng=np.random.default_rng(s))[0] for s in (1, 1, 2)
    )
    for i in (0, 1):
        np.testing.assert_array_equal(trained[i], same[i])
        assert not np.allclose(trained[i], evaluated[i])
        assert not np.allclose(trained[i], other[i])


@claim(config=bert_configs(), data=st.data())
def test_float32_stays_float32(module: ModuleType, config: Config, data: st.DataObject) -> None:
    model = module.BertPretraining(config, np.random.default_rng(0))
    batch = data.draw(bert_batches(config))
    logits, cache = model.forward(
        batch.ids, batch.predict, batch.mask, batch.segments, np.random.default_rng(1)
    )
    assert logits[0].dtype == logits[1].dtype == np.float32
    model.backward(logits, cache)
    for name, parameter in model.parameters().items():
        assert parameter.value.dtype == parameter.grad.dtype == np.float32, name


def test_errors_say_what_was_expected_and_what_came(module: ModuleType) -> None:
    model = module.BertPretraining(SMALL, np.random.default_rng(0))
    ids, predict = np.array([[1, 2, 3]]), np.array([[True, False, True]])
    with pytest.raises(TypeError, match=r"predict: expected an array of booleans, got int64"):
        model.forward(ids, predict.astype(int))
    with pytest.raises(TypeError, match=r"predict: expected an array of booleans, got list"):
        model.forward(ids, [[True, False, True]])
    with pytest.raises(ValueError, match=r"predict: expected shape \(1, 3\) as the ids, got \(3,"):
        model.forward(ids, predict[0])
    with pytest.raises(ValueError, match=r"ids: expected at most max_len 5 tokens, got 6"):
        model.forward(np.zeros((1, 6), int), np.zeros((1, 6), bool))


# Last, as it takes the longest: tests/mutants asks the tests in their order who sees a mistake.
@claim(config=bert_configs(), data=st.data(), rng=generators())
def test_gradients_of_every_parameter(
    module: ModuleType, config: Config, data: st.DataObject, rng: np.random.Generator
) -> None:
    model, batch = make(module, config, rng), data.draw(bert_batches(config))
    seed = 5 if config.dropout else None
    inputs = batch.ids, batch.predict, batch.mask, batch.segments
    check_model(model, *inputs, forward_seed=seed, max_entries=1).raise_if_wrong()

"""BERT's models for fine-tuning.

Whether they compute what Hugging Face's classes compute is in test_bert_against_hugging_face.py.
"""

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.layers.strategies import MANY
from tests.models.bert_inputs import bert_batches, bert_configs, random_bert
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators
from tinytf.config import Config
from tinytf.gradcheck import check_model
from tinytf.models.bert import BertPretraining
from tinytf.models.presets import PRESETS

SMALL = Config(7, 8, 5, 2, 6, 2, **PRESETS["bert"])
N_LABELS = 3
Make = Callable[[ModuleType, Config, np.random.Generator], Any]

MODELS: dict[str, Make] = {
    "classifier": lambda m, c, rng: m.BertClassifier(c, N_LABELS, rng, np.float64),
    "regressor": lambda m, c, rng: m.BertRegressor(c, rng, np.float64),
    "tagger": lambda m, c, rng: m.BertTagger(c, N_LABELS, rng, np.float64),
    "answerer": lambda m, c, rng: m.BertAnswerer(c, rng, np.float64),
}
KINDS = st.sampled_from(sorted(MODELS))


@claim(config=bert_configs(), kind=KINDS, data=st.data(), rng=generators())
def test_forward_by_hand(
    module: ModuleType, config: Config, kind: str, data: st.DataObject, rng: np.random.Generator
) -> None:
    model = random_bert(MODELS[kind](module, config, rng), rng)
    batch = data.draw(bert_batches(config))
    y, _ = model.forward(batch.ids, batch.mask, batch.segments)
    h, _ = model.encoder.forward(batch.ids, batch.mask, batch.segments)
    weight, bias = model.head.weight.value, model.head.bias.value
    if kind in ("classifier", "regressor"):
        dense = model.pooler.dense
        pooled = np.tanh(h[:, 0] @ dense.weight.value + (dense.bias.value if config.bias else 0))
        expected = pooled @ weight + bias
        expected = expected[:, 0] if kind == "regressor" else expected
    else:
        expected = h @ weight + bias
        if kind == "answerer":
            expected = np.stack([expected[:, :, 0], expected[:, :, 1]], axis=1)
    assert_close(y, expected)


@claim(config=bert_configs(), kind=KINDS, data=st.data(), rng=generators())
def test_padding_changes_nothing(
    module: ModuleType, config: Config, kind: str, data: st.DataObject, rng: np.random.Generator
) -> None:
    model = random_bert(MODELS[kind](module, config, rng), rng)
    batch = data.draw(bert_batches(config))
    ids = np.where(batch.real, batch.ids, rng.integers(config.vocab_size, size=batch.ids.shape))
    before, _ = model.forward(batch.ids, batch.mask, batch.segments)
    after, _ = model.forward(ids, batch.mask, batch.segments)
    if kind == "tagger":
        before, after = before[batch.real], after[batch.real]
    elif kind == "answerer":
        before, after = (y.swapaxes(1, 2)[batch.real] for y in (before, after))
    np.testing.assert_array_equal(before, after)


@claim(config=bert_configs(), kind=KINDS, data=st.data(), rng=generators())
def test_float32_stays_float32(
    module: ModuleType, config: Config, kind: str, data: st.DataObject, rng: np.random.Generator
) -> None:
    model = {
        "classifier": lambda: module.BertClassifier(config, N_LABELS, rng),
        "regressor": lambda: module.BertRegressor(config, rng),
        "tagger": lambda: module.BertTagger(config, N_LABELS, rng),
        "answerer": lambda: module.BertAnswerer(config, rng),
    }[kind]()
    batch = data.draw(bert_batches(config))
    y, cache = model.forward(batch.ids, batch.mask, batch.segments, np.random.default_rng(1))
    assert y.dtype == np.float32
    model.backward(y, cache)
    for name, parameter in model.parameters().items():
        assert parameter.value.dtype == parameter.grad.dtype == np.float32, name


def names_of(module: ModuleType, kind: str) -> set[str]:
    return set(MODELS[kind](module, SMALL, np.random.default_rng(0)).parameters())


def test_names(module: ModuleType) -> None:
    pretrained = set(BertPretraining(SMALL, np.random.default_rng(0)).parameters())
    encoder = {name for name in pretrained if name.startswith("encoder.")}
    pooler = {"pooler.dense.weight", "pooler.dense.bias"}
    head = {"head.weight", "head.bias"}
    assert names_of(module, "classifier") == encoder | pooler | head
    assert names_of(module, "regressor") == encoder | pooler | head
    assert names_of(module, "tagger") == encoder | head
    assert names_of(module, "answerer") == encoder | head


def test_dropout_in_front_of_the_head(module: ModuleType) -> None:
    """With an encoder that drops nothing, what differs in training is the dropout of the head."""
    ids = np.array([[1, 2, 3], [4, 5, 6]])
    for kind, make in MODELS.items():
        rng = np.random.default_rng(0)
        model = random_bert(make(module, SMALL, rng), rng)
        for layer in (*model.encoder.layers, model.encoder.embed):
            layer.config = replace(SMALL, dropout=0.0)
            if hasattr(layer, "self_attn"):
                layer.self_attn.config = layer.config
        evaluated, _ = model.forward(ids)
        first, same, other = (
            model.forward(ids, rng=np.random.default_rng(s))[0] for s in (1, 1, 4)
        )
        np.testing.assert_array_equal(first, same)
        if kind == "answerer":
            np.testing.assert_array_equal(first, evaluated)
        else:
            assert not np.allclose(first, evaluated), kind
            assert not np.allclose(first, other), kind


def test_the_start_of_the_head(module: ModuleType) -> None:
    config = replace(SMALL, d_model=64, n_heads=4)
    model = module.BertTagger(config, 40, np.random.default_rng(0))
    assert abs(model.head.weight.value.std() / 0.02 - 1) < 0.1


def copied(module: ModuleType, dtype: Any, kind: str) -> None:
    rng = np.random.default_rng(0)
    pretrained = random_bert(BertPretraining(SMALL, rng, dtype), rng)
    model = MODELS[kind](module, replace(SMALL, dropout=0.3, batch_size=5), rng)
    head = model.head.weight.value.copy()
    module.start_from_pretrained(model, pretrained)
    source = pretrained.parameters()
    for name, parameter in model.parameters().items():
        if name.startswith("head."):
            continue
        np.testing.assert_array_equal(parameter.value, source[name].value, err_msg=name)
        assert not np.shares_memory(parameter.value, source[name].value), name
    np.testing.assert_array_equal(model.head.weight.value, head)


def test_start_from_copies_all_but_the_head(module: ModuleType) -> None:
    for kind in MODELS:
        for dtype in (np.float32, np.float64):
            copied(module, dtype, kind)


def test_start_from_refuses_another_shape_of_model(module: ModuleType) -> None:
    rng = np.random.default_rng(0)
    pretrained = BertPretraining(SMALL, rng)
    for other in (replace(SMALL, n_heads=4), replace(SMALL, vocab_size=8)):
        model = module.BertAnswerer(other, rng)
        with pytest.raises(ValueError, match=r"pretrained: expected Config\(.*, got Config\("):
            module.start_from_pretrained(model, pretrained)


# Last, as it takes the longest: tests/mutants asks the tests in their order who sees a mistake.
@claim(MANY, config=bert_configs(), kind=KINDS, data=st.data(), rng=generators())
def test_gradients_of_every_parameter(
    module: ModuleType, config: Config, kind: str, data: st.DataObject, rng: np.random.Generator
) -> None:
    model = random_bert(MODELS[kind](module, config, rng), rng)
    batch = data.draw(bert_batches(config))
    seed = 5 if config.dropout else None
    inputs = batch.ids, batch.mask, batch.segments
    check_model(model, *inputs, forward_seed=seed, max_entries=1).raise_if_wrong()

"""BERT with the weights of Hugging Face's classes computes what they do, with real padding.

The expected numbers are in tests/fixtures/hf; neither PyTorch nor transformers is needed here.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from tests.fixtures.hugging_face import Fixture, read_fixture
from tests.models.hugging_face_bert import bert_config, bert_names
from tinytf.models.bert import BertPretraining
from tinytf.models.bert_fine_tuning import BertAnswerer, BertClassifier, BertTagger
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from tinytf.ops.masks import padding_mask

TABLE = "encoder.embed.tok.weight"
N_LABELS = {"bert_seqcls": 3, "bert_tokcls": 5}


def filled(model: Any, fixture: Fixture, but: Iterable[str] = ()) -> Any:
    """Every parameter is taken from the file; those that the file has not are named in `but`."""
    weights = bert_names(fixture.tensors, model.config.n_layers)
    parameters = model.parameters()
    assert set(parameters) - set(but) == set(weights)
    for name, value in weights.items():
        assert parameters[name].value.shape == value.shape, name
        parameters[name].value[...] = value
    return model


def build(name: str, dtype: Any = np.float64) -> tuple[Any, Fixture, dict[str, Array]]:
    """The model of a fixture, and the arguments of its forward."""
    fixture = read_fixture(name)
    config, rng = bert_config(fixture.config), np.random.default_rng(0)
    model: Any
    if name in ("bert_mlm", "bert_pretraining"):
        model = BertPretraining(config, rng, dtype)
    elif name == "bert_seqcls":
        model = BertClassifier(config, N_LABELS[name], rng, dtype)
    elif name == "bert_tokcls":
        model = BertTagger(config, N_LABELS[name], rng, dtype)
    else:
        model = BertAnswerer(config, rng, dtype)
    unused = ("pooler.dense.weight", "pooler.dense.bias", "nsp.weight", "nsp.bias")
    filled(model, fixture, but=unused if name == "bert_mlm" else ())
    ids, real = fixture.inputs["input_ids"], fixture.inputs["attention_mask"]
    assert (ids[real == 0] == 0).all()
    assert (real.sum(axis=1) < real.shape[1]).any(), "some row is padded"
    inputs = {
        "ids": ids,
        "mask": padding_mask(real.sum(axis=1), ids.shape[1]),
        "segments": fixture.inputs["token_type_ids"],
    }
    return model, fixture, inputs


def assert_close(came: Any, expected: Array, what: str) -> None:
    np.testing.assert_allclose(came, expected, rtol=1e-9, atol=1e-9, err_msg=what)


def assert_gradients(model: Any, fixture: Fixture, but: Iterable[str] = ()) -> None:
    prefix = "grad/"
    grads = {n.removeprefix(prefix): g for n, g in fixture.expected.items() if n.startswith(prefix)}
    assert set(grads) == set(fixture.tensors), "the fixture has a gradient for every tensor"
    expected = bert_names(grads, model.config.n_layers)
    for name, parameter in model.parameters().items():
        if name in but:
            assert not parameter.grad.any(), name
        else:
            assert_close(parameter.grad, expected[name], f"gradient of {name}")


def test_masked_language_model() -> None:
    model, fixture, inputs = build("bert_mlm")
    labels = fixture.inputs["labels"]
    predict = labels != -100
    (logits, nsp_logits), cache = model.forward(predict=predict, **inputs)
    assert_close(logits, fixture.expected["logits"][predict], "logits")
    loss, loss_cache = cross_entropy_forward(logits, labels[predict])
    assert_close(loss, fixture.expected["loss"], "loss")
    model.backward((cross_entropy_backward(1.0, loss_cache), np.zeros_like(nsp_logits)), cache)
    unused = ("pooler.dense.weight", "pooler.dense.bias", "nsp.weight", "nsp.bias")
    assert_gradients(model, fixture, but=unused)


@pytest.mark.parametrize("name", ["bert_mlm", "bert_pretraining"])
def test_logits_of_every_real_position(name: str) -> None:
    model, fixture, inputs = build(name)
    real = fixture.inputs["attention_mask"] == 1
    (logits, _), _ = model.forward(predict=real, **inputs)
    expected = fixture.expected["logits" if name == "bert_mlm" else "prediction_logits"]
    assert_close(logits, expected[real], "logits")


def test_pretraining() -> None:
    model, fixture, inputs = build("bert_pretraining")
    labels, expected = fixture.inputs["labels"], fixture.expected
    predict = labels != -100
    (mlm_logits, nsp_logits), cache = model.forward(predict=predict, **inputs)
    assert_close(mlm_logits, expected["prediction_logits"][predict], "MLM logits")
    assert_close(nsp_logits, expected["seq_relationship_logits"], "NSP logits")
    mlm_loss, mlm_cache = cross_entropy_forward(mlm_logits, labels[predict])
    nsp_loss, nsp_cache = cross_entropy_forward(nsp_logits, fixture.inputs["next_sentence_label"])
    assert_close(mlm_loss + nsp_loss, expected["loss"], "loss")
    dlogits = cross_entropy_backward(1.0, mlm_cache), cross_entropy_backward(1.0, nsp_cache)
    model.backward(dlogits, cache)
    assert_gradients(model, fixture)


@pytest.mark.parametrize("name", ["bert_seqcls", "bert_tokcls"])
def test_labels(name: str) -> None:
    model, fixture, inputs = build(name)
    logits, cache = model.forward(**inputs)
    shown = ... if name == "bert_seqcls" else fixture.inputs["attention_mask"] == 1
    assert_close(logits[shown], fixture.expected["logits"][shown], "logits")
    loss, loss_cache = cross_entropy_forward(logits, fixture.inputs["labels"])
    assert_close(loss, fixture.expected["loss"], "loss")
    model.backward(cross_entropy_backward(1.0, loss_cache), cache)
    assert_gradients(model, fixture)


def test_answers() -> None:
    """Hugging Face's softmax runs over the padding too, and the [PAD] row gets no gradient there.

    tinytf's task leaves padding out of the softmax, so that row needs no rule of its own. The
    fixture's loss takes padding in, so here, and only here, the row is not compared.
    """
    model, fixture, inputs = build("bert_qa")
    logits, cache = model.forward(**inputs)
    real = fixture.inputs["attention_mask"] == 1
    for i, name in enumerate(("start_logits", "end_logits")):
        assert_close(logits[:, i][real], fixture.expected[name][real], name)
    spans = np.stack([fixture.inputs["start_positions"], fixture.inputs["end_positions"]], axis=1)
    spans = np.where(spans >= logits.shape[2], -100, spans)
    loss, loss_cache = cross_entropy_forward(logits, spans)
    # The mean over all starts and ends is half the sum of both means: all rows have an answer.
    assert (spans >= 0).all()
    assert_close(loss, fixture.expected["loss"], "loss")
    model.backward(cross_entropy_backward(1.0, loss_cache), cache)
    model.parameters()[TABLE].grad[0] = 0
    assert_gradients(model, fixture)


@pytest.mark.parametrize(
    "name", ["bert_mlm", "bert_pretraining", "bert_seqcls", "bert_tokcls", "bert_qa"]
)
def test_float32(name: str) -> None:
    model, fixture, inputs = build(name, np.float32)
    real = fixture.inputs["attention_mask"] == 1
    expected = fixture.expected
    pairs = []
    if name in ("bert_mlm", "bert_pretraining"):
        (logits, nsp_logits), _ = model.forward(predict=real, **inputs)
        which = "logits_f32" if name == "bert_mlm" else "prediction_logits_f32"
        pairs.append((logits, expected[which][real]))
        if name == "bert_pretraining":
            pairs.append((nsp_logits, expected["seq_relationship_logits_f32"]))
    else:
        logits, _ = model.forward(**inputs)
        if name == "bert_qa":
            pairs.append((logits[:, 0][real], expected["start_logits_f32"][real]))
            pairs.append((logits[:, 1][real], expected["end_logits_f32"][real]))
        else:
            shown = ... if name == "bert_seqcls" else real
            pairs.append((logits[shown], expected["logits_f32"][shown]))
    for came, wanted in pairs:
        assert came.dtype == np.float32
        np.testing.assert_allclose(came, wanted, rtol=0, atol=5e-5)


@pytest.mark.parametrize("name", ["bert_mlm", "bert_pretraining", "bert_qa", "bert_tokcls"])
def test_hidden_states(name: str) -> None:
    model, fixture, inputs = build(name)
    real, encoder = fixture.inputs["attention_mask"] == 1, model.encoder
    resid, _ = encoder.embed.forward(inputs["ids"], segments=inputs["segments"])
    for i, layer in enumerate([*encoder.layers, None]):
        assert_close(resid[real], fixture.expected[f"hidden/{i}"][real], f"hidden state {i}")
        if layer is not None:
            resid, _ = layer.forward(resid, inputs["mask"])

"""DecoderLM with the weights of Hugging Face's GPT-2, GPT-1, Llama and MPT computes what they do.

The expected numbers are in tests/fixtures/hf; neither PyTorch nor transformers is needed here.
The padding is on the right: in a causal model no real position sees it, so it needs no mask, and
what stands at padded positions is compared nowhere.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest

from tests.fixtures.hugging_face import Fixture, read_fixture
from tests.models.hugging_face_names import MAPPINGS, Tensors
from tinytf.config import Config
from tinytf.models.decoder import DecoderLM
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from tinytf.ops.positions import alibi_bias


@dataclass(frozen=True)
class Case:
    """One model of the fixtures, its config and the names of its parameters translated."""

    name: str
    fixture: Fixture
    config: Config

    def translate(self, tensors: Tensors) -> Tensors:
        return MAPPINGS[self.name][1](tensors, self.config.n_layers)

    def model(self, dtype: npt.DTypeLike) -> DecoderLM:
        """The model, every parameter taken from the file."""
        model = DecoderLM(self.config, np.random.default_rng(0), dtype)
        parameters = model.parameters()
        weights = self.translate(self.fixture.tensors)
        assert set(parameters) == set(weights)
        for name, parameter in parameters.items():
            assert parameter.value.shape == weights[name].shape, name
            parameter.value[...] = weights[name]
        return model

    @property
    def ids(self) -> Array:
        return self.fixture.inputs["input_ids"]

    @property
    def real(self) -> Array:
        """(B, T), True at real tokens."""
        return self.fixture.inputs["attention_mask"] == 1

    @property
    def targets(self) -> Array:
        """(B, T): the label of the next position; Hugging Face shifts inside the model."""
        labels = self.fixture.inputs["labels"]
        return np.concatenate([labels[:, 1:], np.full_like(labels[:, :1], -100)], axis=1)


@pytest.fixture(scope="module", params=list(MAPPINGS))
def case(request: pytest.FixtureRequest) -> Case:
    fixture = read_fixture(request.param)
    return Case(request.param, fixture, MAPPINGS[request.param][0](fixture.config))


def assert_close(came: Array, expected: Array, what: str) -> None:
    np.testing.assert_allclose(came, expected, rtol=1e-9, atol=1e-9, err_msg=what)


def test_logits_loss_and_every_gradient(case: Case) -> None:
    model, expected = case.model(np.float64), case.fixture.expected
    logits, cache = model.forward(case.ids)
    assert_close(logits[case.real], expected["logits"][case.real], "logits")
    loss, loss_cache = cross_entropy_forward(logits, case.targets)
    assert_close(loss, expected["loss"], "loss")

    model.backward(cross_entropy_backward(1.0, loss_cache), cache)
    prefix = "grad/"
    grads = {n.removeprefix(prefix): g for n, g in expected.items() if n.startswith(prefix)}
    assert set(grads) == set(case.fixture.tensors), "the fixture has a gradient for every tensor"
    expected_grads = case.translate(grads)
    for name, parameter in model.parameters().items():
        assert_close(parameter.grad, expected_grads[name], f"gradient of {name}")


def test_hidden_states(case: Case) -> None:
    decoder = case.model(np.float64).decoder
    expected, length = case.fixture.expected, case.ids.shape[1]
    bias = None
    if case.config.positions == "alibi":
        bias = alibi_bias(case.config.n_heads, length, length)
    resid, _ = decoder.embed.forward(case.ids)
    for i, layer in enumerate(decoder.layers):
        assert_close(resid[case.real], expected[f"hidden/{i}"][case.real], f"hidden state {i}")
        resid, _ = layer.forward(resid, None, bias)
    last, _ = decoder.forward(case.ids)  # after the final norm, as in Hugging Face
    name = f"hidden/{case.config.n_layers}"
    assert_close(last[case.real], expected[name][case.real], name)


def test_float32(case: Case) -> None:
    model, expected = case.model(np.float32), case.fixture.expected
    logits, _ = model.forward(case.ids)
    assert logits.dtype == np.float32
    loss, _ = cross_entropy_forward(logits, case.targets)
    np.testing.assert_allclose(
        logits[case.real], expected["logits_f32"][case.real], rtol=0, atol=5e-5
    )
    np.testing.assert_allclose(loss, expected["loss_f32"], rtol=0, atol=5e-5)


@pytest.mark.parametrize("cached", [False, True], ids=["whole sequence", "KV cache"])
@pytest.mark.parametrize("name", ["gpt2", "llama"])
def test_greedy_generation(name: str, cached: bool) -> None:
    fixture = read_fixture(name)
    case = Case(name, fixture, MAPPINGS[name][0](fixture.config))
    model, expected = case.model(np.float64), fixture.expected
    ids, step_logits = expected["gen_greedy/input_ids"], expected["gen_greedy/step_logits"]
    kv_caches = model.new_kv_caches(len(ids)) if cached else None
    new_ids = ids
    for step in range(step_logits.shape[1]):
        logits, _ = model.forward(new_ids if cached else ids, kv_caches=kv_caches)
        # The expected logits of generation come from the float32 library.
        np.testing.assert_allclose(
            logits[:, -1], step_logits[:, step], rtol=0, atol=5e-5, err_msg=f"step {step}"
        )
        new_ids = logits[:, -1].argmax(axis=-1)[:, None]  # (B, 1)
        ids = np.concatenate([ids, new_ids], axis=1)
    np.testing.assert_array_equal(ids, expected["gen_greedy/sequences"])

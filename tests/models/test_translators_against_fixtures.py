"""EncoderDecoder with the weights of Hugging Face's Marian and of torch.nn.Transformer.

The expected numbers are in tests/fixtures/hf; neither PyTorch nor transformers is needed here.
Source and target are padded on the right. The source's padding is masked; the target's needs no
mask, because causal attention keeps it from what stands before, and its labels are ignored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.fixtures.hugging_face import Fixture, read_fixture
from tests.generation.marian import marian, marian_names
from tests.models.hugging_face_names import Tensors
from tests.models.torch_names import torch_config, torch_names
from tinytf.layers.norm import LayerNorm
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from tinytf.ops.masks import padding_mask

TORCH = ("torch_preln", "torch_postln")
NAMES = ("marian", *TORCH)
TABLE = "encoder.embed.tok.weight"


@dataclass(frozen=True)
class Case:
    """A model of the fixtures, what it reads, and the bias that its logits have in addition."""

    fixture: Fixture
    model: EncoderDecoder
    target: Array
    head_bias: Array

    @property
    def source(self) -> Array:
        return self.fixture.inputs["input_ids"]

    @property
    def source_mask(self) -> Array:
        lengths = self.fixture.inputs["attention_mask"].sum(axis=1)
        return padding_mask(lengths, self.source.shape[1])

    @property
    def real_source(self) -> Array:
        """(B, S), True at real tokens."""
        return self.fixture.inputs["attention_mask"] == 1

    @property
    def real_target(self) -> Array:
        """(B, T), True where there is a label."""
        return self.labels != -100

    @property
    def labels(self) -> Array:
        return self.fixture.inputs["labels"]

    def logits(self) -> tuple[Array, Any]:
        logits, cache = self.model.forward(self.source, self.target, self.source_mask)
        return logits + self.head_bias.astype(logits.dtype), cache


def build(name: str, dtype: npt.DTypeLike = np.float64) -> Case:
    fixture = read_fixture(name)
    return marian_case(fixture, dtype) if name == "marian" else torch_case(fixture, dtype)


def marian_case(fixture: Fixture, dtype: npt.DTypeLike) -> Case:
    """The target that Marian reads: the labels, one place later, behind a padding token."""
    precise = marian(fixture)
    model = EncoderDecoder(precise.config, np.random.default_rng(0), dtype)
    for name, parameter in model.parameters().items():
        parameter.value[...] = precise.parameters()[name].value
    pad, labels = fixture.config["pad_token_id"], fixture.inputs["labels"]
    target = np.concatenate([np.full_like(labels[:, :1], pad), labels[:, :-1]], axis=1)
    return Case(
        fixture, model, np.where(target == -100, pad, target), fixture.tensors["final_logits_bias"]
    )


def torch_case(fixture: Fixture, dtype: npt.DTypeLike) -> Case:
    """torch.nn.Transformer has final norms in post-norm too: here they are added to the stacks."""
    config = torch_config(fixture.config, max_len=fixture.inputs["input_ids"].shape[1])
    model = EncoderDecoder(config, np.random.default_rng(0), dtype)
    for stack in (model.encoder, model.decoder):
        stack.final_norm = LayerNorm(config.d_model, config.norm_eps, dtype=dtype)
    weights = torch_names(fixture.tensors, config.n_layers)
    parameters = model.parameters()
    assert set(parameters) == set(weights)
    for name, parameter in parameters.items():
        assert parameter.value.shape == weights[name].shape, name
        parameter.value[...] = weights[name]
    target = fixture.inputs["decoder_input_ids"]
    return Case(fixture, model, target, fixture.tensors["generator.bias"])


def assert_close(came: Any, expected: Array, what: str) -> None:
    np.testing.assert_allclose(came, expected, rtol=1e-9, atol=1e-9, err_msg=what)


def gradients(fixture: Fixture) -> Tensors:
    """By the library's names; there is one for every tensor but Marian's constant bias."""
    prefix = "grad/"
    grads = {n.removeprefix(prefix): g for n, g in fixture.expected.items() if n.startswith(prefix)}
    assert set(grads) == set(fixture.tensors) - {"final_logits_bias"}
    return grads


@pytest.mark.parametrize("name", NAMES)
def test_logits_and_loss(name: str) -> None:
    case = build(name)
    logits, _ = case.logits()
    expected, real = case.fixture.expected, case.real_target
    assert_close(logits[real], expected["logits"][real], "logits")
    loss, _ = cross_entropy_forward(logits, case.labels)
    assert_close(loss, expected["loss"], "loss")


@pytest.mark.parametrize("name", TORCH)
def test_every_gradient_of_torch(name: str) -> None:
    case = build(name)
    logits, cache = case.logits()
    _, loss_cache = cross_entropy_forward(logits, case.labels)
    dlogits = cross_entropy_backward(1.0, loss_cache)
    case.model.backward(dlogits, cache)
    grads = gradients(case.fixture)
    assert_close(dlogits.sum(axis=(0, 1)), grads["generator.bias"], "the head's bias")
    expected = torch_names(grads, case.model.config.n_layers)
    for parameter_name, parameter in case.model.parameters().items():
        assert_close(parameter.grad, expected[parameter_name], f"gradient of {parameter_name}")


def test_every_gradient_of_marian() -> None:
    """All but one row are what they are there: one table, in three places.

    The row of the padding token gets no gradient from look-ups in Marian (`padding_idx`), only from
    the head. tinytf has no such rule: its first target token, which Marian has in common with its
    padding, is looked up and learned like every other. What the look-ups send is subtracted below.
    """
    case = build("marian")
    logits, cache = case.logits()
    _, loss_cache = cross_entropy_forward(logits, case.labels)
    dlogits = cross_entropy_backward(1.0, loss_cache)
    case.model.backward(dlogits, cache)
    expected = marian_names(gradients(case.fixture), case.model.config)
    pad = case.fixture.config["pad_token_id"]
    for name, parameter in case.model.parameters().items():
        came = parameter.grad
        if name == TABLE:
            resid, _ = case.model.decoder.forward(
                case.target, *memory_of(case.model, case.source, case.source_mask)
            )
            from_head = np.einsum("bt,btd->d", dlogits[:, :, pad], resid)
            assert not np.allclose(came[pad], from_head), "the start token was looked up"
            came = came.copy()
            came[pad] = from_head
        assert_close(came, expected[name], f"gradient of {name}")


def memory_of(model: EncoderDecoder, source: Array, mask: Array) -> tuple[Array, Array]:
    """What the decoder asks: (B, S, D), and the mask."""
    return model.encoder.forward(source, mask)[0], mask


@pytest.mark.parametrize("name", TORCH)
def test_label_smoothing(name: str) -> None:
    case = build(name)
    expected = case.fixture.expected
    loss, cache = cross_entropy_forward(case.logits()[0], case.labels, label_smoothing=0.1)
    assert_close(loss, expected["label_smoothing_0.1/loss"], "loss")
    dlogits = cross_entropy_backward(1.0, cache)
    assert_close(dlogits, expected["label_smoothing_0.1/dlogits"], "dlogits")


@pytest.mark.parametrize("name", TORCH)
def test_what_leaves_both_stacks_of_torch(name: str) -> None:
    case = build(name)
    expected = case.fixture.expected
    memory, mask = memory_of(case.model, case.source, case.source_mask)
    real = case.real_source
    assert_close(memory[real], expected["memory"][real], "memory")
    out, _ = case.model.decoder.forward(case.target, memory, mask)
    real = case.real_target
    assert_close(out[real], expected["decoder_out"][real], "decoder_out")


def test_every_hidden_state_of_marian() -> None:
    case = build("marian")
    expected = case.fixture.expected
    half = case.model.config.d_model // 2
    turns = np.arange(2 * half).reshape(2, half).T.ravel()  # see marian_names
    for stack, states, real in (
        ("enc", encoder_states(case), case.real_source),
        ("dec", decoder_states(case), case.real_target),
    ):
        for i, state in enumerate(states):
            name = f"{stack}_hidden/{i}"
            assert_close(state[real], expected[name][real][:, turns], name)
        assert f"{stack}_hidden/{i + 1}" not in expected, "all were compared"


def encoder_states(case: Case) -> Iterator[Array]:
    """The residual stream: first the embeddings, then what each layer leaves."""
    encoder = case.model.encoder
    resid, _ = encoder.embed.forward(case.source)
    yield resid
    for layer in encoder.layers:
        resid, _ = layer.forward(resid, case.source_mask)
        yield resid


def decoder_states(case: Case) -> Iterator[Array]:
    """The same of the decoder."""
    decoder = case.model.decoder
    memory, mask = memory_of(case.model, case.source, case.source_mask)
    resid, _ = decoder.embed.forward(case.target)
    yield resid
    for layer in decoder.layers:
        resid, _ = layer.forward(resid, memory, mask)
        yield resid


@pytest.mark.parametrize("name", NAMES)
def test_float32(name: str) -> None:
    case = build(name, np.float32)
    logits, _ = case.logits()
    assert logits.dtype == np.float32
    expected, real = case.fixture.expected["logits_f32"], case.real_target
    np.testing.assert_allclose(logits[real], expected[real], rtol=0, atol=5e-5)


@pytest.mark.parametrize("name", NAMES)
def test_generation_computes_the_same_logits(name: str) -> None:
    """`start` and one `step` for each token, instead of one forward."""
    case = build(name)
    state = case.model.start(case.source, case.source_mask)
    expected, real = case.fixture.expected["logits"], case.real_target
    for t in range(case.target.shape[1]):
        logits = case.model.step(case.target[:, t : t + 1], state)[:, 0] + case.head_bias
        assert_close(logits[real[:, t]], expected[:, t][real[:, t]], f"token {t}")

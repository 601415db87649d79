"""Each stack against a computation of its own: same tensors, same values, and every gradient."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import tinytf
from tests.tracing.reference import Array, Reference
from tinytf.config import Config
from tinytf.models import BertPretraining, DecoderLM, EncoderDecoder
from tinytf.ops import cross_entropy_backward, cross_entropy_forward
from tinytf.ops.masks import padding_mask
from tinytf.tracing import Trace

STEP = 1e-20
SIZES = {"vocab_size": 7, "d_model": 6, "max_len": 5, "n_heads": 2, "d_ff": 5, "n_layers": 2}


@dataclass
class Case:
    """A traced step, and the same step by the reference."""

    trace: Trace
    loss: Callable[[Reference], Array]  # runs the reference
    reference: Callable[..., Reference]  # makes one

    def values(self) -> dict[str, Array]:
        reference = self.reference()
        self.loss(reference)
        return reference.values


def randomised(model: Any, rng: np.random.Generator) -> Any:
    """The model with numbers of its own in every parameter, none of them 0 or 1."""
    for parameter in model.parameters().values():
        parameter.value += rng.normal(0, 0.3, parameter.value.shape)
    return model


def case_of(model: Any, trace: Trace, loss: Callable[[Reference], Array]) -> Case:
    parameters = {name: p.value.copy() for name, p in model.parameters().items()}
    return Case(trace, loss, lambda *moved: Reference(model.config, parameters, *moved))


def decoder_case() -> Case:
    rng = np.random.default_rng(1)
    model = randomised(DecoderLM(Config(**SIZES, activation="gelu_tanh"), rng, np.float64), rng)
    ids, targets = rng.integers(0, 7, (2, 4)), rng.integers(0, 7, (2, 4))
    targets[1, 2] = -100
    with tinytf.trace(model) as t:
        logits, cache = model.forward(ids)
        _, loss_cache = cross_entropy_forward(logits, targets)
        model.backward(cross_entropy_backward(1.0, loss_cache), cache)
    return case_of(model, t, lambda reference: reference.decoder(ids, targets))


def encoder_decoder_case(norm_position: Any) -> Case:
    rng = np.random.default_rng(2)
    config = Config(
        **SIZES, activation="gelu_tanh", positions="sinusoidal", norm_position=norm_position
    )
    model = randomised(EncoderDecoder(config, rng, np.float64), rng)
    source, target = rng.integers(0, 7, (2, 5)), rng.integers(0, 7, (2, 3))
    targets, lengths = rng.integers(0, 7, (2, 3)), np.array([5, 3])
    with tinytf.trace(model) as t:
        logits, cache = model.forward(source, target, padding_mask(lengths, 5))
        _, loss_cache = cross_entropy_forward(logits, targets, label_smoothing=0.1)
        model.backward(cross_entropy_backward(1.0, loss_cache), cache)
    return case_of(
        model, t, lambda reference: reference.encoder_decoder(source, target, lengths, targets, 0.1)
    )


def bert_case() -> Case:
    rng = np.random.default_rng(3)
    config = Config(
        **SIZES, activation="gelu_tanh", norm_position="post", n_segments=2, embedding_norm=True
    )
    model = randomised(BertPretraining(config, rng, np.float64), rng)
    ids, segments, lengths = (
        rng.integers(0, 7, (2, 5)),
        rng.integers(0, 2, (2, 5)),
        np.array([5, 4]),
    )
    predict = np.array([[0, 1, 0, 0, 1], [0, 0, 1, 0, 0]], bool)
    tokens, nsp = rng.integers(0, 7, 3), np.array([0, 1])
    with tinytf.trace(model) as t:
        (mlm, next_), cache = model.forward(ids, predict, padding_mask(lengths, 5), segments)
        _, mlm_cache = cross_entropy_forward(mlm, tokens)
        _, nsp_cache = cross_entropy_forward(next_, nsp)
        dlogits = cross_entropy_backward(1.0, mlm_cache), cross_entropy_backward(1.0, nsp_cache)
        model.backward(dlogits, cache)
    return case_of(
        model, t, lambda reference: reference.bert(ids, segments, lengths, predict, tokens, nsp)
    )


CASES = {
    "decoder": decoder_case,
    "encoder": bert_case,
    "encoder-decoder, pre-norm": lambda: encoder_decoder_case("pre"),
    "encoder-decoder, post-norm": lambda: encoder_decoder_case("post"),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    made: Case = CASES[request.param]()
    return made


def test_the_trace_has_a_gradient_for_every_differentiable_intermediate(case: Case) -> None:
    expected = set(case.values())
    with_gradient = {t.name for t in case.trace if t.kind == "intermediate" and t.grad is not None}
    assert with_gradient == expected
    assert len(with_gradient) == len(expected)


def test_every_value_is_that_of_the_reference(case: Case) -> None:
    for name, expected in case.values().items():
        value = case.trace[name].value
        shown = np.isfinite(value)  # masked scores are -inf in the trace, unmasked in the reference
        assert value.shape == expected.shape, name
        assert np.allclose(value[shown], expected[shown], rtol=1e-12, atol=1e-14), name
        assert shown.all() or name.endswith("scores"), name


def test_every_gradient_is_the_slope_of_the_reference(case: Case) -> None:
    """By moving the intermediate itself by a complex step: one number of it, or all at random."""
    rng = np.random.default_rng(0)
    worst = 0.0
    for name, value in case.values().items():
        grad = case.trace[name].grad
        assert grad is not None, name
        directions = [rng.normal(size=value.shape)]
        for place in rng.integers(0, value.size, 5):
            directions.append(np.eye(value.size)[place].reshape(value.shape))
        size = np.abs(grad).max()
        for direction in directions:
            moved = case.loss(case.reference(name, 1j * STEP * direction))
            measured = np.imag(moved) / STEP
            error = abs(np.sum(grad * direction) - measured) / (size * np.abs(direction).max())
            worst = max(worst, float(error))
            assert error < 1e-8, f"{name}: expected slope {measured}, relative error {error:.1e}"
    print(f"\n{len(case.values())} gradients, worst relative error {worst:.1e}")


def test_every_parameter_has_its_gradient(case: Case) -> None:
    for tensor in case.trace.parameters():
        assert tensor.grad is not None, f"{tensor.name}: {tensor.why_no_grad}"

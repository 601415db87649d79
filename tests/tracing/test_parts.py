"""`grad_parts`: who sent what, and that it is exactly what the gradient is made of."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.tracing.steps import LLAMA, STEPS, Step, bert_step, decoder_step, translator_step
from tinytf.models import BertPretraining

LAYER = "decoder.layers.0"


@pytest.mark.parametrize("name", STEPS)
def test_the_parts_sum_to_the_gradient(name: str) -> None:
    """To the last bit, but where a term of the code's sum is a sum itself (a + (b + c))."""
    n_sums = 0
    nested = name not in ("GPT", "Llama", "MPT")
    for tensor in STEPS[name]().trace():
        parts = list(tensor.grad_parts.values())
        assert bool(parts) == (tensor.grad is not None), f"{tensor.name}: {list(tensor.grad_parts)}"
        if not parts:
            continue
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        n_sums += len(parts) > 1
        rounding = 4e-16 * max(np.abs(part).max() for part in parts) if nested else 0.0
        what = f"{tensor.name}: {list(tensor.grad_parts)}"
        assert np.allclose(total, tensor.grad, rtol=0, atol=rounding), what
    assert n_sums >= 4, name


def parts_of(step: Step, name: str) -> list[str]:
    return list(step.trace()[name].grad_parts)


def test_a_residual() -> None:
    assert parts_of(decoder_step(), "decoder.embed.out") == [f"{LAYER}.resid_mid", f"{LAYER}.norm1"]
    mid = f"{LAYER}.resid_mid"
    assert parts_of(decoder_step(), mid) == [f"{LAYER}.resid_post", f"{LAYER}.norm2"]


def test_a_residual_with_the_norm_behind_it() -> None:
    got = parts_of(decoder_step(norm_position="post"), f"{LAYER}.resid_mid")
    assert got == [f"{LAYER}.residual2.summed", f"{LAYER}.ffn"]
    got = parts_of(decoder_step(norm_position="post"), "decoder.embed.out")
    assert got == [f"{LAYER}.residual1.summed", *(f"{LAYER}.self_attn.{one}" for one in "qkv")]


def test_queries_keys_and_values_from_one_x() -> None:
    expected = [f"{LAYER}.self_attn.{one}" for one in "qkv"]
    assert parts_of(decoder_step(), f"{LAYER}.norm1.out") == expected


def test_gate_and_up_of_swiglu() -> None:
    got = parts_of(decoder_step(**LLAMA), f"{LAYER}.norm2.out")
    assert got == [f"{LAYER}.ffn.gate", f"{LAYER}.ffn.up"]


def test_what_a_function_uses_up_itself() -> None:
    t, attention = decoder_step().trace(), f"{LAYER}.self_attn"
    for name in ("q_merged", "q", "scores", "z"):
        assert list(t[f"{attention}.{name}"].grad_parts) == [attention], name
    assert list(t["decoder.embed.pos"].grad_parts) == ["decoder.embed"]
    assert list(t["loss.per_token"].grad_parts) == ["loss"]
    assert list(t["loss"].grad_parts) == ["the caller of cross_entropy_backward"]


@pytest.mark.parametrize("norm_position", ["pre", "post"])
def test_the_encoders_output_feeds_every_cross_attention(norm_position: str) -> None:
    t = translator_step(n_layers=3, norm_position=norm_position).trace()
    got = list(t["memory"].grad_parts)
    assert got == [f"decoder.layers.{i}.cross_attn.{one}" for i in (2, 1, 0) for one in "kv"]


def test_two_heads_on_one_output() -> None:
    assert parts_of(bert_step(), "h") == ["pooler", "mlm"]


@pytest.mark.parametrize(
    ("make", "name", "expected"),
    [
        (lambda: decoder_step(tie_embeddings=False), "decoder", ["decoder.embed.tok"]),
        (lambda: decoder_step(tie_embeddings=False), "head", ["head"]),
        (decoder_step, "decoder", ["head", "decoder.embed.tok"]),
        (translator_step, "encoder", ["head", "decoder.embed.tok", "encoder.embed.tok"]),
        (
            lambda: translator_step(tie_embeddings=False),
            "encoder",
            ["decoder.embed.tok", "encoder.embed.tok"],
        ),
        (bert_step, "encoder", ["mlm.head", "encoder.embed.tok"]),
    ],
)
def test_a_table_in_one_two_or_three_places(
    make: Callable[[], Step], name: str, expected: list[str]
) -> None:
    parameter = "head.weight" if name == "head" else f"{name}.embed.tok.weight"
    assert parts_of(make(), parameter) == expected


def test_each_part_is_the_slope_through_its_consumer_alone() -> None:
    """BERT's h is moved by a complex step for the pooler only, then for the MLM head only."""
    step = bert_step(n_layers=1)
    assert isinstance(step.model, BertPretraining)
    t = step.trace()
    h, losses = t["h"], (t["loss"], t["loss#2"])
    assert all(loss.grad == 1.0 for loss in losses)
    predict, model = step.inputs[1], step.model
    move = 1e-20j * np.random.default_rng(0).normal(size=h.shape)

    def loss_of(for_mlm: Any, for_pooler: Any) -> complex:
        logits, _ = model.mlm.forward(for_mlm, predict, model.encoder.embed.tok)
        nsp_logits, _ = model.nsp.forward(model.pooler.forward(for_pooler)[0])
        step.losses.clear()
        for output, target in zip((logits, nsp_logits), step.targets, strict=True):
            step._loss(output, target)
        return complex(sum(step.losses))

    for consumer, given in {
        "mlm": (h.value + move, h.value), "pooler": (h.value, h.value + move)
    }.items():  # fmt: skip
        measured = loss_of(*given).imag / 1e-20
        expected = float(np.sum(h.grad_parts[consumer] * move.imag)) / 1e-20
        assert np.isclose(measured, expected, rtol=1e-10), consumer


def test_parts_of_a_table_are_slopes_through_one_place_each() -> None:
    """The tied table is untied: the head gets a copy of its own, moved alone."""
    tied, free = decoder_step(n_layers=1), decoder_step(n_layers=1, tie_embeddings=False)
    values = tied.model.parameters()
    for name, parameter in free.model.parameters().items():
        table = values["decoder.embed.tok.weight"].value
        parameter.value = table.T.copy() if name == "head.weight" else values[name].value.copy()
    parts = tied.trace()["decoder.embed.tok.weight"].grad_parts
    free.inputs, free.targets = tied.inputs, tied.targets
    t = free.trace()
    assert np.allclose(parts["head"], t["head.weight"].grad.T, rtol=1e-13, atol=1e-15)
    expected = t["decoder.embed.tok.weight"].grad
    assert np.allclose(parts["decoder.embed.tok"], expected, rtol=1e-12, atol=1e-15)

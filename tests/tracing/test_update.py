"""Parameters before and after an update, several passes, and traces that were left early."""

from typing import Any

import numpy as np
import pytest

from tests.tracing.steps import decoder_step, translator_step
from tests.tracing.subject import trace
from tinytf.ops import cross_entropy_forward
from tinytf.training import SGD, AdamW


@pytest.mark.parametrize("optimizer", [SGD, AdamW])
def test_before_delta_and_after_of_an_update(optimizer: Any) -> None:
    step = translator_step(n_layers=1)
    opt = optimizer(step.model)
    before = {name: p.value.copy() for name, p in step.model.parameters().items()}
    with trace(step.model) as t:
        step.run()
        grads = {name: p.grad.copy() for name, p in step.model.parameters().items()}
        opt.step(0.1)
    parameters = step.model.parameters()
    assert [tensor.name for tensor in t.parameters()] == list(parameters), "a tied table once"
    for tensor in t.parameters():
        after = parameters[tensor.name].value
        assert np.array_equal(tensor.before, before[tensor.name])
        assert np.array_equal(tensor.after, after)
        assert np.array_equal(tensor.delta, after - before[tensor.name])
        if not tensor.name.endswith(".k.bias"):  # whose gradient is 0 but for rounding
            assert np.any(tensor.delta), tensor.name
        assert np.array_equal(tensor.grad, grads[tensor.name]), "the optimiser zeroes p.grad"
        moved = np.sqrt(np.mean(tensor.delta**2)) / np.sqrt(np.mean(tensor.before**2))
        assert np.isclose(tensor.update_ratio, moved)
    if optimizer is SGD:
        table = t["encoder.embed.tok.weight"]
        assert np.allclose(table.delta, -0.1 * table.grad)


def test_an_optimizer_made_inside_the_block() -> None:
    step = decoder_step(n_layers=1)
    with trace(step.model) as t:
        opt = SGD(step.model)  # moves the parameters into one vector
        step.run()
        opt.step(0.1)
    assert np.allclose(
        t["decoder.final_norm.gamma"].delta, -0.1 * t["decoder.final_norm.gamma"].grad
    )
    assert max(t.check().values()) < 1e-8


def test_no_update() -> None:
    t = decoder_step(n_layers=1).trace()
    for tensor in t.parameters():
        assert not np.any(tensor.delta)
        assert tensor.update_ratio == 0


def test_old_gradients_are_not_part_of_this_step() -> None:
    step = decoder_step(n_layers=1)
    fresh = step.trace()
    again = step.trace()  # nobody zeroed p.grad
    for tensor in again.parameters():
        assert np.array_equal(tensor.grad, fresh[tensor.name].grad), tensor.name
        assert np.allclose(step.model.parameters()[tensor.name].grad, 2 * tensor.grad)


def test_accumulation_over_two_batches_records_the_first() -> None:
    step, expected = decoder_step(n_layers=1), decoder_step(n_layers=1).trace()
    with trace(step.model) as t:
        step.run()
        step.run()
    assert len(t.notes) == 1
    assert t.notes[0].startswith("a second forward pass ran inside the trace")
    assert t.names() == expected.names()
    assert len(t.calls) == len(expected.calls)
    for name in t.names():
        assert np.array_equal(t[name].value, expected[name].value), name
        assert np.array_equal(t[name].grad, expected[name].grad), name


def test_two_backwards_of_one_forward_record_the_first() -> None:
    step = decoder_step(n_layers=1)
    model: Any = step.model
    rng = np.random.default_rng(0)
    with trace(model) as t:
        logits, cache = model.forward(*step.inputs)
        first = rng.normal(size=logits.shape)
        model.backward(first, cache)
        grads = {name: p.grad.copy() for name, p in model.parameters().items()}
        model.backward(rng.normal(size=logits.shape), cache)
    assert np.array_equal(t["logits"].grad, first)
    assert len(t.notes) == 1
    assert t.notes[0].startswith("a second backward pass ran inside the trace")
    for name, grad in grads.items():
        assert np.array_equal(t[name].grad, grad), name
    assert max(t.check().values()) < 1e-8


def test_a_forward_alone() -> None:
    step = decoder_step(n_layers=1)
    model: Any = step.model
    with trace(model) as t:
        logits, _ = model.forward(*step.inputs)
    assert np.array_equal(t["logits"].value, logits)
    assert {tensor.why_no_grad for tensor in t} == {"no backward ran inside the trace"}


def test_a_forward_and_its_loss_but_only_the_models_backward() -> None:
    step = decoder_step(n_layers=1)
    model: Any = step.model
    with trace(model) as t:
        logits, cache = model.forward(*step.inputs)
        cross_entropy_forward(logits, step.targets[0])
        model.backward(np.ones_like(logits), cache)
    assert t["logits"].grad is not None
    assert t["loss.per_token"].why_no_grad == (
        "cross_entropy_backward was not called for this call of cross_entropy_forward"
    )


def test_nothing_ran() -> None:
    with trace(decoder_step(n_layers=1).model) as t:
        pass
    assert t.names() == [tensor.name for tensor in t.parameters()]
    assert t.calls == []


@pytest.mark.parametrize("place", ["forward", "backward"])
def test_an_error_in_the_middle_leaves_what_came_before_it(place: str) -> None:
    step = decoder_step()
    model: Any = step.model
    layer = model.decoder.layers[1 if place == "forward" else 0]
    ffn = layer.ffn
    whole = decoder_step().trace()

    def run() -> Any:
        with trace(model) as t:
            opened.append(t)
            if place == "forward":
                layer.ffn = None
            logits, cache = model.forward(*step.inputs)
            layer.ffn = None
            model.backward(np.ones_like(logits), cache)

    opened: list[Any] = []
    with pytest.raises(AttributeError, match="'NoneType' object has no attribute"):
        run()
    layer.ffn = ffn
    t = opened[0]
    if place == "forward":
        assert "decoder.layers.1.resid_mid" in t
        assert "decoder.layers.1.ffn.out" not in t
        assert {tensor.why_no_grad for tensor in t} == {"no backward ran inside the trace"}
    else:
        assert t["decoder.layers.1.resid_mid"].grad is not None
        missing = t["decoder.layers.0.resid_mid"]
        assert missing.grad is None
        assert missing.why_no_grad
    for tensor in t:
        assert np.array_equal(tensor.value, whole[tensor.name].value), tensor.name

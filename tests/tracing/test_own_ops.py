"""Students' own ops, layers and losses."""

from typing import Any

import numpy as np
import pytest

from tests.tracing import students, students_statements
from tests.tracing.steps import decoder_step
from tests.tracing.subject import trace, tracing
from tinytf.ops.arrays import Array

rng = np.random.default_rng(7)


def traced(stem: str, *inputs: Array) -> Any:
    """A trace of an op's forward and backward, with a random cotangent."""
    forward = getattr(students, f"{stem}_forward")
    with trace(forward) as t:
        y, cache = forward(*inputs)
        grads = getattr(students, f"{stem}_backward")(rng.normal(size=np.shape(y)), cache)
    del grads
    return t


def floats(*shape: int) -> Array:
    return rng.normal(size=shape)


def test_every_variable_that_holds_floats_is_recorded() -> None:
    x, w = floats(2, 3), floats(3, 4)
    t = traced("own", x, w)
    names = ["x", "w", "hidden", "squashed", "size", "scaled", "y"]
    assert t.names() == [f"own.{name}" for name in names]
    assert all(tensor.grad is not None for tensor in t), [tensor.why_no_grad for tensor in t]
    assert max(t.check().values()) < 1e-8
    assert np.array_equal(t["own.hidden"].value, x @ w)
    size = t["own.size"]
    assert size.shape == ()
    assert size.value == np.tanh(x @ w).sum()
    assert size.source.text == "size = squashed.sum()  # a NumPy number"
    assert t["own.x"].kind == "input"
    assert t["own.hidden"].source.file == students.__file__


def test_a_missing_gradient_names_the_variable_that_is_missing() -> None:
    t = traced("missing", floats(3))
    assert t["missing.square"].grad is None
    assert t["missing.square"].why_no_grad == "missing_backward has no variable dsquare"
    assert t["missing.cube"].grad is not None
    assert max(t.check().values()) < 1e-8


def test_without_a_backward_the_message_says_so() -> None:
    with trace(students_statements.make_closure(2.0)) as t:
        pass
    assert t.names() == []
    forward = students_statements.make_closure(2.0)
    with trace(forward, students.own_forward) as t:
        y, cache = students.own_forward(floats(2, 3), floats(3, 4))
        students.own_backward(y, cache)
        forward(floats(2))
    assert t["closure.y"].why_no_grad == "closure_forward has no backward"


def test_a_name_used_again_holds_several_tensors_with_mirrored_gradients() -> None:
    x, w1, w2 = floats(2, 3), floats(3, 4), floats(4, 4)
    t = traced("reused", x, w1, w2)
    assert t.names()[3:] == ["reused.h", "reused.h#2", "reused.h#3"]
    assert np.array_equal(t["reused.h"].value, x @ w1)
    assert np.array_equal(t["reused.h#2"].value, np.tanh(x @ w1))
    assert all(tensor.grad is not None for tensor in t)
    assert max(t.check().values()) < 1e-8, t.check()
    assert list(t["reused.h#2"].grad_parts) == ["reused.h#3", "reused.dh @ w2.T"]


def test_values_of_unlike_shapes_have_the_gradients_of_those_shapes() -> None:
    t = traced("shapes", floats(2, 3), floats(3, 4), floats(4, 2))
    assert t["shapes.h"].grad.shape == (2, 4)
    assert t["shapes.h#2"].grad is None, "its gradient is called dy"
    assert max(t.check().values()) < 1e-8


def test_where_it_cannot_be_told_the_tensors_say_so() -> None:
    t = traced("ambiguous", floats(3))
    for name in ("h", "h#2", "h#3"):
        assert t[f"ambiguous.{name}"].grad is None
        assert t[f"ambiguous.{name}"].why_no_grad == (
            "ambiguous_forward gives h 3 values and ambiguous_backward gives dh 2 values, so which "
            "gradient belongs to which value cannot be told; give each value a name of its own"
        )


def test_changes_in_place_are_recorded_as_they_were_when_their_line_had_run() -> None:
    x, b = floats(2, 3), floats(3)
    kept = x.copy()
    t = traced("in_place", x, b)
    h = 3 * x + b
    h[0] = 0
    assert np.array_equal(t["in_place.h"].value, h * 100), "h is one tensor, changed three times"
    assert np.array_equal(t["in_place.y"].value, h * h)
    assert "in_place.h#2" not in t
    assert np.array_equal(x, kept)


def test_a_value_changed_in_place_with_several_gradients_is_ambiguous() -> None:
    t = traced("changed", floats(3))
    assert t["changed.h"].why_no_grad.startswith(
        "changed_forward gives h values that it changes in place and changed_backward gives dh 2"
    )


def test_a_gradient_put_together_in_place() -> None:
    t = traced("accumulated", x := floats(3))
    tensor, dy = t["accumulated.x"], t["accumulated.y"].grad
    assert list(tensor.grad_parts) == ["accumulated.dx", "accumulated.dy * 2 * cache"]
    first, second = tensor.grad_parts.values()
    assert np.array_equal(first, dy * 2)
    assert np.array_equal(second, dy * 2 * x)
    assert np.array_equal(t["accumulated.square"].grad, dy), "before it was changed"
    assert max(t.check().values()) < 1e-8


def test_the_same_consumer_twice() -> None:
    t = traced("twice", floats(3))
    dy = t["twice.y"].grad
    assert list(t["twice.x"].grad_parts) == ["twice.y", "twice.y#2"]
    assert all(np.array_equal(part, dy) for part in t["twice.x"].grad_parts.values())


def test_a_gradient_of_the_wrong_shape_is_named() -> None:
    t = traced("wrong_shape", floats(2, 3))
    assert t["wrong_shape.wide"].why_no_grad == (
        "wrong_shape_backward gives dwide the shape (2, 3), not that of wide"
    )


def test_an_own_loss_on_a_model() -> None:
    step = decoder_step(n_layers=1)
    model: Any = step.model
    target = floats(2, 4, 7)
    with trace(model, students.distance_forward) as t:
        logits, cache = model.forward(*step.inputs)
        _, loss_cache = students.distance_forward(logits, target)
        model.backward(students.distance_backward(1.0, loss_cache), cache)
    for name in ("distance.error", "distance.absolute", "distance.loss", "logits"):
        assert t[name].grad is not None, t[name].why_no_grad
    assert t["distance.loss"].value == np.sqrt((logits - target) ** 2 + 0.1).mean()
    assert list(t["logits"].grad_parts) == ["distance.error"]
    assert max(t.check().values()) < 1e-8


def test_an_own_layer_with_an_op_called_twice_and_a_private_weight() -> None:
    layer = students.OwnLayer(rng, 3)
    ids = np.array([1, 1])
    with trace(layer) as t:
        y, cache = layer.forward(floats(2, 3), ids)
        layer.backward(floats(*y.shape), cache)
    hidden = [name for name in t.names() if name.endswith("hidden")]
    assert len(hidden) == 2
    weight = t["_OwnLayer__w"]
    assert len(weight.grad_parts) == 2
    for name, parameter in layer.parameters().items():
        assert np.array_equal(t[name].grad, parameter.grad), name
    assert list(t["rows"].grad_parts) == ["something else than grad += ..."]
    assert max(t.check().values()) < 1e-8


def test_a_gradient_added_to_some_rows() -> None:
    layer = students.RowsLayer(rng)
    with trace(layer) as t:
        y, cache = layer.forward(floats(2, 3))
        layer.backward(floats(*y.shape), cache)
    assert list(t["table"].grad_parts) == ["RowsLayer"]
    assert np.array_equal(t["table"].grad, layer.table.grad)
    assert not np.any(t["table"].grad[[0, 3, 4]])
    assert max(t.check().values()) < 1e-8


def test_one_layer_in_two_places_and_one_made_on_the_fly() -> None:
    model = students.Shared(rng)
    with trace(model) as t:
        y, cache = model.forward(floats(2, 3))
        model.backward(floats(*y.shape), cache)
    assert list(t["dense.weight"].grad_parts) == ["dense#2", "dense"]
    assert t["h"].grad is not None
    assert list(t["h"].grad_parts) == ["dense#2"]
    assert [call.path for call in t.calls if call.op == "Scale"] == ["Scale", "Scale"]
    assert max(t.check().values()) < 1e-8


def test_a_layer_that_keeps_its_cache_in_itself() -> None:
    layer = students.Stateful(rng)
    with trace(layer) as t:
        y = layer.forward(floats(2, 3))
        layer.backward(floats(*y.shape))
    assert all(tensor.grad is not None for tensor in t), [tensor.why_no_grad for tensor in t]
    assert max(t.check().values()) < 1e-8


@pytest.mark.parametrize("wrong", [np.tanh, "own_forward", students_statements.doubled])
def test_what_is_no_op_is_refused(wrong: Any) -> None:
    with pytest.raises(tracing().TraceError, match="expected a model and functions called x_forwa"):
        trace(wrong)


def test_nothing_or_two_models_are_refused() -> None:
    with pytest.raises(TypeError, match="expected one model, or ops, or both, got 0 models"):
        trace()
    with pytest.raises(TypeError, match="got 2 models"):
        trace(students.Scale(1.0), students.Scale(2.0))

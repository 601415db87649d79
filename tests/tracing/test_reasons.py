"""What a trace says about what it has not recorded, and why."""

import linecache
import threading
from typing import Any

import numpy as np

from tests.tracing import students
from tests.tracing.steps import decoder_step
from tests.tracing.subject import trace
from tinytf.layers import Linear
from tinytf.ops import cross_entropy_forward
from tinytf.training import SGD

rng = np.random.default_rng(31)
WEIGHT = "decoder.layers.0.ffn.w_in"
LEFTOVER = "grad already held something when the trace was opened"


# --- updates ---


def test_after_is_taken_where_the_recording_ends() -> None:
    step = decoder_step(n_layers=1)
    optimizer, parameter = SGD(step.model), step.model.parameters()[WEIGHT]
    with trace(step.model) as t:
        step.run()
        optimizer.step(0.1)
        first = parameter.value.copy()
        for _ in range(2):
            optimizer.zero_grad()
            step.run()
            optimizer.step(0.1)
    assert np.array_equal(t[WEIGHT].after, first)
    assert np.allclose(t[WEIGHT].delta, -0.1 * t[WEIGHT].grad)
    assert not np.array_equal(parameter.value, first)
    assert [note.split(";")[0] for note in t.notes] == [
        "a second forward pass ran inside the trace"
    ]
    assert t.notes[0].endswith(".after and .delta of the parameters included")


def test_gradients_left_over_from_before_are_noted() -> None:
    step = decoder_step(n_layers=1)
    optimizer = SGD(step.model)
    step.run()
    with trace(step.model) as t:
        step.run()
        optimizer.step(0.1)
    assert not np.allclose(t[WEIGHT].delta, -0.1 * t[WEIGHT].grad)
    (note,) = t.notes
    assert note.startswith(f"{LEFTOVER} (20 parameters, such as decoder.embed.tok.weight); ")
    step.run()
    with trace(step.model) as t:
        optimizer.step(0.1)
    assert [note[: len(LEFTOVER)] for note in t.notes] == [LEFTOVER], "an update alone"


def test_gradients_that_are_zeroed_or_not_used_are_not_noted() -> None:
    step = decoder_step(n_layers=1)
    optimizer, model = SGD(step.model), step.model
    step.run()
    with trace(model) as t:
        optimizer.zero_grad()
        step.run()
        optimizer.step(0.1)
    assert not t.notes
    step.run()
    with trace(model, names="logits") as t:
        step.run()
    assert not t.notes, "no parameter was asked for"
    with trace(model) as t:
        model.forward(*step.inputs)  # type: ignore[attr-defined]
    assert not t.notes


def test_an_infinite_parameter_that_stays_has_no_update() -> None:
    step = decoder_step(n_layers=1)
    value = step.model.parameters()[WEIGHT].value
    value[0, :2] = np.inf, 1.0
    with np.errstate(all="ignore"), trace(step.model) as t:
        step.run()
        value[0, 1] = -np.inf
    delta = t[WEIGHT].delta
    assert delta[0].tolist() == [0, -np.inf, 0, 0, 0]
    assert not delta[1:].any()
    assert t.table(WEIGHT)
    assert t._repr_html_()
    assert not np.isfinite(t[WEIGHT].update_ratio)
    assert "something else" not in "".join(t[WEIGHT].grad_parts)


# --- missing gradients ---


def test_a_validation_before_the_step_is_what_was_recorded() -> None:
    step = decoder_step(n_layers=1)
    model: Any = step.model
    with trace(model) as t:
        model.forward(*step.inputs)
        step.run()
    expected = "no backward ran before the recording ended (see the notes)"
    assert {tensor.why_no_grad for tensor in t} == {expected}
    assert len(t.notes) == 1


def test_what_came_after_the_end_of_the_recording_is_not_said_to_be_missing() -> None:
    step = decoder_step(n_layers=1)
    model: Any = step.model
    with trace(model) as t:
        logits, cache = model.forward(*step.inputs)
        cross_entropy_forward(logits, step.targets[0])
        model.backward(np.ones_like(logits), cache)
        step.run()
    assert t["loss.per_token"].why_no_grad == (
        "cross_entropy_backward was not called for this call of cross_entropy_forward before the "
        "recording ended (see the notes)"
    )


def test_a_cache_packed_anew() -> None:
    x, w = rng.normal(size=(2, 3)), rng.normal(size=(3, 4))
    with trace(students.own_forward) as t:
        y, cache = students.own_forward(x, w)
        students.own_backward(y, (*cache,))
    said = (
        "own_backward was called with a cache that no recorded call of own_forward returned (a "
        "copy of it, or one from before the trace?), so it is not known what its gradients belong "
        "to"
    )
    assert t.notes == [said]
    assert {tensor.why_no_grad for tensor in t} == {said}


def test_a_models_cache_packed_anew_is_noted_once() -> None:
    step = decoder_step(n_layers=1)
    model: Any = step.model
    with trace(model) as t:
        logits, cache = model.forward(*step.inputs)
        model.backward(np.ones_like(logits), (*cache,))
    assert len(t.notes) == 1
    assert t.notes[0].startswith("DecoderLM.backward was called with a cache that no recorded call")
    assert t["logits"].why_no_grad == t.notes[0]
    assert t["ids"].why_no_grad.startswith("an input of the model (integers or booleans)")
    assert t["decoder.layers.0.resid_mid"].grad is not None, "its layer got the cache itself"


def test_a_backward_called_more_often_than_its_forward() -> None:
    x, w = rng.normal(size=(2, 3)), rng.normal(size=(3, 4))
    with trace(students.own_forward) as t:
        y, cache = students.own_forward(x, w)
        first, _ = students.own_backward(y, cache)
        students.own_backward(2 * y, cache)
        students.own_backward(3 * y, cache)
    assert np.array_equal(t["own.x"].grad, first)
    assert t.notes == [
        "own_backward was called more often than own_forward; what the others gave is not recorded"
    ]


def test_another_thread_is_noted() -> None:
    step = decoder_step(n_layers=1)
    with trace(step.model) as t:
        worker = threading.Thread(target=step.run)
        worker.start()
        worker.join()
    assert t.notes == [
        "functions of the trace also ran in another thread; only the thread that made the trace is "
        "recorded"
    ]
    assert not t.calls


# --- functions that cannot be traced ---

SOURCE = """
class Untraced(DecoderLM):
    def forward(self, ids, rng=None):
        resid, cache = self.decoder.forward(ids)
        logits, head_cache = linear_forward(resid, self.decoder.embed.tok.weight.value.T)
        return logits, (cache, head_cache)

    def backward(self, dlogits, cache):
        dresid, dw, _ = linear_backward(dlogits, cache[1])
        self.decoder.embed.tok.weight.grad += dw.T
        self.decoder.backward(dresid, cache[0])
"""


def test_a_model_without_source_is_traced_as_far_as_it_can_be() -> None:
    step, expected = decoder_step(n_layers=1), decoder_step(n_layers=1).trace()
    space: dict[str, Any] = {"DecoderLM": type(step.model)}
    for name in ("linear_forward", "linear_backward"):
        space[name] = getattr(__import__("tinytf.ops", fromlist=["ops"]), name)
    exec(SOURCE, space)
    step.model.__class__ = space["Untraced"]
    t = step.trace()
    said = "not traced, so the tensors inside it are missing, and the gradients there: Untraced."
    assert [note.split(": expected")[0] for note in t.notes] == [
        f"{said}forward",
        f"{said}backward",
    ]
    for name in t.names("decoder.layers.*"):
        assert np.array_equal(t[name].value, expected[name].value), name
        assert t[name].grad is not None, t[name].why_no_grad
    errors = t.check()
    table = "decoder.embed.tok.weight"
    assert list(t[table].grad_parts) == ["decoder.embed.tok", "something else than grad += ..."]
    assert np.allclose(t[table].grad, expected[table].grad)
    assert max(errors.values()) < 1e-8, errors


class Generating(Linear):
    """A layer one of whose methods cannot be traced."""

    def forward(self, x: Any) -> Any:
        return super().forward(x)

    def halves(self, x: Any) -> Any:
        yield x / 2

    def halves_backward(self, dhalves: Any, cache: Any) -> Any:
        return dhalves / 2


def test_a_generator_among_a_models_methods_stops_nothing() -> None:
    with trace(Generating(3, 3, rng, dtype=np.float64)) as t:
        pass
    (note,) = t.notes
    assert "Generating.halves: expected a function that returns, got a generator" in note


def test_a_backward_that_is_not_traced_is_the_reason() -> None:
    name = "<ipython-input-2-fedcba>"
    text = (
        "class Half(Layer):\n    def forward(self, x):\n        y = x / 2\n        return y, None\n"
    )
    space: dict[str, Any] = {"Layer": students.Layer}
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    exec(compile(text, name, "exec"), space)
    more: dict[str, Any] = {}
    exec("def backward(self, dy, cache):\n    return dy / 2", more)
    space["Half"].backward = more["backward"]
    layer = space["Half"]()
    with trace(layer) as t:
        y, cache = layer.forward(np.ones(2))
        layer.backward(y, cache)
    del linecache.cache[name]
    expected = "no backward ran inside the trace, or it was not traced (see the notes)"
    assert t["y"].why_no_grad == expected
    assert len(t.notes) == 1

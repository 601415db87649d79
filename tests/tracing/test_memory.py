"""What a trace keeps in memory: what was asked for, and nothing when it is gone."""

import gc
import tracemalloc
import weakref
from typing import Any

import numpy as np
import pytest

from tests.tracing.steps import STEPS, decoder_step
from tests.tracing.subject import trace


def test_names_choose_what_is_kept() -> None:
    step = decoder_step()
    everything = step.trace()
    t = step.trace(names="decoder.layers.0.*")
    expected = everything.names("decoder.layers.0.*")
    assert t.names() == expected
    for name in expected:
        assert np.array_equal(t[name].value, everything[name].value), name
        assert np.array_equal(t[name].grad, everything[name].grad), name
        assert list(t[name].grad_parts) == list(everything[name].grad_parts), name
    # the layer's input is called decoder.embed.out, and is found by its other name
    assert t["decoder.layers.0.resid_pre"].name == "decoder.embed.out"


def test_several_patterns() -> None:
    t = decoder_step().trace(names=["*.pattern", "logits"])
    assert t.names() == [*(f"decoder.layers.{i}.self_attn.pattern" for i in (0, 1)), "logits"]


def test_the_calls_are_all_there_whatever_is_kept() -> None:
    assert len(decoder_step().trace(names="logits").calls) == len(decoder_step().trace().calls)


def peak(names: str) -> int:
    """Bytes at the most while a step is traced, above those of the step alone."""
    step = decoder_step(
        batch=4, length=32, max_len=32, d_model=32, d_ff=128, n_layers=6, bias=False
    )
    step.run()
    tracemalloc.start()
    step.run()
    alone = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    t = step.trace(names=names)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(t)
    return most - alone


def test_fewer_names_cost_less_memory() -> None:
    all_names, one_layer = peak("*"), peak("decoder.layers.0.*")
    one_tensor = peak("decoder.layers.3.self_attn.pattern")
    assert one_layer < all_names / 3, f"all {all_names}, one layer {one_layer}"
    assert one_tensor < all_names / 6, f"all {all_names}, one tensor {one_tensor}"


@pytest.mark.parametrize("name", ["GPT", "translator, post-norm", "BERT"])
def test_nothing_is_kept_alive_when_the_trace_is_gone(name: str) -> None:
    step = STEPS[name](n_layers=1)
    model: Any = step.model
    t = step.trace()
    arrays = [weakref.ref(tensor.value) for tensor in t]
    arrays += [weakref.ref(tensor.grad) for tensor in t if tensor.grad is not None]
    recorder = weakref.ref(t._recorder)
    rng = np.random.default_rng(0)
    with trace(model) as other:
        _, cache = model.forward(*step.inputs, rng=rng)
    cached = weakref.ref(next(array for array in flat(cache) if array.dtype.kind == "f"))
    del cache
    gc.collect()
    assert cached() is None, "the open trace's cache of a forward without a backward"
    del t, other
    gc.collect()
    assert recorder() is None
    assert not [one for one in arrays if one() is not None]


def flat(value: Any) -> list[Any]:
    """Arrays in nested tuples and lists, but no parameters' values."""
    if isinstance(value, np.ndarray):
        return [value] if value.ndim == 4 else []
    return [one for part in value for one in flat(part)] if isinstance(value, tuple | list) else []

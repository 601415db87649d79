"""A trace that is not complete yet, one of some names only, and what it answers to what."""

from typing import Any

import numpy as np
import pytest

from tests.tracing import students
from tests.tracing.steps import decoder_step, translator_step
from tests.tracing.subject import trace, tracing

WEIGHT = "decoder.layers.0.ffn.w_in"


def test_an_open_trace_says_that_it_is_open() -> None:
    step = decoder_step(n_layers=1)
    t = trace(step.model)
    assert repr(t) == "Trace(the trace is empty: the `with` block that it records has not begun)"
    said = "the trace is still open: it is complete when its `with` block has ended"
    with t:
        step.run()
        assert repr(t) == f"Trace({said})"
        assert t.table() == said
        assert t._repr_html_() == f"<p>{said}</p>"
        with pytest.raises(KeyError, match=f"'loss': {said}"):
            t["loss"]
        for method, given in ((t.save, ["never.npz"]), (t.check, [])):
            with pytest.raises(tracing().TraceError, match=said):
                method(*given)
    assert repr(t).startswith("Trace(57 tensors, ")
    assert t["loss"].grad is not None


def test_a_trace_is_opened_once() -> None:
    step = decoder_step(n_layers=1)
    t = step.trace()
    n_tensors = len(t)
    with pytest.raises(tracing().TraceError, match="expected a new trace, got one that was opened"):
        t.__enter__()
    assert len(t) == n_tensors
    other = trace(step.model)
    with trace(step.model), pytest.raises(tracing().TraceError, match="one trace at a time"):
        other.__enter__()
    with other:  # that first time it was not opened
        step.run()
    assert "logits" in other


def test_names_that_fit_nothing_are_noted() -> None:
    t = decoder_step(n_layers=1).trace(names=["decoder.layer.*", "logits", "*.resid_pre"])
    assert t.names() == ["decoder.embed.out", "logits"]
    (note,) = t.notes
    assert note.startswith("names: 'decoder.layer.*' fits none of the ")
    assert decoder_step(n_layers=1).trace(names=[]).notes == [
        "names is empty, so no tensor was kept"
    ]


def test_a_name_that_was_left_out_is_not_said_to_be_unknown() -> None:
    t = decoder_step(n_layers=1).trace(names=("loss", "*.pattern"))
    for name in ("logits", "decoder.layers.0.resid_pre", WEIGHT):
        assert name not in t
        with pytest.raises(KeyError) as error:
            t[name]
        assert error.value.args[0] == (
            f"{name!r}: it was recorded, but names=['loss', '*.pattern'] leaves it out"
        )
    with pytest.raises(KeyError, match="expected one of the 2 names of the trace, got 'nothing'"):
        t["nothing"]


@pytest.mark.parametrize("names", [None, 3, [None], b"loss", ["loss", 3]])
def test_names_are_texts(names: Any) -> None:
    with pytest.raises(TypeError, match="names: expected a pattern or a list of patterns, got "):
        trace(students.own_forward, names=names)


def test_a_tensor_is_looked_up_by_its_name() -> None:
    t = translator_step(n_layers=1).trace(names="logits")
    with pytest.raises(TypeError, match="expected the name of a tensor, a str, got int 3"):
        t[3]


def test_a_tensor_is_an_array_for_numpy() -> None:
    logits = decoder_step(n_layers=1).trace(names="logits")["logits"]
    assert np.asarray(logits) is logits.value
    copy = np.array(logits, dtype=np.float32)
    assert copy.dtype == np.float32
    assert copy.shape == logits.shape

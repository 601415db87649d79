"""Reporting copies change nothing that anybody could notice, and go away."""

import bdb
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

from tests.tracing import students
from tests.tracing.steps import STEPS, decoder_step
from tests.tracing.subject import trace, tracing
from tinytf.layers.attention import SelfAttention
from tinytf.ops import linear_forward
from tinytf.ops.arrays import Array
from tinytf.ops.attention import attention_forward

rng = np.random.default_rng(11)


def codes() -> dict[str, Any]:
    """The code object of every function and method of tinytf and of the students' module."""
    found: dict[str, Any] = {}
    for name, module in list(sys.modules.items()):
        if name.startswith("tinytf.") or module is students:
            for key, value in vars(module).items():
                members = vars(value).items() if isinstance(value, type) else [(key, value)]
                for member, function in members:
                    if hasattr(function, "__code__"):
                        found[f"{name}.{key}.{member}"] = function.__code__
    return found


@pytest.mark.parametrize("name", STEPS)
def test_results_are_the_same_bit_for_bit(name: str) -> None:
    plain, traced = STEPS[name](dropout=0.3), STEPS[name](dropout=0.3)
    logits = plain.run()
    with trace(traced.model):
        traced_logits = traced.run()
    assert np.array_equal(logits, traced_logits)
    assert np.array_equal(plain.losses, traced.losses)
    for key, parameter in plain.model.parameters().items():
        assert np.array_equal(parameter.grad, traced.model.parameters()[key].grad), key
        assert np.array_equal(parameter.value, traced.model.parameters()[key].value), key


ERRORS = [None, ValueError, KeyboardInterrupt, GeneratorExit, StopIteration]


@pytest.mark.parametrize("error", ERRORS)
def test_afterwards_every_function_has_its_own_code(error: type[BaseException] | None) -> None:
    step = STEPS["translator, post-norm"](n_layers=1)
    before = codes()

    def run() -> None:
        with trace(step.model, students.own_forward):
            changed = [name for name, code in codes().items() if code is not before[name]]
            assert len(changed) > 30
            step.run()
            if error is not None:
                raise error("on purpose")

    if error is None:
        run()
    else:
        with pytest.raises(error, match="on purpose"):
            run()
    after = codes()
    assert [name for name, code in before.items() if after[name] is not code] == []


def test_a_block_left_by_a_generator() -> None:
    before = attention_forward.__code__

    def generator() -> Any:
        with trace(attention_forward):
            yield 1

    running = generator()
    next(running)
    assert attention_forward.__code__ is not before
    running.close()
    assert attention_forward.__code__ is before


def test_an_error_inside_shows_the_line_of_the_source() -> None:
    wrong = rng.normal(size=(2, 2, 3, 4))
    plain = error_lines(lambda: attention_forward(wrong, wrong, wrong, scale="no"))  # type: ignore[arg-type]
    with trace(attention_forward):
        traced = error_lines(lambda: attention_forward(wrong, wrong, wrong, scale="no"))  # type: ignore[arg-type]
    assert traced == plain
    assert traced[0][0] == attention_forward.__code__.co_filename


def test_an_error_in_a_sum_shows_its_line() -> None:
    x, b = rng.normal(size=(2, 3)), rng.normal(size=4)
    plain = error_lines(lambda: students.in_place_forward(x, b))
    with trace(students.in_place_forward):
        traced = error_lines(lambda: students.in_place_forward(x, b))
    assert traced == plain
    assert traced[-1][2] == "h += b"


def error_lines(call: Callable[[], object]) -> list[tuple[str, int | None, str | None]]:
    """File, line and text of each frame below this one, outermost first."""
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    frames = traceback.extract_tb(caught.value.__traceback__)[2:]
    return [(frame.filename, frame.lineno, frame.line) for frame in frames]


class Stopper(bdb.Bdb):
    """A debugger that notes where it stopped, and a variable it saw there."""

    def __init__(self) -> None:
        super().__init__()
        self.stops: list[tuple[str, int, tuple[int, ...]]] = []

    def user_line(self, frame: FrameType) -> None:
        if self.break_here(frame):
            shape = frame.f_locals["scores"].shape
            self.stops.append((frame.f_code.co_name, frame.f_lineno, shape))
        self.set_continue()


def test_a_breakpoint_in_attention_stops_inside_a_trace() -> None:
    file = str(attention_forward.__code__.co_filename)
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    line = 1 + next(i for i, one in enumerate(lines) if one.strip().startswith("maximum = scores"))
    debugger, step = Stopper(), decoder_step()
    debugger.set_break(file, line)
    with trace(step.model) as t:
        debugger.runcall(step.run)
    assert debugger.stops == [("attention_forward", line, (2, 2, 4, 4))] * 2
    assert t["decoder.layers.1.self_attn.pattern"].grad is not None


def test_a_line_tracer_sees_the_lines_of_the_source() -> None:
    step = decoder_step(n_layers=1)

    def lines(run: Callable[[], object]) -> set[int]:
        seen: set[int] = set()

        def tracer(frame: FrameType, event: str, _: object) -> Any:
            if frame.f_code.co_name != "attention_forward":
                return None
            if event == "line":
                seen.add(frame.f_lineno)
            return tracer

        old = sys.gettrace()
        sys.settrace(tracer)
        try:
            run()
        finally:
            sys.settrace(old)
        return seen

    plain = lines(step.run)
    with trace(step.model):
        traced = lines(step.run)
    assert plain <= traced
    first = attention_forward.__code__.co_firstlineno
    assert all(first <= line <= max(plain) + 1 for line in traced)


# --- several at a time ---


def test_two_traces_at_a_time_are_refused_and_the_first_goes_on() -> None:
    step = decoder_step(n_layers=1)
    with trace(step.model) as t:
        with pytest.raises(tracing().TraceError, match="expected one trace at a time"):
            step.trace()
        step.run()
    assert t["logits"].grad is not None
    assert step.trace()["logits"].grad is not None, "and afterwards there may be another one"


def test_calls_of_other_threads_are_not_mixed_in() -> None:
    step, other = decoder_step(), decoder_step(seed=5)
    alone = step.trace()
    results: list[Array] = []
    with trace(step.model) as t:
        worker = threading.Thread(target=lambda: results.append(other.run()))
        worker.start()
        worker.join()
        step.run()
    assert np.array_equal(results[0], decoder_step(seed=5).run())
    assert t.names() == alone.names()
    assert len(t.calls) == len(alone.calls)
    assert np.array_equal(t["logits"].value, alone["logits"].value)


def test_a_closed_trace_hears_nothing() -> None:
    step = decoder_step(n_layers=1)
    t = step.trace()
    n_calls, n_tensors = len(t.calls), len(t)
    step.run()
    assert (len(t.calls), len(t)) == (n_calls, n_tensors)


def test_a_copy_is_not_what_other_modules_imported() -> None:
    """Functions are the same objects inside and outside, wherever they were imported to."""
    forward, method = linear_forward, SelfAttention.forward
    with trace(decoder_step(n_layers=1).model):
        assert sys.modules["tinytf.layers.linear"].linear_forward is forward  # type: ignore[attr-defined]
        assert SelfAttention.forward is method

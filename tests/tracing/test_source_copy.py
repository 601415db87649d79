"""Reporting copies change nothing that anybody could notice, and go away."""

import bdb
import importlib.util
import linecache
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType, ModuleType
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


# --- statements ---


def test_statements_of_every_kind() -> None:
    x = rng.normal(size=(2, 3))
    expected, (_, walrus) = students.statements_forward(x)
    with trace(students.statements_forward) as t:
        got, _ = students.statements_forward(x)
    assert np.array_equal(got, expected)
    assert np.array_equal(t["statements.walrus"].value, walrus)
    recorded = {name.removeprefix("statements.").split("#")[0] for name in t.names()}
    recorded |= {alias.split(".")[1] for tensor in t for alias in tensor.aliases}
    expected_names = "x walrus total row inside raised handled final matched twice left right unset"
    assert recorded >= set(expected_names.split()), set(expected_names.split()) - recorded
    assert "hidden_in_inner" not in recorded
    for name, line in {"matched": "matched = final * rows", "raised": "raised = total / 2"}.items():
        assert t[f"statements.{name}"].source.text == line
    assert "statements.total#3" in t, "total = total + ... makes another tensor"


def test_arguments_of_every_kind() -> None:
    x = rng.normal(size=(2, 3))
    given: dict[str, Any] = {"scale": 3.0, "extra": x + 1}
    expected, _ = students.decorated_forward(x, x * 5, **given)
    with trace(students.decorated_forward.__wrapped__) as t:
        got, _ = students.decorated_forward(x, x * 5, **given)
    assert np.array_equal(got, expected)
    assert np.array_equal(t["decorated.x"].value, 2 * x)
    assert np.array_equal(t["decorated.first"].value, 6 * x)
    assert t["decorated.a"] is t["decorated.first"]


def test_a_decorated_op_is_found_behind_its_decorator() -> None:
    class Model(students.Layer):
        def forward(self, x: Array) -> Any:
            y, cache = students.decorated_forward(x)
            return y, cache

    # local classes of this test module can be read as any other source
    with trace(Model()) as t:
        Model().forward(rng.normal(size=(2, 3)))
    assert any(call.op == "decorated" for call in t.calls)


def test_zero_argument_super() -> None:
    layer, x = students.Derived(), rng.normal(size=(2, 3))
    with trace(layer) as t:
        y, cache = layer.forward(x)
        layer.backward(np.ones_like(y), cache)
    assert np.array_equal(y, 6 * x)
    assert np.array_equal(t["inner"].value, 3 * x)
    assert np.array_equal(t["x"].grad, np.full((2, 3), 6.0))
    assert max(t.check().values()) < 1e-8


def test_closures_and_bare_returns() -> None:
    forward = students.make_closure(4.0)
    with trace(forward) as t:
        y, _ = forward(np.ones(2))
        assert forward(None) is None  # type: ignore[arg-type]
    assert np.array_equal(y, [4, 4])
    assert np.array_equal(t["closure.y"].value, [4, 4])


# --- sources ---


def written(path: Path, text: str) -> ModuleType:
    path.write_text(text, encoding="utf-8")
    linecache.checkcache(str(path))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SOURCE = "def my_forward(x):\n    y = x * 2.5\n    return y, None\n"


@pytest.mark.parametrize(
    "edited",
    [
        SOURCE.replace("2.5", "2.75"),
        SOURCE.replace("x * 2.5", "x + 2.5"),
        SOURCE.replace("x * 2.5", "x * (2.5"),
        "import numpy\n\n" + SOURCE,
        SOURCE.replace("y", "z"),
        "",
    ],
)
def test_a_source_edited_after_the_import_is_refused(edited: str, tmp_path: Path) -> None:
    module = written(tmp_path / "edited.py", SOURCE)
    (tmp_path / "edited.py").write_text(edited + "# longer\n", encoding="utf-8")
    before = module.my_forward.__code__
    error = tracing().TraceError
    with pytest.raises(error, match="my_forward: expected"), trace(module.my_forward):
        pass
    assert module.my_forward.__code__ is before


def test_a_function_without_source_is_named() -> None:
    space: dict[str, Any] = {}
    exec(SOURCE, space)
    expected = "my_forward: expected a function whose source can be read .from a file or a notebook"
    with pytest.raises(tracing().TraceError, match=expected), trace(space["my_forward"]):
        pass


def test_a_generator_is_refused() -> None:
    expected = "generator_forward: expected a function that returns, got a generator"
    with pytest.raises(tracing().TraceError, match=expected), trace(students.generator_forward):
        pass


def test_a_notebook_cell() -> None:
    name = "<ipython-input-1-0123456789ab>"
    space: dict[str, Any] = {"__name__": "__main__"}
    linecache.cache[name] = (len(SOURCE), None, SOURCE.splitlines(True), name)
    try:
        exec(compile(SOURCE, name, "exec"), space)
        with trace(space["my_forward"]) as t:
            space["my_forward"](np.ones(2))
        assert np.array_equal(t["my.y"].value, [2.5, 2.5])
        assert t["my.y"].source == tracing().Source(name, 2, "y = x * 2.5")
    finally:
        del linecache.cache[name]


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

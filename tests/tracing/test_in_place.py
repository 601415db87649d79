"""Arrays that are written into: what is a new tensor, what a second name, and what check does."""

from typing import Any

import numpy as np
import pytest

from tests.tracing import students_in_place as students
from tests.tracing.steps import decoder_step
from tests.tracing.subject import trace, tracing
from tinytf.ops.arrays import Array

rng = np.random.default_rng(21)


def traced(stem: str, *inputs: Array) -> Any:
    """A trace of an op's forward and backward."""
    with trace(getattr(students, f"{stem}_forward")) as t:
        y, cache = getattr(students, f"{stem}_forward")(*inputs)
        getattr(students, f"{stem}_backward")(rng.normal(size=y.shape).astype(y.dtype), cache)
    return t


@pytest.mark.parametrize("number", [np.nan, np.inf, 0.0])
def test_a_broken_weight_changes_no_name(number: float) -> None:
    step, whole = decoder_step(), decoder_step().trace()
    step.model.parameters()["decoder.layers.0.ffn.w_in"].value[0, 0] = number
    with np.errstate(all="ignore"):
        t = step.trace()
        assert t.table()
    assert t.names() == whole.names()
    assert [one.aliases for one in t] == [one.aliases for one in whole]
    assert [list(one.grad_parts) for one in t] == [list(one.grad_parts) for one in whole]
    pattern = t["decoder.layers.1.self_attn.pattern"]
    assert pattern.name == "decoder.layers.1.self_attn.pattern"
    assert np.isnan(pattern.value).all() == (number != 0)
    assert pattern.source.text.startswith("pattern = np.divide(")


@pytest.mark.parametrize("number", [np.nan, 0.25])
def test_what_is_written_into_is_new_and_what_is_named_again_is_not(number: float) -> None:
    with trace(students.overwriting_forward) as t, np.errstate(all="ignore"):
        students.overwriting_forward(np.full(3, number))
    names = [name.removeprefix("overwriting.") for name in t.names()]
    assert names == ["x", "h", "grown", "turned", "walrus", "left", "hinted", "y"]
    aliases = {name: t[f"overwriting.{name}"].aliases for name in names}
    assert aliases.pop("h") == ["overwriting.alias"]
    assert aliases.pop("turned") == ["overwriting.also"]
    assert aliases.pop("left") == ["overwriting.right"]
    assert not any(aliases.values())
    if number == 0.25:
        expected = {"h": 0.5, "grown": 1.5, "turned": 2.0, "walrus": 6.0, "left": 6.0}
        for name, value in expected.items():
            assert np.array_equal(t[f"overwriting.{name}"].value, np.full(3, value)), name
        assert np.array_equal(t["overwriting.y"].value, 4 * np.array([2, 6**0.5, 6**0.5]))


def test_what_a_bare_return_writes_into_is_new() -> None:
    with trace(students.bare_forward) as t:
        students.bare_forward(np.full(3, np.nan))
    assert t.names() == ["bare.x", "bare.h", "bare.y"]


def test_what_a_helper_writes_into_is_new() -> None:
    t = traced("helped", x := rng.normal(size=3))
    assert t.names() == ["helped.x", "helped.h", "helped.half", "helped.same"]
    assert t["helped.half"].aliases == ["helped.y"]
    assert np.array_equal(t["helped.h"].value, 2 * x)
    assert np.array_equal(t["helped.half"].value, x)


def test_a_gradient_that_is_written_into_was_sent_by_nobody_else() -> None:
    t = traced("thrifty", rng.normal(size=3))
    dy = t["thrifty.y#2"].grad
    assert np.array_equal(t["thrifty.b"].grad, dy)
    parts = t["thrifty.a"].grad_parts  # its gradient is kept in the array that held b's
    assert list(parts) == ["thrifty"]
    assert np.array_equal(parts["thrifty"], 3 * dy)
    assert max(t.check().values()) < 1e-8


def test_check_of_ops_that_work_in_place() -> None:
    t = traced("pair", rng.normal(size=(2, 3)))
    errors = t.check()
    assert errors.keys() == {f"pair.{name}" for name in "xabc"}
    assert max(errors.values()) < 1e-8


def test_check_names_the_line_that_cannot_be_run_with_complex_numbers() -> None:
    t = traced("buffer", rng.normal(size=(2, 3)))
    with pytest.raises(tracing().TraceError, match=r"buffer_forward cannot, in .*\.py, line") as e:
        t.check()
    assert ": buffer[0] = doubles[0] (" in str(e.value)


@pytest.mark.parametrize(("dtype", "least"), [(np.float64, 1e-2), (np.float32, 1e-4)])
def test_a_wrong_gradient_much_shorter_than_the_longest_is_seen(dtype: Any, least: float) -> None:
    # Of its own seed: how wrong the gradient is depends on the numbers.
    x, w = np.random.default_rng(7).normal(size=(2, 2, 3)).astype(dtype)
    errors = traced("small", x, w).check()
    assert errors["small.w"] > least
    assert errors["small.x"] < (1e-12 if dtype == np.float64 else 1e-6)


def test_a_decorated_op_and_its_decorated_backward() -> None:
    x = rng.normal(size=3)
    t = traced("wrapped", x)
    assert np.array_equal(t["wrapped.square"].value, 4 * x * x)
    assert t["wrapped.x"].grad is not None
    assert max(t.check().values()) < 1e-8

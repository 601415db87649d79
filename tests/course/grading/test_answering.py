"""What a forged call over the pipe gets from the grader: an error at most, within bounds."""

from typing import Any

import numpy as np
import pytest

from tinytf.course.grading.answering import Reference, n_bytes_of
from tinytf.course.grading.confine import address_space
from tinytf.course.grading.limits import MEGABYTE, Limits
from tinytf.course.grading.remote import Remote
from tinytf.course.grading.wire import WireError, encode
from tinytf.ops.linear import linear_forward

LIMITS = Limits(numbers_per_argument=100_000, remote_memory=64 * MEGABYTE, remote_calls=3)


def reference(**functions: Any) -> Reference:
    return Reference(functions, LIMITS)


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"function": "eval"},
        {"function": ["f"]},
        {"object": 0, "method": "secret"},
        {"object": 0, "method": "__init__"},
        {"object": 0, "method": ["go"]},
        {"object": 1, "method": "go"},
        {"object": -1, "method": "go"},
        {"object": True, "method": "go"},
    ],
    ids=str,
)
def test_what_may_not_be_called(header: dict[str, Any]) -> None:
    one = reference(f=lambda: 1.0)
    encode({}, Remote(object(), ("go",)), one.encode)
    with pytest.raises(WireError, match="not there"):
        one.answer(header, ((), {}))


@pytest.mark.parametrize(
    "value",
    [
        None,
        (),
        ([], {}),
        ((), []),
        ((), {1: 2.0}),
        ((np.zeros(100_001),), {}),
        ((), {"x": [np.zeros(60_000), np.zeros(60_000)]}),
        ((100_001,), {}),
        ((), {"n": -100_001}),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_may_not_be_passed(value: Any) -> None:
    with pytest.raises(WireError, match="a call with"):
        reference(f=lambda *args, **kwargs: 1.0).answer({"function": "f"}, value)


@pytest.mark.parametrize("number", [0, -1, True, "0", None])
def test_a_token_that_was_never_sent(number: Any) -> None:
    with pytest.raises(WireError, match="never sent"):
        reference().decode({"token": number})


def test_a_forward_gives_its_value_and_keeps_its_cache() -> None:
    one = reference(half_forward=lambda x: (x / 2, x), both=lambda x: (x, {"a": x}))
    x = np.ones(2)
    for name, kept in (("half_forward", x), ("both", {"a": x})):
        header, (value, cache) = one.answer({"function": name}, ((x,), {}))
        assert header == {"error": ""}
        assert type(value) is np.ndarray
        tree = one.encode(cache)
        assert one.decode(tree) is kept or one.decode(tree) == kept


def test_errors_are_answers_with_their_type() -> None:
    def fail() -> None:
        raise KeyError("no\nsuch")

    header, value = reference(f=fail).answer({"function": "f"}, ((), {}))
    assert header == {"error": "KeyError", "text": r"'no\nsuch'"}
    assert value is None


def test_there_is_an_end_of_calls() -> None:
    one = reference(f=lambda: 1.0)
    answers = [one.answer({"function": "f"}, ((), {}))[0] for _ in range(5)]
    assert [answer["error"] for answer in answers] == ["", "", "", "RuntimeError", "RuntimeError"]


def test_there_is_an_end_of_memory_over_all_calls() -> None:
    one = reference(f_forward=lambda: (1.0, np.zeros(5 * 10**6)))
    answers = [one.answer({"function": "f_forward"}, ((), {}))[0] for _ in range(3)]
    assert [answer["error"] for answer in answers] == ["", "", "MemoryError"]


@pytest.mark.skipif(address_space() is None, reason="only Linux can bound its own memory")
def test_few_numbers_cannot_ask_for_much_memory() -> None:
    one = reference(linear_forward=linear_forward)
    long = np.zeros((65_000, 1)), np.zeros((1, 65_000))
    header, _ = one.answer({"function": "linear_forward"}, (long, {}))
    assert header["error"] == "MemoryError"  # and not 34 GB
    assert np.zeros(10**7).size  # the bound is gone again
    header, _ = one.answer({"function": "linear_forward"}, ((np.ones((2, 2)), np.ones((2, 2))), {}))
    assert header["error"] == ""


def test_overflow_in_the_reference_is_quiet() -> None:
    header, y = reference(f=np.exp).answer({"function": "f"}, ((np.array([1e9]),), {}))
    assert header["error"] == ""
    assert y[0] == np.inf


def test_memory_is_measured_through_what_a_cache_may_be() -> None:
    class Holder:
        def __init__(self) -> None:
            self.x = np.zeros(2)

    value = [np.zeros(3), {"a": (np.zeros(4), Holder())}, "word", 1]
    assert n_bytes_of(value) == 8 * (3 + 4 + 2)
    endless: list[Any] = []
    endless.append(endless)
    assert n_bytes_of(endless) == 0

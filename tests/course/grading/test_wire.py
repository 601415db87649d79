"""The wire: every value survives exactly, and nothing but a frame is taken for one."""

import contextlib
import json
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinytf.course.grading import wire

DTYPES = sorted(wire.DTYPES)


@pytest.fixture(name="module")
def real_module() -> ModuleType:
    return wire


def there_and_back(module: Any, value: Any, header: Any = None) -> tuple[dict[str, Any], Any]:
    frame = module.encode(header or {}, value)
    n_header, n_body = module.lengths(frame[: wire.START.size], len(frame))
    text = frame[wire.START.size :][:n_header]
    body = frame[wire.START.size + n_header :]
    assert len(body) == n_body
    return module.decode(text, body)


def same(a: Any, b: Any) -> bool:
    """Equal to the last bit, the types too."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray | np.generic):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return repr(a) == repr(b)


def arrays() -> st.SearchStrategy[Any]:
    shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
    return st.sampled_from(DTYPES).flatmap(
        lambda name: shapes.flatmap(lambda shape: hnp.arrays(name, shape))
    )


def values() -> st.SearchStrategy[Any]:
    numbers = st.one_of(st.floats(), st.integers(-(2**63), 2**63 - 1), st.booleans(), st.none())
    scalars = st.floats(width=32).map(np.float32) | st.integers(0, 255).map(np.uint8)
    leaves = st.one_of(numbers, st.text(max_size=20), arrays(), scalars)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.lists(inner, max_size=3).map(tuple),
            st.dictionaries(st.text(max_size=3) | st.integers(0, 9), inner, max_size=3),
        ),
        max_leaves=8,
    )


def check_round_trip(value: Any, module: Any) -> None:
    header, back = there_and_back(module, value, {"nonce": "a"})
    assert header == {"nonce": "a"}
    assert same(value, back)


@pytest.mark.parametrize(
    "value",
    [
        np.array([np.nan, -np.nan, -0.0, np.inf, 5e-324]),
        np.zeros((2, 0, 3), np.float32),
        np.array(1.5),
        np.arange(6).reshape(2, 3).T,
        [np.ones(2), (np.zeros(3), {"a": np.array(True)})],
        float("nan"),
        1 / 3,
        -0.0,
        np.float64(-0.0),
        2**63 - 1,
        "a word",
    ],
    ids=repr,
)
def test_these_values_survive_exactly(value: Any, module: Any) -> None:
    check_round_trip(value, module)


def test_arrays_come_back_writable_and_apart(module: Any) -> None:
    x = np.ones(3)
    _, (a, b) = there_and_back(module, (x, x))
    a[0] = 5.0
    assert b[0] == 1.0


def test_bytes_in_another_order_are_put_right(module: Any) -> None:
    _, back = there_and_back(module, np.array([1.5, -2.0], ">f8"))
    assert back.tolist() == [1.5, -2.0]
    assert back.dtype == np.float64


@pytest.mark.parametrize(
    "value",
    [
        object(),
        print,
        {1, 2},
        b"bytes",
        1j,
        np.ones(2, object),
        np.ones(2, complex),
        np.array(["a"]),
        np.rec.array([(1.0,)]),
        np.ma.masked_array([1.0]),
        np.str_("a"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_nothing_else_is_sent(value: Any, module: Any) -> None:
    with pytest.raises(TypeError):
        module.encode({}, [value])


def nested(depth: int) -> Any:
    value: Any = 0
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value", [2**63, -(2**63) - 1, "a" * 1001, nested(13)], ids=lambda v: str(v)[:9]
)
def test_what_is_too_large_is_not_sent(value: Any, module: Any) -> None:
    with pytest.raises(ValueError, match=r"64 bits|longer than|too deeply"):
        module.encode({}, value)


def test_numbers_are_counted(module: Any) -> None:
    assert module.n_numbers(np.ones((3, 4))) == 12
    assert module.n_numbers([np.ones(3), (1.0, {"a": np.ones(2)})]) == 1 + 3 + 1 + 1 + 1 + 2


# --- what is no frame ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ((b"ttf2", 2, 0), "no reply"),
        ((b"all ", 2, 0), "no reply"),
        ((b"ttf1", 2**20 + 1, 0), "more bytes"),
        ((b"ttf1", 2, 101), "more bytes"),
        ((b"ttf1", 2, 2**63), "more bytes"),
    ],
)
def test_a_start_that_is_none(start: Any, words: str, module: Any) -> None:
    with pytest.raises(module.WireError, match=words):
        module.lengths(wire.START.pack(*start), 100)
    assert module.lengths(wire.START.pack(b"ttf1", 2**20, 100), 100) == (2**20, 100)


HEADERS = [
    b"",
    b"{",
    b"[]",
    b"3",
    b"\xff",
    b"[" * 100_000,
    b'{"value":' + b"[" * 100_000,
    b'{"arrays":[]}' * 2,
    b'{"value":null}',
    b'{"value":null,"arrays":{}}',
    b'{"value":NaN,"arrays":[]}',
    b'{"value":1.5,"arrays":[]}',
    b'{"value":' + b"9" * 30 + b',"arrays":[]}',
    b'{"value":' + b"9" * 5000 + b',"arrays":[]}',
    b'{"value":{"float":"x"},"arrays":[]}',
    b'{"value":{"float":"0x1p99999"},"arrays":[]}',
    b'{"value":{"float":3},"arrays":[]}',
    b'{"value":{"array":0},"arrays":[]}',
    b'{"value":{"array":-1},"arrays":[["bool",[1]]]}',
    b'{"value":{"array":true},"arrays":[["bool",[1]]]}',
    b'{"value":{"token":1},"arrays":[]}',
    b'{"value":{"tuple":3},"arrays":[]}',
    b'{"value":{"tuple":[],"float":"0"},"arrays":[]}',
    b'{"value":{"dict":[[]]},"arrays":[]}',
    b'{"value":{"dict":[[[],1]]},"arrays":[]}',
    json.dumps({"value": nested(13), "arrays": []}).encode(),
    json.dumps({"value": "a" * 1001, "arrays": []}).encode(),
]


@pytest.mark.parametrize("text", HEADERS, ids=lambda text: text[:40].decode("latin-1"))
def test_a_header_that_is_none(text: bytes, module: Any) -> None:
    with pytest.raises(module.WireError):
        module.decode(text, b"\0" if b"bool" in text else b"")


LISTED = [
    (["object", [1]], 8),
    (["complex128", [1]], 16),
    (["float16", [1]], 2),
    ([[], [1]], 8),
    (["float64"], 8),
    ([1, [1]], 8),
    (["float64", 1], 8),
    (["float64", [-1]], 8),
    (["float64", [True]], 8),
    (["float64", [1.0]], 8),
    (["float64", [2**60]], 8),
    (["float64", [2**40, 2**40]], 8),
    (["float64", [0, *[2**40] * 3]], 0),
    (["float64", [1] * 33], 8),
    (["float64", [2]], 8),
    (["float64", [1]], 16),
    (["float64", [1]], 0),
]


@pytest.mark.parametrize(("listed", "n_bytes"), LISTED, ids=repr)
def test_an_array_that_is_none(listed: Any, n_bytes: int, module: Any) -> None:
    text = json.dumps({"value": None, "arrays": [listed]}).encode()
    with pytest.raises(module.WireError):
        module.decode(text, bytes(n_bytes))


def test_booleans_are_true_or_false(module: Any) -> None:
    text = json.dumps({"value": {"array": 0}, "arrays": [["bool", [2]]]}).encode()
    assert module.decode(text, b"\0\1")[1].tolist() == [False, True]
    with pytest.raises(module.WireError, match="booleans"):
        module.decode(text, b"\0\2")


def test_a_scalar_of_no_numbers_is_none(module: Any) -> None:
    text = json.dumps({"value": {"scalar": 0}, "arrays": [["float64", [0]]]}).encode()
    with pytest.raises(module.WireError):
        module.decode(text, b"")


@given(text=st.binary(max_size=60), body=st.binary(max_size=20))
def test_random_bytes_are_no_frame_or_a_value(text: bytes, body: bytes) -> None:
    with contextlib.suppress(wire.WireError):
        wire.decode(text, body)


@given(value=values())
def test_every_value_survives_exactly(value: Any) -> None:
    check_round_trip(value, wire)

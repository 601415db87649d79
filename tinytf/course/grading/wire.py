"""How the grader and a student's process talk: frames over a pipe, without pickle.

A frame is a fixed start (magic word, length of the header, length of the body), a header in JSON
and a body: the raw bytes of the arrays that the header lists, one after the other. Nothing in a
frame can run code, and everything is measured before memory is taken for it.

Values are None, booleans, integers, strings, floats (exact: in hexadecimal), plain arrays (exact,
byte by byte), NumPy's scalars, and lists, tuples and dicts of them. Anything else goes through the
functions `other` and `special`, which know what only one of the two sides can hold.

This file is sent as text into the student's process, so it imports nothing but the standard
library and NumPy, and takes hold of each function that it needs before a student's code runs.
"""

import json
import math
import struct
from collections.abc import Callable, Mapping
from typing import Any

from numpy import asarray, dtype, frombuffer, generic, ndarray

START = struct.Struct("<4sIQ")
MAGIC = b"ttf1"
LONGEST_HEADER = 2**20
LONGEST_WORD = 1000  # characters of a string among the values
LONGEST_SHAPE = 32
DEEPEST = 12  # lists in lists in lists
DTYPES = {
    name: dtype(name).newbyteorder("<")
    for name in (
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float32", "float64"),
    )
}

Other = Callable[[Any], dict[str, Any]]
Special = Callable[[dict[str, Any]], Any]
_to_json = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False).encode
_from_json = json.JSONDecoder().decode


class WireError(Exception):
    """What came is no frame of ours."""


def encode(header: Mapping[str, Any], value: Any = None, other: Other | None = None) -> bytes:
    """A frame with this header and value.

    Raises:
        TypeError: a value of a kind that cannot be sent.
        ValueError: a value that is too deep, or a number beyond 64 bits.
    """
    writer = _Writer(other)
    tree = writer.tree(value, 0)
    text = _to_json({**header, "value": tree, "arrays": writer.described}).encode("ascii")
    body = b"".join(writer.parts)
    return START.pack(MAGIC, len(text), len(body)) + text + body


class _Writer:
    def __init__(self, other: Other | None) -> None:
        self.other = other
        self.described: list[list[Any]] = []
        self.parts: list[bytes] = []

    def tree(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if depth > DEEPEST:
            raise ValueError("a value is nested too deeply to be sent")
        if value is None or kind is bool:
            return value
        if kind is str:
            if len(value) > LONGEST_WORD:
                raise ValueError(f"a string is longer than {LONGEST_WORD} characters")
            return value
        if kind is int:
            if not -(2**63) <= value < 2**63:
                raise ValueError("an integer does not fit into 64 bits")
            return value
        if kind is float:
            return {"float": value.hex()}
        if kind is ndarray:
            return {"array": self.array(value)}
        if kind is list:
            return [self.tree(item, depth + 1) for item in value]
        if kind is tuple:
            return {"tuple": [self.tree(item, depth + 1) for item in value]}
        if kind is dict:
            items = value.items()
            return {"dict": [[self.tree(k, 9), self.tree(v, depth + 1)] for k, v in items]}
        if issubclass(kind, generic) and kind.__module__ == "numpy":
            return {"scalar": self.array(asarray(value))}
        if self.other is None:
            raise TypeError(f"expected arrays and numbers, got {kind.__name__}")
        return self.other(value)

    def array(self, array: Any) -> int:
        name = array.dtype.name
        if name not in DTYPES:
            raise TypeError(f"expected an array of floats, integers or booleans, got dtype {name}")
        self.described.append([name, list(array.shape)])
        self.parts.append(array.astype(DTYPES[name], copy=False).tobytes())
        return len(self.parts) - 1


def n_numbers(value: Any) -> int:
    """How many numbers (and other single values) a value holds."""
    kind = type(value)
    if kind is ndarray:
        return int(value.size)
    if kind in (list, tuple):
        return sum(n_numbers(item) for item in value) + 1
    if kind is dict:
        return sum(n_numbers(item) for item in value.values()) + 1
    return 1


def lengths(start: bytes, largest_body: int) -> tuple[int, int]:
    """The lengths of header and body that a frame's start announces.

    Raises:
        WireError: it is no start of a frame, or announces more than there may be.
    """
    magic, n_header, n_body = START.unpack(start)
    if magic != MAGIC:
        raise WireError("what came over the pipe is no reply")
    if n_header > LONGEST_HEADER or n_body > largest_body:
        raise WireError("a reply announced more bytes than it may have")
    return int(n_header), int(n_body)


def decode(text: bytes, body: bytes, special: Special | None = None) -> tuple[dict[str, Any], Any]:
    """The header and the value of a frame.

    Raises:
        WireError: it is not what `encode` makes.
    """
    try:
        header = _from_json(text.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise WireError("a reply is not valid JSON") from error
    if type(header) is not dict:
        raise WireError("a reply is no JSON object")
    arrays = _arrays(header.pop("arrays", None), body)
    return header, _value(header.pop("value", None), arrays, special, 0)


def _arrays(described: Any, body: bytes) -> list[Any]:
    if type(described) is not list:
        raise WireError("a reply does not list its arrays")
    arrays: list[Any] = []
    at = 0
    for entry in described:
        if type(entry) is not list or len(entry) != 2:
            raise WireError("a reply lists an array in a wrong way")
        name, shape = entry
        if type(name) is not str or name not in DTYPES:
            raise WireError("a reply lists an array of an unknown dtype")
        if type(shape) is not list or len(shape) > LONGEST_SHAPE:
            raise WireError("a reply lists an array of a wrong shape")
        if not all(type(size) is int and 0 <= size < 2**48 for size in shape):
            raise WireError("a reply lists an array of a wrong shape")
        kind = DTYPES[name]
        n_bytes = math.prod(shape) * kind.itemsize
        if n_bytes > len(body) - at:
            raise WireError("a reply is shorter than the arrays that it lists")
        part = body[at : at + n_bytes]
        if name == "bool" and part.strip(b"\0\1"):
            raise WireError("a reply has booleans that are neither true nor false")
        try:
            array = frombuffer(part, kind).reshape(shape)
        except ValueError as error:  # no bytes, but sizes beyond what an array can have
            raise WireError("a reply lists an array of a wrong shape") from error
        arrays.append(array.astype(kind.newbyteorder("=")))  # a copy, that can be written to
        at += n_bytes
    if at != len(body):
        raise WireError("a reply is longer than the arrays that it lists")
    return arrays


def _value(tree: Any, arrays: list[Any], special: Special | None, depth: int) -> Any:
    kind = type(tree)
    if depth > DEEPEST:
        raise WireError("a reply is nested too deeply")
    if tree is None or kind is bool:
        return tree
    if kind is int and -(2**63) <= tree < 2**63:
        return tree
    if kind is str and len(tree) <= LONGEST_WORD:
        return tree
    if kind is list:
        return [_value(item, arrays, special, depth + 1) for item in tree]
    if kind is dict and len(tree) == 1:
        ((tag, content),) = tree.items()
        if tag == "float" and type(content) is str and len(content) <= 40:
            return _float(content)
        if tag in ("array", "scalar"):
            if type(content) is not int or not 0 <= content < len(arrays):
                raise WireError("a reply names an array that it does not list")
            array = arrays[content]
            if tag == "scalar" and array.shape:
                raise WireError("a reply lists an array of a wrong shape")
            return array if tag == "array" else array[()]
        if tag == "tuple" and type(content) is list:
            return tuple(_value(item, arrays, special, depth + 1) for item in content)
        if tag == "dict" and type(content) is list:
            return dict(_pair(item, arrays, special, depth) for item in content)
        if special is not None:
            return special(tree)
    raise WireError("a reply holds a value of an unknown kind")


def _pair(item: Any, arrays: list[Any], special: Special | None, depth: int) -> tuple[Any, Any]:
    if type(item) is not list or len(item) != 2 or type(item[0]) not in (str, int, bool):
        raise WireError("a reply holds a wrong dict")
    return item[0], _value(item[1], arrays, special, depth + 1)


def _float(text: str) -> float:
    try:
        return float.fromhex(text)
    except (ValueError, OverflowError) as error:
        raise WireError("a reply holds a wrong number") from error

"""What a student's process has in place of the grader's functions and objects.

This file is sent as text into the student's process, so it imports nothing but the standard
library and files that are sent along.
"""

from collections.abc import Callable
from typing import Any, NoReturn

# ask(what to call, its name for people, arguments, keyword arguments) -> what it returned
Ask = Callable[[dict[str, Any], str, tuple[Any, ...], dict[str, Any]], Any]


class Token:
    """Something that stays with the grader, such as the cache of a reference forward."""

    __slots__ = ("_from", "_number")

    def __init__(self, number: int, source: str) -> None:
        self._number = number
        self._from = source

    def __repr__(self) -> str:
        return f"<what {self._from} returned, to be passed on as it is>"

    def _closed(self, *_: Any) -> NoReturn:
        raise TypeError(
            f"while another exercise is graded, {self._from} is the reference's, and what is in "
            "its cache is its own business: pass the cache on to its backward, unopened"
        )

    __iter__ = __getitem__ = __len__ = _closed


def stand_in(name: str, ask: Ask) -> Callable[..., Any]:
    """A function that has the grader run the reference's function of this name."""

    def reference(*args: Any, **kwargs: Any) -> Any:
        return ask({"function": name}, name, args, kwargs)

    reference.__name__ = reference.__qualname__ = name
    return reference


def object_stand_in(name: str, number: int, methods: list[str], ask: Ask) -> Any:
    """An object whose methods have the grader run those of its own object."""

    def make(method: str) -> Callable[..., Any]:
        shown = f"{name}.{method}"

        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            return ask({"object": number, "method": method}, shown, args, kwargs)

        call.__name__, call.__qualname__ = method, shown
        return call

    def text(self: Any) -> str:
        return f"<{name}, which stays with the grader>"

    body: dict[str, Any] = {method: make(method) for method in methods}
    return type(name, (), {**body, "__slots__": (), "__repr__": text})()


def encode_other(value: Any) -> dict[str, Any]:
    """How a token travels back.

    Raises:
        TypeError: it is no token; only arrays, numbers and tokens can be sent to the grader.
    """
    if type(value) is Token:
        return {"token": value._number}
    raise TypeError(
        "a function that the grader runs takes plain arrays and numbers, "
        f"got {type(value).__name__}"
    )


def decode_special(tree: dict[str, Any], source: str, ask: Ask) -> Any:
    """A token or a stand-in for an object, from what the grader sent."""
    if "token" in tree:
        return Token(tree["token"], source)
    name, number, methods = tree["remote"]
    return object_stand_in(name, number, methods, ask)

"""Runs the grader's own functions and methods at the request of a student's process.

What comes over the pipe is not trusted: the size of each argument, the number of calls and the
memory that they take are bounded.
"""

import contextlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from tinytf.course.grading.confine import address_space
from tinytf.course.grading.limits import Limits
from tinytf.course.grading.remote import Remote
from tinytf.course.grading.running import message
from tinytf.course.grading.wire import DTYPES, WireError, n_numbers

Answer = tuple[dict[str, Any], Any]  # header and value


class _Kept:
    """Hides a value from the wire, so that it asks what to do with it."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Reference:
    """The functions and objects of one run, and what they have returned so far.

    Args:
        functions: what may be called, by name.
        limits: on the arguments, the calls and the memory.
    """

    def __init__(self, functions: Mapping[str, Callable[..., Any]], limits: Limits) -> None:
        self.functions = functions
        self.limits = limits
        self.objects: list[Remote] = []
        self.kept: list[Any] = []
        self.n_calls = 0
        self.n_bytes = 0

    def encode(self, value: Any) -> dict[str, Any]:
        """How the wire writes what is neither an array nor a number: a Remote, or a token.

        Raises:
            TypeError: it is neither.
        """
        if isinstance(value, Remote):
            self.objects.append(value)
            name = type(value.target).__name__
            return {"remote": [name, len(self.objects) - 1, list(value.methods)]}
        if not isinstance(value, _Kept):
            raise TypeError(f"expected arrays, numbers or a Remote, got {type(value).__name__}")
        self.kept.append(value.value)
        return {"token": len(self.kept) - 1}

    def decode(self, tree: dict[str, Any]) -> Any:
        """What stands behind a token that has come back."""
        number = tree.get("token")
        if type(number) is not int or not 0 <= number < len(self.kept):
            raise WireError("a reply names something that the grader never sent")
        return self.kept[number]

    def answer(self, header: Mapping[str, Any], value: Any) -> Answer:
        """Make the call that a frame asks for.

        Returns:
            Header and value of the answer. An error of the function is an answer, too.

        Raises:
            WireError: the frame asks for something that an honest process never would.
        """
        target, name = self._target(header)
        args, kwargs = self._arguments(value)
        self.n_calls += 1
        if self.n_calls > self.limits.remote_calls:
            return _error(RuntimeError(f"{name}: called more often than it may be in one run"))
        if self.n_bytes > self.limits.remote_memory:
            return _error(MemoryError(f"{name}: all calls of this run took too much memory"))
        try:
            with _bounded_memory(self.limits.remote_memory), _quiet():
                returned = target(*args, **kwargs)
        except Exception as error:
            return _error(error)
        self.n_bytes += n_bytes_of(returned)
        return {"error": ""}, self._by_value(name, returned)

    def _target(self, header: Mapping[str, Any]) -> tuple[Callable[..., Any], str]:
        if "function" in header:
            name = header["function"]
            if type(name) is str and name in self.functions:
                return self.functions[name], name
            raise WireError("a call of a function that is not there")
        number, method = header.get("object"), header.get("method")
        if type(number) is int and 0 <= number < len(self.objects):
            remote = self.objects[number]
            if type(method) is str and method in remote.methods:
                return getattr(remote.target, method), method
        raise WireError("a call of a method that is not there")

    def _arguments(self, value: Any) -> tuple[list[Any], dict[str, Any]]:
        if type(value) is not tuple or len(value) != 2:
            raise WireError("a call without arguments")
        args, kwargs = value
        if type(args) is not tuple or type(kwargs) is not dict:
            raise WireError("a call without arguments")
        if not all(type(name) is str for name in kwargs):
            raise WireError("a call without arguments")
        for argument in (*args, *kwargs.values()):
            if n_numbers(argument) > self.limits.numbers_per_argument:
                raise WireError("a call with a larger argument than it may have")
            # An integer may be a size or a number of rounds.
            if type(argument) is int and abs(argument) > self.limits.numbers_per_argument:
                raise WireError("a call with a larger integer than it may have")
        return list(args), kwargs

    def _by_value(self, name: str, returned: Any) -> Any:
        """What of a return value is copied to the student's process; the rest becomes tokens."""
        if name.endswith("forward") and type(returned) is tuple and len(returned) == 2:
            return self._plain(returned[0]), _Kept(returned[1])
        if type(returned) in (tuple, list):
            return type(returned)(self._plain(item) for item in returned)
        return self._plain(returned)

    def _plain(self, value: Any) -> Any:
        if type(value) is np.ndarray and value.dtype.name in DTYPES:
            return value
        if value is None or isinstance(value, bool | int | float | str | np.generic):
            return value
        return _Kept(value)


def _error(error: Exception) -> Answer:
    return {"error": type(error).__name__, "text": message(error)}, None


def n_bytes_of(value: Any, depth: int = 0) -> int:
    """About how much memory the arrays in a value take."""
    if isinstance(value, np.ndarray):
        return int(value.nbytes)
    if depth > 6:
        return 0
    if isinstance(value, list | tuple):
        return sum(n_bytes_of(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return sum(n_bytes_of(item, depth + 1) for item in value.values())
    if hasattr(value, "__dict__"):
        return sum(n_bytes_of(item, depth + 1) for item in vars(value).values())
    return 0


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """A student's numbers may overflow in the reference: that is no warning to anybody here."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _bounded_memory(extra: int) -> Iterator[None]:
    """MemoryError in this process once it takes so many bytes more, where the system can do that.

    A forward of two long vectors may ask for their outer product: few numbers, much memory.
    """
    try:
        import resource
    except ImportError:
        yield
        return
    in_use = address_space()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    unlimited = resource.RLIM_INFINITY
    most = [bound for bound in (soft, hard) if bound != unlimited]
    if in_use is None or any(bound < in_use + extra for bound in most):
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (in_use + extra, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))

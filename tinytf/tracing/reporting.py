"""While this is open, the watched functions run their reporting copies."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType

from tinytf.tracing.recorder import Recorder
from tinytf.tracing.source_copy import TraceError, reporting_copy
from tinytf.tracing.watched import Watched


@contextmanager
def reporting(watched: list[Watched], recorder: Recorder) -> Iterator[None]:
    """Within the block, what the functions do is reported to `recorder`.

    Raises:
        TraceError: a function's source cannot be read or is not what runs, or the functions report
            to another recorder already.
    """
    if any(_is_reporting(one.function.__code__) for one in watched):
        raise TraceError("expected one trace at a time, but another one is open")
    copies = [reporting_copy(one.function, recorder, i) for i, one in enumerate(watched)]
    own: list[tuple[FunctionType, CodeType]] = []
    try:
        for one, code in zip(watched, copies, strict=True):
            own.append((one.function, one.function.__code__))
            one.function.__code__ = code
        yield
    finally:
        for function, code in own:
            function.__code__ = code


def _is_reporting(code: CodeType) -> bool:
    return any(isinstance(constant, Recorder) for constant in code.co_consts)

"""While this is open, the watched functions run their reporting copies."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType

from tinytf.tracing.recorder import Recorder
from tinytf.tracing.source_copy import TraceError, reporting_copy
from tinytf.tracing.watched import Watched


@contextmanager
def reporting(watched: list[Watched], recorder: Recorder) -> Iterator[dict[str, str]]:
    """Within the block, what the functions do is reported to `recorder`.

    Yields:
        The functions that report nothing: name -> why (no source, or it is not what runs).

    Raises:
        TraceError: so it is with a function that was chosen by name; or the functions report to
            another recorder already.
    """
    if any(_is_reporting(one.function.__code__) for one in watched):
        raise TraceError("expected one trace at a time, but another one is open")
    copies: list[tuple[FunctionType, CodeType]] = []
    refused: dict[str, str] = {}
    for i, one in enumerate(watched):
        try:
            copies.append((one.function, reporting_copy(one.function, recorder, i)))
        except TraceError as error:
            if one.chosen:
                raise
            refused[one.name] = str(error)
    own: list[tuple[FunctionType, CodeType]] = []
    try:
        for function, code in copies:
            own.append((function, function.__code__))
            function.__code__ = code
        yield refused
    finally:
        for function, code in own:
            function.__code__ = code


def _is_reporting(code: CodeType) -> bool:
    return any(isinstance(constant, Recorder) for constant in code.co_consts)

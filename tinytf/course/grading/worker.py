"""The student's process: takes requests, runs the exercise's functions, sends what came out.

Outputs are sent one by one, as soon as they are there, so that the forward's is known where the
backward never returns. Each frame names the request that it belongs to (`nonce`).

This file is sent as text into the student's process, so it imports nothing but the standard
library, NumPy and files that are sent along. It takes hold of each function that it needs before a
student's code runs, and has a copy of the builtins: replacing theirs changes nothing here.
"""

import builtins
import os
import sys
import warnings
from collections.abc import Mapping
from os import read, write
from typing import Any

import numpy

from tinytf.course.drivers import DRIVERS
from tinytf.course.grading import guard, snapshot, stand_ins
from tinytf.course.grading.confine import confine, set_alarm
from tinytf.course.grading.outcome import Failure
from tinytf.course.grading.running import Watch, as_failure, checked, fingerprint, missing
from tinytf.course.grading.student_package import StudentPackage, preload
from tinytf.course.grading.wire import START, decode, encode, n_numbers

RESERVE = 2**22  # bytes that are set free once memory has run out, so that this can be reported
LARGEST_READ = 2**20
NO_THREADS = "can't start new thread"  # what Python says where the kernel refuses
RECURSION = 1000
SECONDS_OF_GRACE = 5
ERRORS = (
    *("ArithmeticError", "AssertionError", "AttributeError", "FloatingPointError", "IndexError"),
    *("KeyError", "LookupError", "MemoryError", "NotImplementedError", "OverflowError"),
    *("RuntimeError", "TypeError", "ValueError", "ZeroDivisionError"),
)

_flush = sys.stdout.flush
_set_recursion_limit = sys.setrecursionlimit
_exit = os._exit
_error_types = {name: getattr(builtins, name) for name in ERRORS}


class Pipe:
    """Frames from and to the grader."""

    def __init__(self, requests: int, replies: int, limits: Mapping[str, Any]) -> None:
        self.requests = requests
        self.replies = replies
        self.nonce = ""
        self.most_numbers = limits["numbers_per_argument"]

    def send(self, header: Mapping[str, Any], value: Any = None, other: Any = None) -> None:
        """A frame of the request that is being worked on."""
        rest = memoryview(encode({"nonce": self.nonce, **header}, value, other))
        while rest:
            rest = rest[write(self.replies, rest) :]

    def receive(self, source: str = "") -> tuple[dict[str, Any], Any]:
        """The next frame; ends the process where the grader is gone."""
        _, n_header, n_body = START.unpack(self.exactly(START.size))
        text, body = self.exactly(n_header), self.exactly(n_body)
        return decode(text, body, lambda tree: stand_ins.decode_special(tree, source, self.ask))

    def exactly(self, n_bytes: int) -> bytes:
        """So many bytes of a request."""
        parts = []
        while n_bytes:
            part = read(self.requests, min(n_bytes, LARGEST_READ))
            if not part:
                _exit(0)
            parts.append(part)
            n_bytes -= len(part)
        return b"".join(parts)

    def ask(
        self, what: dict[str, Any], name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Have the grader call a function or method of its own."""
        for value in (*args, *kwargs.values()):
            if n_numbers(value) > self.most_numbers:
                raise ValueError(
                    f"{name}: expected at most {self.most_numbers} numbers in one argument"
                )
        self.send({"did": "call", **what}, (args, kwargs), stand_ins.encode_other)
        header, value = self.receive(name)
        if header["error"]:
            raise _error_types.get(header["error"], RuntimeError)(header["text"])
        return value


class Worker:
    """One exercise of one submission."""

    def __init__(self, pipe: Pipe, limits: Mapping[str, Any], request: Mapping[str, Any]) -> None:
        self.pipe = pipe
        self.limits = limits
        self.exercise = request["exercise"]
        self.functions = tuple(self.exercise["functions"])
        self.watch = Watch(lambda name: pipe.send({"did": "entered", "name": name}))
        files = request["files"]
        self.attempts, note = guard.install(
            os.getcwd(),
            _libraries(),
            frozenset(files),
            limits["files_written"],
            lambda: self.watch.during or "import",
        )
        stand_in = {name: stand_ins.stand_in(name, pipe.ask) for name in request["remote"]}
        self.package = StudentPackage(
            request["package"], files, self.functions, stand_in, self.watch, note
        )
        self.reserve = bytearray(RESERVE)
        self.before = snapshot.take()
        self.names: dict[str, Any] = {}

    def load(self) -> None:
        """Import the student's file and say how that went."""
        failure = None
        try:
            self.names = self.package.load()
            if text := missing(self.names, self.functions):
                text = f"{text} in {self.package.student_file}"
                failure = Failure("missing", text, "import")
        except BaseException as error:
            failure = self.failed(error, "import")
            if failure.kind == "raised":  # by a function that is tried out there
                failure = Failure("raised", failure.text, "import", failure.line, failure.exception)
        self.pipe.send({"did": "loaded", "failure": _plain(self.after(failure, "import"))})

    def run(self, inputs: dict[str, Any]) -> None:
        """Run the driver; send each output, and then how it ended."""
        self.watch.reset()
        before = {name: fingerprint(value) for name, value in inputs.items()}
        failure = None
        sent = 0
        driver = DRIVERS[self.exercise["driver"]]
        try:
            for name, value in driver(self.names, self.exercise["call"], dict(inputs)):
                if self.attempts or snapshot.replaced(self.before):
                    break
                kept = checked(name, value, self.limits["reply"], sent)
                sent += getattr(kept, "nbytes", 8)
                self.pipe.send({"did": "output", "name": name}, kept)
        except BaseException as error:
            failure = self.failed(error, self.watch.during)
        failure = self.after(failure, self.watch.during)
        changed = [name for name, value in inputs.items() if fingerprint(value) != before[name]]
        self.pipe.send(
            {
                "did": "done",
                "failure": _plain(failure),
                "changed": changed,
                "forward_calls": self.watch.forward_calls_in_backward,
            }
        )

    def failed(self, error: BaseException, during: str) -> Failure:
        """The error, in words."""
        self.reserve.clear()
        try:
            failure = as_failure(error, self.functions, during, self.package.student_file)
        except BaseException:
            failure = Failure("raised", "an error that cannot be shown", during)
        if failure.text == NO_THREADS:
            failure = Failure("forbidden", "tried to start a thread", failure.during, failure.line)
        error.__traceback__ = None  # lets go of the arrays in its frames
        return failure

    def after(self, failure: Failure | None, during: str) -> Failure | None:
        """The failure, or a worse one: what was tried, or replaced, while the functions ran."""
        try:
            _flush()
        except (OSError, ValueError):
            self.attempts.append(("forbidden", "closed the grader's output", during))
        _set_recursion_limit(RECURSION)
        if self.attempts:
            kind, text, during = self.attempts[0]
            line = failure.line if failure else None
            failure = Failure(kind, text, during, line)
            self.attempts.clear()
        if name := snapshot.replaced(self.before):
            failure = Failure("patched", f"replaced {name}", during)
        if not self.reserve:
            try:
                self.reserve.extend(bytes(RESERVE))
            except MemoryError:
                failure = failure or Failure("memory", "took more memory than it may", during)
        return failure


def _plain(failure: Failure | None) -> dict[str, Any] | None:
    return None if failure is None else dict(vars(failure))


def _libraries() -> tuple[str, ...]:
    return os.path.dirname(os.__file__), os.path.dirname(str(numpy.__file__))


def main(settings: Mapping[str, Any], requests: int, replies: int) -> None:
    """Work until the grader closes its end of the pipe.

    Args:
        settings: limits (a dict, see `confine` and `Limits`), user (uid and gid, or None).
        requests: descriptor to read frames from.
        replies: descriptor to write frames to.
    """
    limits = settings["limits"]
    pipe = Pipe(requests, replies, limits)
    preload()
    numpy.ones((256, 256)) @ numpy.ones((256, 256))  # BLAS takes its buffers now
    warnings.simplefilter("ignore")  # they would read source files to show them
    user = settings["user"]
    confine(limits, None if user is None else (user[0], user[1]))
    pipe.send({"did": "ready"})
    request, _ = pipe.receive()
    pipe.nonce = request["nonce"]
    set_alarm(limits["seconds_per_call"] + SECONDS_OF_GRACE)
    worker = Worker(pipe, limits, request)
    worker.load()
    while True:
        set_alarm(0)
        request, inputs = pipe.receive()
        pipe.nonce = request["nonce"]
        set_alarm(limits["seconds_per_call"] + SECONDS_OF_GRACE)
        worker.run(inputs)

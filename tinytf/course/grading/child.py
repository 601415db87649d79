"""A student's process, as the grader sees it: requests go in, outcomes come out, whatever happens.

    with Child("hw1", files, exercise, {"log_softmax_forward": log_softmax_forward, ...}) as child:
        outcome = child.run({"x": x, "dy": dy})

The process sees NumPy, plain parts of the standard library, the submission's files and the inputs;
never the reference, never an expected value. It gets the student's package as texts, with functions
of other exercises (the keys of `remote`) replaced by stand-ins: they ask this process, which runs
the reference's function on the arguments and sends back what it returned. The cache that a
reference forward returned stays here; the student's code gets a token for it.

An input may be a `Remote`: an object of this process, whose named methods the student's code can
call in the same way (see `remote.py`).

What comes back is only ever read as arrays and numbers, measured before memory is taken for it. A
student who writes to the pipe directly gains nothing over returning the same arrays.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType, TracebackType
from typing import Any

from tinytf.course.exercise import Exercise, Inputs
from tinytf.course.grading.answering import Reference
from tinytf.course.grading.bootstrap import isolation_note
from tinytf.course.grading.limits import Limits
from tinytf.course.grading.outcome import Failure, Outcome
from tinytf.course.grading.process import ProcessEnded, StudentProcess
from tinytf.course.grading.remote import results_of
from tinytf.course.grading.replies import death, put_output, read_done, read_failure, timeout
from tinytf.course.grading.running import as_failure, printable
from tinytf.course.grading.wire import START, WireError, decode, encode, lengths

__all__ = ["Child", "isolation_note"]

NOTHING: Mapping[str, Any] = MappingProxyType({})
MOST_NOTES = 100_000  # frames of one run that only say which function is running
SLACK = 2**16  # bytes of a reply beyond the arrays that it may have


class Child:
    """Runs the functions of one exercise of a submission in a process of their own.

    Args:
        assignment_name: the name of the package, such as "hw1".
        files: path -> text of the package as the process sees it; the student's file is
            `<assignment_name>/ops.py`.
        exercise: the one to run.
        remote: functions of other exercises, by name: run here, on request.
        limits: of time and memory.
    """

    def __init__(
        self,
        assignment_name: str,
        files: Mapping[str, str],
        exercise: Exercise,
        remote: Mapping[str, Callable[..., Any]] = NOTHING,
        limits: Limits | None = None,
    ) -> None:
        self.assignment_name = assignment_name
        self.files = {path: text for path, text in files.items() if path.endswith(".py")}
        self.exercise = exercise
        self.remote = {name: remote[name] for name in remote if name not in exercise.functions}
        self.limits = limits or Limits()
        self._process: StudentProcess | None = None
        self._settled: Failure | None = None  # nothing will change it: not even started again
        self._n_fatal = 0
        self._seconds = 0.0
        self._printed = 0  # bytes, by the processes that have ended
        self._reported = 0  # bytes that outcomes have told of
        self._nonce = ""
        self._during = "import"
        self._left = 0  # bytes that the current run may still send

    def __enter__(self) -> "Child":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> int | None:
        """End the process and everything that it has started; its exit status if it had ended."""
        if self._process is None:
            return None
        process, self._process = self._process, None
        status = process.kill()
        self._printed += process.printed
        return status

    def run(self, inputs: Inputs) -> Outcome:
        """Run the exercise's driver on copies of the inputs.

        Raises:
            TypeError: an input is of a kind that cannot be sent.
            RuntimeError: the process does not even start; no fault of the submission.
        """
        if self._settled is not None:
            return Outcome(failure=self._settled)
        outputs: dict[str, Any] = {}
        start = time.monotonic()
        try:
            failure, changed, forward_calls = self._answered(inputs, outputs)
        except (ProcessEnded, TimeoutError, WireError) as error:
            failure, changed, forward_calls = self._ended_by(error), (), 0
        finally:
            self._seconds += time.monotonic() - start
        if failure is None:
            try:
                outputs |= results_of(inputs)
            except Exception as error:
                failure = as_failure(error, self.exercise.functions, self._during, None)
        elif failure.kind == "patched":
            self._give_up(failure)
        left = self.limits.seconds_per_exercise - self._seconds
        if left <= 0 and self._settled is None:
            most = self.limits.seconds_per_exercise
            self._settled = timeout("all runs together", most, self._during)
            self.close()
        return Outcome(outputs, failure, changed, forward_calls, self._newly_printed())

    # --- one run ---------------------------------------------------------------------------------

    def _answered(
        self, inputs: Inputs, outputs: dict[str, Any]
    ) -> tuple[Failure | None, tuple[str, ...], int]:
        """What the process says at the end of a run; each output is put into `outputs`."""
        reference = Reference(self.remote, self.limits)
        if self._process is None and (failure := self._start()) is not None:
            return failure, (), 0
        assert self._process is not None
        self._during = self.exercise.functions[0]
        left = self.limits.seconds_per_exercise - self._seconds
        deadline = time.monotonic() + min(self.limits.seconds_per_call, left)
        self._nonce = secrets.token_hex(16)
        self._left = self.limits.reply + SLACK
        self._process.send(encode({"nonce": self._nonce}, inputs, reference.encode))
        header = self._answer_until("done", deadline, reference, outputs)
        return read_done(header, inputs)

    def _answer_until(
        self, last: str, deadline: float, reference: Reference, outputs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Take outputs and answer calls until the frame comes that is the last: its header.

        While the file is imported (`outputs` is None) its functions may run, too: students try
        them out below the definition. What is running is the import then.
        """
        assert self._process is not None
        for _ in range(MOST_NOTES + self.limits.remote_calls):
            header, value = self._frame(deadline, reference)
            did = header.get("did")
            if did == last:
                return header
            if did == "output" and outputs is not None:
                put_output(header.get("name"), value, outputs, self.limits.reply)
            elif did == "entered" and header.get("name") in self.exercise.functions:
                self._during = "import" if outputs is None else header["name"]
            elif did == "call":
                answer, returned = reference.answer(header, value)
                answer["nonce"] = self._nonce
                self._process.send(_encoded(answer, returned, reference))
            else:
                raise WireError("a reply of an unknown kind")
        raise WireError("more replies than a run can have")

    def _frame(self, deadline: float, reference: Reference) -> tuple[dict[str, Any], Any]:
        assert self._process is not None
        start = self._process.exactly(START.size, deadline)
        n_header, n_body = lengths(start, self._left)
        text = self._process.exactly(n_header, deadline)
        body = self._process.exactly(n_body, deadline)
        header, value = decode(text, body, reference.decode)
        if header.get("nonce") != self._nonce:
            raise WireError("a reply that belongs to no request")
        if header.get("did") == "output":
            self._left -= n_body
        return header, value

    # --- starting and ending ---------------------------------------------------------------------

    def _start(self) -> Failure | None:
        """Start the process and import the student's file; the failure is why that went wrong."""
        self._during = "import"
        self._nonce = ""
        self._left = SLACK
        self._process = process = StudentProcess(self.limits)
        reference = Reference(NOTHING, self.limits)
        try:
            header, _ = self._frame(time.monotonic() + self.limits.seconds_to_start, reference)
        except (ProcessEnded, TimeoutError, WireError) as error:
            self.close()
            words = printable(process.first_words.decode("utf-8", "replace")[-400:])
            raise RuntimeError(f"the student's process does not start: {words}") from error
        self._nonce = secrets.token_hex(16)
        exercise = self.exercise
        request = {
            "nonce": self._nonce,
            "package": self.assignment_name,
            "files": self.files,
            "exercise": {
                "functions": exercise.functions,
                "driver": exercise.driver,
                "call": dict(exercise.call),
            },
            "remote": [name for name in self.remote if "." not in name],
        }
        process.send(encode(request))
        self._left = self.limits.reply + SLACK
        deadline = time.monotonic() + self.limits.seconds_per_call
        reference = Reference(self.remote, self.limits)
        header = self._answer_until("loaded", deadline, reference, None)
        failure = read_failure(header.get("failure"))
        if failure is not None:
            self._settled = failure
            self.close()
        return failure

    def _ended_by(self, error: Exception) -> Failure:
        """Put into words why the process is at its end, and see that it is."""
        assert self._process is not None
        seconds, during = self.limits.seconds_per_call, self._during
        in_all = self.limits.seconds_per_exercise
        status = self.close()
        if (
            isinstance(error, TimeoutError)
            and during != "import"
            and in_all - self._seconds < seconds
        ):
            failure = timeout("all runs together", in_all, during)
        elif isinstance(error, TimeoutError):
            what = "importing the file" if during == "import" else during
            failure = timeout(what, seconds, during)
        elif isinstance(error, WireError):
            failure = Failure("forged", str(error), during)
        else:
            failure = death(status, seconds, during)
        self._give_up(failure)
        return failure

    def _give_up(self, failure: Failure) -> None:
        """End the process after a failure that it cannot go on from; some of them are the last."""
        self.close()
        self._n_fatal += 1
        if self._n_fatal >= self.limits.fatal_failures:
            self._settled = failure

    def _newly_printed(self) -> int:
        now = self._printed + (0 if self._process is None else self._process.printed)
        new, self._reported = now - self._reported, now
        return new


def _encoded(answer: dict[str, Any], returned: Any, reference: Reference) -> bytes:
    try:
        return encode(answer, returned, reference.encode)
    except (TypeError, ValueError) as error:
        return encode({**answer, "error": "ValueError", "text": printable(str(error))})

"""Starts, feeds, hears and ends a student's process, always within a stated time.

Threads do all reading and writing, so nothing that the process does, or leaves undone, can keep
the grader waiting beyond its deadline.
"""

import contextlib
import json
import os
import queue
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from typing import IO, Any

from tinytf.course.grading import bootstrap
from tinytf.course.grading.limits import Limits

CHUNK = 2**16
CHUNKS_WAITING = 32
SECONDS_TO_END = 0.2  # once it has closed its end of the pipe
SECONDS_TO_DIE = 5.0  # once it has been killed


class ProcessEnded(Exception):
    """The process is gone, or has closed its end of the pipe."""


class StudentProcess:
    """One process in a temporary folder of its own.

    Attributes:
        printed: how many bytes the student's code has printed.
    """

    def __init__(self, limits: Limits) -> None:
        self.printed = 0
        self.first_words = b""
        self._folder = tempfile.mkdtemp(prefix="tinytf-")
        settings = bootstrap.settings(limits)
        if settings["user"] is not None:
            os.chown(self._folder, *settings["user"])
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-X", "utf8", "-c", bootstrap.PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=self._folder,
            env=bootstrap.environment(),
            start_new_session=os.name == "posix",
        )
        self._outgoing: queue.Queue[bytes] = queue.Queue()
        self._incoming: queue.Queue[bytes] = queue.Queue(CHUNKS_WAITING)
        self._buffer = bytearray()
        self._threads = [
            threading.Thread(target=target, daemon=True)
            for target in (self._write, self._read, self._count)
        ]
        for thread in self._threads:
            thread.start()
        text = json.dumps(settings).encode("ascii")
        self.send(struct.pack("<Q", len(text)) + text)

    @property
    def pid(self) -> int:
        """The id of the process; on POSIX that of its group, too."""
        return self._process.pid

    def send(self, frame: bytes) -> None:
        """Hand over bytes to be written; returns at once."""
        self._outgoing.put(frame)

    def exactly(self, n_bytes: int, deadline: float) -> bytes:
        """The next bytes that the process writes.

        Raises:
            TimeoutError: they are not there by the deadline (of `time.monotonic`).
            ProcessEnded: they will not come.
        """
        while len(self._buffer) < n_bytes:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            try:
                chunk = self._incoming.get(timeout=left)
            except queue.Empty:
                raise TimeoutError from None
            if not chunk:
                self._incoming.put(b"")  # for whoever asks again
                raise ProcessEnded
            self._buffer += chunk
        taken = bytes(self._buffer[:n_bytes])
        del self._buffer[:n_bytes]
        return taken

    def kill(self) -> int | None:
        """End the process and all of its group, and take away its folder.

        Returns:
            Its exit status where it had ended by itself (negative: by that signal), else None.
        """
        status = self._own_status()
        if os.name == "posix":
            with contextlib.suppress(OSError):  # nobody is left in the group
                os.killpg(self._process.pid, signal.SIGKILL)
        if status is None:
            self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(SECONDS_TO_DIE)
        self._end_threads()
        shutil.rmtree(self._folder, ignore_errors=True)
        return status

    def _own_status(self) -> int | None:
        """The exit status; waits a moment for a process that is about to end."""
        end = time.monotonic() + SECONDS_TO_END
        while (status := self._status_now()) is None:
            if not self._incoming_ended() or time.monotonic() > end:
                return None
            time.sleep(0.002)
        return status

    def _status_now(self) -> int | None:
        if not hasattr(os, "waitid"):  # Windows, macOS
            return self._process.poll()
        # Look without reaping, so that the group's number stays taken until the group is killed.
        found = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if found is None:
            return None
        return found.si_status if found.si_code == os.CLD_EXITED else -found.si_status

    def _incoming_ended(self) -> bool:
        return not self._threads[1].is_alive()

    def _end_threads(self) -> None:
        self._outgoing.put(b"")
        end = time.monotonic() + SECONDS_TO_DIE
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < end:
            with contextlib.suppress(queue.Empty):
                self._incoming.get_nowait()
            for thread in self._threads:
                thread.join(0.005)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _write(self) -> None:
        pipe = _there(self._process.stdin)
        while frame := self._outgoing.get():
            rest = memoryview(frame)
            try:
                while rest:
                    rest = rest[pipe.write(rest) :]
            except (OSError, ValueError):
                return

    def _read(self) -> None:
        pipe = _there(self._process.stdout)
        chunk = b"?"
        while chunk:
            chunk = _some(pipe)
            self._incoming.put(chunk)

    def _count(self) -> None:
        pipe = _there(self._process.stderr)
        while chunk := _some(pipe):
            self.printed += len(chunk)
            if len(self.first_words) < CHUNK:
                self.first_words += chunk[:CHUNK]


def _there(pipe: IO[bytes] | None) -> Any:
    assert pipe is not None
    return pipe


def _some(pipe: Any) -> bytes:
    try:
        return pipe.read(CHUNK) or b""
    except (OSError, ValueError):
        return b""

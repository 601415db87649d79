"""Run a script as a reader would: in a terminal (a pty), or in a pipe.

The pty is made in a process of its own with the standard library's `pty.spawn`: what is written to
that process is typed in the terminal, what it prints is what the terminal shows.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import tinytf

PROMPT = b"[Enter shows the answer, Ctrl-D ends]"
ENTER, CTRL_C, CTRL_D = b"\n", b"\x03", b"\x04"
# A hanging process is killed after so many seconds; a working one needs a fraction of one.
PATIENCE = 60
# Python's input() misses a Ctrl-C in the moment between showing its prompt and reading. A person is
# never that fast and would press again; so does `run_in_terminal`.
REACTION, PRESS_AGAIN = 0.2, 3.0
SPAWN = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


def environment() -> dict[str, str]:
    """Ours, with tinytf importable whether it is installed or not, and no colours or startup."""
    return os.environ | {"PYTHONPATH": str(Path(tinytf.__file__).parents[1])}


def run_in_pipe(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, output and errors; nobody types anything, and standard input stays open."""
    process = subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    killer = threading.Timer(PATIENCE, process.kill)
    killer.start()
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        output, errors = process.stdout.read(), process.stderr.read()
        return process.wait(), output, errors
    finally:
        killer.cancel()
        process.kill()
        process.communicate()


def run_in_terminal(*arguments: str | Path, keys: Sequence[bytes]) -> tuple[int, bytes]:
    """Type one of `keys` at each prompt that comes; exit code, and what the terminal showed.

    If more prompts come than there are keys, the process waits until it is killed: exit code -9.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", SPAWN, sys.executable, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(),
    )
    killer = threading.Timer(PATIENCE, process.kill)
    killer.start()
    assert process.stdin is not None
    assert process.stdout is not None
    shown, typed = b"", 0
    try:
        while True:
            waiting = select.select([process.stdout], [], [], PRESS_AGAIN)[0]
            if waiting:
                chunk = os.read(process.stdout.fileno(), 65536)
                if not chunk:
                    break
                shown += chunk
            elif typed and keys[typed - 1] == CTRL_C:
                typed -= 1
            while typed < min(shown.count(PROMPT), len(keys)):
                if keys[typed] == CTRL_C:
                    time.sleep(REACTION)
                process.stdin.write(keys[typed])
                process.stdin.flush()
                typed += 1
        return process.wait(), shown.replace(b"\r\n", b"\n")
    finally:
        killer.cancel()
        process.kill()
        process.communicate()

"""Running the command line as its users do: a process of its own, real files, a real terminal."""

import contextlib
import json
import os
import pty
import random
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import tinytf

TINYTF = [sys.executable, "-m", "tinytf"]
# A hanging process is killed after so many seconds; a working one needs a fraction of that.
PATIENCE = 60

# A model that trains in a blink, and a text that it learns something from.
SIZES = "--d-model 16 --n-heads 2 --n-layers 1 --max-len 16 --batch-size 4"
TINY = f"--tokenizer char {SIZES} --learning-rate 0.01"
WORDS = "the cat sat on a mat and the dog ran to his old house in town"


def words(seed: int = 0, n_lines: int = 100) -> str:
    """Random lines of the same few words."""
    rng = random.Random(seed)
    return "".join(" ".join(rng.choices(WORDS.split(), k=7)) + ".\n" for _ in range(n_lines))


def environment(**more: str) -> dict[str, str]:
    """Ours, with tinytf importable whether it is installed or not; warnings are errors."""
    # Variables such as PYTHONUNBUFFERED would hide what a user without them sees.
    others = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    ours = {"PYTHONPATH": str(Path(tinytf.__file__).parents[1]), "OPENBLAS_NUM_THREADS": "1"}
    return others | ours | {"PYTHONWARNINGS": "error"} | more


def run(
    *arguments: str | Path,
    cwd: Path,
    stdin: str | bytes = b"",
    **options: Any,
) -> subprocess.CompletedProcess[str]:
    """Run tinytf to its end; what it printed comes back as text."""
    environ = environment(**options.pop("env", {}))
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [*TINYTF, *map(str, arguments)],
        cwd=cwd,
        input=data,
        capture_output=True,
        timeout=PATIENCE,
        env=environ,
        **options,
    )
    encoding = environ.get("PYTHONIOENCODING", "utf-8")
    stdout, stderr = done.stdout.decode(encoding), done.stderr.decode(encoding)
    return subprocess.CompletedProcess(done.args, done.returncode, stdout, stderr)


def train(
    cwd: Path, *arguments: str | Path, steps: int = 20, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Train the tiny model on cwd's text.txt, which is written where it is missing."""
    text = cwd / "text.txt"
    if not text.exists():
        text.write_text(words(), encoding="utf-8")
    start = ["train", "gpt", *TINY.split(), "--text", "text.txt", "--steps", str(steps)]
    return run(*start, *arguments, cwd=cwd, **options)


def about(directory: Path) -> Any:
    """The JSON part of a checkpoint: config, tokenizer, progress."""
    with np.load(directory / "checkpoint.npz", allow_pickle=False) as archive:
        return json.loads(str(archive["about"]))


def arrays(directory: Path) -> dict[str, Any]:
    """The arrays of a checkpoint: parameters and the optimiser's state."""
    with np.load(directory / "checkpoint.npz", allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files if name != "about"}


def log_of(directory: Path) -> list[dict[str, Any]]:
    """The lines of a run's log."""
    lines = (directory / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def assert_one_clear_line(done: subprocess.CompletedProcess[str], *said: str) -> None:
    """Wrong input: exit code 2, and on standard error one line that says these things."""
    shown = f"{done.args[3:]}: exit code {done.returncode}, standard error:\n{done.stderr}"
    assert done.returncode == 2, f"expected exit code 2; {shown}"
    assert done.stderr.count("\n") == 1, f"expected one line; {shown}"
    assert done.stderr.startswith("tinytf"), f"expected a line that starts with tinytf; {shown}"
    for part in said:
        assert part in done.stderr, f"expected {part!r} in it; {shown}"


def assert_done(done: subprocess.CompletedProcess[str]) -> None:
    """Success, and nothing on standard error: no warning, no traceback."""
    assert (done.returncode, done.stderr) == (0, ""), (
        f"{done.args[3:]}: expected exit code 0 and silence on standard error, got "
        f"{done.returncode} and:\n{done.stderr}"
    )


@contextlib.contextmanager
def started(*arguments: str | Path, cwd: Path, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs while the block does; killed at its end where it still lives."""
    environ = environment(**options.pop("env", {}))
    process = subprocess.Popen(
        [*TINYTF, *map(str, arguments)],
        cwd=cwd,
        stdin=options.pop("stdin", subprocess.DEVNULL),
        stdout=options.pop("stdout", subprocess.PIPE),
        stderr=options.pop("stderr", subprocess.PIPE),
        env=environ,
        **options,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def in_terminal(*arguments: str | Path, cwd: Path, **env: str) -> tuple[int, str]:
    """Exit code, and everything a terminal of 120 columns was sent."""
    leader, follower = pty.openpty()
    try:
        with started(
            *arguments,
            cwd=cwd,
            env={"COLUMNS": "120", **env},
            stdout=follower,
            stderr=follower,
            start_new_session=True,
        ) as process:
            os.close(follower)
            sent = b"".join(_read_all(leader))
            return process.wait(PATIENCE), sent.decode("utf-8")
    finally:
        os.close(leader)


def _read_all(leader: int) -> Iterator[bytes]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not select.select([leader], [], [], 1.0)[0]:
            continue
        try:
            data = os.read(leader, 65536)
        except OSError:  # Linux's way to say that nobody holds the other end any more
            return
        if not data:
            return
        yield data

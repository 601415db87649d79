"""Runs that stop and go on: bit by bit what a run without a stop would be."""

import array
import fcntl
import json
import os
import signal
import subprocess
import termios
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .command import (
    PATIENCE,
    TINY,
    about,
    arrays,
    assert_done,
    log_of,
    run,
    started,
    train,
    words,
)

# Everything random is in it: batches and dropout. The learning rate does not depend on the number
# of steps, so that a run may be cut anywhere.
GIVEN = "--schedule constant --dropout 0.1 --checkpoint-every 6 --validate-every 5"
# Nobody waits for its end.
ENDLESS = 1_000_000


def wait_for(path: Path, n_bytes: int = 1) -> None:
    """Until a file is there and has so many bytes."""
    deadline = time.monotonic() + PATIENCE
    while not (path.exists() and path.stat().st_size >= n_bytes):
        assert time.monotonic() < deadline, f"{path}: expected {n_bytes} bytes, waited in vain"
        time.sleep(0.005)


def stopped_run(cwd: Path, *arguments: str, number: signal.Signals) -> tuple[int, str, str]:
    """Start an endless run in `run`, send it a signal after its first checkpoint."""
    (cwd / "text.txt").write_text(words(), encoding="utf-8")
    given = [*TINY.split(), *GIVEN.split(), "--text", "text.txt", "--steps", str(ENDLESS)]
    with started("train", "gpt", *given, "--out", "run", *arguments, cwd=cwd) as process:
        wait_for(cwd / "run" / "checkpoint.npz")
        process.send_signal(number)
        output, errors = process.communicate(timeout=PATIENCE)
    return process.returncode, output.decode(), errors.decode()


def resume(cwd: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return run("train", "gpt", "--resume", "run", *arguments, cwd=cwd, **options)


def assert_same_run(one: Path, other: Path) -> None:
    """The same parameters, moments, generator and log, to the last bit; only speeds differ."""
    first, second = arrays(one), arrays(other)
    assert first.keys() == second.keys()
    for name, value in first.items():
        assert np.array_equal(value, second[name]), f"{name} differs"
    saved = [about(directory) for directory in (one, other)]
    for content in saved:
        # It follows from the steps the run was started with, and "constant" has no use for it.
        del content["progress"]["settings"]["warmup_steps"]
    assert saved[0] == saved[1]
    logs = [log_of(directory) for directory in (one, other)]
    for record in logs[0] + logs[1]:
        del record["tokens_per_second"], record["seconds_per_step"]
    assert logs[0] == logs[1]


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_a_killed_run_goes_on_from_its_last_checkpoint(optimizer: str, tmp_path: Path) -> None:
    code, _, _ = stopped_run(tmp_path, "--optimizer", optimizer, number=signal.SIGKILL)
    assert code == -signal.SIGKILL
    step = about(tmp_path / "run")["progress"]["step"]
    assert step % 6 == 0
    # It may have logged more steps than it saved, the last of them only in part.
    with open(tmp_path / "run" / "log.jsonl", "a", encoding="utf-8") as log:
        log.write('{"step": ' * 3)

    steps = step + 7
    assert_done(resume(tmp_path, "--steps", str(steps)))
    given = [*GIVEN.split(), "--optimizer", optimizer]
    assert_done(train(tmp_path, *given, "--out", "whole", steps=steps))
    assert_same_run(tmp_path / "whole", tmp_path / "run")


def test_ctrl_c_saves_what_was_learned_and_the_run_goes_on(tmp_path: Path) -> None:
    code, output, errors = stopped_run(tmp_path, number=signal.SIGINT)
    assert code == 130
    assert output.endswith("saved in run\nstopped; go on with: tinytf train gpt --resume run\n")
    assert errors == "\nstopping after this step; Ctrl-C again stops at once\n"
    assert sorted(os.listdir(tmp_path / "run")) == ["checkpoint.npz", "log.jsonl"]

    step = about(tmp_path / "run")["progress"]["step"]
    assert len(log_of(tmp_path / "run")) == step, "the checkpoint is not that of the last step"
    assert_done(resume(tmp_path, "--steps", str(step + 7)))
    assert_done(train(tmp_path, *GIVEN.split(), "--out", "whole", steps=step + 7))
    assert_same_run(tmp_path / "whole", tmp_path / "run")


@pytest.mark.parametrize("checkpoint_every", [1, ENDLESS])
def test_ctrl_c_twice_stops_at_once(checkpoint_every: int, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(words(), encoding="utf-8")
    # A step of a million batches: the first Ctrl-C would wait for it for minutes.
    given = [*TINY.split(), "--text", "text.txt", "--out", "run"]
    if checkpoint_every == 1:
        assert_done(train(tmp_path, "--out", "run", "--schedule", "constant", steps=1))
        change_accumulation(tmp_path / "run", ENDLESS)
        given = ["--resume", "run"]
    else:
        given += ["--accumulation-steps", str(ENDLESS)]
    with started("train", "gpt", *given, "--steps", "5", cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        while b"a random guess" not in process.stdout.readline():
            pass
        time.sleep(0.3)  # into the step; a signal before it stops the run all the same
        process.send_signal(signal.SIGINT)
        said = process.stderr.readline() + process.stderr.readline()
        assert said == b"\nstopping after this step; Ctrl-C again stops at once\n"
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    if checkpoint_every == 1:
        assert errors == b"\ntinytf: interrupted; run keeps the model after step 1\n"
    else:
        assert errors == b"\ntinytf: interrupted; nothing was saved\n"
        assert os.listdir(tmp_path) == ["text.txt"]
    assert b"Traceback" not in output


def change_accumulation(directory: Path, accumulation_steps: int) -> None:
    saved, values = about(directory), arrays(directory)
    saved["progress"]["settings"]["accumulation_steps"] = accumulation_steps
    np.savez(directory / "checkpoint.npz", about=np.array(json.dumps(saved)), **values)


def test_ctrl_c_during_set_up(tmp_path: Path) -> None:
    """While the text is still being read, from a pipe that never ends."""
    reader, writer = os.pipe()
    try:
        with started("train", "gpt", "--text", "-", cwd=tmp_path, stdin=reader) as process:
            os.write(writer, b"text")
            while n_waiting(reader):
                time.sleep(0.005)
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=PATIENCE)
    finally:
        os.close(reader)
        os.close(writer)
    assert (process.returncode, output, errors) == (130, b"", b"\ntinytf: interrupted\n")
    assert os.listdir(tmp_path) == []


def n_waiting(pipe: int) -> int:
    """Bytes in a pipe that nobody has taken yet."""
    number = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, number)
    return number[0]

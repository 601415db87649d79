"""The log of a training run: `log.jsonl`, one JSON object for each step."""

import json
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from tinytf.cli.parsing import UserError
from tinytf.training.trainer import StepRecord

LOG_NAME = "log.jsonl"
_OF_EVERY_STEP = tuple(field.name for field in fields(StepRecord))


class RunLog:
    """Appends one line for each step; made by `start` or `go_on`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def start(cls, directory: Path) -> "RunLog":
        """Make the log of a new run, and the directory where it is missing.

        Raises:
            UserError: there is a log already, so the directory belongs to another run.
            OSError: the directory cannot be written.
        """
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / LOG_NAME
        try:
            path.touch(exist_ok=False)
        except FileExistsError as error:
            raise UserError(
                f"{directory}: holds the log of another run, which is still going on or was "
                f"killed before its first checkpoint; choose another --out, or delete {path}"
            ) from error
        return cls(path)

    @classmethod
    def go_on(cls, directory: Path, step: int) -> "RunLog":
        """Open the log of a run that goes on after `step`.

        Steps that were logged after its last checkpoint will be taken again, so they are removed.
        """
        path = directory / LOG_NAME
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        kept = [line for line in lines[:step] if line.endswith("}")]
        path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
        return cls(path)

    def delete(self) -> None:
        """Remove the log, and the directory where nothing else is in it."""
        self.path.unlink(missing_ok=True)
        with suppress(OSError):
            self.path.parent.rmdir()

    def append(self, record: StepRecord, measured: dict[str, float]) -> None:
        """Write one step, and what else was measured after it."""
        with open(self.path, "a", encoding="utf-8") as log:
            log.write(json.dumps({**asdict(record), **measured}) + "\n")


def read_log(directory: Path) -> list[dict[str, float | None]]:
    """The steps of a run, in order: the fields of StepRecord, and what else was measured.

    A last line without its line break is left out: the run is writing it, or was killed meanwhile.

    Raises:
        UserError: there is no log, no step in it, or a line is not what a run writes.
        OSError: the log cannot be read.
    """
    path = directory / LOG_NAME
    if not directory.is_dir():
        raise UserError(f"{directory}: expected the directory of a training run, found none there")
    if not path.is_file():
        raise UserError(f"{directory}: expected a training run, found no {LOG_NAME} there")
    lines = path.read_bytes().split(b"\n")[:-1]
    if not lines:
        raise UserError(f"{path}: expected a line for each step, found none yet")
    steps: list[dict[str, float | None]] = []
    for number, line in enumerate(lines, start=1):
        try:
            steps.append(_read_step(line, after=steps[-1]["step"] or 0 if steps else 0))
        except ValueError as error:
            raise UserError(f"{path}, line {number}: {error}") from error
    return steps


def _read_step(line: bytes, after: float) -> dict[str, float | None]:
    """One line of a log; ValueError says what is wrong with it."""
    try:
        step: Any = json.loads(line)
    except (ValueError, RecursionError):  # brackets in brackets in brackets
        step = None
    if not isinstance(step, dict):
        start = line[:40].decode("ascii", errors="backslashreplace")
        raise ValueError(f"expected the numbers of a step as JSON, got {start!r}")
    missing = [name for name in _OF_EVERY_STEP if name not in step]
    if missing:
        raise ValueError(f"expected the numbers of a step, found no {missing[0]}")
    for name, value in step.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number and not (name == "validation_loss" and value is None):
            raise ValueError(f"{name}: expected a number, got {value!a}")
    if not (isinstance(step["step"], int) and step["step"] > after):
        raise ValueError(f"step: expected a whole number > {after:.0f}, got {step['step']}")
    try:
        return {name: None if value is None else float(value) for name, value in step.items()}
    except OverflowError as error:
        raise ValueError("expected the numbers of a step, got one too large") from error

"""The log of a training run: `log.jsonl`, one JSON object for each step."""

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from tinytf.cli.parsing import UserError
from tinytf.training.trainer import StepRecord

LOG_NAME = "log.jsonl"


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

"""The state of one training run, of whatever model, and what it writes; see also `run_setup.py`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, NamedTuple

import numpy as np

from tinytf.cli.parsing import UserError, option_names
from tinytf.cli.run_log import RunLog
from tinytf.cli.train_settings import Settings
from tinytf.training import (
    BEST,
    LAST,
    Checkpoint,
    Optimizer,
    StepRecord,
    TrainingDivergedError,
    save_checkpoint,
)


class BestBy(NamedTuple):
    """By which measured number the best model is chosen, such as BestBy("bleu").

    Attributes:
        measure: "validation_loss", or a number that the command measures itself.
        lowest: whether a lower number is better.
    """

    measure: str
    lowest: bool = False


class BestModel(NamedTuple):
    """The best model so far: after which step it was measured, what, and the number."""

    step: int
    measure: str
    score: float


@dataclass
class TrainingRun(Generic[Settings]):
    """One training run, new or resumed: all but its data, which the command reads.

    Attributes:
        directory: where it saves.
        about: what each of its checkpoints says of the model: kind, config, tokenizers, extras.
        settings: how to train.
        model: of the class that `KINDS` says.
        optimizer: of the model.
        rng: of every random choice.
        data: what the options said that name the data; a run that goes on reads it again.
        best_by: keep the best model too, chosen so; None: only the last.
        fingerprint: changes whenever the data does.
        task_state: of a resumed run, what its task needs to go on.
        saved_step: the step of the checkpoint in the directory; None where there is none yet.
        best: the best model in the directory; None where there is none yet.
        first_step: steps already taken when the run starts.
    """

    directory: Path
    about: Checkpoint
    settings: Settings
    model: Any
    optimizer: Optimizer
    rng: np.random.Generator
    data: dict[str, Any]
    best_by: BestBy | None = None
    fingerprint: str | None = None
    task_state: dict[str, Any] = field(default_factory=dict)
    saved_step: int | None = None
    best: BestModel | None = None
    first_step: int = field(init=False)

    def __post_init__(self) -> None:
        self.first_step = self.saved_step or 0

    def require_same_data(self, fingerprint: str, what: str) -> None:
        """Remember the data of a new run; see that a resumed one has the same.

        Args:
            fingerprint: of the data that was read.
            what: its name for an error message, such as "text".

        Raises:
            UserError: the data is not that of the run.
        """
        if self.fingerprint not in (None, fingerprint):
            raise self.other_data(what)
        self.fingerprint = fingerprint

    def other_data(self, what: str) -> UserError:
        """The error that the data is not that of the run."""
        return UserError(
            f"{self.directory}: the {what} is not the one this run was started with; "
            f"give that one with {option_names(self.data)}, or start a new run"
        )

    def save(self, step: int, task_state: dict[str, Any]) -> None:
        """Write the checkpoint to go on from.

        Raises:
            TrainingDivergedError: a parameter is not finite; what was saved before is kept.
            UserError: the directory cannot be written.
        """
        progress = {
            "step": step,
            "optimizer_steps": self.optimizer.n_steps,
            "rng": self.rng.bit_generator.state,
            "task": task_state,
            "settings": asdict(self.settings),
            "data": self.data,
            "fingerprint": self.fingerprint,
        }
        checkpoint = replace(self.about, optimizer=self.optimizer.state, progress=progress)
        self._write(checkpoint, LAST, step)
        self.saved_step = step

    def better(self, record: StepRecord, measured: dict[str, float]) -> BestModel | None:
        """The model now, where it is the best so far; otherwise, or where none is kept, None."""
        if self.best_by is None or record.validation_loss is None:
            return None
        measure = self.best_by.measure
        score = {"validation_loss": record.validation_loss, **measured}[measure]
        if not np.isfinite(score):  # a correlation of answers that are all the same, for instance
            return None
        if self.best is not None:
            gain = score - self.best.score
            if (gain >= 0) if self.best_by.lowest else (gain <= 0):
                return None
        return BestModel(record.step, measure, score)

    def save_best(self, best: BestModel) -> None:
        """Write the model now, without what a run needs to go on, as the best one.

        Raises:
            TrainingDivergedError: a parameter is not finite; what was saved before is kept.
            UserError: the directory cannot be written.
        """
        self._write(replace(self.about, progress=best._asdict()), BEST, best.step)
        self.best = best

    def open_log(self) -> None:
        """Make the directory and the log, or for a resumed run open them again.

        Raises:
            UserError: the directory belongs to another run, or cannot be written.
        """
        with self._writing():
            if self.saved_step is None:
                self._log = RunLog.start(self.directory)
            else:
                self._log = RunLog.go_on(self.directory, self.saved_step)

    def log(self, record: StepRecord, measured: dict[str, float]) -> None:
        """Log one step, and what else was measured after it.

        Raises:
            UserError: the directory cannot be written.
        """
        with self._writing():
            self._log.append(record, measured)

    def what_is_saved(self) -> str:
        """For an error message: what is left of a run that failed."""
        if self.saved_step is None:
            return "nothing was saved"
        return f"{self.directory} keeps the model after step {self.saved_step}"

    @contextmanager
    def failing_says_what_is_saved(self) -> Iterator[None]:
        """Where training diverges or Ctrl-C ends it, the message says what is left of the run.

        Raises:
            UserError: training diverged.
        """
        try:
            yield
        except TrainingDivergedError as error:
            raise UserError(f"{error}; {self.what_is_saved()}") from error
        except KeyboardInterrupt as error:
            raise KeyboardInterrupt(self.what_is_saved()) from error

    def tidy(self) -> None:
        """Leave nothing of a run that ends without a checkpoint: --out can then be used again."""
        if self.saved_step is None:
            self._log.delete()

    def _write(self, checkpoint: Checkpoint, file_name: str, step: int) -> None:
        if not np.isfinite(self.optimizer.flat.value).all():
            raise TrainingDivergedError(
                f"training diverged at step {step}: a parameter is no longer finite; "
                f"try a lower learning rate or a longer warm-up"
            )
        parameters = {name: p.value for name, p in self.model.parameters().items()}
        with self._writing():
            save_checkpoint(self.directory, replace(checkpoint, parameters=parameters), file_name)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UserError(
                f"{self.directory}: cannot be written: {error.strerror or error}; "
                f"{self.what_is_saved()}"
            ) from error

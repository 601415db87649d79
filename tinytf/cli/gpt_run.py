"""The state of one `tinytf train gpt` run, and what it writes; `gpt_setup.py` makes it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from tinytf.cli.parsing import UserError
from tinytf.cli.run_log import RunLog
from tinytf.cli.train_settings import TrainSettings
from tinytf.config import Config
from tinytf.models.decoder import DecoderLM
from tinytf.ops.arrays import Array
from tinytf.text.tokenizer import Tokenizer
from tinytf.training import (
    Checkpoint,
    Optimizer,
    StepRecord,
    TrainingDivergedError,
    save_checkpoint,
)


@dataclass
class GPTRun:
    """One training run, new or resumed.

    Attributes:
        text: what --text said.
        saved_step: the step of the checkpoint in the directory; None where there is none yet.
        first_step: steps already taken when the run starts.
    """

    directory: Path
    text: str | None
    settings: TrainSettings
    config: Config
    tokenizer: Tokenizer
    model: DecoderLM
    optimizer: Optimizer
    rng: np.random.Generator
    ids: Array
    saved_step: int | None = None
    first_step: int = field(init=False)

    def __post_init__(self) -> None:
        self.first_step = self.saved_step or 0

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever the text does."""
        return hashlib.sha256(self.ids.astype(np.int64).tobytes()).hexdigest()

    def save(self, step: int) -> None:
        """Write the checkpoint.

        Raises:
            TrainingDivergedError: a parameter is not finite; what was saved before is kept.
            UserError: the directory cannot be written.
        """
        if not np.isfinite(self.optimizer.flat.value).all():
            raise TrainingDivergedError(
                f"training diverged at step {step}: a parameter is no longer finite; "
                f"try a lower learning rate or a longer warm-up"
            )
        progress = {
            "step": step,
            "optimizer_steps": self.optimizer.n_steps,
            "rng": self.rng.bit_generator.state,
            "settings": asdict(self.settings),
            "text": self.text,
            "fingerprint": self.fingerprint,
        }
        parameters = {name: p.value for name, p in self.model.parameters().items()}
        checkpoint = Checkpoint(
            "decoder", self.config, self.tokenizer, parameters, self.optimizer.state, progress
        )
        with self._writing():
            save_checkpoint(self.directory, checkpoint)
        self.saved_step = step

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

    def log(self, record: StepRecord) -> None:
        """Log one step.

        Raises:
            TrainingDivergedError: the validation loss is not finite.
            UserError: the directory cannot be written.
        """
        if record.validation_loss is not None and not np.isfinite(record.validation_loss):
            raise TrainingDivergedError(
                f"training diverged at step {record.step}: validation loss "
                f"{record.validation_loss}; try a lower learning rate or a longer warm-up"
            )
        with self._writing():
            self._log.append(record)

    def what_is_saved(self) -> str:
        """For an error message: what is left of a run that failed."""
        if self.saved_step is None:
            return "nothing was saved"
        return f"{self.directory} keeps the model after step {self.saved_step}"

    def tidy(self) -> None:
        """Leave nothing of a run that ends without a checkpoint: --out can then be used again."""
        if self.saved_step is None:
            self._log.delete()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UserError(
                f"{self.directory}: cannot be written: {error.strerror or error}; "
                f"{self.what_is_saved()}"
            ) from error

"""The training loop: a thin thing over forward, loss, backward, step.

Everything it does could be written by hand in five lines (see the README); it adds what a long run
needs: a learning rate schedule, clipping, accumulation, validation, progress, checkpoints.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tinytf.layers.parameter import Layer
from tinytf.training.memory import reuse_freed_memory
from tinytf.training.optimizers import Optimizer, clip_gradient_norm
from tinytf.training.schedules import Schedule


class Task(Protocol):
    """What is learned: a model together with its data and its loss."""

    @property
    def tokens_per_batch(self) -> int:
        """Tokens that one call of `train_batch` reads."""

    def train_batch(self, rng: np.random.Generator, dloss: float) -> float:
        """Add one batch's gradients, times dloss, into the model's; return the batch's loss."""

    def validation_loss(self) -> float:
        """Mean loss on data that is never trained on."""


@dataclass(frozen=True)
class StepRecord:
    """What one training step did.

    Attributes:
        step: steps taken so far, this one included.
        loss: training loss of the step's batches, before the update.
        validation_loss: loss on the validation data after the step, where it was measured.
        learning_rate: of this step.
        grad_norm: length of the whole gradient before clipping.
        tokens_per_second: training speed since the last record with a validation loss.
    """

    step: int
    loss: float
    validation_loss: float | None
    learning_rate: float
    grad_norm: float
    tokens_per_second: float


class TrainingDivergedError(ArithmeticError):
    """The loss or a gradient is no longer a finite number."""


class Trainer:
    """Runs the training loop; call `run`.

    An example, from a text to a checkpoint:

        tokenizer = CharTokenizer.train(text)
        ids = np.array(tokenizer.encode(text))
        config = Config(tokenizer.vocab_size, 64, 32, 4, 256, 2)
        rng = np.random.default_rng(0)
        model = DecoderLM(config, rng)
        training, validation = TokenWindows(ids[:-1000], 32), TokenWindows(ids[-1000:], 32)
        task = NextTokenTask(model, training, validation)
        trainer = Trainer(model, task, AdamW(model), Constant(1e-3), rng, n_steps=500)
        trainer.run(lambda record: print(record.step, record.loss))
        values = {name: p.value for name, p in model.parameters().items()}
        save_checkpoint("my-model", Checkpoint(config, tokenizer, values))

    `run` also asks the C library to keep freed memory for the next step (`memory.py`).

    Args:
        model: what is trained (its parameters are named when a gradient is not finite).
        task: model, data and loss.
        optimizer: made from the same model.
        schedule: the learning rate of each step.
        rng: draws batches and dropout.
        n_steps: total number of steps, counted over all runs of this training.
        accumulation_steps: batches whose mean gradient makes one step: where all have equally many
            targets, the same as one batch that many times larger, without its memory.
        max_grad_norm: longer gradients are scaled down to this length; None for never.
        validate_every: measure the validation loss every that many steps (and at the end).
        first_step: steps already taken, when going on from a checkpoint.

    Raises:
        TypeError: schedule is not a schedule.
        ValueError: a number is out of range, or the optimizer is that of another model.
    """

    def __init__(
        self,
        model: Layer,
        task: Task,
        optimizer: Optimizer,
        schedule: Schedule,
        rng: np.random.Generator,
        n_steps: int,
        accumulation_steps: int = 1,
        max_grad_norm: float | None = 1.0,
        validate_every: int = 200,
        first_step: int = 0,
    ) -> None:
        for name, value in (
            ("n_steps", n_steps),
            ("accumulation_steps", accumulation_steps),
            ("validate_every", validate_every),
        ):
            if value < 1:
                raise ValueError(f"{name}: expected at least 1, got {value}")
        if max_grad_norm is not None and not max_grad_norm > 0:
            raise ValueError(f"max_grad_norm: expected a number > 0, got {max_grad_norm}")
        if not callable(schedule):
            raise TypeError(
                f"schedule: expected one of tinytf.training.schedules, such as Constant(0.003), "
                f"got {schedule!r}"
            )
        held = {id(parameter.value.base) for parameter in model.parameters().values()}
        if held != {id(optimizer.flat.value)}:
            raise ValueError("optimizer: expected one made from this model, got another's")
        self.model = model
        self.task = task
        self.optimizer = optimizer
        self.schedule = schedule
        self.rng = rng
        self.n_steps = n_steps
        self.accumulation_steps = accumulation_steps
        self.max_grad_norm = max_grad_norm
        self.validate_every = validate_every
        self.step = first_step

    def run(
        self,
        on_step: Callable[[StepRecord], None] = lambda record: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Train until n_steps, or until `should_stop` says so.

        Args:
            on_step: called after each step, for progress and checkpoints.
            should_stop: asked before each step.

        Raises:
            TrainingDivergedError: the loss or a gradient is not finite. The parameters are those
                of the step before.
        """
        reuse_freed_memory()
        tokens_per_step = self.task.tokens_per_batch * self.accumulation_steps
        seconds, n_timed = 0.0, 0
        while self.step < self.n_steps and not should_stop():
            start = time.perf_counter()
            loss, learning_rate, grad_norm = self._one_step()
            seconds += time.perf_counter() - start
            n_timed += 1
            speed = n_timed * tokens_per_step / seconds
            validation_loss = None
            if self.step % self.validate_every == 0 or self.step == self.n_steps:
                validation_loss = self.task.validation_loss()
                seconds, n_timed = 0.0, 0
            on_step(StepRecord(self.step, loss, validation_loss, learning_rate, grad_norm, speed))

    def _one_step(self) -> tuple[float, float, float]:
        """Gradients of one or more batches, clipping, update: (loss, learning rate, norm)."""
        self.optimizer.zero_grad()
        loss = 0.0
        for _ in range(self.accumulation_steps):
            batch_loss = self.task.train_batch(self.rng, 1 / self.accumulation_steps)
            loss += batch_loss / self.accumulation_steps
        limit = math.inf if self.max_grad_norm is None else self.max_grad_norm
        grad_norm = clip_gradient_norm(self.optimizer.flat.grad, limit)
        if not (np.isfinite(loss) and np.isfinite(grad_norm)):
            raise TrainingDivergedError(self._what_is_not_finite(loss))
        learning_rate = self.schedule(self.step)
        self.optimizer.step(learning_rate)
        self.step += 1
        return loss, learning_rate, grad_norm

    def _what_is_not_finite(self, loss: float) -> str:
        bad = [
            name
            for name, parameter in self.model.parameters().items()
            if not np.isfinite(parameter.grad).all()
        ]
        if bad:
            which = f"the gradient of {bad[0]} and {len(bad) - 1} more"
        elif np.isfinite(loss):
            which = "the length of the whole gradient, whose square is too large for its dtype"
        else:
            which = "no gradient"
        return (
            f"training diverged at step {self.step + 1}: loss {loss}, not finite: {which}; "
            f"try a lower learning rate or a longer warm-up"
        )

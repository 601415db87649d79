"""The training loop: a thin thing over forward, loss, backward, step.

Everything it does could be written by hand in five lines (see the README); it adds what a long run
needs: a learning rate schedule, clipping, accumulation, validation, progress, checkpoints.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from tinytf.layers.parameter import Layer
from tinytf.training.memory import reuse_freed_memory
from tinytf.training.optimizers import Optimizer, clip_gradient_norm
from tinytf.training.schedules import Schedule


class Batch(Protocol):
    """What one call of `draw_batch` drew: the trainer asks only how large it is."""

    @property
    def n_targets(self) -> int:
        """Real targets, which the batch's mean loss divides by; padding is none."""

    @property
    def n_tokens(self) -> int:
        """Real tokens that the model reads, for the speed; padding is none."""


class Task(Protocol):
    """What is learned: a model together with its data and its loss."""

    def draw_batch(self, rng: np.random.Generator) -> Batch:
        """The next batch."""

    def train_batch(self, batch: Any, rng: np.random.Generator, dloss: float) -> float:
        """Add one batch's gradients, times dloss, into the model's; return the batch's loss.

        Args:
            batch: one that `draw_batch` drew.
            rng: draws dropout.
            dloss: the gradient of the step's loss with respect to this batch's mean loss: the
                batch's share of the step's targets.
        """

    def validation_loss(self) -> float:
        """Mean loss over all real targets of data that is never trained on."""

    def state(self) -> dict[str, Any]:
        """JSON values from which `restore` makes the same batches follow; {} where none are needed.

        What the trainer's rng draws anew for each batch is no state.
        """

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where `state` was asked for."""


@dataclass(frozen=True)
class StepRecord:
    """What one training step did.

    Attributes:
        step: steps taken so far, this one included.
        loss: mean training loss over the step's targets, before the update.
        validation_loss: loss on the validation data after the step, where it was measured.
        learning_rate: of this step.
        grad_norm: length of the whole gradient before clipping.
        n_tokens: real tokens that the model read in this step.
        tokens_per_second: training speed since the last record with a validation loss.
        seconds_per_step: time of a step since then.
    """

    step: int
    loss: float
    validation_loss: float | None
    learning_rate: float
    grad_norm: float
    n_tokens: int
    tokens_per_second: float
    seconds_per_step: float


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
        save_checkpoint("my-model", Checkpoint("decoder", config, tokenizer, values))

    `run` also asks the C library to keep freed memory for the next step (`memory.py`).

    Args:
        model: what is trained (its parameters are named when a gradient is not finite).
        task: model, data and loss.
        optimizer: made from the same model.
        schedule: the learning rate of each step.
        rng: draws batches and dropout.
        n_steps: total number of steps, counted over all runs of this training.
        accumulation_steps: batches whose gradients make one step, each weighted by its number of
            targets: the same as one batch of all their rows, without its memory.
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
        seconds, n_timed, n_read = 0.0, 0, 0  # since the last validation
        while self.step < self.n_steps and not should_stop():
            start = time.perf_counter()
            loss, learning_rate, grad_norm, n_tokens = self._one_step()
            seconds += time.perf_counter() - start
            n_timed += 1
            n_read += n_tokens
            speed = n_read / seconds, seconds / n_timed
            validation_loss = None
            if self.step % self.validate_every == 0 or self.step == self.n_steps:
                validation_loss = self.task.validation_loss()
                seconds, n_timed, n_read = 0.0, 0, 0
            on_step(
                StepRecord(
                    self.step, loss, validation_loss, learning_rate, grad_norm, n_tokens, *speed
                )
            )

    def _one_step(self) -> tuple[float, float, float, int]:
        """Gradients of one or more batches, clipping, update: (loss, learning rate, norm, tokens).

        The loss is the mean over the targets of all batches. A batch's own loss is the mean over
        its targets only, so it counts with its share of them.
        """
        self.optimizer.zero_grad()
        batches = [self.task.draw_batch(self.rng) for _ in range(self.accumulation_steps)]
        n_targets = sum(batch.n_targets for batch in batches)
        loss = 0.0
        for batch in batches:
            share = batch.n_targets / n_targets
            loss += share * self.task.train_batch(batch, self.rng, share)
        limit = math.inf if self.max_grad_norm is None else self.max_grad_norm
        grad_norm = clip_gradient_norm(self.optimizer.flat.grad, limit)
        if not (np.isfinite(loss) and np.isfinite(grad_norm)):
            raise TrainingDivergedError(self._what_is_not_finite(loss))
        learning_rate = self.schedule(self.step)
        self.optimizer.step(learning_rate)
        self.step += 1
        return loss, learning_rate, grad_norm, sum(batch.n_tokens for batch in batches)

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

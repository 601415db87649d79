"""The training of any model from the command line: summary, progress, checkpoints, Ctrl-C."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from tinytf.cli.parsing import UserError, counted, quoted
from tinytf.cli.progress import Progress
from tinytf.cli.run_setup import BROKEN_RUN, broken_run
from tinytf.cli.train_settings import Settings
from tinytf.cli.training_run import TrainingRun
from tinytf.training import KINDS, StepRecord, Task, Trainer, TrainingDivergedError

_STOPPING = b"\nstopping after this step; Ctrl-C again stops at once\n"

Rows = list[tuple[str, str]]


def train(
    training_run: TrainingRun[Settings],
    task: Task,
    data: Rows,
    each_step: str,
    on_validation: Callable[[StepRecord], dict[str, float]] = lambda record: {},
) -> int:
    """Train to the end, or until Ctrl-C.

    Args:
        training_run: new or resumed.
        task: on the run's model; that of a resumed run goes on where it was.
        data: rows for the summary, such as ("text", "book.txt: 3,000 tokens").
        each_step: for the summary, what one step reads.
        on_validation: called whenever the validation loss was measured; what it measures itself,
            name -> number, is logged and shown with it.

    Returns:
        The exit code: 0 where all steps are taken, 130 after Ctrl-C.

    Raises:
        UserError: the directory cannot be written, or training diverged.
    """
    settings = training_run.settings
    _restore_task(training_run, task)
    trainer = Trainer(
        settings.trained_part(training_run.model),
        task,
        training_run.optimizer,
        settings.make_schedule(training_run.about.config.d_model),
        training_run.rng,
        settings.steps,
        settings.accumulation_steps,
        settings.max_grad_norm,
        settings.validate_every,
        training_run.first_step,
    )
    training_run.open_log()
    try:
        with training_run.failing_says_what_is_saved():
            _print_summary(training_run, data, each_step)
            _take_steps(training_run, task, trainer, on_validation)
    finally:
        training_run.tidy()
    return _print_end(training_run, finished=trainer.step == settings.steps)


@contextmanager
def advice_on_memory(smaller: str) -> Iterator[None]:
    """Turn a MemoryError into a line that says what to make smaller.

    Args:
        smaller: such as "a smaller model (--d-model) or a smaller --batch-size".
    """
    try:
        yield
    except MemoryError as error:
        raise UserError(f"out of memory: {error}; try {smaller}") from error


def _restore_task(training_run: TrainingRun[Settings], task: Task) -> None:
    if training_run.saved_step is None:
        return
    try:
        task.restore(training_run.task_state)
    except BROKEN_RUN as error:
        raise UserError(broken_run(training_run.directory, error)) from error


def _take_steps(
    training_run: TrainingRun[Settings],
    task: Task,
    trainer: Trainer,
    on_validation: Callable[[StepRecord], dict[str, float]],
) -> None:
    settings = training_run.settings
    progress = Progress(settings.steps, training_run.first_step)

    def on_step(record: StepRecord) -> None:
        measured: dict[str, float] = {}
        if record.validation_loss is not None:
            _require_finite(record.step, record.validation_loss)
            measured = on_validation(record)
        training_run.log(record, measured)
        progress.show(record, measured)
        better = training_run.better(record, measured)
        # The last model is written first, so that there never is only a best one.
        if better is not None or record.step % settings.checkpoint_every == 0:
            training_run.save(record.step, task.state())
        if better is not None:
            training_run.save_best(better)

    try:
        # Numbers that overflow end the run with an error; NumPy's warnings would only repeat it.
        with _interrupts() as interrupted, np.errstate(all="ignore"):
            trainer.run(on_step, should_stop=lambda: bool(interrupted))
        if trainer.step != training_run.saved_step:
            training_run.save(trainer.step, task.state())
    finally:
        progress.close()


def _require_finite(step: int, validation_loss: float) -> None:
    if not np.isfinite(validation_loss):
        raise TrainingDivergedError(
            f"training diverged at step {step}: validation loss {validation_loss}; "
            f"try a lower learning rate or a longer warm-up"
        )


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Collect the first Ctrl-C instead of raising it; a second one raises KeyboardInterrupt.

    So a step is never cut in two, and what was learned is saved.
    """
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield received  # only the main thread may take signals
        return

    def handle(number: int, frame: object) -> None:
        received.append(number)
        signal.signal(signal.SIGINT, before)
        if sys.stderr is not None:
            # Not print: the signal may have come in the middle of one; it cannot be entered twice.
            os.write(sys.stderr.fileno(), _STOPPING)

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield received
    finally:
        signal.signal(signal.SIGINT, before)


def _print_summary(training_run: TrainingRun[Settings], data: Rows, each_step: str) -> None:
    config = training_run.about.config
    n_parameters = sum(p.value.size for p in training_run.model.parameters().values())
    model = (
        f"{n_parameters:,} parameters: {counted(config.n_layers, 'layer')}, "
        f"{counted(config.n_heads, 'head')}, d_model {config.d_model}, d_ff {config.d_ff}, "
        f"context {config.max_len}"
    )
    rows = [*data, ("model", model)]
    if training_run.first_step:
        rows.append(("resumed", f"after step {training_run.first_step}"))
    n_steps = counted(training_run.settings.steps, "step")
    rows.append(("training", f"{n_steps} of {each_step}"))
    print("\n".join(f"{label:10} {text}" for label, text in rows), flush=True)


def _print_end(training_run: TrainingRun[Settings], finished: bool) -> int:
    print(f"saved in {training_run.directory}")
    if training_run.best is not None:
        step, measure, score = training_run.best
        print(f"best model: {measure} {score:.4g}, after step {step}")
    if finished:
        return 0
    command = KINDS[training_run.about.model].trained_by
    print(f"stopped; go on with: {command} --resume {quoted(training_run.directory)}")
    return 130

"""Setting up a training run: a new one from the options, or one that goes on."""

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tinytf.cli.parsing import UserError, option_names
from tinytf.cli.train_settings import Settings, make_config, make_settings
from tinytf.cli.training_run import BestBy, BestModel, TrainingRun
from tinytf.ops.arrays import Array
from tinytf.training import (
    BEST,
    KINDS,
    LAST,
    Checkpoint,
    CheckpointError,
    Optimizer,
    load_checkpoint,
    model_of,
)

# What values that are missing or of another type raise.
BROKEN_RUN = (KeyError, TypeError, ValueError, AttributeError)


def broken_run(directory: Path, error: Exception) -> str:
    """What to say of a checkpoint from which no run can go on."""
    return (
        f"{directory}: has no training run to go on with, or a broken one "
        f"({type(error).__name__}: {error})"
    )


def given_options(args: argparse.Namespace) -> dict[str, Any]:
    """The options the user gave; one that was not given is None."""
    return {
        name: value for name, value in vars(args).items() if value is not None and name != "run"
    }


def fingerprint(data: bytes) -> str:
    """Changes whenever the data does."""
    return hashlib.sha256(data).hexdigest()


def output_directory(out: str | None, usual_name: str) -> Path:
    """The directory to save in; never one that holds a trained model already.

    Args:
        out: what --out said.
        usual_name: where it said nothing, the first free one of NAME, NAME-2, NAME-3 ...

    Raises:
        UserError: the directory cannot be used.
    """
    if out is not None:
        directory = _directory("--out", out)
        if (directory / LAST).exists():
            raise UserError(
                f"{directory}: holds a trained model already; choose another --out, or go on with "
                f"--resume {directory}"
            )
        if directory.exists() and not directory.is_dir():
            raise UserError(f"{directory}: expected a directory to save in, found a file")
        return directory
    directory, number = Path(usual_name), 2
    while directory.exists():
        directory, number = Path(f"{usual_name}-{number}"), number + 1
    return directory


def checked_settings(
    settings_class: type[Settings], preset: dict[str, Any], given: dict[str, Any]
) -> Settings:
    """The settings from a preset and, over it, the options given.

    The model's sizes are checked too: their errors need not wait until the data is read.

    Raises:
        UserError: a value is out of range, is not used, or does not fit another.
    """
    values = {**preset, **given}
    try:
        settings = make_settings(settings_class, preset, given)
        make_config(values, values.get("vocab_size", 1))
    except ValueError as error:
        raise UserError(str(error)) from error
    return settings


def new_run(
    directory: Path,
    about: Checkpoint,
    settings: Settings,
    data: dict[str, Any],
    best_by: BestBy | None = None,
) -> TrainingRun[Settings]:
    """A new run, with a model at its random start.

    Args:
        directory: from `output_directory`.
        about: kind, config, tokenizers and extras of the model; no numbers.
        settings: how to train.
        data: option -> what it said, for the options that name the data.
        best_by: keep the best model too, chosen so.

    Raises:
        UserError: there is no such model.
    """
    rng = np.random.default_rng(settings.seed)
    try:
        model = KINDS[about.model].make(about.config, about.extras, rng)
    except ValueError as error:
        raise UserError(str(error)) from error
    optimizer = settings.make_optimizer(model)
    return TrainingRun(directory, about, settings, model, optimizer, rng, data, best_by)


def saved_run(
    args: argparse.Namespace,
    kind: str,
    settings_class: type[Settings],
    data_options: Sequence[str],
    best_by: BestBy | None = None,
) -> TrainingRun[Settings]:
    """The run saved in the directory `--resume` names, ready for its next step.

    Args:
        args: of the command line.
        kind: of the model that the command trains, one of `KINDS`.
        settings_class: of the family.
        data_options: names of the options that say where the data is. They may be given anew;
            otherwise `TrainingRun.data` has what was saved.
        best_by: as for `new_run`.

    Raises:
        UserError: there is no usable checkpoint, or options do not fit it.
    """
    directory = _directory("--resume", args.resume)
    refused = sorted(set(given_options(args)) - {"resume", "steps", *data_options})
    if refused:
        *most, last = (option_names([name]) for name in ("steps", *data_options))
        raise UserError(
            f"--resume: takes only {', '.join(most)} and {last}, got {option_names(refused)}; "
            f"a run goes on with the settings it was started with"
        )
    try:
        checkpoint = load_checkpoint(directory)
        if checkpoint.model != kind:
            raise UserError(
                f"{directory}: expected a run of {KINDS[kind].trained_by}, found one of "
                f"{KINDS[checkpoint.model].trained_by}"
            )
        return _restore(args, directory, checkpoint, settings_class, data_options, best_by)
    except CheckpointError as error:
        raise UserError(str(error)) from error
    except BROKEN_RUN as error:
        raise UserError(broken_run(directory, error)) from error


def _restore(
    args: argparse.Namespace,
    directory: Path,
    checkpoint: Checkpoint,
    settings_class: type[Settings],
    data_options: Sequence[str],
    best_by: BestBy | None,
) -> TrainingRun[Settings]:
    """The run that a checkpoint holds; an error of any kind where it does not hold one."""
    # The first format had one kind of run, whose data was a text and whose task had no state.
    saved = {"data": {"text": checkpoint.progress.get("text")}, "task": {}, **checkpoint.progress}
    settings = settings_class(**saved["settings"])
    if args.steps is not None:
        if settings.schedule != "constant" and args.steps < settings.warmup_steps:
            raise UserError(
                f"--steps: expected at least this run's {settings.warmup_steps} warm-up steps, "
                f"got {args.steps}"
            )
        settings = replace(settings, steps=args.steps)
    if settings.steps <= saved["step"]:
        raise UserError(
            f"{directory}: has taken all its steps ({saved['step']}); to go on, give --steps with "
            f"a larger number"
        )
    rng = np.random.default_rng()
    rng.bit_generator.state = saved["rng"]
    try:
        model = model_of(checkpoint)
    except CheckpointError as error:
        raise UserError(f"{directory}: {error}") from error
    optimizer = settings.make_optimizer(model)
    optimizer.n_steps = saved["optimizer_steps"]
    _restore_state(optimizer, checkpoint.optimizer)
    data = {name: getattr(args, name) for name in data_options}
    if all(value is None for value in data.values()):
        data = {name: saved["data"][name] for name in data_options}
    return TrainingRun(
        directory,
        replace(checkpoint, parameters={}, optimizer={}, progress={}),
        settings,
        model,
        optimizer,
        rng,
        data,
        best_by,
        saved["fingerprint"],
        saved["task"],
        saved["step"],
        None if best_by is None else _best_so_far(directory, best_by),
    )


def _restore_state(optimizer: Optimizer, saved: dict[str, Array]) -> None:
    for name, vector in optimizer.state.items():
        if saved[name].shape != vector.shape:
            raise ValueError(
                f"optimizer state {name}: expected shape {vector.shape}, got {saved[name].shape}"
            )
        vector[...] = saved[name]


def _best_so_far(directory: Path, best_by: BestBy) -> BestModel | None:
    """The best model that a run has kept; numbers of two measures cannot be compared."""
    if not (directory / BEST).exists():
        return None
    saved = load_checkpoint(directory, BEST).progress
    if saved["measure"] != best_by.measure:
        raise UserError(
            f"{directory}: its best model so far was chosen by {saved['measure']}, "
            f"which cannot be compared with {best_by.measure}"
        )
    return BestModel(saved["step"], saved["measure"], saved["score"])


def _directory(option: str, name: str) -> Path:
    if not name:
        # Path("") would be the current directory; an empty argument is a mistake in a script.
        raise UserError(f"{option}: expected the name of a directory, got an empty one")
    return Path(name)

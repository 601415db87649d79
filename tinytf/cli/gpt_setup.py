"""Setting up a `tinytf train gpt` run: a new one from the options, or one that goes on."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tinytf.cli.gpt_run import GPTRun
from tinytf.cli.parsing import UserError, option_names
from tinytf.cli.train_settings import TRAIN_PRESETS, TrainSettings, make_config, make_settings
from tinytf.models.decoder import DecoderLM
from tinytf.ops.arrays import Array
from tinytf.text import BPETokenizer, CharTokenizer, Corpus, read_text, standard_library_text
from tinytf.text.tokenizer import Tokenizer
from tinytf.training import (
    Checkpoint,
    CheckpointError,
    Optimizer,
    load_checkpoint,
    model_of,
)
from tinytf.training.checkpoint import LAST

_STANDARD_LIBRARY_BYTES = 4_000_000

# What a run that goes on takes; everything else is as it was started.
_RESUME_OPTIONS = {"resume", "steps", "text"}


def start_run(args: argparse.Namespace) -> GPTRun:
    """A new run, from the preset and the options given.

    Raises:
        UserError: an option, the text or the output directory cannot be used.
    """
    directory = _output_directory(args.out)
    given = _given(args)
    values = {**TRAIN_PRESETS[args.preset or "gpt"], **given}
    try:
        settings = make_settings(values, given)
        make_config(values, values.get("vocab_size", 1))  # its errors need not wait for the text
    except ValueError as error:
        raise UserError(str(error)) from error
    corpus = _read(args.text)
    try:
        tokenizer: Tokenizer
        if settings.tokenizer == "char":
            tokenizer = CharTokenizer.train(corpus.text)
        else:
            tokenizer = BPETokenizer.train(corpus.text, values.get("vocab_size", 1024))
        config = make_config(values, tokenizer.vocab_size)
        rng = np.random.default_rng(settings.seed)
        model = DecoderLM(config, rng)
    except ValueError as error:
        raise UserError(str(error)) from error
    ids = np.array(tokenizer.encode(corpus.text))
    optimizer = settings.make_optimizer(model)
    return GPTRun(directory, args.text, settings, config, tokenizer, model, optimizer, rng, ids)


def resume_run(args: argparse.Namespace) -> GPTRun:
    """The run saved in the directory `--resume` names, ready for its next step.

    Raises:
        UserError: there is no usable checkpoint, or the text is another one.
    """
    directory = _directory("--resume", args.resume)
    refused = sorted(set(_given(args)) - _RESUME_OPTIONS)
    if refused:
        raise UserError(
            f"--resume: takes only --steps and --text, got {option_names(refused)}; "
            f"a run goes on with the settings it was started with"
        )
    try:
        checkpoint = load_checkpoint(directory)
        return _restore(args, directory, checkpoint)
    except CheckpointError as error:
        raise UserError(str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(
            f"{directory}: has no training run to go on with, or a broken one "
            f"({type(error).__name__}: {error})"
        ) from error


def _restore(args: argparse.Namespace, directory: Path, checkpoint: Checkpoint) -> GPTRun:
    """The run that a checkpoint holds; an error of any kind where it does not hold one."""
    saved = checkpoint.progress
    settings = TrainSettings(**saved["settings"])
    if args.steps is not None:
        if settings.schedule != "constant" and args.steps < settings.warmup_steps:
            raise UserError(
                f"--steps: expected at least this run's {settings.warmup_steps} warm-up steps, "
                f"got {args.steps}"
            )
        settings = replace(settings, steps=args.steps)
    if settings.steps <= saved["step"]:
        raise UserError(
            f"{directory}: has taken all its {saved['step']} steps; to go on, give --steps with a "
            f"larger number"
        )
    rng = np.random.default_rng()
    rng.bit_generator.state = saved["rng"]
    model = model_of(checkpoint)
    optimizer = settings.make_optimizer(model)
    optimizer.n_steps = saved["optimizer_steps"]
    _restore_state(optimizer, checkpoint.optimizer)
    text = args.text
    if text is None:
        text = saved["text"]
        if text == "-":
            raise UserError(
                f"{directory}: its text came from standard input; give the same text with --text"
            )
    another_text = UserError(
        f"{directory}: the text is not the one this run was started with; "
        f"give that one with --text, or start a new run"
    )
    try:
        corpus = _read(text)
    except UserError as error:
        raise UserError(f"{error}; if the text is elsewhere now, give it with --text") from error
    try:
        ids = np.array(checkpoint.tokenizer.encode(corpus.text))
    except ValueError as error:  # a character that the first text did not have
        raise another_text from error
    resumed = GPTRun(
        directory,
        text,
        settings,
        checkpoint.config,
        checkpoint.tokenizer,
        model,
        optimizer,
        rng,
        ids,
        saved_step=saved["step"],
    )
    if resumed.fingerprint != saved["fingerprint"]:
        raise another_text
    return resumed


def _restore_state(optimizer: Optimizer, saved: dict[str, Array]) -> None:
    for name, vector in optimizer.state.items():
        if saved[name].shape != vector.shape:
            raise ValueError(
                f"optimizer state {name}: expected shape {vector.shape}, got {saved[name].shape}"
            )
        vector[...] = saved[name]


def _given(args: argparse.Namespace) -> dict[str, Any]:
    """The options the user gave; one that was not given is None."""
    return {
        name: value for name, value in vars(args).items() if value is not None and name != "run"
    }


def _read(text: str | None) -> Corpus:
    try:
        return standard_library_text(_STANDARD_LIBRARY_BYTES) if text is None else read_text(text)
    except ValueError as error:
        raise UserError(str(error)) from error


def _directory(option: str, name: str) -> Path:
    if not name:
        # Path("") would be the current directory; an empty argument is a mistake in a script.
        raise UserError(f"{option}: expected the name of a directory, got an empty one")
    return Path(name)


def _output_directory(out: str | None) -> Path:
    """The directory to save in; never one that holds a trained model already."""
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
    directory, number = Path("tinytf-gpt"), 2
    while directory.exists():
        directory, number = Path(f"tinytf-gpt-{number}"), number + 1
    return directory

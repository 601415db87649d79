"""The state of one `tinytf train gpt` run: started from the command's options, or resumed."""

import argparse
import hashlib
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np

from tinytf.cli.parsing import UserError
from tinytf.cli.train_settings import TRAIN_PRESETS, TrainSettings, make_config
from tinytf.config import Config
from tinytf.models.decoder import DecoderLM
from tinytf.ops.arrays import Array
from tinytf.text import BPETokenizer, CharTokenizer, Corpus, read_text, standard_library_text
from tinytf.text.tokenizer import Tokenizer
from tinytf.training import (
    Checkpoint,
    CheckpointError,
    Optimizer,
    load_checkpoint,
    load_parameters,
    save_checkpoint,
)
from tinytf.training.checkpoint import FILE_NAME

_STANDARD_LIBRARY_BYTES = 4_000_000


@dataclass
class GPTRun:
    """One training run, new or resumed."""

    directory: Path
    text: str | None  # what --text said
    settings: TrainSettings
    config: Config
    tokenizer: Tokenizer
    model: DecoderLM
    optimizer: Optimizer
    rng: np.random.Generator
    ids: Array
    first_step: int = 0

    def fingerprint(self) -> str:
        """Changes whenever the text does."""
        return hashlib.sha256(self.ids.astype(np.int64).tobytes()).hexdigest()

    def save(self, step: int) -> None:
        """Write the checkpoint."""
        progress = {
            "step": step,
            "optimizer_steps": self.optimizer.n_steps,
            "rng": self.rng.bit_generator.state,
            "settings": asdict(self.settings),
            "text": self.text,
            "fingerprint": self.fingerprint(),
        }
        parameters = {name: p.value for name, p in self.model.parameters().items()}
        save_checkpoint(
            self.directory,
            Checkpoint(self.config, self.tokenizer, parameters, self.optimizer.state, progress),
        )


def start_run(args: argparse.Namespace) -> GPTRun:
    """A new run, from the preset and the options given.

    Raises:
        UserError: an option, the text or the output directory cannot be used.
    """
    directory = _output_directory(args.out)
    given = {name: value for name, value in vars(args).items() if value is not None}
    values = {**TRAIN_PRESETS[args.preset], **given}
    settings_names = {field.name for field in fields(TrainSettings)}
    settings = TrainSettings(**{k: v for k, v in values.items() if k in settings_names})
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
    directory = Path(args.resume)
    try:
        checkpoint = load_checkpoint(directory)
    except CheckpointError as error:
        raise UserError(str(error)) from error
    saved = checkpoint.progress
    settings = TrainSettings(**saved["settings"])
    if args.steps is not None:
        settings = replace(settings, steps=args.steps)
    if settings.steps <= saved["step"]:
        raise UserError(
            f"{directory}: has taken all its {saved['step']} steps; say --steps with more"
        )
    rng = np.random.default_rng()
    rng.bit_generator.state = saved["rng"]
    model = DecoderLM(checkpoint.config, np.random.default_rng(0))
    load_parameters(model, checkpoint.parameters)
    optimizer = settings.make_optimizer(model)
    optimizer.n_steps = saved["optimizer_steps"]
    optimizer.state.update(checkpoint.optimizer)
    text = args.text if args.text is not None else saved["text"]
    ids = np.array(checkpoint.tokenizer.encode(_read(text).text))
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
        saved["step"],
    )
    if resumed.fingerprint() != saved["fingerprint"]:
        raise UserError(
            f"{directory}: the text is not the one this run was started with; "
            f"give that one with --text, or start a new run"
        )
    return resumed


def _read(text: str | None) -> Corpus:
    try:
        return standard_library_text(_STANDARD_LIBRARY_BYTES) if text is None else read_text(text)
    except ValueError as error:
        raise UserError(str(error)) from error


def _output_directory(out: str | None) -> Path:
    """The directory to save in; never one that holds a trained model already."""
    if out is not None:
        directory = Path(out)
        if (directory / FILE_NAME).exists():
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

"""Checkpoints: a directory whose file `checkpoint.npz` holds all a run needs to go on.

Where a run also keeps its best model so far, that is `best.npz` beside it, which needs nothing but
the parameters. Both are ordinary NumPy archives: `parameter/<name>` for each parameter,
`optimizer/<name>` for the optimiser's state, and `about`, a JSON text with the kind of model, the
config, the tokenizers and the progress. Nothing is pickled, so reading a checkpoint runs no code.
Each is written beside its final place and then renamed: there is always one whole checkpoint,
whenever the process ends.
"""

import json
import os
import tokenize
import zipfile
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tinytf.config import Config
from tinytf.layers.parameter import Layer
from tinytf.ops.arrays import Array
from tinytf.text.tokenizer import Tokenizer, tokenizer_from_json
from tinytf.training.model_kinds import KINDS

LAST = "checkpoint.npz"
BEST = "best.npz"
_FORMAT = "tinytf checkpoint 2"
_FIRST_FORMAT = "tinytf checkpoint 1"
# All that damaged bytes make NumPy, zipfile and json raise.
_BROKEN = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    TypeError,
    RuntimeError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


class CheckpointError(ValueError):
    """A checkpoint is missing, broken, or does not fit."""


@dataclass(frozen=True)
class Checkpoint:
    """The content of a checkpoint.

    Attributes:
        model: the kind of model, one of KINDS.
        config: the model's config.
        tokenizer: the tokenizer it was trained with; of a translator, the target's.
        parameters: name -> numbers.
        optimizer: name -> numbers, the optimiser's state.
        progress: what the command that trained wants back when it goes on: JSON values.
        source_tokenizer: of a translator whose source has a vocabulary of its own.
        extras: what else belongs to the model, such as the labels of a classifier: JSON values.
    """

    model: str
    config: Config
    tokenizer: Tokenizer
    parameters: dict[str, Array]
    optimizer: dict[str, Array] = field(default_factory=dict)
    progress: dict[str, Any] = field(default_factory=dict)
    source_tokenizer: Tokenizer | None = None
    extras: dict[str, Any] = field(default_factory=dict)


def save_checkpoint(directory: str | Path, checkpoint: Checkpoint, file_name: str = LAST) -> None:
    """Write a checkpoint into the directory (made where missing), whole or not at all.

    Args:
        directory: of the run.
        checkpoint: what to write.
        file_name: LAST, or BEST for the model that the directory is used for.

    Raises:
        OSError: the disk is full, or the directory cannot be written.
    """
    source_tokenizer = checkpoint.source_tokenizer
    about: dict[str, Any] = {
        "format": _FORMAT,
        "model": checkpoint.model,
        "config": asdict(checkpoint.config),
        "tokenizer": checkpoint.tokenizer.to_json(),
        "source_tokenizer": source_tokenizer and source_tokenizer.to_json(),
        "extras": checkpoint.extras,
        "progress": checkpoint.progress,
    }
    arrays = {f"parameter/{name}": value for name, value in checkpoint.parameters.items()}
    arrays.update((f"optimizer/{name}", value) for name, value in checkpoint.optimizer.items())
    about["arrays"] = list(arrays)  # a damaged archive can lose entries without an error
    arrays["about"] = np.array(json.dumps(about))
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    unfinished = directory / (file_name + ".unfinished")
    try:
        with open(unfinished, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, directory / file_name)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def load_checkpoint(directory: str | Path, file_name: str = LAST) -> Checkpoint:
    """Read a checkpoint back.

    Raises:
        CheckpointError: there is none, or it is broken.
    """
    path = Path(directory) / file_name
    if not path.is_file():
        raise CheckpointError(f"{directory}: expected a trained model, found no {file_name} there")
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        about = json.loads(str(arrays.pop("about")))
        if about["format"] == _FIRST_FORMAT:  # all models were decoders with one tokenizer
            about = {**about, "source_tokenizer": None, "extras": {}}
        elif about["format"] != _FORMAT:
            raise CheckpointError(f"{path}: expected {_FORMAT!r}, got {about['format']!r}")
        if about["model"] not in KINDS:
            raise CheckpointError(
                f"{path}: expected a model out of {sorted(KINDS)}, got {about['model']!r}"
            )
        lost = [name for name in about["arrays"] if name not in arrays]
        if lost:
            raise CheckpointError(f"{path}: the checkpoint is broken: it has lost {lost[0]}")
        source_tokenizer = about["source_tokenizer"]
        return Checkpoint(
            about["model"],
            Config.from_dict(about["config"]),
            tokenizer_from_json(about["tokenizer"]),
            _under("parameter/", arrays),
            _under("optimizer/", arrays),
            about["progress"],
            None if source_tokenizer is None else tokenizer_from_json(source_tokenizer),
            about["extras"],
        )
    except CheckpointError:
        raise
    except _BROKEN as error:
        raise CheckpointError(
            f"{path}: the checkpoint is broken ({type(error).__name__}: {error})"
        ) from error


def load_parameters(model: Layer, values: dict[str, Array]) -> None:
    """Copy saved numbers into a model's parameters.

    Raises:
        CheckpointError: a name, a shape or a dtype does not fit the model.
    """
    parameters = model.parameters()
    if set(values) != set(parameters):
        odd = sorted(set(values) ^ set(parameters))
        raise CheckpointError(f"checkpoint: its parameters differ from the model's: {odd[0]} ...")
    for name, parameter in parameters.items():
        if values[name].shape != parameter.value.shape:
            raise CheckpointError(
                f"checkpoint: {name}: expected shape {parameter.value.shape}, "
                f"got {values[name].shape}"
            )
        if values[name].dtype != parameter.value.dtype:
            raise CheckpointError(
                f"checkpoint: {name}: expected dtype {parameter.value.dtype}, "
                f"got {values[name].dtype}"
            )
    for name, parameter in parameters.items():
        parameter.value[...] = values[name]


def load_model(directory: str | Path, *kinds: str) -> tuple[Any, Checkpoint]:
    """Read the trained model of a directory: the best one where the run kept it, or the last.

    Args:
        directory: of the run.
        kinds: those of KINDS that are expected; none: any.

    Returns:
        The model, and the checkpoint it comes from, with its tokenizers and extras.

    Raises:
        CheckpointError: there is no checkpoint, it is broken, or of another kind.
    """
    file_name = BEST if (Path(directory) / BEST).exists() else LAST
    checkpoint = load_checkpoint(directory, file_name)
    if kinds and checkpoint.model not in kinds:
        expected = " or ".join(
            f"{KINDS[kind].name} (from {KINDS[kind].trained_by})" for kind in kinds
        )
        found = KINDS[checkpoint.model]
        raise CheckpointError(
            f"{directory}: expected {expected}, found {found.name}; use {found.used_by}"
        )
    try:
        return model_of(checkpoint), checkpoint
    except CheckpointError as error:
        raise CheckpointError(f"{directory}: {error}") from error


def model_of(checkpoint: Checkpoint) -> Any:
    """The model whose parameters a checkpoint holds, of the class that KINDS says.

    Raises:
        CheckpointError: the parameters, a tokenizer or the extras do not fit.
    """
    config = checkpoint.config
    for which, tokenizer, expected in (
        ("tokenizer", checkpoint.tokenizer, config.vocab_size),
        ("source tokenizer", checkpoint.source_tokenizer, config.source_vocab_size),
    ):
        came = None if tokenizer is None else tokenizer.vocab_size
        if came != expected:
            raise CheckpointError(
                f"the checkpoint is broken: the model has {expected} different tokens, "
                f"its {which} {came}"
            )
    dtypes = {str(value.dtype) for value in checkpoint.parameters.values()}
    dtype = np.float64 if dtypes == {"float64"} else np.float32
    # The random start is overwritten at once, so any generator will do.
    rng = np.random.default_rng(0)
    try:
        model = KINDS[checkpoint.model].make(config, checkpoint.extras, rng, dtype)
    except ValueError as error:
        raise CheckpointError(f"the checkpoint is broken: {error}") from error
    load_parameters(model, checkpoint.parameters)
    return model


def _under(prefix: str, arrays: dict[str, Array]) -> dict[str, Array]:
    return {
        name.removeprefix(prefix): value
        for name, value in arrays.items()
        if name.startswith(prefix)
    }

"""Checkpoints: a directory with one file, `checkpoint.npz`, that holds all a run needs to go on.

The file is an ordinary NumPy archive: `parameter/<name>` for each parameter, `optimizer/<name>`
for the optimiser's state, and `about`, a JSON text with the config, the tokenizer and the progress.
Nothing is pickled, so reading a checkpoint runs no code. It is written beside its final place and
then renamed: there is always one whole checkpoint, whenever the process ends.
"""

import json
import os
import zipfile
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tinytf.config import Config
from tinytf.layers.parameter import Layer
from tinytf.models.decoder import DecoderLM
from tinytf.ops.arrays import Array
from tinytf.text.tokenizer import Tokenizer, tokenizer_from_json

FILE_NAME = "checkpoint.npz"
_FORMAT = "tinytf checkpoint 1"
# All that damaged bytes make NumPy, zipfile and json raise.
_BROKEN = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    TypeError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)


class CheckpointError(ValueError):
    """A checkpoint is missing, broken, or does not fit."""


@dataclass(frozen=True)
class Checkpoint:
    """The content of a checkpoint.

    Attributes:
        config: the model's config.
        tokenizer: the tokenizer it was trained with.
        parameters: name -> numbers.
        optimizer: name -> numbers, the optimiser's state.
        progress: what the command that trained wants back when it goes on: JSON values.
    """

    config: Config
    tokenizer: Tokenizer
    parameters: dict[str, Array]
    optimizer: dict[str, Array] = field(default_factory=dict)
    progress: dict[str, Any] = field(default_factory=dict)


def save_checkpoint(directory: str | Path, checkpoint: Checkpoint) -> None:
    """Write `checkpoint.npz` into the directory (made where missing), whole or not at all.

    Raises:
        OSError: the disk is full, or the directory cannot be written.
    """
    about: dict[str, Any] = {
        "format": _FORMAT,
        "model": "decoder",
        "config": asdict(checkpoint.config),
        "tokenizer": checkpoint.tokenizer.to_json(),
        "progress": checkpoint.progress,
    }
    arrays = {f"parameter/{name}": value for name, value in checkpoint.parameters.items()}
    arrays.update((f"optimizer/{name}", value) for name, value in checkpoint.optimizer.items())
    about["arrays"] = list(arrays)  # a damaged archive can lose entries without an error
    arrays["about"] = np.array(json.dumps(about))
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    unfinished = directory / (FILE_NAME + ".unfinished")
    try:
        with open(unfinished, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, directory / FILE_NAME)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def load_checkpoint(directory: str | Path) -> Checkpoint:
    """Read a checkpoint back.

    Raises:
        CheckpointError: there is none, or it is broken.
    """
    path = Path(directory) / FILE_NAME
    if not path.is_file():
        raise CheckpointError(f"{directory}: expected a trained model, found no {FILE_NAME} there")
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        about = json.loads(str(arrays.pop("about")))
        if about["format"] != _FORMAT:
            raise CheckpointError(f"{path}: expected {_FORMAT!r}, got {about['format']!r}")
        if about["model"] != "decoder":
            raise CheckpointError(f"{path}: expected a decoder, got {about['model']!r}")
        lost = [name for name in about["arrays"] if name not in arrays]
        if lost:
            raise CheckpointError(f"{path}: the checkpoint is broken: it has lost {lost[0]}")
        return Checkpoint(
            Config.from_dict(about["config"]),
            tokenizer_from_json(about["tokenizer"]),
            _under("parameter/", arrays),
            _under("optimizer/", arrays),
            about["progress"],
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


def load_model(directory: str | Path) -> tuple[DecoderLM, Tokenizer]:
    """Read a trained model and its tokenizer.

    Raises:
        CheckpointError: there is no checkpoint, or it is broken.
    """
    checkpoint = load_checkpoint(directory)
    return model_of(checkpoint), checkpoint.tokenizer


def model_of(checkpoint: Checkpoint) -> DecoderLM:
    """The model whose parameters a checkpoint holds.

    Raises:
        CheckpointError: the parameters do not fit the config.
    """
    dtypes = {str(value.dtype) for value in checkpoint.parameters.values()}
    dtype = np.float64 if dtypes == {"float64"} else np.float32
    # The random start is overwritten at once, so any generator will do.
    model = DecoderLM(checkpoint.config, np.random.default_rng(0), dtype)
    load_parameters(model, checkpoint.parameters)
    return model


def _under(prefix: str, arrays: dict[str, Array]) -> dict[str, Array]:
    return {
        name.removeprefix(prefix): value
        for name, value in arrays.items()
        if name.startswith(prefix)
    }

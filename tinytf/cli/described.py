"""What `tinytf describe` was given: a directory, a config.json, or a name of the table."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from tinytf.cli.parsing import UserError
from tinytf.cli.trained_model import load_trained
from tinytf.config import Config
from tinytf.key_variables.architecture import ArchitectureError, UnknownArchitectureError
from tinytf.key_variables.hugging_face import read_config
from tinytf.key_variables.known_model import NOT_PUBLISHED, ClosedModel, KnownModel
from tinytf.key_variables.published import close_names, find_model
from tinytf.key_variables.tinytf_config import of_config
from tinytf.key_variables.unknown import Readable, readable
from tinytf.training import BEST, LAST

CONFIG = "config.json"
_LARGEST_FILE = 10**7  # bytes; a config has a few thousand


class UnknownModel(NamedTuple):
    """A config whose architecture is not known.

    Attributes:
        name: the file.
        found: what could be read of it.
        reason: why it is not known.
    """

    name: str
    found: list[Readable]
    reason: str


Described = KnownModel | ClosedModel | UnknownModel


def find_described(given: str) -> Described:
    """The model that an argument of the command means; what exists as a path comes first.

    Raises:
        UserError: there is no such name or path, or what is there describes no model.
    """
    if not given:
        raise UserError("MODEL: expected a name, a directory or a file, got an empty text")
    path = Path(given)
    try:
        is_directory, is_file = path.is_dir(), path.is_file()
    except ValueError as error:  # a null byte in the name
        raise UserError(f"{given!a}: {error}") from error
    if is_directory:
        return _of_directory(path, given)
    if is_file:
        return _of_file(path)
    model = find_model(given)
    if model is None:
        meant = close_names(given)
        hint = f"; did you mean {' or '.join(meant)}?" if meant else ""
        raise UserError(
            f"{given!a}: expected a directory, a config.json or a name that `tinytf describe` "
            f"lists{hint}"
        )
    return model


def _of_directory(path: Path, given: str) -> Described:
    if (path / LAST).exists() or (path / BEST).exists():
        return _of_checkpoint(given)
    if (path / CONFIG).is_file():
        return _of_file(path / CONFIG)
    raise UserError(f"{path}: expected a trained model or a {CONFIG} in it, found neither")


def _of_checkpoint(directory: str) -> KnownModel:
    _, checkpoint = load_trained(directory)
    labels = checkpoint.extras.get("labels")
    n_labels = len(labels) if isinstance(labels, list) else 0
    step = checkpoint.progress.get("step")
    return KnownModel(
        directory,
        of_config(checkpoint.config, checkpoint.model, n_labels),
        f"{checkpoint.config.batch_size:,} sequences",
        f"{step:,} steps" if isinstance(step, int) else "not kept",
        f"a checkpoint of tinytf ({checkpoint.model})",
    )


def _of_file(path: Path) -> Described:
    values = _read_object(path)
    try:
        if "model_type" not in values and "max_len" in values:
            return _of_tinytf_config(path, values)
        architecture = read_config(values)
    except UnknownArchitectureError as error:
        found = readable(values)
        if not found:
            raise UserError(f"{path}: {error}; nothing in it can be read") from error
        return UnknownModel(str(path), found, str(error))
    except ValueError as error:  # of Config or of an architecture
        raise UserError(f"{path}: {error}") from error
    return KnownModel(
        str(path),
        architecture,
        NOT_PUBLISHED + " in it",
        NOT_PUBLISHED + " in it",
        f"its config.json, model_type {values['model_type']!a}",
    )


def _of_tinytf_config(path: Path, values: dict[str, Any]) -> KnownModel:
    """The names of `Config`, and "model" for the kind, as a checkpoint has it; else a decoder."""
    values = dict(values)
    kind, n_labels = values.pop("model", "decoder"), values.pop("n_labels", 0)
    if not isinstance(kind, str) or not isinstance(n_labels, int):
        raise ArchitectureError('model, n_labels: expected a text such as "bert", and a number')
    config = Config.from_dict(values)
    return KnownModel(
        str(path),
        of_config(config, kind, n_labels),
        f"{config.batch_size:,} sequences",
        NOT_PUBLISHED + " in it",
        f"the names of tinytf's Config, model {kind}",
    )


def _read_object(path: Path) -> dict[str, Any]:
    """A JSON object out of a file."""
    if path.stat().st_size > _LARGEST_FILE:
        raise UserError(
            f"{path}: expected a config.json of some kilobytes, got {path.stat().st_size:,} bytes"
        )
    try:
        values = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise UserError(f"{path}: expected JSON, got something else ({reason})") from error
    if not isinstance(values, dict):
        raise UserError(f"{path}: expected a JSON object, got {type(values).__name__}")
    return values

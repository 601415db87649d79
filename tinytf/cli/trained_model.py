"""Reading a trained model, for the commands that use one."""

from pathlib import Path
from typing import Any

from tinytf.cli.parsing import UserError
from tinytf.training import Checkpoint, CheckpointError, load_model


def load_trained(directory: str, *kinds: str) -> tuple[Any, Checkpoint]:
    """The model of a directory, and the checkpoint it comes from.

    Args:
        directory: where a command saved it.
        kinds: those of `KINDS` that will do.

    Raises:
        UserError: there is no such model, it is broken, or of another kind.
    """
    if not directory:
        # Path("") would be the current directory; an empty argument is a mistake in a script.
        raise UserError("DIR: expected the name of a directory, got an empty one")
    try:
        return load_model(Path(directory), *kinds)
    except CheckpointError as error:
        raise UserError(str(error)) from error

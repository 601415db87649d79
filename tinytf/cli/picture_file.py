"""The kind of picture that a file's name asks for."""

from pathlib import PurePath

from tinytf.cli.parsing import UserError
from tinytf.plotting import FORMATS


def picture_format(name: str, option: str) -> str:
    """One of FORMATS.

    Args:
        name: of the picture to be written, as the user gave it.
        option: where the user gave it, for the message.

    Raises:
        UserError: the name ends otherwise.
    """
    file_format = PurePath(name).suffix.lower().removeprefix(".")
    if file_format not in FORMATS:
        endings = " or ".join(f".{known}" for known in FORMATS)
        raise UserError(f"{option}: expected a name that ends in {endings}, got {name!a}")
    return file_format

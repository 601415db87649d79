"""The text that `tinytf train gpt` and `tinytf train bert` learn from: --text, or the default."""

from collections.abc import Callable
from typing import TypeVar

from tinytf.cli.parsing import UserError
from tinytf.cli.train_settings import Settings
from tinytf.cli.training_run import TrainingRun
from tinytf.text import Corpus, read_text, standard_library_text

_STANDARD_LIBRARY_BYTES = 4_000_000

# What to do where the memory is not enough.
SMALLER = (
    "a smaller model (--d-model, --n-layers, --d-ff), a shorter context (--max-len) or a smaller "
    "--batch-size"
)

Text = TypeVar("Text")


def read_corpus(text: str | None) -> Corpus:
    """What --text names; None is the standard library of this Python.

    Raises:
        UserError: it cannot be read.
    """
    try:
        return standard_library_text(_STANDARD_LIBRARY_BYTES) if text is None else read_text(text)
    except ValueError as error:
        raise UserError(str(error)) from error


def text_name(text: str | None) -> str:
    """Where the text comes from, in words."""
    if text is None:
        return "the standard library of this Python"
    return "standard input" if text == "-" else text


def text_of_resumed(
    training_run: TrainingRun[Settings], given: str | None, read: Callable[[], Text]
) -> Text:
    """The text of a run that goes on.

    Args:
        training_run: whose data says where the text is.
        given: what --text says now.
        read: reads it.

    Raises:
        UserError: it came through a pipe and is not given again, or cannot be read.
    """
    if training_run.data["text"] == "-" and given is None:
        raise UserError(
            f"{training_run.directory}: its text came from standard input; "
            f"give the same text with --text"
        )
    try:
        return read()
    except UserError as error:
        raise UserError(f"{error}; if the text is elsewhere now, give it with --text") from error

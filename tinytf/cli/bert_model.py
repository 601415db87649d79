"""Reading a BERT, pre-trained or fine-tuned, for the commands that use one."""

from pathlib import Path
from typing import Any

from tinytf.cli.parsing import UserError
from tinytf.cli.trained_model import load_trained
from tinytf.text import WordPieceTokenizer
from tinytf.training import Checkpoint


def load_bert(directory: str, *kinds: str) -> tuple[Any, WordPieceTokenizer, Checkpoint]:
    """The model of a directory, its tokenizer, and the checkpoint both come from.

    Args:
        directory: where a command saved it.
        kinds: those of `KINDS` that will do.

    Raises:
        UserError: there is no such model, it is broken, or of another kind.
    """
    model, checkpoint = load_trained(directory, *kinds)
    return model, wordpiece_of(checkpoint, directory), checkpoint


def wordpiece_of(checkpoint: Checkpoint, directory: str | Path) -> WordPieceTokenizer:
    """The tokenizer of a BERT.

    Raises:
        UserError: it is of another kind, which has no [CLS] and [SEP].
    """
    tokenizer = checkpoint.tokenizer
    if not isinstance(tokenizer, WordPieceTokenizer):
        raise UserError(
            f"{directory}: the checkpoint is broken: expected a WordPiece tokenizer, "
            f"got {type(tokenizer).__name__}"
        )
    return tokenizer

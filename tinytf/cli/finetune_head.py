"""What `tinytf finetune` needs to know of a head; the heads are in `finetune_texts.py` and so on.

A head reads its data, turns it into examples for training, and judges a model by it. What it
learns from the training data (the labels, or the mean of the numbers) is kept in the extras of the
checkpoint, and comes from there when a run goes on.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from tinytf.bundled import Split
from tinytf.cli.parsing import UserError
from tinytf.cli.training_run import BestBy
from tinytf.text import WordPieceTokenizer
from tinytf.training import LabelledInput

Extras = Mapping[str, Any]
Item = TypeVar("Item")


class Judgement(NamedTuple):
    """How good a model is.

    Attributes:
        measured: name -> number, for the log.
        report: the same for the user, some lines.
    """

    measured: dict[str, float]
    report: str


class Head(Protocol):
    """One kind of task. `Any` stands for its items of data."""

    kind: str

    def best_by(self, extras: Extras) -> BestBy:
        """By which of the measured numbers the best model is chosen."""

    def read(self, path: str) -> list[Any]:
        """The items of a file. Raises DataError."""

    def bundled(self) -> Split[Any]:
        """The bundled items."""

    def group(self, item: Any) -> object:
        """Items of one group are held out together, so that no text is on both sides."""

    def learn(self, items: Sequence[Any]) -> dict[str, Any]:
        """The extras of the checkpoint. Raises UserError where there is nothing to learn."""

    def examples(
        self, items: Sequence[Any], extras: Extras, tokenizer: WordPieceTokenizer, max_len: int
    ) -> list[LabelledInput]:
        """What a model trains on. Raises UserError where an item cannot be used."""

    def judge(
        self, model: Any, tokenizer: WordPieceTokenizer, extras: Extras, items: Sequence[Any]
    ) -> Judgement:
        """How good a model is on some items."""


def number_items(made: Split[Any], make_item: Callable[..., Item]) -> Split[Item]:
    """Bundled tuples as items of data; the last argument of make_item is their place."""
    train, test = (
        [make_item(*one, f"bundled {part} data, item {i}") for i, one in enumerate(items, start=1)]
        for part, items in (("training", made.train), ("test", made.test))
    )
    return Split(train, test)


def label_indices(labels: Sequence[str]) -> dict[str, int]:
    """Label -> its number."""
    return {label: number for number, label in enumerate(labels)}


def unknown_label(label: str, place: str, labels: Sequence[str]) -> UserError:
    """The error that a label of the validation data does not occur in the training data."""
    known = ", ".join(labels[:12]) + (", ..." if len(labels) > 12 else "")
    return UserError(
        f"{place}: expected a label of the training data ({known}), got {label!r}, "
        f"which is not in it"
    )


def require_two_labels(labels: Sequence[str], what: str) -> None:
    """Raise a UserError where all items have the same label."""
    if len(labels) < 2:
        raise UserError(
            f"data: expected at least two different {what} to tell apart, got only {labels[0]!r}"
        )

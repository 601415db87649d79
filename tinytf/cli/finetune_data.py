"""The labelled data of `tinytf finetune`: read, and some of it held out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinytf.cli.finetune_head import Head
from tinytf.cli.parsing import UserError
from tinytf.data import DataError

# The options that name the data.
DATA_OPTIONS = ("data", "validation")

# Where no validation data is given: this share is held out, at most MOST_HELD_OUT items or so.
HELD_OUT = 0.1
MOST_HELD_OUT = 500


@dataclass(frozen=True)
class FineTuneData:
    """Items to learn from and items to judge by.

    Attributes:
        training: items to learn from.
        validation: items that the best model is chosen by.
        test: of bundled data: items that nothing was chosen by; or none.
        all_labels: the items whose labels the model knows: also those held out, but not those of a
            validation file, which is to be checked against the training data.
        said: one line for the user: where they come from.
    """

    training: list[Any]
    validation: list[Any]
    test: list[Any]
    all_labels: list[Any]
    said: str

    @property
    def judged_by(self) -> list[Any]:
        """What the results at the end are measured on."""
        return self.test or self.validation


def read_finetune_data(head: Head, options: Mapping[str, Any], seed: int) -> FineTuneData:
    """The items that the options name, or the bundled ones.

    Args:
        head: reads them.
        options: name of each of DATA_OPTIONS -> what it said, or None.
        seed: draws which items are held out.

    Raises:
        UserError: data that cannot be used.
    """
    path, validation_path = options["data"], options["validation"]
    if validation_path is not None and path is None:
        raise UserError("--validation: has a meaning only with --data")
    test: list[Any] = []
    try:
        if path is None:
            said, split = "bundled", head.bundled()
            items, test = list(split.train), list(split.test)
        else:
            said, items = path, head.read(path)
        if validation_path is not None:
            validation = head.read(validation_path)
            said += f": {len(items):,} to learn from, {len(validation):,} of {validation_path}"
            return FineTuneData(items, validation, test, items, f"{said} for validation")
    except DataError as error:
        raise UserError(str(error)) from error
    training, validation = hold_out(head, items, np.random.default_rng(seed))
    said += f": {len(training):,} to learn from, {len(validation):,} held out for validation"
    return FineTuneData(training, validation, test, items, said)


def hold_out(
    head: Head, items: Sequence[Any], rng: np.random.Generator
) -> tuple[list[Any], list[Any]]:
    """Split items in two so that no group stands on both sides: training and validation.

    Raises:
        UserError: fewer than two groups.
    """
    sizes = Counter(head.group(item) for item in items)
    groups = list(sizes)
    if len(groups) < 2:
        raise UserError(
            f"data: expected at least two different texts, one of them for validation, "
            f"got {len(groups)}; or give --validation"
        )
    n_wanted = min(MOST_HELD_OUT, max(1, round(HELD_OUT * len(items))))
    held_out: set[object] = set()
    n_held_out = 0
    for i in rng.permutation(len(groups))[:-1]:  # one is left to learn from, whatever the sizes
        if n_held_out >= n_wanted:
            break
        held_out.add(groups[i])
        n_held_out += sizes[groups[i]]
    training = [item for item in items if head.group(item) not in held_out]
    return training, [item for item in items if head.group(item) in held_out]

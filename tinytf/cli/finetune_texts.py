"""Heads that say a label or a number of a text, or of a pair of texts."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tinytf.bundled import Split, labelled_pairs, labelled_sentences, scored_pairs
from tinytf.cli.finetune_head import (
    Extras,
    Judgement,
    label_indices,
    number_items,
    require_two_labels,
    unknown_label,
)
from tinytf.cli.parsing import UserError
from tinytf.cli.training_run import BestBy
from tinytf.data import Example, ScoredExample, read_examples, read_scored
from tinytf.metrics import confusion_table, pearson, spearman
from tinytf.ops.arrays import Array
from tinytf.text import WordPieceTokenizer
from tinytf.training import LabelledInput, classify, predict_numbers, text_example

# A confusion table of more labels is too wide for a terminal.
_WIDEST_TABLE = 12

# More different whole numbers than this are hardly the names of classes.
_MOST_NUMBERED_CLASSES = 20


class LabelHead:
    """A label for a text, or for a pair of texts.

    Args:
        pairs: whether the data is pairs of texts.
    """

    def __init__(self, pairs: bool) -> None:
        self.pairs = pairs
        self.kind = "bert-pair-classifier" if pairs else "bert-classifier"

    def best_by(self, extras: Extras) -> BestBy:
        """By the share of right labels."""
        return BestBy("accuracy")

    def read(self, path: str) -> list[Example]:
        """Text TAB label, or text_a TAB text_b TAB label."""
        return read_examples(path, self.pairs)

    def bundled(self) -> Split[Example]:
        """Who acts, a man or a woman; of pairs: does the second follow from the first?"""
        if self.pairs:
            return number_items(labelled_pairs(), Example)
        made = labelled_sentences()
        return number_items(made, lambda text, label, here: Example(text, None, label, here))

    def group(self, item: Example) -> object:
        """Equal texts belong together."""
        return item.text, item.second

    def learn(self, items: Sequence[Example]) -> dict[str, Any]:
        """The labels in alphabetical order."""
        labels = sorted({item.label for item in items})
        require_two_labels(labels, "labels")
        return {"labels": labels}

    def examples(
        self,
        items: Sequence[Example],
        extras: Extras,
        tokenizer: WordPieceTokenizer,
        max_len: int,
    ) -> list[LabelledInput]:
        """One example for each item."""
        indices = label_indices(extras["labels"])
        for item in items:
            if item.label not in indices:
                raise unknown_label(item.label, item.place, extras["labels"])
        return [
            text_example(tokenizer, (item.text, item.second), indices[item.label], max_len)
            for item in items
        ]

    def judge(
        self,
        model: Any,
        tokenizer: WordPieceTokenizer,
        extras: Extras,
        items: Sequence[Example],
    ) -> Judgement:
        """Accuracy, F1 of the labels averaged, and which label was taken for which."""
        probabilities = classify(model, tokenizer, [(item.text, item.second) for item in items])
        labels = extras["labels"]
        found = [labels[i] for i in probabilities.argmax(axis=1)]
        table = confusion_table([item.label for item in items], found, labels)
        n_right = sum(table.counts[i][i] for i in range(len(labels)))
        accuracy = n_right / len(items)
        report = (
            f"accuracy {accuracy:.1%} ({n_right} of {len(items)}), macro F1 {table.macro_f1():.1%}"
        )
        if len(labels) <= _WIDEST_TABLE:
            report += f"\n\n{table.table()}"
        return Judgement({"accuracy": accuracy, "macro_f1": table.macro_f1()}, report)


class NumberHead:
    """A number for a text, or for a pair of texts: regression.

    The model learns how many standard deviations a number is from the mean of the training data,
    so that the learning rate does not depend on the unit; the extras have both.

    Args:
        pairs: whether the data is pairs of texts.
    """

    def __init__(self, pairs: bool) -> None:
        self.pairs = pairs
        self.kind = "bert-pair-regressor" if pairs else "bert-regressor"

    def best_by(self, extras: Extras) -> BestBy:
        """By the mean square error; a correlation does not see that all are too high."""
        return BestBy("validation_loss", lowest=True)

    def read(self, path: str) -> list[ScoredExample]:
        """Text TAB number, or text_a TAB text_b TAB number."""
        return read_scored(path, self.pairs)

    def bundled(self) -> Split[ScoredExample]:
        """How near what the second tells is to the first."""
        if not self.pairs:
            raise UserError("classify --regression: expected --data; only pair has a bundled one")
        return number_items(scored_pairs(), ScoredExample)

    def group(self, item: ScoredExample) -> object:
        """Equal texts belong together."""
        return item.text, item.second

    def learn(self, items: Sequence[ScoredExample]) -> dict[str, Any]:
        """Mean and standard deviation."""
        scores = [item.score for item in items]
        return {"mean": float(np.mean(scores)), "deviation": float(np.std(scores)) or 1.0}

    def examples(
        self,
        items: Sequence[ScoredExample],
        extras: Extras,
        tokenizer: WordPieceTokenizer,
        max_len: int,
    ) -> list[LabelledInput]:
        """One example for each item."""
        mean, deviation = extras["mean"], extras["deviation"]
        return [
            text_example(
                tokenizer, (item.text, item.second), (item.score - mean) / deviation, max_len
            )
            for item in items
        ]

    def judge(
        self,
        model: Any,
        tokenizer: WordPieceTokenizer,
        extras: Extras,
        items: Sequence[ScoredExample],
    ) -> Judgement:
        """Both correlations, and how far off the numbers are."""
        texts = [(item.text, item.second) for item in items]
        found = numbers(predict_numbers(model, tokenizer, texts), extras).tolist()
        gold = [item.score for item in items]
        r, rho = pearson(gold, found), spearman(gold, found)
        off = math.sqrt(np.mean(np.subtract(found, gold) ** 2))
        report = (
            f"Pearson {r:.3f}, Spearman {rho:.3f}; off by {off:.3g} (root of the mean square) on "
            f"{len(items)}"
        )
        return Judgement({"pearson": r, "spearman": rho}, report)


def look_like_numbers(labels: Sequence[str]) -> bool:
    """Whether all labels are numbers, and not the few whole ones that may name classes."""
    try:
        values = [float(label) for label in labels]
    except ValueError:
        return False
    whole = all(value.is_integer() for value in values)
    return len(values) > _MOST_NUMBERED_CLASSES or not whole


def numbers(outputs: Array, extras: Extras) -> Array:
    """What a regression says, in the unit of its training data."""
    scaled: Array = extras["mean"] + extras["deviation"] * outputs.astype(np.float64)
    return scaled

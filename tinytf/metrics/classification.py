"""How many classes were predicted right, and which were taken for which.

Of a class, precision is the share that is right of what was predicted as it, recall the share that
was found of what is it, F1 their harmonic mean. Where a share is of nothing, it counts as 0: a
class that was never predicted has precision 0. (scikit-learn: `zero_division=0`.)
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tinytf.metrics.checks import check_lengths


@dataclass(frozen=True)
class Scores:
    """Precision, recall and F1, from 0 to 1, and `support`: how many gold ones there are."""

    precision: float
    recall: float
    f1: float
    support: int


def scores_from_counts(n_right: int, n_predicted: int, n_gold: int) -> Scores:
    """`Scores` of `n_right` right ones among those predicted and those that are there."""
    precision = n_right / n_predicted if n_predicted else 0.0
    recall = n_right / n_gold if n_gold else 0.0
    # 2 P R / (P + R), with the shares multiplied out: no 0 / 0 where nothing is right.
    f1 = 2 * n_right / (n_predicted + n_gold) if n_right else 0.0
    return Scores(precision, recall, f1, n_gold)


def accuracy(gold: Sequence[str], predicted: Sequence[str]) -> float:
    """The share of labels that are right, 0 to 1.

    Raises:
        ValueError: not equally many, or none.
    """
    check_lengths(gold, predicted, "labels")
    return sum(g == p for g, p in zip(gold, predicted, strict=True)) / len(gold)


@dataclass(frozen=True)
class ConfusionTable:
    """How often which class was taken for which.

    Attributes:
        labels: the classes, in the order of rows and columns.
        counts: `counts[i][j]`: how many of class `labels[i]` were predicted as `labels[j]`.
    """

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def scores(self) -> dict[str, Scores]:
        """Precision, recall and F1 of every class."""
        columns = list(zip(*self.counts, strict=True))
        return {
            label: scores_from_counts(self.counts[i][i], sum(columns[i]), sum(self.counts[i]))
            for i, label in enumerate(self.labels)
        }

    def macro_f1(self) -> float:
        """The mean of the classes' F1: every class counts the same, however rare."""
        scores = self.scores().values()
        return sum(score.f1 for score in scores) / len(scores)

    def table(self) -> str:
        """Aligned text, a row for each gold class; zeros as ".", so that mistakes stand out.

            gold \\ predicted     neg    pos  recall
            neg                    40      2   95.2%
            pos                     .     58  100.0%
            precision          100.0%  96.7%

        Labels stand as they are. A console that lacks a letter of one gets it as an escape
        (`errors="backslashreplace"`), and that row then moves.
        """
        scores = self.scores()
        rows = [["gold \\ predicted", *self.labels, "recall"]]
        for label, counts in zip(self.labels, self.counts, strict=True):
            cells = [str(count) if count else "." for count in counts]
            rows.append([label, *cells, f"{scores[label].recall:.1%}"])
        rows.append(["precision", *(f"{scores[label].precision:.1%}" for label in self.labels), ""])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(
                [row[0].ljust(widths[0])]
                + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            ).rstrip()
            for row in rows
        )


def confusion_table(
    gold: Sequence[str], predicted: Sequence[str], labels: Sequence[str] | None = None
) -> ConfusionTable:
    """Count which class was taken for which.

    Args:
        gold, predicted: one label each of the same examples.
        labels: the classes in the wished order; None: those that occur, sorted.

    Raises:
        ValueError: not equally many, or none; a label that is not among `labels`, or `labels` with
            one twice.
    """
    check_lengths(gold, predicted, "labels")
    names = sorted({*gold, *predicted}) if labels is None else list(labels)
    if len(set(names)) != len(names):
        raise ValueError(f"labels: expected each once, got {names}")
    if unknown := {*gold, *predicted} - set(names):
        raise ValueError(f"labels: expected all that occur, got none for {sorted(unknown)}")
    pairs = Counter(zip(gold, predicted, strict=True))
    return ConfusionTable(tuple(names), tuple(tuple(pairs[g, p] for p in names) for g in names))

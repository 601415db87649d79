"""Accuracy, the confusion table and F1, against counting one example after the other."""

from types import ModuleType

import pytest
from hypothesis import strategies as st

from tests.ops.claims import claim

labels = st.sampled_from(["neg", "pos", "4", "\u00fc"])
examples = st.lists(st.tuples(labels, labels), min_size=1, max_size=30)


@claim(rows=examples)
def test_accuracy_and_counts(module: ModuleType, rows: list[tuple[str, str]]) -> None:
    gold, predicted = [g for g, _ in rows], [p for _, p in rows]
    table = module.confusion_table(gold, predicted)
    n_right = len([1 for g, p in rows if g == p])
    assert module.accuracy(gold, predicted) == n_right / len(rows)
    assert table.labels == tuple(sorted({label for row in rows for label in row}))
    for i, g in enumerate(table.labels):
        for j, p in enumerate(table.labels):
            assert table.counts[i][j] == rows.count((g, p)), (g, p)


@claim(rows=examples)
def test_scores_by_definition(module: ModuleType, rows: list[tuple[str, str]]) -> None:
    """F1 as the harmonic mean of the two, not by the shorter formula."""
    table = module.confusion_table([g for g, _ in rows], [p for _, p in rows])
    scores = table.scores()
    assert tuple(scores) == table.labels
    for label, score in scores.items():
        n_right = rows.count((label, label))
        n_said = len([1 for _, p in rows if p == label])
        n_there = len([1 for g, _ in rows if g == label])
        precision = n_right / n_said if n_said else 0
        recall = n_right / n_there if n_there else 0
        f1 = 2 / (1 / precision + 1 / recall) if precision and recall else 0
        came = (score.precision, score.recall, score.f1)
        assert came == pytest.approx((precision, recall, f1), rel=1e-12), label
        assert score.support == n_there
    mean = sum(score.f1 for score in scores.values()) / len(scores)
    assert table.macro_f1() == pytest.approx(mean, rel=1e-12)


GOLD = ["cat", "dog", "cat", "cat", "dog", "bird"]
PREDICTED = ["cat", "dog", "dog", "cat", "cat", "dog"]


def test_by_hand(module: ModuleType) -> None:
    assert module.accuracy(GOLD, PREDICTED) == 0.5
    table = module.confusion_table(GOLD, PREDICTED)
    assert table.counts == ((0, 0, 1), (0, 2, 1), (0, 1, 1))
    scores = table.scores()
    assert scores["bird"] == module.Scores(0.0, 0.0, 0.0, 1)
    assert scores["cat"] == module.Scores(2 / 3, 2 / 3, 2 / 3, 3)
    assert scores["dog"] == module.Scores(1 / 3, 1 / 2, 0.4, 2)
    assert table.macro_f1() == pytest.approx((0 + 2 / 3 + 0.4) / 3)


def test_table(module: ModuleType) -> None:
    assert module.confusion_table(GOLD, PREDICTED).table() == "\n".join(
        [
            r"gold \ predicted  bird    cat    dog  recall",
            "bird                 .      .      1    0.0%",
            "cat                  .      2      1   66.7%",
            "dog                  .      1      1   50.0%",
            "precision         0.0%  66.7%  33.3%",
        ]
    )


def test_table_of_other_letters(module: ModuleType) -> None:
    """Our own part is ASCII; a label goes through an ASCII console as an escape."""
    lines = module.confusion_table(["\u00e4pfel"], ["\u00e4pfel"]).table().splitlines()
    assert lines[1] == "\u00e4pfel                  1  100.0%"
    escaped = lines[1].encode("ascii", errors="backslashreplace").decode()
    assert escaped == r"\xe4pfel                  1  100.0%"


def test_labels_in_the_wished_order(module: ModuleType) -> None:
    table = module.confusion_table(["b", "a"], ["b", "b"], labels=["c", "b", "a"])
    assert table.labels == ("c", "b", "a")
    assert table.counts == ((0, 0, 0), (0, 1, 0), (0, 1, 0))
    assert table.macro_f1() == pytest.approx((0 + 2 / 3 + 0) / 3)


def test_wrong_arguments(module: ModuleType) -> None:
    for measure in (module.accuracy, module.confusion_table):
        with pytest.raises(ValueError, match="expected as many labels as gold, 2, got 1"):
            measure(["a", "b"], ["a"])
        with pytest.raises(ValueError, match="expected at least one of the labels, got none"):
            measure([], [])
    with pytest.raises(ValueError, match=r"expected all that occur, got none for \['b'\]"):
        module.confusion_table(["a"], ["b"], labels=["a"])
    with pytest.raises(ValueError, match=r"expected all that occur, got none for \['b'\]"):
        module.confusion_table(["b"], ["a"], labels=["a"])
    with pytest.raises(ValueError, match=r"labels: expected each once, got \['a', 'a'\]"):
        module.confusion_table(["a"], ["a"], labels=["a", "a"])

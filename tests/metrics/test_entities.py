"""Entities of tags, against conlleval's own rule written out token by token."""

from types import ModuleType

import pytest
from hypothesis import strategies as st

from tests.ops.claims import claim

tags = st.lists(st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B"]), max_size=10)
tag_pairs = st.lists(
    st.integers(1, 6).flatmap(
        lambda n: st.tuples(*[st.lists(tags.filter(bool).map(lambda t: t[0]), min_size=n,
                                       max_size=n)] * 2)
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


def slow_entities(sentence: list[str]) -> set[tuple[str, int, int]]:
    """Every stretch of tokens, asked whether it is an entity.

    It is one of X where it starts at B-X, or at I-X that comes after O or another type, goes on
    with I-X only, and where no I-X follows that would make it longer.
    """
    found = set()
    n = len(sentence)
    for start in range(n):
        name = sentence[start][2:]
        before = sentence[start - 1][2:] if start else ""
        if not name or (sentence[start][0] == "I" and before == name):
            continue
        for end in range(start + 1, n + 1):
            if set(sentence[start + 1 : end]) <= {f"I-{name}"} and (
                end == n or sentence[end] != f"I-{name}"
            ):
                found.add((name, start, end))
                break
    return found


@claim(max_examples=300, sentence=tags)
def test_entities_by_definition(module: ModuleType, sentence: list[str]) -> None:
    came = [(entity.kind, entity.start, entity.end) for entity in module.entities(sentence)]
    assert set(came) == slow_entities(sentence)
    assert came == sorted(came, key=lambda entity: entity[1])
    assert len(came) == len(set(came))


@claim(max_examples=50, sentences=tag_pairs)
def test_scores_by_definition(
    module: ModuleType, sentences: list[tuple[list[str], list[str]]]
) -> None:
    came = module.entity_scores([gold for gold, _ in sentences], [said for _, said in sentences])
    there = [(i, *e) for i, (gold, _) in enumerate(sentences) for e in slow_entities(gold)]
    said = [(i, *e) for i, (_, said) in enumerate(sentences) for e in slow_entities(said)]
    kinds = sorted({entity[1] for entity in [*there, *said]})
    assert list(came.by_kind) == kinds
    for kind, scores in [(None, came.overall), *came.by_kind.items()]:
        its_there = [e for e in there if kind in (None, e[1])]
        its_said = [e for e in said if kind in (None, e[1])]
        n_right = len([e for e in its_said if e in its_there])
        assert scores.support == len(its_there)
        assert scores.precision == (n_right / len(its_said) if its_said else 0)
        assert scores.recall == (n_right / len(its_there) if its_there else 0)
        total = scores.precision + scores.recall
        f1 = 2 * scores.precision * scores.recall / total if total else 0
        assert scores.f1 == pytest.approx(f1, rel=1e-12)


def test_by_hand(module: ModuleType) -> None:
    """The usual trap: half an entity is wrong twice, once missing and once too much."""
    gold = [["B-PER", "I-PER", "O", "B-LOC"], ["O", "B-PER"]]
    said = [["B-PER", "O", "O", "B-LOC"], ["O", "I-PER"]]
    scores = module.entity_scores(gold, said)
    assert (scores.overall.precision, scores.overall.recall) == (2 / 3, 2 / 3)
    assert scores.by_kind["PER"].f1 == 0.5
    assert scores.by_kind["LOC"].f1 == 1.0
    assert module.entities(["I-A", "I-B", "B-B", "O", "I-B"]) == [
        module.Entity("A", 0, 1),
        module.Entity("B", 1, 2),
        module.Entity("B", 2, 3),
        module.Entity("B", 4, 5),
    ]
    nothing = module.entity_scores([["O"]], [["O"]])
    assert (nothing.overall.f1, nothing.overall.support, nothing.by_kind) == (0.0, 0, {})


def test_wrong_arguments(module: ModuleType) -> None:
    with pytest.raises(ValueError, match="expected as many sentences as gold, 1, got 2"):
        module.entity_scores([["O"]], [["O"], ["O"]])
    with pytest.raises(ValueError, match="expected at least one of the sentences, got none"):
        module.entity_scores([], [])
    with pytest.raises(
        ValueError, match=r"predicted\[1\]: expected as many tags as gold, 2, got 1"
    ):
        module.entity_scores([["O"], ["O", "O"]], [["O"], ["O"]])
    for tag in ("S-PER", "NN", "B-", "", "B"):
        with pytest.raises(ValueError, match=f"B-NAME or I-NAME, got '{tag}' at position 1"):
            module.entities(["O", tag])

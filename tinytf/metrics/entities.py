"""Scores of whole entities, for tags such as B-PER I-PER O, by the rule of CoNLL's `conlleval`.

An entity counts as right only where its type, its first and its last token are all right; accuracy
by token would call a model good that says O everywhere.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tinytf.metrics.checks import check_lengths
from tinytf.metrics.classification import Scores, scores_from_counts


@dataclass(frozen=True)
class Entity:
    """Tokens `start` to `end`, the latter not included, are a `kind`, such as "PER"."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class EntityScores:
    """`overall`: of the entities of all kinds together; `by_kind`: of each kind, sorted."""

    overall: Scores
    by_kind: dict[str, Scores]


def entities(tags: Sequence[str]) -> list[Entity]:
    """The entities that the tags of one sentence mark, in order.

    Every sequence of O, B-X and I-X means something, as in `conlleval`: an entity begins at B-X,
    and also at an I-X that follows O or another type. A model may write such an I-X.

    Raises:
        ValueError: a tag that is neither O nor B-X nor I-X.
    """
    found: list[Entity] = []
    start, kind = 0, ""  # of the entity that is open; "" where none is
    for index, tag in enumerate([*tags, "O"]):
        if tag != "O" and (tag[:2] not in ("B-", "I-") or len(tag) == 2):
            raise ValueError(f"tags: expected O, B-NAME or I-NAME, got {tag!r} at position {index}")
        name = tag[2:]
        if kind and (name != kind or tag.startswith("B-")):
            found.append(Entity(kind, start, index))
            kind = ""
        if name and not kind:
            start, kind = index, name
    return found


def entity_scores(
    gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]
) -> EntityScores:
    """Precision, recall and F1 of entities.

    Args:
        gold, predicted: the tags of each sentence.

    Raises:
        ValueError: not equally many sentences, or tags in a sentence; no sentence; a tag that
            `entities` does not know.
    """
    check_lengths(gold, predicted, "sentences")
    n_gold: Counter[str] = Counter()
    n_predicted: Counter[str] = Counter()
    n_right: Counter[str] = Counter()
    for number, (its_gold, its_predicted) in enumerate(zip(gold, predicted, strict=True)):
        if len(its_gold) != len(its_predicted):
            raise ValueError(
                f"predicted[{number}]: expected as many tags as gold, {len(its_gold)}, "
                f"got {len(its_predicted)}"
            )
        there, said = set(entities(its_gold)), set(entities(its_predicted))
        n_gold.update(entity.kind for entity in there)
        n_predicted.update(entity.kind for entity in said)
        n_right.update(entity.kind for entity in there & said)
    return EntityScores(
        scores_from_counts(n_right.total(), n_predicted.total(), n_gold.total()),
        {
            kind: scores_from_counts(n_right[kind], n_predicted[kind], n_gold[kind])
            for kind in sorted({*n_gold, *n_predicted})
        },
    )

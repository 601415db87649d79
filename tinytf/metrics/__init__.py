"""Measures of what a model got right: pure functions of predictions and truths.

`classification.py`, `entities.py` (tags), `answers.py` (spans), `correlation.py` (numbers),
`bleu.py` (translations). The truth comes first, then the prediction; only in `answers.py` and
`bleu.py` it is the other way round, as in the tools whose numbers they give. Shares are fractions
from 0 to 1; only BLEU is 0 to 100, as in every paper.
"""

from tinytf.metrics.answers import AnswerScores, answer_scores, exact_match, normalized, token_f1
from tinytf.metrics.bleu import bleu
from tinytf.metrics.classification import (
    ConfusionTable,
    Scores,
    accuracy,
    confusion_table,
)
from tinytf.metrics.correlation import pearson, spearman
from tinytf.metrics.entities import Entity, EntityScores, entities, entity_scores

__all__ = [
    "AnswerScores",
    "ConfusionTable",
    "Entity",
    "EntityScores",
    "Scores",
    "accuracy",
    "answer_scores",
    "bleu",
    "confusion_table",
    "entities",
    "entity_scores",
    "exact_match",
    "normalized",
    "pearson",
    "spearman",
    "token_f1",
]

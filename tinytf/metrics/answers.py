"""Exact match and F1 of answers, as the official evaluation of SQuAD v1.1 defines them.

Both compare after the same clean-up, and with several right answers the best one counts
(Rajpurkar et al. 2016, section 6.1).
"""

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tinytf.metrics.checks import check_lengths

_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True)
class AnswerScores:
    """Means over all questions, from 0 to 1. (Papers print them times 100.)"""

    exact_match: float
    f1: float


def normalized(answer: str) -> str:
    """Lower case, without ASCII punctuation, then without a, an and the, words one space apart.

    The order counts: "A.N." first becomes "an", which is then an article.
    """
    text = answer.lower().translate(_PUNCTUATION)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def exact_match(predicted: str, gold: Sequence[str]) -> bool:
    """Whether the answer is one of the right ones, after the clean-up.

    Raises:
        ValueError: no right answer is given.
    """
    _check_gold(gold)
    return any(normalized(predicted) == normalized(answer) for answer in gold)


def token_f1(predicted: str, gold: Sequence[str]) -> float:
    """The harmonic mean of the shares of words in common, 0 to 1, with the best right answer.

    A word that both have twice counts twice. Two answers without a word left are F1 0, though an
    exact match: so the official evaluation of v1.1 has it.

    Raises:
        ValueError: no right answer is given.
    """
    _check_gold(gold)
    return max(_token_f1(normalized(predicted).split(), normalized(g).split()) for g in gold)


def _token_f1(predicted: list[str], gold: list[str]) -> float:
    n_common = (Counter(predicted) & Counter(gold)).total()
    return 2 * n_common / (len(predicted) + len(gold)) if n_common else 0.0


def answer_scores(predicted: Sequence[str], gold: Sequence[Sequence[str]]) -> AnswerScores:
    """Means of `exact_match` and `token_f1`.

    Args:
        predicted: one answer to each question; "" where there is none.
        gold: the right answers to each question.

    Raises:
        ValueError: not equally many questions, or none; a question without a right answer.
    """
    check_lengths(gold, predicted, "answers")
    pairs = list(zip(predicted, gold, strict=True))
    return AnswerScores(
        exact_match=sum(exact_match(said, right) for said, right in pairs) / len(pairs),
        f1=sum(token_f1(said, right) for said, right in pairs) / len(pairs),
    )


def _check_gold(gold: Sequence[str]) -> None:
    # A string is a sequence of strings too: its letters would be taken for answers.
    if isinstance(gold, str) or not gold:
        raise ValueError(f"gold: expected a list of right answers, got {gold!r}")

"""Greedy and beam search the slow way: one sentence, plain lists, no KV cache, no early finish."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.generation.table_model import TableModel
from tinytf.generation import Hypothesis, Search
from tinytf.ops.softmax import log_softmax_forward

# Target so far, BOS in front -> log probability of each next token.
LogProbs = Callable[[tuple[int, ...]], list[float]]


def log_probs_of(model: Any, source: list[int], search: Search) -> LogProbs:
    """Log probabilities for one source, always computed from nothing; -inf where suppressed."""
    known: dict[tuple[int, ...], list[float]] = {}

    def log_probs(target: tuple[int, ...]) -> list[float]:
        if target not in known:
            if isinstance(model, TableModel):
                logits = model.logits(tuple(source), target)
            else:
                logits = model.forward(np.array([source]), np.array([target]))[0][0, -1]
            row = log_softmax_forward(logits)[0].tolist()
            known[target] = [
                -np.inf if token in search.suppress else log_prob
                for token, log_prob in enumerate(row)
            ]
        return known[target]

    return log_probs


def slow_length(model: Any, search: Search) -> int:
    """The longest target."""
    limits = [model.config.max_len]
    if search.max_new_tokens is not None:
        limits.append(search.max_new_tokens)
    return min(limits)


def make_hypothesis(tokens: list[int], log_prob: float, search: Search) -> Hypothesis:
    finished = tokens[-1] == search.eos
    score = log_prob / len(tokens) ** search.length_penalty
    return Hypothesis(tokens[:-1] if finished else tokens, score, log_prob, finished)


def slow_greedy_search(model: Any, source: list[int], search: Search) -> Hypothesis:
    log_probs = log_probs_of(model, source, search)
    tokens: list[int] = []
    total = 0.0
    while len(tokens) < slow_length(model, search) and search.eos not in tokens:
        row = log_probs((search.bos, *tokens))
        tokens.append(row.index(max(row)))
        total += max(row)
    return make_hypothesis(tokens, total, search)


def slow_beam_search(model: Any, source: list[int], search: Search) -> list[Hypothesis]:
    """Every step up to the longest length is done, whatever has been found."""
    return _slow_beam_search(model, source, search)[0]


def closest_race(model: Any, source: list[int], search: Search) -> float:
    """The smallest difference between two numbers that decided something in the search."""
    return _slow_beam_search(model, source, search)[1]


def _slow_beam_search(
    model: Any, source: list[int], search: Search
) -> tuple[list[Hypothesis], float]:
    log_probs = log_probs_of(model, source, search)
    longest = slow_length(model, search)
    n_beams = search.beam_size
    beams: list[tuple[float, list[int]]] = [(0.0, [])]
    found: list[Hypothesis] = []
    closest = np.inf
    for length in range(1, longest + 1):
        candidates = []
        for place, (total, tokens) in enumerate(beams):
            for token, log_prob in enumerate(log_probs((search.bos, *tokens))):
                if log_prob > -np.inf:
                    candidates.append((-(total + log_prob), place, token, [*tokens, token]))
        candidates.sort()  # likeliest first; then the earlier beam; then the lower token
        beams = []
        for rank, (negative, _, token, tokens) in enumerate(candidates[: 2 * n_beams]):
            if token == search.eos or length == longest:
                if rank < n_beams:
                    found.append(make_hypothesis(tokens, -negative, search))
            elif len(beams) < n_beams:
                beams.append((-negative, tokens))
        found.sort(key=lambda hypothesis: -hypothesis.score)  # stable
        scores = [hypothesis.score for hypothesis in found]
        found = found[:n_beams]
        for ranking in ([candidate[0] for candidate in candidates], scores):
            closest = min([closest, *(abs(a - b) for a, b in itertools.pairwise(ranking))])
        if search.early_stopping and len(found) == n_beams:
            break
    return found, closest


def all_targets(model: Any, source: list[int], search: Search) -> list[Hypothesis]:
    """Every target there is: those in EOS, and those cut at the longest length."""
    log_probs = log_probs_of(model, source, search)
    longest = slow_length(model, search)
    found, prefixes = [], [([], 0.0)]
    while prefixes:
        tokens, total = prefixes.pop()
        for token, log_prob in enumerate(log_probs((search.bos, *tokens))):
            longer, sum_ = [*tokens, token], total + log_prob
            if token == search.eos or len(longer) == longest:
                found.append(make_hypothesis(longer, sum_, search))
            else:
                prefixes.append((longer, sum_))
    return [hypothesis for hypothesis in found if hypothesis.log_prob > -np.inf]

"""The settings of a search, its scores, and the log probabilities it goes by."""

import importlib
import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mutants.mutate import Edit, mutate
from tinytf.config import Config
from tinytf.generation import Search
from tinytf.ops.arrays import Array


class FixedLogits:
    """A model that always gives the same logits (B, V)."""

    def __init__(self, logits: Any) -> None:
        self.logits = np.array(logits, float)

    def step(self, target: Array, state: None) -> Array:
        assert target.shape == (len(self.logits), 1)
        return self.logits[:, None, :]


def log_probs_by(module: ModuleType, logits: Any, search: Search) -> Array:
    newest = np.zeros(len(logits), int)
    log_probs: Array = module.next_log_probs(FixedLogits(logits), newest, None, search)
    return log_probs


REAL = importlib.import_module("tinytf.generation.search")
LOGITS = [[1.0, -2.0, 0.5, 3.0], [0.0, 0.0, 800.0, 1.0], [-np.inf, 0.0, 1.0, 2.0]]


def check_log_probs(module: ModuleType, suppress: tuple[int, ...]) -> None:
    came = log_probs_by(module, LOGITS, Search(0, 1, suppress=suppress))
    for row, logits in zip(came, LOGITS, strict=True):
        # Suppressing takes nothing from the others: their probabilities are those of all V tokens.
        total = math.fsum(math.exp(logit - max(logits)) for logit in logits)
        expected = [
            -math.inf if token in suppress else logit - max(logits) - math.log(total)
            for token, logit in enumerate(logits)
        ]
        np.testing.assert_allclose(row, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("suppress", [(), (0,), (0, 3), (3, 3)])
def test_log_probabilities(suppress: tuple[int, ...]) -> None:
    check_log_probs(REAL, suppress)


@pytest.mark.parametrize("row", [[np.nan, 1.0, 2.0], [np.inf, 1.0, 2.0], [-np.inf] * 3], ids=str)
def test_logits_without_a_highest_are_an_error(row: list[float]) -> None:
    message = r"logits: expected the highest .* to be a finite number, got a row whose highest is "
    with pytest.raises(ValueError, match=message + str(np.max(row))):
        log_probs_by(REAL, [[1.0, 2.0, 3.0], row], Search(0, 1))


def test_nothing_left_to_generate_is_an_error() -> None:
    with pytest.raises(ValueError, match="not suppressed to be a finite number, got a row"):
        log_probs_by(REAL, [[5.0, -np.inf, -np.inf]], Search(0, 1, suppress=(0,)))


def check_score(module: ModuleType, log_prob: float, length: int, penalty: float) -> None:
    came = module.Search(0, 1, length_penalty=penalty).score(log_prob, length)
    assert came == pytest.approx(log_prob / math.exp(penalty * math.log(length)), rel=1e-12)


@given(st.floats(-50, 0), st.integers(1, 100), st.floats(0, 10))
def test_scores(log_prob: float, length: int, penalty: float) -> None:
    check_score(REAL, log_prob, length, penalty)


def test_scores_of_arrays() -> None:
    came = Search(0, 1, length_penalty=2.0).score(np.array([-9.0, -18.0]), 3)
    np.testing.assert_allclose(came, [-1.0, -2.0])


@given(st.floats(-50, 0), st.integers(1, 99), st.floats(0, 10))
def test_the_same_log_probability_scores_no_worse_at_a_larger_length(
    log_prob: float, length: int, penalty: float
) -> None:
    # What the bound of beam search's early finish rests on, rounding included.
    search = Search(0, 1, length_penalty=penalty)
    assert search.score(log_prob, length) <= search.score(log_prob, length + 1)


def config(max_len: int) -> Config:
    return Config(vocab_size=5, d_model=1, max_len=max_len, n_heads=1, d_ff=1, n_layers=1)


@pytest.mark.parametrize(
    ("max_new_tokens", "max_len", "expected"), [(None, 7, 7), (3, 7, 3), (7, 7, 7), (9, 7, 7)]
)
def test_the_longest_target(max_new_tokens: int | None, max_len: int, expected: int) -> None:
    search = Search(0, 1, max_new_tokens=max_new_tokens)
    assert search.longest(config(max_len)) == expected


@pytest.mark.parametrize(
    ("search", "message"),
    [
        (Search(5, 1), "bos: expected an id from 0 to 4, got 5"),
        (Search(0, -1), "eos: expected an id from 0 to 4, got -1"),
        (Search(0, 1, suppress=(0, 5)), "suppress: expected an id from 0 to 4, got 5"),
    ],
)
def test_ids_outside_the_vocabulary(search: Search, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        search.longest(config(3))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"beam_size": 0}, "beam_size: expected at least 1, got 0"),
        ({"length_penalty": -0.1}, "length_penalty: expected a number from 0 to 10, got -0.1"),
        ({"length_penalty": 10.1}, "length_penalty: expected a number from 0 to 10, got 10.1"),
        ({"length_penalty": math.nan}, "length_penalty: expected a number from 0 to 10, got nan"),
        ({"max_new_tokens": 0}, "max_new_tokens: expected at least 1, got 0"),
        ({"suppress": (0, 1)}, "suppress: expected ids other than eos 1, got it among them"),
    ],
)
def test_wrong_settings(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Search(0, 1, **wrong)


MISTAKES: dict[str, Edit] = {
    "the penalty multiplies": (
        "float(length) ** self.length_penalty",
        "float(length) * self.length_penalty + 1",
    ),
    "GNMT's formula": ("float(length) **", "((5 + length) / 6) **"),
    "the score is multiplied": ("log_prob / power", "log_prob * power"),
    "nothing is suppressed": ("] = -np.inf", "] += 0"),
    "all but the suppressed": ("list(search.suppress)", "np.delete(np.arange(4), search.suppress)"),
    "logits, not log probabilities": (
        "log_probs, _ = log_softmax_forward(logits)",
        "log_probs = logits",
    ),
    "suppressing before the softmax": (
        "    with np.errstate",
        "    logits[:, list(search.suppress)] = -np.inf\n    with np.errstate",
    ),
}


def passes(module: ModuleType) -> bool:
    try:
        for suppress in ((), (0,), (0, 3)):
            check_log_probs(module, suppress)
        for penalty in (0.0, 0.6, 1.0):
            check_score(module, -3.0, 7, penalty)
    except (AssertionError, ValueError):
        return False
    return True


def test_the_real_one_passes() -> None:
    assert passes(REAL)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_check_sees_a_mistake(mistake: str) -> None:
    assert not passes(mutate("search", MISTAKES[mistake], "generation")), f"'{mistake}' passes"

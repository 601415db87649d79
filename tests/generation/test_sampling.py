"""Choosing one token: against slow references, by counting, and at the edges."""

import math
from collections import Counter
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mutants.mutate import Edit, mutate
from tinytf.generation import Sampling, sampling
from tinytf.ops.arrays import Array

from .slow_generation import slow_probabilities
from .strategies import logits, samplings

LOGITS = [1.5, -0.5, 1.0, 0.0, 2.0, -3.0]


def check_frequencies(
    module: ModuleType, scores: list[float], how: Sampling, n_draws: int = 400
) -> None:
    """Each token comes as often as its probability says, and never where that is 0."""
    rng = np.random.default_rng(1)
    row = np.array(scores, float)
    counts = Counter(module.next_token(row, how, rng) for _ in range(n_draws))
    for token, probability in enumerate(slow_probabilities(scores, how)):
        expected = n_draws * probability
        # Five standard deviations of a count, and one for the rare tokens.
        allowed = 5 * math.sqrt(expected * (1 - min(probability, 1))) + (probability > 0)
        assert abs(counts[token] - expected) <= allowed, (
            f"{how}, logits {scores}, token {token}: expected {expected:.1f} +- {allowed:.1f} "
            f"of {n_draws} draws, came {counts[token]}"
        )


@given(logits, samplings)
def test_any_logits_and_any_sampling(scores: list[float], how: Sampling) -> None:
    check_frequencies(sampling, scores, how)


CASES = [
    Sampling(),
    Sampling(0.5),
    Sampling(3.0),
    Sampling(1.0, top_k=1),
    Sampling(1.0, top_k=3),
    Sampling(1.0, top_k=100),
    Sampling(1.0, top_p=0.5),
    Sampling(1.0, top_p=0.9),
    Sampling(2.0, top_k=4, top_p=0.6),
]


@pytest.mark.parametrize("how", CASES, ids=str)
def test_frequencies_over_many_draws(how: Sampling) -> None:
    check_frequencies(sampling, LOGITS, how, n_draws=3000)


@given(logits)
def test_temperature_0_takes_the_likeliest_and_of_equals_the_first(scores: list[float]) -> None:
    rng = np.random.default_rng(0)
    before = rng.bit_generator.state
    came = sampling.next_token(np.array(scores, float), Sampling(0.0), rng)
    assert came == scores.index(max(scores)), f"{scores}: got {came}"
    assert rng.bit_generator.state == before, "greedy choice: expected no use of the generator"


def test_top_p_that_is_reached_exactly_keeps_no_more() -> None:
    # Four tokens of probability 1/4, exact in binary.
    for top_p, n_kept in ((0.25, 1), (0.5, 2), (0.75, 3), (1.0, 4), (0.26, 2)):
        rng = np.random.default_rng(0)
        came = {
            sampling.next_token(np.zeros(4), Sampling(1.0, top_p=top_p), rng) for _ in range(99)
        }
        assert came == set(range(n_kept)), f"top_p {top_p}: got {came}"


def test_the_same_generator_gives_the_same_tokens() -> None:
    def tokens(seed: int) -> list[int]:
        rng = np.random.default_rng(seed)
        return [sampling.next_token(np.array(LOGITS), Sampling(), rng) for _ in range(50)]

    assert tokens(3) == tokens(3)
    assert tokens(3) != tokens(4)


@pytest.mark.parametrize("temperature", [5e-324, 1e-310, 1e-300, 1e-30, 1e300])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extreme_temperatures(temperature: float, dtype: type) -> None:
    row = np.array(LOGITS, dtype)
    rng = np.random.default_rng(0)
    came = {sampling.next_token(row, Sampling(temperature, top_p=0.9), rng) for _ in range(99)}
    # The six are equally likely; only all of them together, or five and a bit, reach 0.9.
    expected = {4} if temperature < 1 else {0, 1, 2, 3, 4, 5}
    assert came == expected


def test_a_logit_of_minus_infinity_is_never_chosen() -> None:
    row = np.array([-np.inf, 1.0, -np.inf, 1.0])
    rng = np.random.default_rng(0)
    for how in (Sampling(), Sampling(1.0, top_k=3), Sampling(1.0, top_p=0.999)):
        assert {sampling.next_token(row, how, rng) for _ in range(60)} == {1, 3}


@pytest.mark.parametrize("temperature", [0.0, 1.0])
@pytest.mark.parametrize("row", [[0.0, np.nan], [0.0, np.inf], [-np.inf, -np.inf]], ids=str)
def test_logits_without_a_highest_are_an_error(row: list[float], temperature: float) -> None:
    with pytest.raises(ValueError, match="logits: expected the highest to be a finite number, got"):
        sampling.next_token(np.array(row), Sampling(temperature), np.random.default_rng(0))


def test_logits_are_not_changed() -> None:
    row: Array = np.array(LOGITS)
    sampling.next_token(row, Sampling(0.5, top_k=2, top_p=0.5), np.random.default_rng(0))
    assert row.tolist() == LOGITS


@pytest.mark.parametrize("temperature", [-1.0, -1e-9, math.nan, math.inf])
def test_wrong_temperatures(temperature: float) -> None:
    with pytest.raises(ValueError, match=r"temperature: expected a number >= 0, got"):
        Sampling(temperature)


@pytest.mark.parametrize("top_k", [0, -1])
def test_wrong_top_k(top_k: int) -> None:
    with pytest.raises(ValueError, match=r"top_k: expected at least 1, got"):
        Sampling(top_k=top_k)


@pytest.mark.parametrize("top_p", [0.0, -0.1, 1.0001, math.nan])
def test_wrong_top_p(top_p: float) -> None:
    with pytest.raises(ValueError, match=r"top_p: expected 0 < top_p <= 1, got"):
        Sampling(top_p=top_p)


@given(st.integers(1, 8))
def test_top_k_1_is_greedy(seed: int) -> None:
    row = np.random.default_rng(seed).normal(size=9)
    rng = np.random.default_rng(seed)
    assert sampling.next_token(row, Sampling(2.0, top_k=1), rng) == row.argmax()


MISTAKES: dict[str, Edit] = {
    "top-p keeps one too many": ("argmax()) + 1", "argmax()) + 2"),
    "top-p keeps one too few": ("argmax()) + 1", "argmax())"),
    "temperature multiplies": (") / sampling.temperature", ") * sampling.temperature"),
    "temperature is left out": (") / sampling.temperature", ")"),
    "top-k keeps one too many": ("min(sampling.top_k,", "min(sampling.top_k + 1,"),
    "the least likely are kept": ("np.argsort(-scaled", "np.argsort(scaled"),
    "top-p counts before top-k": ("scaled[order[:n_kept]]", "scaled[order]"),
    "kept in order of id": ("kept[order[:n_kept]]", "kept[:n_kept]"),
    "all equally likely": ("sampling), scaled, -np.inf", "sampling), 0.0, -np.inf"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_check_sees_a_mistake(mistake: str) -> None:
    mutant = mutate("sampling", MISTAKES[mistake], "generation")
    for how in CASES:
        try:
            check_frequencies(mutant, LOGITS, how, n_draws=1000)
        except (AssertionError, ValueError):
            return
    pytest.fail(f"sampling with '{mistake}' passes every case")

"""Generating: the KV cache against computing everything anew, the window, seeds, errors."""

import importlib
import itertools
from types import ModuleType
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings

from tests.layers.strategies import MANY, randomized
from tests.mutants.mutate import Edit, mutate
from tinytf.config import Config, Positions
from tinytf.generation import Sampling, generate
from tinytf.models.decoder import DecoderLM

from .slow_generation import slow_greedy
from .strategies import models_with_prompts

GREEDY = Sampling(0.0)


def make_model(max_len: int, positions: str = "learned", model_class: Any = DecoderLM) -> Any:
    config = Config(
        vocab_size=11,
        d_model=8,
        max_len=max_len,
        n_heads=2,
        d_ff=8,
        n_layers=2,
        positions=positions,  # type: ignore[arg-type]
    )
    rng = np.random.default_rng(max_len)
    return randomized(model_class(config, rng, np.float64), rng)


def tokens_of(
    model: DecoderLM, prompt: list[int], n_tokens: int, how: Sampling, seed: int = 0
) -> list[int]:
    return list(generate(model, np.array(prompt), n_tokens, how, np.random.default_rng(seed)))


def check_greedy(came: list[int], model: DecoderLM, prompt: list[int], n_tokens: int) -> None:
    expected = slow_greedy(model, prompt, n_tokens)
    assert came == expected, f"{model.config}, after {prompt}: expected {expected}, got {came}"


@settings(max_examples=MANY)
@given(models_with_prompts())
def test_greedy_is_the_argmax_without_cache_for_any_config(
    model_and_prompt: tuple[DecoderLM, list[int]],
) -> None:
    model, prompt = model_and_prompt
    check_greedy(tokens_of(model, prompt, 12, GREEDY), model, prompt, 12)


@pytest.mark.parametrize("positions", get_args(Positions))
@pytest.mark.parametrize("max_len", [1, 2, 3, 8])
def test_the_window_slides_past_max_len(max_len: int, positions: str) -> None:
    model = make_model(max_len, positions)
    for length in sorted({1, max_len, max_len + 1, 3 * max_len}):
        prompt = [(7 * i + length) % 11 for i in range(length)]
        check_greedy(tokens_of(model, prompt, 20, GREEDY), model, prompt, 20)


def test_of_a_long_prompt_only_the_last_max_len_tokens_matter() -> None:
    model = make_model(4)
    end = [3, 1, 4, 1]
    came = [tokens_of(model, [*start, *end], 9, GREEDY) for start in ([], [5], [9, 2, 6, 5, 3, 5])]
    assert came[0] == came[1] == came[2]
    # The first of the four matters too: with another one the text goes on differently.
    assert any(tokens_of(model, [other, 1, 4, 1], 9, GREEDY) != came[0] for other in range(11))


def test_the_same_seed_gives_the_same_tokens() -> None:
    model = make_model(6)
    how = Sampling(2.0, top_k=9, top_p=0.99)
    runs = [tokens_of(model, [1, 2], 30, how, seed) for seed in (5, 5, 6)]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_top_k_1_generates_what_greedy_does() -> None:
    model = make_model(5)
    assert tokens_of(model, [1], 20, Sampling(1.0, top_k=1)) == tokens_of(model, [1], 20, GREEDY)


def test_float32_as_trained() -> None:
    model = DecoderLM(make_model(4).config, np.random.default_rng(0))
    came = tokens_of(model, [1, 2, 3], 10, Sampling())
    assert len(came) == 10
    assert all(0 <= token < 11 for token in came)


def test_each_token_comes_as_soon_as_it_is_chosen() -> None:
    # More tokens than could ever be computed: only a generator gives the first three.
    endless = generate(make_model(4), np.array([1]), 10**15, GREEDY, np.random.default_rng(0))
    assert list(itertools.islice(endless, 3)) == tokens_of(make_model(4), [1], 3, GREEDY)


def test_no_tokens_asked_none_given() -> None:
    assert tokens_of(make_model(4), [1], 0, GREEDY) == []


def test_the_model_and_the_prompt_are_not_changed() -> None:
    model, prompt = make_model(3), np.array([1, 2, 3, 4])
    before = {name: p.value.copy() for name, p in model.parameters().items()}
    list(generate(model, prompt, 8, Sampling(), np.random.default_rng(0)))
    assert prompt.tolist() == [1, 2, 3, 4]
    for name, parameter in model.parameters().items():
        assert np.array_equal(parameter.value, before[name]), name
        assert not parameter.grad.any(), name


@pytest.mark.parametrize(
    ("prompt", "error", "message"),
    [
        (np.array([], int), ValueError, r"prompt: expected shape \(T,\), T at least 1, got \(0,\)"),
        (np.array([]), ValueError, r"prompt: expected shape \(T,\), T at least 1, got \(0,\)"),
        (np.array([[1, 2]]), ValueError, r"prompt: expected shape .*, got \(1, 2\)"),
        (np.array(3), ValueError, r"prompt: expected shape .*, got \(\)"),
        (np.array([1.5]), TypeError, r"prompt: expected integers, got float64"),
        (np.array([1, 11]), ValueError, r"11"),
        (np.array([-1]), ValueError, r"-1"),
    ],
)
def test_wrong_prompts(prompt: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        next(generate(make_model(4), prompt, 1, GREEDY, np.random.default_rng(0)))


def test_a_negative_number_of_tokens_is_an_error() -> None:
    with pytest.raises(ValueError, match="n_tokens: expected at least 0, got -1"):
        tokens_of(make_model(4), [1], -1, GREEDY)


GENERATE_MISTAKES: dict[str, Edit] = {
    "never reads again": ("+ len(unread) > max_len", "+ len(unread) > 10**9"),
    "reads again one too early": ("+ len(unread) > max_len", "+ len(unread) >= max_len"),
    "reads again from the wrong place": ("unread = seen[-max(", "unread = seen[max("),
    "forgets the newest token": ("unread = [token]", "unread = [seen[-2]]"),
    "reads the first of a long prompt": ("seen[-max_len:]", "seen[:max_len]"),
    "reads a quarter again": ("max_len // 2", "max_len // 4"),
    "predicts from the first position": ("logits[0, -1]", "logits[0, 0]"),
    "reads two tokens again": ("unread = [token]", "unread = seen[-2:]"),
}

DECODER_MISTAKES: dict[str, Edit] = {
    "cache position off by one": (
        "self.embed.forward(ids, n_past,",
        "self.embed.forward(ids, max(n_past - 1, 0),",
    ),
    "every new token at position 0": (
        "self.embed.forward(ids, n_past,",
        "self.embed.forward(ids, 0,",
    ),
}


def passes(module: ModuleType, model_class: Any) -> bool:
    """Whether a wrong `generate`, or a wrong model, gives the tokens of the right ones."""
    for max_len, positions in itertools.product((1, 4, 8), get_args(Positions)):
        right, model = make_model(max_len, positions), make_model(max_len, positions, model_class)
        for prompt in ([3], [1, 2, 3, 4, 5, 6, 7, 8, 9]):
            rng = np.random.default_rng(0)
            try:
                came = list(module.generate(model, np.array(prompt), 20, GREEDY, rng))
            except (ValueError, IndexError):
                return False
            if came != slow_greedy(right, prompt, 20):
                return False
    return True


REAL = importlib.import_module("tinytf.generation.generate")


def test_the_real_ones_pass() -> None:
    assert passes(REAL, DecoderLM)


@pytest.mark.parametrize("mistake", GENERATE_MISTAKES)
def test_the_check_sees_a_mistake_in_generate(mistake: str) -> None:
    mutant = mutate("generate", GENERATE_MISTAKES[mistake], "generation")
    assert not passes(mutant, DecoderLM), f"'{mistake}' passes"


@pytest.mark.parametrize("mistake", DECODER_MISTAKES)
def test_the_check_sees_a_mistake_in_the_cache_position(mistake: str) -> None:
    mutant = mutate("decoder", DECODER_MISTAKES[mistake], "models")
    assert not passes(REAL, mutant.DecoderLM), f"'{mistake}' passes"

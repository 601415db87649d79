"""Epochs: every batch once, a new order each time, and going on in the middle."""

import json
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.ops.claims import claim
from tests.ops.strategies import seeds
from tinytf.ops.arrays import Array

SIZES = st.integers(1, 7)


def make(module: ModuleType, n_batches: int) -> Any:
    """Epochs of n_batches batches; batch i holds i and 10 + i."""

    def batches(rng: np.random.Generator) -> list[Array]:
        return [np.array([i, 10 + i]) for i in rng.permutation(n_batches)]

    return module.Epochs(batches)


def firsts(epochs: Any, rng: np.random.Generator, n: int) -> list[int]:
    drawn = [epochs.draw(rng).tolist() for _ in range(n)]
    assert all(second == 10 + first for first, second in drawn)
    return [first for first, _ in drawn]


@claim(n_batches=SIZES, seed=seeds)
def test_each_epoch_has_every_batch_once(module: ModuleType, n_batches: int, seed: int) -> None:
    epochs, rng = make(module, n_batches), np.random.default_rng(seed)
    for _ in range(3):
        assert sorted(firsts(epochs, rng, n_batches)) == list(range(n_batches))


def test_the_order_is_drawn_anew_from_the_generator(module: ModuleType) -> None:
    epochs, rng = make(module, 20), np.random.default_rng(4)
    expected = np.random.default_rng(4)
    for _ in range(3):
        assert firsts(epochs, rng, 20) == expected.permutation(20).tolist()


@claim(n_batches=SIZES, n_drawn=st.integers(0, 20), n_other=st.integers(0, 5), seed=seeds)
def test_going_on_in_the_middle(
    module: ModuleType, n_batches: int, n_drawn: int, n_other: int, seed: int
) -> None:
    epochs, rng = make(module, n_batches), np.random.default_rng(seed)
    firsts(epochs, rng, n_drawn)
    again = make(module, n_batches)
    firsts(again, np.random.default_rng(seed + 1), n_other)  # what it did before does not matter
    again.restore(json.loads(json.dumps(epochs.state())))
    its_rng = np.random.default_rng()
    its_rng.bit_generator.state = rng.bit_generator.state
    assert firsts(again, its_rng, 9) == firsts(epochs, rng, 9)


def test_a_state_of_other_examples(module: ModuleType) -> None:
    epochs, rng = make(module, 5), np.random.default_rng(0)
    firsts(epochs, rng, 4)
    state = epochs.state()
    make(module, 4).restore(state)
    for few in (make(module, 3), make(module, 1)):
        with pytest.raises(ValueError, match=r"n_drawn: expected at most the \d batches .* got 4"):
            few.restore(state)
    with pytest.raises(ValueError, match=r"n_drawn: expected at most the 5 batches .* got -1"):
        make(module, 5).restore({**state, "n_drawn": -1})

"""Inputs of the exercise "train": batches of tokens, and a model that stays with the grader."""

from typing import TYPE_CHECKING

import numpy as np

from tinytf.config import Config
from tinytf.course.exercise import Cases, Inputs, Probe
from tinytf.course.training_session import NO_GOAL, TrainingSession, remotes
from tinytf.ops.arrays import Array

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

STATED_LOSS = 0.1  # what the model must reach on sequences it was not trained on


def _strategy() -> "SearchStrategy[Inputs]":
    from hypothesis import strategies as st

    from tinytf.gradcheck.strategies import ids

    def inputs(sizes: tuple[int, int, int]) -> "SearchStrategy[Inputs]":
        n_batches, batch, length = sizes
        return st.builds(
            lambda tokens, warmup_steps, seed: _inputs(tokens, 3, 2, seed, warmup_steps),
            ids((n_batches, batch, length + 1), 3),
            st.integers(0, 1),
            st.integers(0, 3),
        )

    sizes = st.tuples(st.integers(1, 2), st.integers(1, 2), st.integers(1, 2))
    return sizes.flatmap(inputs)


def _inputs(tokens: Array, n_ids: int, d_model: int, seed: int, warmup_steps: int = 0) -> Inputs:
    """A few steps of SGD, which shows every factor of the gradient."""
    length = tokens.shape[-1] - 1
    config = Config(n_ids, d_model, length, 1, d_model, 1, init_std=0.5)
    session = TrainingSession(config, seed, "sgd", tokens[0], NO_GOAL)
    return {
        **remotes(session),
        "tokens": tokens,
        "learning_rate": 0.5,
        "warmup_steps": warmup_steps,
    }


def _counting(rng: np.random.Generator, *shape: int) -> Array:
    """Sequences that count from anywhere, modulo 7: the next token is always the last plus 1."""
    start = rng.integers(0, 7, (*shape[:-1], 1))
    return (start + np.arange(shape[-1])) % 7


def _generic(rng: np.random.Generator) -> list[Probe]:
    return [
        Probe("3 batches of 2 rows", _inputs(rng.integers(0, 5, (3, 2, 5)), 5, 4, 1)),
        Probe("a warm-up of 2 steps", _inputs(rng.integers(0, 4, (4, 3, 4)), 4, 4, 2, 2)),
    ]


def _special(rng: np.random.Generator) -> list[Probe]:
    # No biases: that of the keys has a gradient of 0 but for rounding, which Adam would magnify.
    config = Config(7, 8, 4, 2, 16, 1, bias=False, init_std=0.2)
    session = TrainingSession(config, 5, "adam", _counting(rng, 16, 5), STATED_LOSS)
    long_run = {
        **remotes(session),
        "tokens": _counting(rng, 50, 2, 5),
        "learning_rate": 0.05,
        "warmup_steps": 5,
    }
    return [
        Probe("as many rows as tokens to read", _inputs(rng.integers(0, 4, (3, 3, 4)), 4, 3, 3)),
        Probe("50 batches, to a loss of 0.1", long_run),
        Probe("a single batch", _inputs(rng.integers(0, 3, (1, 2, 3)), 3, 2, 6), edge=True),
        Probe(
            "a warm-up that never ends", _inputs(rng.integers(0, 3, (2, 2, 3)), 3, 2, 7, 9), True
        ),
    ]


train = Cases(_strategy, _generic, _special)

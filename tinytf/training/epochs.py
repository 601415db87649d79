"""Going through the training examples again and again: every epoch all of them, in a new order."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tinytf.ops.arrays import Array


class Epochs:
    """Draws one batch of examples after the other, and can go on in the middle of an epoch.

    Args:
        make_batches: gives index arrays that together hold every example once, in an order that it
            draws from the generator.
    """

    def __init__(self, make_batches: Callable[[np.random.Generator], list[Array]]) -> None:
        self._make_batches = make_batches
        self._batches: list[Array] = []  # of this epoch
        self._n_drawn = 0  # how many of them have been drawn
        self._rng_state: Mapping[str, Any] | None = None  # what they were made from

    def draw(self, rng: np.random.Generator) -> Array:
        """The next batch of the epoch; behind the last one, the first of a new epoch."""
        if self._n_drawn == len(self._batches):
            self._rng_state = rng.bit_generator.state
            self._batches = self._make_batches(rng)
            self._n_drawn = 0
        self._n_drawn += 1
        return self._batches[self._n_drawn - 1]

    def state(self) -> dict[str, Any]:
        """What `restore` needs: JSON values, not the order itself but what it was drawn from."""
        return {"n_drawn": self._n_drawn, "rng": self._rng_state}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken: the next batch is the one that would have come.

        Raises:
            ValueError: more batches were drawn than an epoch has, so it is of other examples.
        """
        self._n_drawn, self._rng_state = state["n_drawn"], state["rng"]
        self._batches = []
        if self._rng_state is not None:
            rng = np.random.default_rng()
            rng.bit_generator.state = self._rng_state
            self._batches = self._make_batches(rng)
        if not 0 <= self._n_drawn <= len(self._batches):
            raise ValueError(
                f"n_drawn: expected at most the {len(self._batches)} batches of an epoch, "
                f"got {self._n_drawn}"
            )

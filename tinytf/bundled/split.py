"""What every bundled data set returns, and the one way to seed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

Item = TypeVar("Item")


@dataclass(frozen=True)
class Split(Generic[Item]):
    """Items to train on, and held-out items to judge by."""

    train: list[Item]
    test: list[Item]


def as_generator(rng: int | np.random.Generator) -> np.random.Generator:
    """A Generator as it is, a seed as a new Generator: the same seed gives the same data."""
    return rng if isinstance(rng, np.random.Generator) else np.random.default_rng(rng)


def check_size(name: str, size: int, least: int = 1) -> None:
    """Raise a ValueError unless `size` is at least `least`."""
    if size < least:
        raise ValueError(f"{name}: expected a number >= {least}, got {size}")


class Chooser:
    """Draws from a Generator: one of a list, one by weight, yes with a probability.

    Grammars draw very many small numbers, and `Generator.random` is the cheapest draw there is.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._random = rng.random

    def one_of(self, items: list[Item] | tuple[Item, ...]) -> Item:
        """Each item is equally likely. An empty list is an error of the grammar (IndexError)."""
        return items[int(self._random() * len(items))]

    def weighted(self, weights: Mapping[Item, float]) -> Item:
        """A key, with probability in proportion to its weight."""
        left = self._random() * sum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        return item  # rounding left a crumb: the last one

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random() < probability

    def shuffled(self, items: list[Item]) -> list[Item]:
        """The items in a random order."""
        order = sorted((self._random(), index) for index in range(len(items)))
        return [items[index] for _, index in order]

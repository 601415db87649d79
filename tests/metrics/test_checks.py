"""Inputs of unequal length, and empty ones."""

from types import ModuleType

import pytest


def test_lengths(module: ModuleType) -> None:
    module.check_lengths(["a"], ["b"], "labels")
    module.check_lengths("ab", (1, 2), "labels")
    with pytest.raises(ValueError, match="predicted: expected as many labels as gold, 2, got 1"):
        module.check_lengths([1, 2], [1], "labels")
    with pytest.raises(ValueError, match="predicted: expected as many labels as gold, 0, got 1"):
        module.check_lengths([], [1], "labels")
    with pytest.raises(ValueError, match="gold: expected at least one of the labels, got none"):
        module.check_lengths([], [], "labels")

"""Splitting features into heads, and merging them again."""

from types import ModuleType

import numpy as np
import pytest

X = np.arange(2 * 3 * 8.0).reshape(2, 3, 8)


def test_head_h_gets_its_own_run_of_features(op: ModuleType) -> None:
    heads = op.split_heads(X, 4)
    assert heads.shape == (2, 4, 3, 2)
    for b, h, t, k in np.ndindex(heads.shape):
        assert heads[b, h, t, k] == X[b, t, 2 * h + k], (b, h, t, k)


def test_merging_undoes_splitting(op: ModuleType) -> None:
    for n_heads in (1, 2, 4, 8):
        np.testing.assert_array_equal(op.merge_heads(op.split_heads(X, n_heads)), X)


def test_merging_is_the_backward_of_splitting(op: ModuleType) -> None:
    dheads = np.random.default_rng(0).normal(size=(2, 4, 3, 2))
    forward = np.sum(dheads * op.split_heads(X, 4))
    backward = np.sum(op.merge_heads(dheads) * X)
    assert abs(forward - backward) <= 1e-12 * abs(forward)


def test_splitting_copies_nothing(op: ModuleType) -> None:
    assert np.shares_memory(op.split_heads(X, 2), X)


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    for x in (X[0], np.zeros((2, 3, 7))):
        with pytest.raises(
            ValueError, match=r"x: expected shape \(batch, length, 2 heads x K\), got"
        ):
            op.split_heads(x, 2)
    with pytest.raises(ValueError, match=r"z: expected shape .*, got \(2, 3, 8\)"):
        op.merge_heads(X)

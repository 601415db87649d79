"""Windows of tokens and their targets."""

from types import ModuleType

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.ops.claims import claim
from tests.ops.strategies import seeds
from tinytf.ops.arrays import Array


def assert_cut_from(text: Array, ids: Array, targets: Array) -> None:
    """`text` is a range of numbers, so a window says itself where it starts."""
    for window, its_targets in zip(ids, targets, strict=True):
        start = int(window[0] - text[0])
        np.testing.assert_array_equal(window, text[start : start + len(window)])
        np.testing.assert_array_equal(its_targets, window + 1, err_msg="the next tokens")


@claim(max_len=st.integers(1, 5), more=st.integers(1, 20), batch=st.integers(1, 4), seed=seeds)
def test_random_windows(module: ModuleType, max_len: int, more: int, batch: int, seed: int) -> None:
    text = np.arange(100, 100 + max_len + more)
    windows = module.TokenWindows(text, max_len)
    ids, targets = windows.random_batch(batch, np.random.default_rng(seed))
    assert ids.shape == targets.shape == (batch, max_len)
    assert_cut_from(text, ids, targets)
    again, _ = windows.random_batch(batch, np.random.default_rng(seed))
    np.testing.assert_array_equal(ids, again)


@claim(max_len=st.integers(1, 4), more=st.integers(1, 6))
def test_every_window_is_drawn_equally_often(module: ModuleType, max_len: int, more: int) -> None:
    windows = module.TokenWindows(np.arange(max_len + more), max_len)
    ids, _ = windows.random_batch(2000, np.random.default_rng(0))
    counts = np.bincount(ids[:, 0], minlength=more)
    assert len(counts) == more, "from the first to the last that has all its targets"
    assert (np.abs(counts - 2000 / more) < 6 * np.sqrt(2000 / more)).all(), counts


@claim(max_len=st.integers(1, 5), more=st.integers(1, 25), batch=st.integers(1, 4))
def test_all_batches_cover_every_target_once(
    module: ModuleType, max_len: int, more: int, batch: int
) -> None:
    text = np.arange(100, 100 + max_len + more)
    batches = list(module.TokenWindows(text, max_len).all_batches(batch))
    for ids, targets in batches:
        assert ids.shape == targets.shape
        assert ids.shape[1] == max_len
        assert_cut_from(text, ids, targets)
    assert all(len(ids) == batch for ids, _ in batches[:-1])
    assert 1 <= len(batches[-1][0]) <= batch
    covered = np.concatenate([targets.reshape(-1) for _, targets in batches])
    n_whole = (len(text) - 1) // max_len * max_len  # a rest shorter than max_len is left
    np.testing.assert_array_equal(covered, text[1 : 1 + n_whole])


def test_lists_of_ids_are_fine(module: ModuleType) -> None:
    ids, targets = next(module.TokenWindows([5, 6, 7], 2).all_batches(1))
    np.testing.assert_array_equal(ids, [[5, 6]])
    np.testing.assert_array_equal(targets, [[6, 7]])


def test_a_text_that_is_too_short(module: ModuleType) -> None:
    module.TokenWindows(np.arange(5), 4)
    for length in (0, 1, 4):
        message = rf"text: expected at least 5 tokens for a context of 4, got {length}$"
        with pytest.raises(ValueError, match=message):
            module.TokenWindows(np.arange(length), 4)

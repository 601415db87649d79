"""Attention masks."""

from types import ModuleType

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.ops.claims import claim


@claim(n_queries=st.integers(1, 6), n_keys=st.integers(1, 6))
def test_the_last_query_sees_every_key_and_each_one_before_it_one_less(
    op: ModuleType, n_queries: int, n_keys: int
) -> None:
    mask = op.causal_mask(n_queries, n_keys)
    assert mask.dtype == np.bool_
    assert mask.shape == (n_queries, n_keys)
    for query in range(n_queries):
        steps_before_last = n_queries - 1 - query
        visible = max(n_keys - steps_before_last, 0)
        expected = [key < visible for key in range(n_keys)]
        np.testing.assert_array_equal(mask[query], expected, err_msg=f"query {query}")


def test_causal_masks_of_small_sizes_written_out(op: ModuleType) -> None:
    np.testing.assert_array_equal(op.causal_mask(1, 1), [[True]])
    np.testing.assert_array_equal(op.causal_mask(2, 2), [[True, False], [True, True]])
    np.testing.assert_array_equal(op.causal_mask(1, 3), [[True, True, True]])
    np.testing.assert_array_equal(op.causal_mask(2, 3), [[True, True, False], [True, True, True]])
    np.testing.assert_array_equal(
        op.causal_mask(3, 2), [[False, False], [True, False], [True, True]]
    )


@claim(n_keys=st.integers(1, 5), data=st.data())
def test_padding_starts_at_each_sequences_length(
    op: ModuleType, n_keys: int, data: st.DataObject
) -> None:
    lengths = data.draw(st.lists(st.integers(0, n_keys), min_size=1, max_size=4))
    mask = op.padding_mask(np.array(lengths), n_keys)
    assert mask.dtype == np.bool_
    assert mask.shape == (len(lengths), 1, 1, n_keys)
    for row, length in zip(mask[:, 0, 0], lengths, strict=True):
        assert row.tolist() == [True] * length + [False] * (n_keys - length)


def test_masks_combine(op: ModuleType) -> None:
    mask = op.causal_mask(2, 2) & op.padding_mask(np.array([1, 2]), 2)
    assert mask[:, 0].tolist() == [[[True, False], [True, False]], [[True, False], [True, True]]]


def test_lengths_that_do_not_fit_are_an_error(op: ModuleType) -> None:
    for lengths, came in (([1, 4], "1 to 4"), ([-1, 2], "-1 to 2")):
        with pytest.raises(ValueError, match=rf"expected 0 <= length <= 3, .*from {came}"):
            op.padding_mask(np.array(lengths), 3)

"""The KV cache."""

from types import ModuleType

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.layers.strategies import inputs, splits
from tests.ops.claims import claim
from tests.ops.strategies import generators, sizes


@claim(size=sizes(4, largest=5), data=st.data(), rng=generators())
def test_append_returns_all_tokens_so_far(
    module: ModuleType, size: tuple[int, ...], data: st.DataObject, rng: np.random.Generator
) -> None:
    batch, n_kv_heads, max_len, d_head = size
    length = data.draw(st.integers(1, max_len))
    k, v = (inputs(rng, batch, n_kv_heads, length, d_head) for _ in "kv")
    cache = module.KVCache(batch, n_kv_heads, max_len, d_head, np.float64)
    assert cache.length == 0
    for chunk in data.draw(splits(length)):
        keys, values = cache.append(k[:, :, chunk], v[:, :, chunk])
        assert cache.length == chunk.stop
        np.testing.assert_array_equal(keys, k[:, :, : chunk.stop])
        np.testing.assert_array_equal(values, v[:, :, : chunk.stop])


def test_keys_and_values_are_views_allocated_once(module: ModuleType) -> None:
    cache = module.KVCache(1, 1, 2, 1, np.float32)
    one, two = np.full((1, 1, 1, 1), 1.0), np.full((1, 1, 1, 1), 2.0)
    first_keys, first_values = cache.append(one, one)
    keys, values = cache.append(two, two)
    assert keys.dtype == values.dtype == np.float32
    assert np.shares_memory(first_keys, keys)
    assert np.shares_memory(first_values, values)
    assert not np.shares_memory(keys, values)


def test_what_is_appended_is_copied(module: ModuleType) -> None:
    cache = module.KVCache(1, 1, 2, 1, np.float64)
    k, v = np.full((1, 1, 1, 1), 1.0), np.full((1, 1, 1, 1), 2.0)
    keys, values = cache.append(k, v)
    k[...], v[...] = 8, 9
    assert (keys[0, 0, 0, 0], values[0, 0, 0, 0]) == (1, 2)


def test_more_tokens_than_fit_is_an_error_and_changes_nothing(module: ModuleType) -> None:
    for before, more in ((0, 4), (2, 2), (3, 1)):
        cache = module.KVCache(1, 1, 3, 1, np.float64)
        if before:
            kept, _ = cache.append(np.full((1, 1, before, 1), 5.0), np.zeros((1, 1, before, 1)))
        too_many = np.zeros((1, 1, more, 1))
        with pytest.raises(ValueError, match=r"KV cache: expected at most 3 tokens, got 4"):
            cache.append(too_many, too_many)
        assert cache.length == before
        if before:
            assert (kept == 5).all()


@claim(size=sizes(4, largest=5), data=st.data(), rng=generators())
def test_select_keeps_rows_in_the_order_asked_for(
    module: ModuleType, size: tuple[int, ...], data: st.DataObject, rng: np.random.Generator
) -> None:
    batch, n_kv_heads, max_len, d_head = size
    length = data.draw(st.integers(0, max_len))
    rows = np.array(data.draw(st.lists(st.integers(0, batch - 1), min_size=1, max_size=6)))
    k, v = (inputs(rng, batch, n_kv_heads, length, d_head) for _ in "kv")
    cache = module.KVCache(batch, n_kv_heads, max_len + 1, d_head, np.float64)
    cache.append(k, v)
    cache.select(rows)
    assert cache.length == length
    new_k, new_v = (inputs(rng, len(rows), n_kv_heads, 1, d_head) for _ in "kv")
    keys, values = cache.append(new_k, new_v)  # rows kept twice go on each by itself
    np.testing.assert_array_equal(keys, np.concatenate([k[rows], new_k], axis=2))
    np.testing.assert_array_equal(values, np.concatenate([v[rows], new_v], axis=2))


def test_select_keeps_the_dtype_and_the_room(module: ModuleType) -> None:
    cache = module.KVCache(2, 1, 3, 1, np.float32)
    cache.append(np.ones((2, 1, 2, 1)), np.ones((2, 1, 2, 1)))
    cache.select(np.array([1, 1, 0]))
    keys, _ = cache.append(np.ones((3, 1, 1, 1)), np.ones((3, 1, 1, 1)))
    assert keys.shape == (3, 1, 3, 1)
    assert keys.dtype == np.float32
    with pytest.raises(ValueError, match=r"KV cache: expected at most 3 tokens, got 4"):
        cache.append(np.ones((3, 1, 1, 1)), np.ones((3, 1, 1, 1)))

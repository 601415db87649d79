"""Sinusoidal position vectors and ALiBi."""

import math
from types import ModuleType

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.ops.claims import assert_close, claim


@claim(length=st.integers(1, 20), d_model=st.integers(1, 9))
def test_sinusoidal_positions_equal_the_formula(op: ModuleType, length: int, d_model: int) -> None:
    expected = np.empty((length, d_model))
    for position in range(length):
        for feature in range(d_model):
            angle = position / 10000 ** (2 * (feature // 2) / d_model)
            wave = math.cos if feature % 2 else math.sin
            expected[position, feature] = wave(angle)
    vectors = op.sinusoidal_positions(length, d_model)
    assert vectors.dtype == np.float64
    assert_close(vectors, expected)


def test_sinusoidal_positions_of_a_small_size_written_out(op: ModuleType) -> None:
    expected = [[0, 1, 0, 1], [math.sin(1), math.cos(1), math.sin(0.01), math.cos(0.01)]]
    assert_close(op.sinusoidal_positions(2, 4), expected)


def test_slopes_of_a_power_of_two_are_a_geometric_sequence(op: ModuleType) -> None:
    assert_close(op.alibi_slopes(1), [2**-8])
    assert_close(op.alibi_slopes(4), [1 / 4, 1 / 16, 1 / 64, 1 / 256])
    assert_close(op.alibi_slopes(8), [2.0**-i for i in range(1, 9)])


def test_slopes_of_other_sizes_take_every_second_one_first(op: ModuleType) -> None:
    assert_close(op.alibi_slopes(3), [1 / 16, 1 / 256, 1 / 4])
    of_8 = [2.0**-i for i in range(1, 9)]
    assert_close(op.alibi_slopes(6), [*of_8[1::2], *of_8[0::2]][:6])
    assert_close(op.alibi_slopes(5), [*of_8[1::2], of_8[0]])


@claim(n_heads=st.integers(1, 9), n_queries=st.integers(1, 5), n_keys=st.integers(1, 5))
def test_alibi_falls_by_the_slope_for_each_step_back(
    op: ModuleType, n_heads: int, n_queries: int, n_keys: int
) -> None:
    bias = op.alibi_bias(n_heads, n_queries, n_keys)
    slopes = op.alibi_slopes(n_heads)
    assert bias.shape == (n_heads, n_queries, n_keys)
    assert bias.dtype == np.float64
    assert len(set(slopes.tolist())) == n_heads
    for head, query, key in np.ndindex(bias.shape):
        steps_back = (n_keys - 1 - key) - (n_queries - 1 - query)
        assert_close(bias[head, query, key], -slopes[head] * steps_back)


def test_alibi_of_a_small_size_written_out(op: ModuleType) -> None:
    bias = op.alibi_bias(2, 2, 3)
    assert_close(bias[0], np.array([[-1, 0, 1], [-2, -1, 0]]) / 16)
    assert_close(bias[1], np.array([[-1, 0, 1], [-2, -1, 0]]) / 256)


def test_no_heads_are_an_error(op: ModuleType) -> None:
    for n_heads in (0, -2):
        with pytest.raises(ValueError, match=rf"n_heads: expected at least 1, got {n_heads}"):
            op.alibi_slopes(n_heads)

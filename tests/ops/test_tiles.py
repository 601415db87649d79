"""Cutting large arrays into tiles."""

from types import ModuleType

import numpy as np
from hypothesis import strategies as st

from tests.ops.claims import claim
from tests.ops.strategies import LAYOUTS, lay_out
from tinytf.ops.arrays import Array
from tinytf.ops.tiles import TILE


def wave(x: Array, y: Array) -> Array:
    return x * x - y


@claim(
    shape=st.sampled_from(
        [(TILE - 1,), (TILE,), (TILE + 1,), (2, TILE), (3, 5, TILE // 7), (2, 3)]
    ),
    layout=st.sampled_from(LAYOUTS),
    dtype=st.sampled_from([np.float32, np.float64, np.complex128]),
)
def test_the_result_is_that_of_the_whole_array(
    op: ModuleType, shape: tuple[int, ...], layout: str, dtype: type
) -> None:
    rng = np.random.default_rng(0)
    x, y = (lay_out(rng.normal(size=shape).astype(dtype), layout) for _ in "xy")
    result = op.in_tiles(wave, x, y)
    assert result.dtype == dtype
    np.testing.assert_array_equal(result, wave(x, y))


def test_no_tile_is_larger_than_tile(op: ModuleType) -> None:
    sizes = []

    def formula(x: Array) -> Array:
        sizes.append(x.size)
        return x + 0

    op.in_tiles(formula, np.zeros((2, TILE + 1)))
    assert sizes == [TILE, TILE, 2]


def test_an_empty_array_and_one_without_axes_keep_their_shapes(op: ModuleType) -> None:
    for shape in ((0,), (3, 0), ()):
        assert np.shape(op.in_tiles(lambda x: x * 2, np.ones(shape))) == shape

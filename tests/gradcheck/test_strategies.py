"""The strategies draw what they promise and shrink to what a person can read."""

import numpy as np
from hypothesis import find, given, settings
from hypothesis import strategies as st

from tinytf.gradcheck import assert_gradients
from tinytf.gradcheck import strategies as gs
from tinytf.ops import attention_backward, attention_forward

QUIET = settings(database=None, derandomize=True, max_examples=1000, deadline=None)
SHAPE = gs.AttentionShape(batch=2, n_heads=4, n_kv_heads=2, n_queries=3, n_keys=2, d_head=3)


def test_readable_arrays_shrink_to_zeros_but_for_the_entry_that_matters() -> None:
    x = find(gs.readable_arrays((3, 4)), lambda x: bool((x > 1).any()), settings=QUIET)
    assert x.dtype == np.float64
    assert sorted(x.ravel()) == [0.0] * 11 + [2.0]


def test_shapes_shrink_to_one_entry() -> None:
    assert find(gs.shapes(), lambda shape: True, settings=QUIET) == (1,)
    assert find(gs.shapes(min_dims=2), lambda s: s[-1] > 1, settings=QUIET) == (1, 2)


@given(gs.generic_arrays((3, 4), scale=2.0))
def test_generic_arrays_have_no_two_equal_entries(x: np.ndarray) -> None:
    assert len(np.unique(np.abs(x))) == 12
    assert np.abs(x).max() < 20


def test_attention_shapes_reach_every_kind_and_shrink_to_ones() -> None:
    def smallest(condition: object) -> tuple[int, ...]:
        return tuple(find(gs.attention_shapes(), condition, settings=QUIET))  # type: ignore[arg-type]

    assert smallest(lambda s: True) == (1, 1, 1, 1, 1, 1)
    assert smallest(lambda s: s.n_keys > s.n_queries) == (1, 1, 1, 1, 2, 1)
    assert smallest(lambda s: s.n_keys < s.n_queries) == (1, 1, 1, 2, 1, 1)
    assert smallest(lambda s: 1 < s.n_kv_heads < s.n_heads) == (1, 4, 2, 1, 1, 1)


@given(gs.attention_shapes())
def test_attention_shapes_fit_together(shape: gs.AttentionShape) -> None:
    assert shape.n_heads % shape.n_kv_heads == 0
    assert shape.q == (shape.batch, shape.n_heads, shape.n_queries, shape.d_head)
    assert shape.kv == (shape.batch, shape.n_kv_heads, shape.n_keys, shape.d_head)
    assert min(shape) >= 1


@given(gs.masks(SHAPE))
def test_masks_are_bool_and_broadcast(mask: np.ndarray) -> None:
    assert mask.dtype == bool
    assert np.broadcast_to(mask, SHAPE.scores).shape == SHAPE.scores


def test_masks_shrink_to_all_true_and_reach_dead_rows_in_every_number_of_axes() -> None:
    mask = find(gs.masks(SHAPE), lambda mask: True, settings=QUIET)
    np.testing.assert_array_equal(mask, [True, True])
    for n_axes in (1, 2, 3, 4):
        dead = find(
            gs.masks(SHAPE),
            lambda mask, n=n_axes: mask.ndim == n and not mask.any(axis=-1).all(),
            settings=QUIET,
        )
        assert dead.size == 2  # the other axes shrank to 1
        assert not dead.any()


@given(gs.ids((3, 4), 5), gs.ids((3, 4), 5, padding_idx=9))
def test_ids_are_in_range_and_padding_stands_at_the_end(
    plain: np.ndarray, padded: np.ndarray
) -> None:
    assert plain.shape == padded.shape == (3, 4)
    assert plain.dtype == padded.dtype == np.int64
    assert ((plain >= 0) & (plain < 5)).all()
    is_padding = padded == 9
    assert (np.diff(is_padding.astype(int), axis=-1) >= 0).all()
    assert ((padded[~is_padding] >= 0) & (padded[~is_padding] < 5)).all()


def test_ids_shrink_to_zeros_and_padding_can_be_found() -> None:
    np.testing.assert_array_equal(
        find(gs.ids((2, 2), 5), lambda ids: True, settings=QUIET), [[0, 0], [0, 0]]
    )
    found = find(gs.ids((1, 3), 5, padding_idx=9), lambda ids: 9 in ids, settings=QUIET)
    np.testing.assert_array_equal(found, [[0, 0, 9]])


@given(gs.targets((2, 3), 4))
def test_targets_leave_something_to_learn(target: np.ndarray) -> None:
    real = target[target != -100]
    assert real.size >= 1
    assert ((real >= 0) & (real < 4)).all()


def test_targets_reach_ignored_places() -> None:
    found = find(gs.targets((1, 2), 4), lambda t: -100 in t, settings=QUIET)
    assert sorted(found.ravel()) == [-100, 0]


@given(st.data())
def test_ids_of_one_sequence(data: st.DataObject) -> None:
    assert data.draw(gs.ids((4,), 3, padding_idx=0)).shape == (4,)


@given(st.data())
def test_attention_is_right_for_every_shape_and_mask_drawn(data: st.DataObject) -> None:
    shape = data.draw(gs.attention_shapes())
    q, k, v = (data.draw(gs.generic_arrays(sizes)) for sizes in (shape.q, shape.kv, shape.kv))
    mask = data.draw(gs.masks(shape))
    causal = data.draw(st.booleans())
    assert_gradients(attention_forward, attention_backward, q, k, v, mask=mask, causal=causal)

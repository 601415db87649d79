"""Embedding look-up."""

from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import (
    assert_backward_right,
    assert_close,
    assert_well_behaved,
    claim,
    cotangent,
)
from tests.ops.strategies import Call, embedding_calls


@claim(call=embedding_calls())
def test_forward_equals_one_look_up_at_a_time(op: ModuleType, call: Call) -> None:
    ids, weight = call.inputs
    y, _ = call.run(op.embedding_forward)
    assert y.shape == (*ids.shape, weight.shape[1])
    for place in np.ndindex(ids.shape):
        np.testing.assert_array_equal(y[place], weight[ids[place]])


@claim(call=embedding_calls())
def test_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    # Without padding_idx, which sets gradients to 0 that are not.
    assert_backward_right(op.embedding_forward, op.embedding_backward, Call(call.inputs))


@claim(call=embedding_calls())
def test_backward_equals_one_addition_at_a_time(op: ModuleType, call: Call) -> None:
    ids, weight = call.inputs
    y, cache = call.run(op.embedding_forward)
    dy = cotangent(y)
    expected = np.zeros(weight.shape)
    for place in np.ndindex(ids.shape):
        if ids[place] != call.options["padding_idx"]:
            expected[ids[place]] += dy[place]
    assert_close(op.embedding_backward(dy, cache), expected)


@claim(call=embedding_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.embedding_forward, op.embedding_backward, Call(call.inputs))


def test_duplicate_ids_add_up(op: ModuleType) -> None:
    ids = np.array([[2, 0, 2], [2, 2, 0]])
    _, cache = op.embedding_forward(ids, np.zeros((4, 1)))
    dy = np.array([[[1.0], [10.0], [100.0]], [[1000.0], [1e4], [1e5]]])
    dweight = op.embedding_backward(dy, cache)
    np.testing.assert_array_equal(dweight, [[100010.0], [0.0], [11101.0], [0.0]])


def test_the_padding_row_is_looked_up_but_gets_no_gradient(op: ModuleType) -> None:
    ids = np.array([1, 0, 1, 2])
    weight = np.array([[5.0], [6.0], [7.0]])
    y, cache = op.embedding_forward(ids, weight, padding_idx=1)
    np.testing.assert_array_equal(y, [[6.0], [5.0], [6.0], [7.0]])
    dweight = op.embedding_backward(np.array([[1.0], [2.0], [4.0], [8.0]]), cache)
    np.testing.assert_array_equal(dweight, [[2.0], [0.0], [8.0]])
    y, cache = op.embedding_forward(ids, weight, padding_idx=0)
    dweight = op.embedding_backward(np.array([[1.0], [2.0], [4.0], [8.0]]), cache)
    np.testing.assert_array_equal(dweight, [[0.0], [5.0], [8.0]])


def test_no_ids_give_no_rows_and_no_gradient(op: ModuleType) -> None:
    for shape in ((0,), (2, 0)):
        y, cache = op.embedding_forward(np.zeros(shape, np.int64), np.ones((3, 2), np.float32))
        assert y.shape == (*shape, 2)
        dweight = op.embedding_backward(y, cache)
        assert dweight.dtype == np.float32
        np.testing.assert_array_equal(dweight, np.zeros((3, 2)))


def test_every_integer_dtype_and_layout_is_an_id(op: ModuleType) -> None:
    weight = np.random.default_rng(0).normal(size=(5, 2))
    for dtype in (np.int8, np.uint8, np.int32, np.uint64):
        ids = np.array([[4, 0, 4], [1, 1, 3]], dtype)
        y, cache = op.embedding_forward(ids.T, weight)
        np.testing.assert_array_equal(y, weight[ids.T.astype(int)])
        expected = np.zeros((5, 2))
        np.add.at(expected, ids.T.astype(int), cotangent(y))
        assert_close(op.embedding_backward(cotangent(y), cache), expected)


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    weight = np.zeros((3, 2))
    with pytest.raises(ValueError, match=r"ids: expected 0 <= id < 3, got ids from 0 to 3"):
        op.embedding_forward(np.array([0, 3]), weight)
    with pytest.raises(ValueError, match=r"ids: expected 0 <= id < 3, got ids from -1 to 2"):
        op.embedding_forward(np.array([-1, 2]), weight)
    with pytest.raises(TypeError, match=r"ids: expected an array of integers, got float64"):
        op.embedding_forward(np.array([0.0]), weight)
    with pytest.raises(TypeError, match=r"ids: expected an array of integers, got bool"):
        op.embedding_forward(np.array([True]), weight)
    with pytest.raises(TypeError, match=r"ids: expected an array of integers, got list"):
        op.embedding_forward([0, 1], weight)
    with pytest.raises(TypeError, match=r"weight: expected floats .*got dtype int64"):
        op.embedding_forward(np.array([0]), weight.astype(np.int64))
    with pytest.raises(ValueError, match=r"weight: expected shape \(any, any\), got \(3,\)"):
        op.embedding_forward(np.array([0]), np.zeros(3))


def test_a_padding_idx_outside_the_table_is_an_error(op: ModuleType) -> None:
    for padding_idx in (3, -1):
        with pytest.raises(ValueError, match=rf"padding_idx: expected .*got {padding_idx}"):
            op.embedding_forward(np.array([0]), np.zeros((3, 2)), padding_idx=padding_idx)

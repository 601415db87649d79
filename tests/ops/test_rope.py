"""Rotary position embedding."""

import math
from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import assert_backward_right, assert_close, assert_well_behaved, claim
from tests.ops.strategies import Call, rope_calls


@claim(call=rope_calls())
def test_forward_equals_the_rotation_of_each_pair(op: ModuleType, call: Call) -> None:
    x, positions = call.inputs
    n_features = x.shape[-1]
    y, _ = call.run(op.rope_forward)
    at = np.broadcast_to(positions, x.shape[:-1])
    expected = np.empty(x.shape)
    for place in np.ndindex(at.shape):
        for i in range(n_features // 2):
            angle = at[place] * call.options["base"] ** (-2 * i / n_features)
            pair = complex(x[(*place, i)], x[(*place, i + n_features // 2)])
            turned = pair * complex(math.cos(angle), math.sin(angle))
            expected[(*place, i)] = turned.real
            expected[(*place, i + n_features // 2)] = turned.imag
    assert_close(y, expected)


@claim(call=rope_calls())
def test_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.rope_forward, op.rope_backward, call)


@claim(call=rope_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.rope_forward, op.rope_backward, call)


@claim(call=rope_calls())
def test_lengths_are_kept(op: ModuleType, call: Call) -> None:
    (x, _) = call.inputs
    y, _ = call.run(op.rope_forward)
    assert_close(np.linalg.norm(y, axis=-1), np.linalg.norm(x, axis=-1))


@claim(call=rope_calls())
def test_scores_depend_on_the_distance_only(op: ModuleType, call: Call) -> None:
    (query, positions) = call.inputs
    key = query[..., ::-1] + 0.3
    scores = []
    for shift in (0, 1, 57):
        turned_query, _ = op.rope_forward(query, positions + shift)
        turned_key, _ = op.rope_forward(key, positions + shift + 4)
        scores.append((turned_query * turned_key).sum(axis=-1))
    assert_close(scores[1], scores[0], rtol=1e-10)
    assert_close(scores[2], scores[0], rtol=1e-10)


@claim(call=rope_calls())
def test_backward_undoes_forward(op: ModuleType, call: Call) -> None:
    # The inverse of a rotation is its transpose.
    y, cache = call.run(op.rope_forward)
    assert_close(op.rope_backward(y, cache), call.inputs[0])


def test_position_0_is_left_alone(op: ModuleType) -> None:
    x = np.random.default_rng(0).normal(size=(2, 1, 6))
    y, _ = op.rope_forward(x, np.array([0]))
    np.testing.assert_array_equal(y, x)


def test_base_defaults_to_10000(op: ModuleType) -> None:
    y, _ = op.rope_forward(np.array([[0.0, 1.0, 0.0, 0.0]]), np.array([50]))
    assert_close(y, [[0, math.cos(50 * 10000**-0.5), 0, math.sin(50 * 10000**-0.5)]])


def test_far_positions_stay_exact_in_float32(op: ModuleType) -> None:
    # The angle 1000.03, rounded to float32, would be wrong by 3e-5.
    x = np.array([[0.0, 1.0, 0.0, 0.0]], np.float32)
    y, _ = op.rope_forward(x, np.array([100003]))
    assert_close(y, [[0, math.cos(1000.03), 0, math.sin(1000.03)]], rtol=0, atol=1e-7)


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"x: expected an even number .*got shape \(2, 3\)"):
        op.rope_forward(np.zeros((2, 3)), np.arange(2))
    with pytest.raises(TypeError, match=r"x: expected floats .*got dtype int64"):
        op.rope_forward(np.zeros((2, 4), np.int64), np.arange(2))


def test_positions_that_do_not_fit_are_an_error_that_says_so(op: ModuleType) -> None:
    # (2, 3) positions for one sequence of 3 would otherwise give two sequences back.
    for shape in ((2,), (2, 3)):
        with pytest.raises(ValueError, match=r"positions: expected .*got"):
            op.rope_forward(np.zeros((3, 4)), np.zeros(shape, np.int64))

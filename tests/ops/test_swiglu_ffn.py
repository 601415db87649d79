"""The gated feed-forward network."""

import math
from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import assert_backward_right, assert_close, assert_well_behaved, claim
from tests.ops.strategies import Call, swiglu_ffn_calls


@claim(call=swiglu_ffn_calls())
def test_forward_equals_plain_loops(op: ModuleType, call: Call) -> None:
    x, w_gate, w_up, w_down = call.inputs
    d_model, d_ff = w_gate.shape
    out, _ = call.run(op.swiglu_ffn_forward)
    expected = np.empty(x.shape)
    for position in np.ndindex(x.shape[:-1]):
        row, post = x[position], []
        for f in range(d_ff):
            pre = math.fsum(row[d] * w_gate[d, f] for d in range(d_model))
            up = math.fsum(row[d] * w_up[d, f] for d in range(d_model))
            post.append(pre / (1 + math.exp(-pre)) * up)
        for d in range(d_model):
            expected[(*position, d)] = math.fsum(post[f] * w_down[f, d] for f in range(d_ff))
    assert_close(out, expected)


@claim(call=swiglu_ffn_calls())
def test_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.swiglu_ffn_forward, op.swiglu_ffn_backward, call)


@claim(call=swiglu_ffn_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.swiglu_ffn_forward, op.swiglu_ffn_backward, call)


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    x, wide, narrow = np.zeros((2, 3)), np.zeros((3, 4)), np.zeros((4, 3))
    with pytest.raises(ValueError, match=r"expected shape \(4, 3\), got \(3, 4\)"):
        op.swiglu_ffn_forward(x, narrow, wide, narrow)
    with pytest.raises(ValueError, match=r"w_up: expected shape \(3, 4\), got \(4, 3\)"):
        op.swiglu_ffn_forward(x, wide, narrow, narrow)
    with pytest.raises(ValueError, match=r"expected shape \(4, any\), got \(3, 4\)"):
        op.swiglu_ffn_forward(x, wide, wide, wide)
    with pytest.raises(TypeError, match=r"x: expected floats .*got dtype int64"):
        op.swiglu_ffn_forward(np.zeros((2, 3), np.int64), wide, wide, narrow)


def test_gates_of_another_width_than_the_values_are_an_error_that_says_so(op: ModuleType) -> None:
    # Also a width of 1, which NumPy would broadcast without a word.
    x = np.zeros((2, 3))
    for width in (1, 5):
        with pytest.raises(ValueError, match=r"expected .*, got "):
            op.swiglu_ffn_forward(x, np.zeros((3, 4)), np.zeros((3, width)), np.zeros((4, 3)))

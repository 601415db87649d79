"""The position-wise feed-forward network."""

import math
from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from tests.ops.claims import assert_backward_right, assert_close, assert_well_behaved, claim
from tests.ops.strategies import Call, ffn_calls
from tinytf.ops.arrays import Array

ACTIVATIONS: dict[str, Callable[[float], float]] = {
    "relu": lambda x: max(x, 0.0),
    "gelu": lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2,
    "gelu_tanh": lambda x: x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2,
    "silu": lambda x: x / (1 + math.exp(-x)),
}


def linear_by_hand(row: Array, weight: Array, bias: Array | None) -> list[float]:
    d_in, d_out = weight.shape
    sums = [math.fsum(row[i] * weight[i, j] for i in range(d_in)) for j in range(d_out)]
    return sums if bias is None else [total + b for total, b in zip(sums, bias, strict=True)]


@claim(call=ffn_calls())
def test_forward_equals_plain_loops(op: ModuleType, call: Call) -> None:
    x, w_in, b_in, w_out, b_out = call.inputs
    activation = ACTIVATIONS[call.options["activation"]]
    out, _ = call.run(op.ffn_forward)
    expected = np.empty(x.shape)
    for position in np.ndindex(x.shape[:-1]):
        post = np.array([activation(pre) for pre in linear_by_hand(x[position], w_in, b_in)])
        expected[position] = linear_by_hand(post, w_out, b_out)
    assert_close(out, expected)


@claim(call=ffn_calls())
def test_backward_agrees_with_complex_step(op: ModuleType, call: Call) -> None:
    assert_backward_right(op.ffn_forward, op.ffn_backward, call)


@claim(call=ffn_calls())
def test_dtypes_inputs_and_complex_parts_are_kept(op: ModuleType, call: Call) -> None:
    assert_well_behaved(op.ffn_forward, op.ffn_backward, call)


def test_relu_is_the_default_activation(op: ModuleType) -> None:
    one = np.ones((1, 1))
    out, _ = op.ffn_forward(np.array([[-2.0], [3.0]]), one, None, one, None)
    np.testing.assert_array_equal(out, [[0.0], [3.0]])


def test_errors_say_what_was_expected_and_what_came(op: ModuleType) -> None:
    x, w_in, w_out = np.zeros((2, 3)), np.zeros((3, 4)), np.zeros((4, 3))
    with pytest.raises(ValueError, match=r"activation: expected 'relu', 'gelu'.*got 'tanh'"):
        op.ffn_forward(x, w_in, None, w_out, None, "tanh")
    with pytest.raises(ValueError, match=r"expected shape \(3, any\), got \(4, 3\)"):
        op.ffn_forward(x, w_out, None, w_out, None)
    with pytest.raises(ValueError, match=r"expected shape \(4, any\), got \(3, 4\)"):
        op.ffn_forward(x, w_in, None, w_in, None)
    with pytest.raises(ValueError, match=r"bias: expected shape \(4\), got \(3,\)"):
        op.ffn_forward(x, w_in, np.zeros(3), w_out, None)
    with pytest.raises(TypeError, match=r"x: expected floats .*got dtype int64"):
        op.ffn_forward(np.zeros((2, 3), np.int64), w_in, None, w_out, None)

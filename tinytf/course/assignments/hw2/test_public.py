"""Public tests of hw2: hand-worked examples, and gradients against central differences.

python -m pytest tests               all of them
python -m pytest tests -m dropout    those of one exercise
"""

import math
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
warnings.filterwarnings("ignore", category=pytest.PytestUnknownMarkWarning)

from hw2 import ops

STEP = 1e-6


def numeric_gradient(function, x, dy):
    """d sum(function(x) * dy) / d x, one number of x after the other."""
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[place] += STEP
        below[place] -= STEP
        gradient[place] = ((function(above) - function(below)) * dy).sum() / (2 * STEP)
    return gradient


def assert_gradients(forward, backward, inputs, seed=0):
    """Each gradient that the backward returns is that of the forward, for a random dy.

    `inputs` are all float arrays; None stands for an input that is not there.
    """
    before = [None if value is None else value.copy() for value in inputs]
    y, cache = forward(*inputs)
    dy = np.random.default_rng(seed).normal(size=y.shape)
    dy_before = dy.copy()
    gradients = backward(dy, cache)
    if len(inputs) == 1:
        gradients = (gradients,)
    assert len(gradients) == len(inputs), "as many gradients as inputs"
    np.testing.assert_array_equal(dy, dy_before, "dy was changed in place")
    for value, old in zip(inputs, before, strict=True):
        if value is not None:
            np.testing.assert_array_equal(value, old, "an input was changed in place")
    for i, (value, gradient) in enumerate(zip(inputs, gradients, strict=True)):
        if value is None:
            assert gradient is None, f"gradient {i}: no input, so None was expected"
            continue
        assert gradient.shape == value.shape, f"gradient {i} must have the shape of its input"

        def output(changed, i=i):
            return forward(*inputs[:i], changed, *inputs[i + 1 :])[0]

        expected = numeric_gradient(output, value, dy)
        np.testing.assert_allclose(gradient, expected, 1e-5, 1e-7, err_msg=f"gradient {i}")


def normal(*shapes, seed=1):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


# --- linear --------------------------------------------------------------------------------------


@pytest.mark.linear
def test_linear_by_hand():
    x, weight, bias = (
        np.array([[1.0, 2.0]]),
        np.array([[3.0, 4.0], [5.0, 6.0]]),
        np.array([1.0, -1]),
    )
    y, cache = ops.linear_forward(x, weight, bias)
    np.testing.assert_allclose(y, [[14.0, 15.0]])  # 1*3 + 2*5 + 1, 1*4 + 2*6 - 1
    dx, dweight, dbias = ops.linear_backward(np.array([[1.0, 10.0]]), cache)
    np.testing.assert_allclose(dx, [[43.0, 65.0]])  # 3 + 40, 5 + 60
    np.testing.assert_allclose(dweight, [[1.0, 10.0], [2.0, 20.0]])
    np.testing.assert_allclose(dbias, [1.0, 10.0])


@pytest.mark.linear
@pytest.mark.parametrize("leading", [(), (4,), (2, 5), (3, 3)])
@pytest.mark.parametrize("sizes", [(3, 2), (3, 3)])
def test_linear_gradients(leading, sizes):
    inputs = normal((*leading, sizes[0]), sizes, sizes[1:])
    assert_gradients(ops.linear_forward, ops.linear_backward, inputs)


@pytest.mark.linear
def test_linear_without_bias():
    x, weight = normal((4, 3), (3, 2))
    y, _ = ops.linear_forward(x, weight)
    np.testing.assert_allclose(y, x @ weight)
    assert_gradients(ops.linear_forward, ops.linear_backward, [x, weight, None])


# --- activations ---------------------------------------------------------------------------------


@pytest.mark.relu
def test_relu_by_hand():
    y, cache = ops.relu_forward(np.array([-2.0, 0.0, 3.0]))
    np.testing.assert_array_equal(y, [0.0, 0.0, 3.0])
    np.testing.assert_array_equal(ops.relu_backward(np.array([5.0, 6.0, -7.0]), cache), [0, 0, -7])


@pytest.mark.relu
def test_relu_gradient():
    assert_gradients(ops.relu_forward, ops.relu_backward, normal((2, 3, 4)))


@pytest.mark.tanh
def test_tanh_by_hand():
    y, cache = ops.tanh_forward(np.array([0.0, math.log(2)]))
    np.testing.assert_allclose(y, [0.0, 0.6])  # (2 - 1/2) / (2 + 1/2)
    np.testing.assert_allclose(ops.tanh_backward(np.array([3.0, 2.0]), cache), [3.0, 1.28])


@pytest.mark.tanh
def test_tanh_gradient():
    assert_gradients(ops.tanh_forward, ops.tanh_backward, normal((2, 3, 4)))


@pytest.mark.silu
def test_silu_by_hand():
    y, cache = ops.silu_forward(np.array([0.0, math.log(3)]))
    np.testing.assert_allclose(y, [0.0, 0.75 * math.log(3)])  # sigmoid(log 3) = 3/4
    np.testing.assert_allclose(ops.silu_backward(np.array([8.0, 0.0]), cache), [4.0, 0.0])


@pytest.mark.silu
def test_silu_gradient():
    assert_gradients(ops.silu_forward, ops.silu_backward, normal((2, 3, 4)))


@pytest.mark.gelu
@pytest.mark.parametrize(("form", "at_one"), [("none", 0.8413447461), ("tanh", 0.8411919906)])
def test_gelu_by_hand(form, at_one):
    y, cache = ops.gelu_forward(np.array([0.0, 1.0]), approximate=form)
    np.testing.assert_allclose(y, [0.0, at_one], atol=1e-9)
    dx = ops.gelu_backward(np.array([6.0, 0.0]), cache)
    np.testing.assert_allclose(dx, [3.0, 0.0], atol=1e-12)  # half of the distribution lies below 0


@pytest.mark.gelu
@pytest.mark.parametrize("form", ["none", "tanh"])
def test_gelu_gradient(form):
    def forward(x):
        return ops.gelu_forward(x, approximate=form)

    assert_gradients(forward, ops.gelu_backward, normal((2, 3, 4)))


@pytest.mark.tanh
@pytest.mark.silu
@pytest.mark.gelu
@pytest.mark.parametrize(("name", "largest"), [("tanh", 1.0), ("silu", 1000.0), ("gelu", 1000.0)])
def test_large_numbers_do_not_overflow(name, largest):
    smallest = -1.0 if name == "tanh" else 0.0
    y, cache = getattr(ops, f"{name}_forward")(np.array([1000.0, -1000.0]))
    np.testing.assert_allclose(y, [largest, smallest], atol=1e-12)
    assert np.isfinite(getattr(ops, f"{name}_backward")(np.ones(2), cache)).all()


# --- feed-forward networks -----------------------------------------------------------------------


@pytest.mark.ffn
def test_ffn_by_hand():
    x, w_in, b_in = np.array([[1.0]]), np.array([[2.0, -3.0]]), np.array([1.0, 1.0])
    w_out, b_out = np.array([[4.0], [5.0]]), np.array([0.5])
    out, cache = ops.ffn_forward(x, w_in, b_in, w_out, b_out)  # pre = [3, -2], post = [3, 0]
    np.testing.assert_allclose(out, [[12.5]])
    dx, dw_in, db_in, dw_out, db_out = ops.ffn_backward(np.array([[1.0]]), cache)
    np.testing.assert_allclose(dx, [[8.0]])
    np.testing.assert_allclose(dw_in, [[4.0, 0.0]])
    np.testing.assert_allclose(db_in, [4.0, 0.0])
    np.testing.assert_allclose(dw_out, [[3.0], [0.0]])
    np.testing.assert_allclose(db_out, [1.0])


@pytest.mark.ffn
@pytest.mark.parametrize("activation", ["relu", "gelu", "gelu_tanh", "silu"])
def test_ffn_gradients(activation):
    def forward(*inputs):
        return ops.ffn_forward(*inputs, activation=activation)

    inputs = normal((2, 3, 4), (4, 5), (5,), (5, 4), (4,))
    assert_gradients(forward, ops.ffn_backward, inputs)


@pytest.mark.ffn
def test_ffn_without_biases():
    x, w_in, w_out = normal((3, 2), (2, 4), (4, 2))
    assert_gradients(ops.ffn_forward, ops.ffn_backward, [x, w_in, None, w_out, None])


@pytest.mark.swiglu_ffn
def test_swiglu_by_hand():
    x, one = np.array([[1.0]]), np.array([[1.0]])
    out, _ = ops.swiglu_ffn_forward(x, math.log(3) * one, 2 * one, 10 * one)
    np.testing.assert_allclose(out, [[15 * math.log(3)]])  # log(3) * 3/4 * 2 * 10


@pytest.mark.swiglu_ffn
@pytest.mark.parametrize("leading", [(3,), (2, 3)])
def test_swiglu_gradients(leading):
    inputs = normal((*leading, 4), (4, 5), (4, 5), (5, 4))
    assert_gradients(ops.swiglu_ffn_forward, ops.swiglu_ffn_backward, inputs)


# --- dropout -------------------------------------------------------------------------------------


@pytest.mark.dropout
@pytest.mark.parametrize("p", [0.2, 0.7])
def test_dropout_in_training(p):
    x = np.random.default_rng(0).normal(size=(100, 200)) + 10
    y, cache = ops.dropout_forward(x, p, np.random.default_rng(1))
    kept = y != 0
    assert abs(1 - kept.mean() - p) < 0.03, "the share of zeros must be near p"
    assert abs(y.mean() / x.mean() - 1) < 0.05, "the mean must stay as it is"
    assert kept.any(axis=0).all(), "every feature is dropped by itself"
    assert kept.any(axis=1).all(), "every row is dropped by itself"
    assert np.ptp(y[kept] / x[kept]) < 1e-9, "what is kept is scaled by one number"
    dy = np.random.default_rng(2).normal(size=x.shape)
    np.testing.assert_allclose(ops.dropout_backward(dy, cache), dy * (y / x))


@pytest.mark.dropout
def test_dropout_draws_from_the_generator():
    x, rng = np.ones((50, 50)), np.random.default_rng(3)
    first, second = (ops.dropout_forward(x, 0.3, rng)[0] for _ in range(2))
    again, _ = ops.dropout_forward(x, 0.3, np.random.default_rng(3))
    np.testing.assert_array_equal(first, again, "the same seed, the same mask")
    assert (first != second).any(), "the next call draws anew"


@pytest.mark.dropout
@pytest.mark.parametrize(("p", "training"), [(0.4, False), (0.0, True)])
def test_dropout_leaves_x_as_it_is(p, training):
    (x,) = normal((3, 4))
    rng = np.random.default_rng(0) if training else None
    y, cache = ops.dropout_forward(x, p, rng, training=training)
    np.testing.assert_array_equal(y, x)
    np.testing.assert_array_equal(ops.dropout_backward(2 * x, cache), 2 * x)


# --- embedding -----------------------------------------------------------------------------------


@pytest.mark.embedding
def test_embedding_by_hand():
    weight = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    y, cache = ops.embedding_forward(np.array([2, 0, 2]), weight)
    np.testing.assert_array_equal(y, [[5.0, 6.0], [1.0, 2.0], [5.0, 6.0]])
    dy = np.array([[1.0, 0.0], [10.0, 20.0], [100.0, 3.0]])
    dweight = ops.embedding_backward(dy, cache)
    np.testing.assert_array_equal(dweight, [[10.0, 20.0], [0.0, 0.0], [101.0, 3.0]])


@pytest.mark.embedding
@pytest.mark.parametrize("shape", [(5,), (3, 4)])
def test_embedding_gradient(shape):
    ids = np.random.default_rng(0).integers(0, 3, shape)
    assert_gradients(
        lambda weight: ops.embedding_forward(ids, weight), ops.embedding_backward, normal((4, 2))
    )


@pytest.mark.embedding
@pytest.mark.parametrize("padding", [0, 2])
def test_embedding_padding(padding):
    ids = np.array([[0, 1, 2], [2, 2, 0]])
    (weight,) = normal((3, 2))
    y, cache = ops.embedding_forward(ids, weight, padding_idx=padding)
    np.testing.assert_array_equal(y, weight[ids])
    dweight = ops.embedding_backward(np.ones((2, 3, 2)), cache)
    expected = np.array([[2.0, 2.0], [1.0, 1.0], [3.0, 3.0]])
    expected[padding] = 0
    np.testing.assert_array_equal(dweight, expected)

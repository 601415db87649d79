"""Public tests of hw3: hand-worked examples, and gradients against central differences.

python -m pytest tests                 all of them
python -m pytest tests -m layernorm    those of one exercise
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
warnings.filterwarnings("ignore", category=pytest.PytestUnknownMarkWarning)

from hw3 import ops

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
    """Each gradient that the backward returns is that of the forward, for a random dy."""
    before = [value.copy() for value in inputs]
    y, cache = forward(*inputs)
    dy = np.random.default_rng(seed).normal(size=y.shape)
    dy_before = dy.copy()
    gradients = backward(dy, cache)
    if len(inputs) == 1:
        gradients = (gradients,)
    assert len(gradients) == len(inputs), "as many gradients as inputs"
    np.testing.assert_array_equal(dy, dy_before, "dy was changed in place")
    for value, old in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(value, old, "an input was changed in place")
    for i, (value, gradient) in enumerate(zip(inputs, gradients, strict=True)):
        assert gradient.shape == value.shape, f"gradient {i} must have the shape of its input"

        def output(changed, i=i):
            return forward(*inputs[:i], changed, *inputs[i + 1 :])[0]

        expected = numeric_gradient(output, value, dy)
        np.testing.assert_allclose(gradient, expected, 1e-5, 1e-6, err_msg=f"gradient {i}")


def normal(*shapes, seed=1):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


# --- layernorm -----------------------------------------------------------------------------------


@pytest.mark.layernorm
def test_layernorm_by_hand():
    x, gamma, beta = np.array([[1.0, 5.0]]), np.array([10.0, 20.0]), np.array([1.0, 2.0])
    y, cache = ops.layernorm_forward(x, gamma, beta, eps=12.0)  # mean 3, variance 4, root of 16
    np.testing.assert_allclose(y, [[-4.0, 12.0]])  # normed is -1/2, 1/2
    _, dgamma, dbeta = ops.layernorm_backward(np.array([[3.0, 4.0]]), cache)
    np.testing.assert_allclose(dgamma, [-1.5, 2.0])
    np.testing.assert_allclose(dbeta, [3.0, 4.0])


@pytest.mark.layernorm
@pytest.mark.parametrize("shape", [(5,), (4, 3), (2, 3, 5), (4, 4)])
def test_layernorm_gradients(shape):
    inputs = normal(shape, shape[-1:], shape[-1:])
    assert_gradients(ops.layernorm_forward, ops.layernorm_backward, inputs)


@pytest.mark.layernorm
def test_layernorm_ignores_a_shift_of_x():
    x, gamma, beta, dy = normal((3, 5), (5,), (5,), (3, 5))
    y, cache = ops.layernorm_forward(x, gamma, beta)
    np.testing.assert_allclose(ops.layernorm_forward(x + 7, gamma, beta)[0], y, 1e-9, 1e-9)
    dx = ops.layernorm_backward(dy, cache)[0]
    np.testing.assert_allclose(dx.sum(axis=-1), 0, atol=1e-12)


@pytest.mark.layernorm
def test_layernorm_of_equal_numbers():
    gamma, beta = normal((4,), (4,))
    y, cache = ops.layernorm_forward(np.full((2, 4), 3.0), gamma, beta)
    np.testing.assert_allclose(y, [beta, beta])
    assert np.isfinite(ops.layernorm_backward(np.ones((2, 4)), cache)[0]).all()


@pytest.mark.layernorm
def test_layernorm_without_beta():
    x, gamma, dy = normal((3, 4), (4,), (3, 4))
    y, cache = ops.layernorm_forward(x, gamma, None)
    np.testing.assert_allclose(y, ops.layernorm_forward(x, gamma, np.zeros(4))[0])
    assert ops.layernorm_backward(dy, cache)[2] is None


# --- rmsnorm -------------------------------------------------------------------------------------


@pytest.mark.rmsnorm
def test_rmsnorm_by_hand():
    x, gamma = np.array([[1.0, 7.0]]), np.array([10.0, 20.0])
    y, cache = ops.rmsnorm_forward(x, gamma, eps=24.0)  # mean square 25, root of 49
    np.testing.assert_allclose(y, [[10 / 7, 20.0]])
    _, dgamma = ops.rmsnorm_backward(np.array([[7.0, 4.0]]), cache)
    np.testing.assert_allclose(dgamma, [1.0, 4.0])


@pytest.mark.rmsnorm
@pytest.mark.parametrize("shape", [(5,), (4, 3), (2, 3, 5), (4, 4)])
def test_rmsnorm_gradients(shape):
    inputs = normal(shape, shape[-1:])
    assert_gradients(ops.rmsnorm_forward, ops.rmsnorm_backward, inputs)


@pytest.mark.rmsnorm
def test_rmsnorm_gradient_is_orthogonal_to_x():
    x, gamma, dy = normal((3, 5), (5,), (3, 5))
    _, cache = ops.rmsnorm_forward(x, gamma, eps=0.0)
    dx, _ = ops.rmsnorm_backward(dy, cache)
    np.testing.assert_allclose((dx * x).sum(axis=-1), 0, atol=1e-12)


@pytest.mark.rmsnorm
def test_rmsnorm_of_zeros():
    y, cache = ops.rmsnorm_forward(np.zeros((2, 3)), np.ones(3))
    np.testing.assert_array_equal(y, 0)
    assert np.isfinite(ops.rmsnorm_backward(np.ones((2, 3)), cache)[0]).all()


# --- residual ------------------------------------------------------------------------------------


class Cubes:
    """A stand-in for a norm: x^3, each number by itself. Counts the calls of its backward."""

    def __init__(self):
        self.backward_calls = 0

    def forward(self, x):
        return x**3, x

    def backward(self, dy, cache):
        self.backward_calls += 1
        return dy * 3 * cache**2


def turned(inner):
    """A stand-in for a sub-layer: the features in reverse order, doubled."""
    return 2 * inner[..., ::-1], None


def turned_backward(dout, cache):
    return 2 * dout[..., ::-1]


@pytest.mark.residual
@pytest.mark.parametrize(("position", "y"), [("pre", [17.0, 4.0]), ("post", [125.0, 64.0])])
def test_residual_by_hand(position, y):
    x = np.array([[[1.0, 2.0]]])  # pre: x + 2 [8, 1]; post: (x + 2 [2, 1])^3
    found, _ = ops.residual_forward(x, Cubes(), turned, position, 0.0, None)
    np.testing.assert_allclose(found, [[y]])


@pytest.mark.residual
@pytest.mark.parametrize("position", ["pre", "post"])
@pytest.mark.parametrize("dropout", [0.0, 0.4])
def test_residual_gradient(position, dropout):
    norm = Cubes()

    def forward(x):
        rng = np.random.default_rng(5) if dropout else None
        return ops.residual_forward(x, norm, turned, position, dropout, rng)

    def backward(dy, cache):
        return ops.residual_backward(dy, norm, turned_backward, position, cache)

    assert_gradients(forward, backward, normal((2, 3, 4)))
    assert norm.backward_calls == 1, "norm.backward is called once"


@pytest.mark.residual
@pytest.mark.parametrize("position", ["pre", "post"])
def test_residual_with_a_memory(position):
    def forward(x, memory):
        def sublayer(inner):
            return inner * memory, (inner, memory)

        return ops.residual_forward(x, Cubes(), sublayer, position, 0.0, None)

    def backward(dy, cache):
        def sublayer_backward(dout, sub_cache):
            inner, memory = sub_cache
            return dout * memory, dout * inner

        return ops.residual_backward(dy, Cubes(), sublayer_backward, position, cache)

    assert_gradients(forward, backward, normal((2, 3, 4), (2, 3, 4)))


@pytest.mark.residual
@pytest.mark.parametrize("position", ["pre", "post"])
def test_residual_evaluation_has_no_dropout(position):
    (x,) = normal((1, 2, 3))
    with_p, _ = ops.residual_forward(x, Cubes(), turned, position, 0.9, None)
    without, _ = ops.residual_forward(x, Cubes(), turned, position, 0.0, None)
    np.testing.assert_array_equal(with_p, without)

"""Public tests of hw4: hand-worked examples, and gradients against central differences.

python -m pytest tests                 all of them
python -m pytest tests -m attention    those of one exercise
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
warnings.filterwarnings("ignore", category=pytest.PytestUnknownMarkWarning)

from hw4 import ops

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
    gradients = backward(dy, cache)
    if len(inputs) == 1:
        gradients = (gradients,)
    assert len(gradients) == len(inputs), "as many gradients as inputs"
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


# --- masks ---------------------------------------------------------------------------------------


@pytest.mark.causal_mask
def test_causal_mask_of_a_whole_text():
    mask = ops.causal_mask(3, 3)
    assert mask.dtype == bool
    expected = [[True, False, False], [True, True, False], [True, True, True]]
    np.testing.assert_array_equal(mask, expected)


@pytest.mark.causal_mask
def test_causal_mask_with_a_past():
    expected = [[True, True, True, False], [True, True, True, True]]
    np.testing.assert_array_equal(ops.causal_mask(2, 4), expected)


@pytest.mark.padding_mask
def test_padding_mask():
    mask = ops.padding_mask(np.array([1, 3]), 3)
    assert mask.dtype == bool
    assert mask.shape == (2, 1, 1, 3)
    np.testing.assert_array_equal(mask[:, 0, 0], [[True, False, False], [True, True, True]])


# --- heads ---------------------------------------------------------------------------------------


@pytest.mark.split_heads
def test_split_heads():
    x = np.array([[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]]])
    heads = ops.split_heads(x, 2)
    assert heads.shape == (1, 2, 3, 2)
    np.testing.assert_array_equal(heads[0, 0], [[1, 2], [5, 6], [9, 10]])
    np.testing.assert_array_equal(heads[0, 1], [[3, 4], [7, 8], [11, 12]])


@pytest.mark.merge_heads
def test_merge_heads():
    z = np.array([[[[1.0, 2.0], [5.0, 6.0]], [[3.0, 4.0], [7.0, 8.0]]]])
    np.testing.assert_array_equal(ops.merge_heads(z), [[[1, 2, 3, 4], [5, 6, 7, 8]]])


@pytest.mark.merge_heads
def test_merge_undoes_split():
    (x,) = normal((2, 3, 8))
    np.testing.assert_array_equal(ops.merge_heads(ops.split_heads(x, 4)), x)


# --- attention -----------------------------------------------------------------------------------


def attention(**options):
    return lambda q, k, v: ops.attention_forward(q, k, v, **options)


@pytest.mark.attention
def test_attention_by_hand():
    q = np.array([[[[2.0, 0.0, 0.0, 0.0]]]])
    k = np.array([[[[np.log(3), 5.0, 5.0, 5.0], [0.0, 7.0, 7.0, 7.0]]]])
    v = np.array([[[[4.0, 0.0, 0.0, 0.0], [8.0, 0.0, 0.0, 40.0]]]])
    z, cache = ops.attention_forward(q, k, v)  # scores log 3 and 0, so weights 3/4 and 1/4
    np.testing.assert_allclose(z, [[[[5.0, 0.0, 0.0, 10.0]]]])
    _, _, dv = ops.attention_backward(np.array([[[[4.0, 8.0, 0.0, 0.0]]]]), cache)
    np.testing.assert_allclose(dv, [[[[3.0, 6.0, 0.0, 0.0], [1.0, 2.0, 0.0, 0.0]]]])


@pytest.mark.attention
@pytest.mark.parametrize("sizes", [(2, 3, 4, 3), (1, 5, 2, 4), (2, 3, 3, 3), (1, 1, 4, 1)])
def test_attention_gradients(sizes):
    heads, queries, keys, features = sizes
    q, k, v = normal((2, heads, queries, features), *[(2, heads, keys, features)] * 2)
    assert_gradients(ops.attention_forward, ops.attention_backward, [q, k, v])


@pytest.mark.attention
def test_attention_gradients_with_a_mask():
    mask = np.array([[True, False, True], [False, False, True]])
    inputs = normal((1, 2, 2, 3), (1, 2, 3, 3), (1, 2, 3, 3))
    assert_gradients(attention(mask=mask), ops.attention_backward, inputs)


@pytest.mark.attention
def test_what_is_masked_does_not_matter():
    q, k, v, dz = normal((1, 1, 2, 3), (1, 1, 4, 3), (1, 1, 4, 3), (1, 1, 2, 3))
    mask = np.array([True, True, False, True])
    z, cache = ops.attention_forward(q, k, v, mask=mask)
    kept = [0, 1, 3]
    np.testing.assert_allclose(z, ops.attention_forward(q, k[:, :, kept], v[:, :, kept])[0])
    _, dk, dv = ops.attention_backward(dz, cache)
    assert not dk[:, :, 2].any()
    assert not dv[:, :, 2].any()


@pytest.mark.attention
def test_causal_attention_does_not_see_the_future():
    q, k, v = normal((1, 2, 3, 2), (1, 2, 5, 2), (1, 2, 5, 2))
    z, _ = ops.attention_forward(q, k, v, causal=True)
    shortened = ops.attention_forward(q[:, :, :1], k[:, :, :3], v[:, :, :3])[0]
    np.testing.assert_allclose(z[:, :, :1], shortened)  # the first query sees 3 of 5 keys
    assert_gradients(attention(causal=True), ops.attention_backward, [q, k, v])


@pytest.mark.attention
def test_a_query_with_nothing_to_attend_to():
    q, k, v, dz = normal((1, 1, 2, 2), (1, 1, 3, 2), (1, 1, 3, 2), (1, 1, 2, 2))
    mask = np.array([[True, True, True], [False, False, False]])
    z, cache = ops.attention_forward(q, k, v, mask=mask)
    np.testing.assert_array_equal(z[:, :, 1], 0)
    gradients = ops.attention_backward(dz, cache)
    assert all(np.isfinite(gradient).all() for gradient in gradients)
    np.testing.assert_array_equal(gradients[0][:, :, 1], 0)


@pytest.mark.attention
def test_large_scores_do_not_overflow():
    q, k = np.array([[[[1000.0]]]]), np.array([[[[1.0], [2.0]]]])
    v = np.array([[[[3.0], [4.0]]]])
    np.testing.assert_allclose(ops.attention_forward(q, k, v)[0], [[[[4.0]]]])


@pytest.mark.attention
def test_grouped_heads_share_their_neighbour_s_keys():
    q, k, v = normal((2, 4, 3, 2), (2, 2, 5, 2), (2, 2, 5, 2))
    z, _ = ops.attention_forward(q, k, v)
    np.testing.assert_allclose(z[:, 1:2], ops.attention_forward(q[:, 1:2], k[:, :1], v[:, :1])[0])
    assert_gradients(ops.attention_forward, ops.attention_backward, [q, k, v])


@pytest.mark.attention
def test_bias_and_scale():
    q, k, v, bias = normal((1, 2, 3, 2), (1, 2, 4, 2), (1, 2, 4, 2), (3, 4))
    assert_gradients(attention(bias=bias, scale=0.3), ops.attention_backward, [q, k, v])
    by_hand = 0.3 * q[0, 1] @ k[0, 1].T + bias
    weights = np.exp(by_hand) / np.exp(by_hand).sum(axis=1, keepdims=True)
    z, _ = ops.attention_forward(q, k, v, bias=bias, scale=0.3)
    np.testing.assert_allclose(z[0, 1], weights @ v[0, 1])


@pytest.mark.attention
def test_dropout():
    def forward(q, k, v):
        rng = np.random.default_rng(3)  # the same draws each time
        return ops.attention_forward(q, k, v, dropout_p=0.4, rng=rng)

    inputs = normal((1, 2, 3, 2), (1, 2, 4, 2), (1, 2, 4, 2))
    assert not np.allclose(forward(*inputs)[0], ops.attention_forward(*inputs)[0])
    assert_gradients(forward, ops.attention_backward, inputs)


# --- layers --------------------------------------------------------------------------------------


def layer_of(kind, n_heads=2, d_model=4, **options):
    """A layer with random parameters, biases too."""
    rng = np.random.default_rng(7)
    config = ops.Config(5, d_model, 8, n_heads, 4, 1, **options)
    layer = kind(config, rng, dtype=np.float64)
    for parameter in layer.parameters().values():
        parameter.value[...] = rng.normal(size=parameter.value.shape)
    return layer


def assert_parameter_gradients(layer, forward, backward):
    """What the layer's backward adds into its parameters, for a random dy."""
    y, cache = forward()
    dy = np.random.default_rng(2).normal(size=y.shape)
    for parameter in layer.parameters().values():
        parameter.grad[...] = 0
    backward(dy, cache)
    for name, parameter in layer.parameters().items():

        def output(value, parameter=parameter):
            kept = parameter.value.copy()
            parameter.value[...] = value
            try:
                return forward()[0]
            finally:
                parameter.value[...] = kept

        expected = numeric_gradient(output, parameter.value.copy(), dy)
        np.testing.assert_allclose(parameter.grad, expected, 1e-5, 1e-6, err_msg=name)


@pytest.mark.self_attention
@pytest.mark.parametrize("options", [{}, {"n_heads": 1}, {"positions": "rope"}, {"n_kv_heads": 1}])
def test_self_attention_gradients(options):
    layer = layer_of(ops.SelfAttention, **options)
    (x,) = normal((2, 3, 4))
    assert_gradients(layer.forward, layer.backward, [x])
    assert_parameter_gradients(layer, lambda: layer.forward(x), layer.backward)


@pytest.mark.cross_attention
def test_cross_attention_reads_the_memory():
    layer = layer_of(ops.CrossAttention)
    x, memory = normal((1, 3, 4), (1, 1, 4))
    y, _ = layer.forward(x, memory)
    assert y.shape == x.shape
    value = memory @ layer.v.weight.value + layer.v.bias.value  # a single key: its weight is 1
    expected = value @ layer.out.weight.value + layer.out.bias.value
    np.testing.assert_allclose(y, np.repeat(expected, 3, axis=1))


@pytest.mark.cross_attention
def test_cross_attention_hides_padding():
    layer = layer_of(ops.CrossAttention)
    x, memory = normal((1, 2, 4), (1, 3, 4))
    y, _ = layer.forward(x, memory, np.array([True, True, False]))
    np.testing.assert_allclose(y, layer.forward(x, memory[:, :2])[0])


@pytest.mark.cross_attention
@pytest.mark.parametrize("sizes", [(3, 5), (4, 2), (3, 3)])
def test_cross_attention_gradients(sizes):
    layer = layer_of(ops.CrossAttention)
    x, memory = normal((2, sizes[0], 4), (2, sizes[1], 4))
    assert_gradients(layer.forward, layer.backward, [x, memory])
    assert_parameter_gradients(layer, lambda: layer.forward(x, memory), layer.backward)

"""Public tests of hw5: hand-worked examples, and gradients against central differences.

python -m pytest tests                         all of them
python -m pytest tests -m transformer_layer    those of one exercise
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
warnings.filterwarnings("ignore", category=pytest.PytestUnknownMarkWarning)

from hw5 import ops

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


def normal(*shapes, seed=1):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def randomized(layer):
    """The layer with random parameters: no scale is 1, no bias 0."""
    rng = np.random.default_rng(7)
    for parameter in layer.parameters().values():
        parameter.value[...] = rng.normal(size=parameter.value.shape)
    return layer


def config_of(**options):
    sizes = {"vocab_size": 5, "d_model": 4, "max_len": 6, "n_heads": 2, "d_ff": 3, "n_layers": 1}
    return ops.Config(**(sizes | options))


def assert_layer(layer, inputs, differentiable):
    """Gradients of the inputs at these places, and of the parameters, for a random dy."""
    y, cache = layer.forward(*inputs)
    dy = np.random.default_rng(2).normal(size=y.shape)
    for parameter in layer.parameters().values():
        parameter.grad[...] = 0
    gradients = layer.backward(dy, cache)
    if len(differentiable) == 1:
        gradients = (gradients,)
    assert len(gradients) == len(differentiable), f"expected {len(differentiable)} gradients"
    for i, gradient in zip(differentiable, gradients, strict=True):

        def output(changed, i=i):
            return layer.forward(*inputs[:i], changed, *inputs[i + 1 :])[0]

        expected = numeric_gradient(output, inputs[i], dy)
        np.testing.assert_allclose(gradient, expected, 1e-4, 1e-5, err_msg=f"input {i}")
    for name, parameter in layer.parameters().items():

        def moved(value, parameter=parameter):
            kept = parameter.value.copy()
            parameter.value[...] = value
            try:
                return layer.forward(*inputs)[0]
            finally:
                parameter.value[...] = kept

        expected = numeric_gradient(moved, parameter.value.copy(), dy)
        np.testing.assert_allclose(parameter.grad, expected, 1e-4, 1e-5, err_msg=name)


@pytest.mark.transformer_layer
@pytest.mark.parametrize("norm_position", ["pre", "post"])
def test_transformer_layer_gradients(norm_position):
    config = config_of(norm_position=norm_position, activation="silu")
    layer = randomized(ops.TransformerLayer(config, np.random.default_rng(0), dtype=np.float64))
    assert_layer(layer, normal((2, 3, 4)), [0])


@pytest.mark.transformer_layer
def test_a_silent_layer_passes_the_gradient_on():
    layer = ops.TransformerLayer(config_of(), np.random.default_rng(0), dtype=np.float64)
    for name in ("self_attn.out.weight", "ffn.w_out"):
        layer.parameters()[name].value[...] = 0  # both sub-layers say 0: the block does nothing
    x, dy = normal((1, 2, 4), (1, 2, 4))
    y, cache = layer.forward(x)
    np.testing.assert_array_equal(y, x)
    np.testing.assert_allclose(layer.backward(dy, cache), dy)


@pytest.mark.decoder_layer
@pytest.mark.parametrize("norm_position", ["pre", "post"])
def test_decoder_layer_gradients(norm_position):
    config = config_of(norm_position=norm_position, activation="silu")
    layer = randomized(ops.DecoderLayer(config, np.random.default_rng(0), dtype=np.float64))
    assert_layer(layer, normal((1, 3, 4), (1, 2, 4)), [0, 1])


class Scaled:
    """A layer that is easy to differentiate: factor * resid, plus share * the memory's sum."""

    def __init__(self, factor, share):
        self.factor, self.share = factor, share

    def forward(self, resid, memory, *_, **__):
        return self.factor * resid + self.share * memory.sum(axis=1, keepdims=True), memory.shape

    def backward(self, dy, cache):
        total = self.share * dy.sum(axis=1, keepdims=True)
        return self.factor * dy, np.broadcast_to(total, cache).copy()


def stack_of(layers, norm_position):
    rng = np.random.default_rng(0)
    config = config_of(norm_position=norm_position, n_layers=len(layers))
    stack = ops.MemoryDecoder(ops.Embedding(5, 4, rng, dtype=np.float64), config, rng, np.float64)
    randomized(stack)
    stack.layers = layers
    return stack


@pytest.mark.memory_decoder
def test_the_memory_hears_from_every_layer():
    stack = stack_of([Scaled(2.0, 3.0), Scaled(5.0, 7.0), Scaled(11.0, 13.0)], "post")
    resid, cache = stack.forward(np.array([[1, 2]]), np.zeros((1, 3, 4)))
    dmemory = stack.backward(np.ones_like(resid), cache)
    # the last layer hears 13 directly, the one before through 11, the first through 11 and 5
    np.testing.assert_allclose(dmemory, np.full((1, 3, 4), 2 * (13 + 7 * 11 + 3 * 11 * 5)))
    expected = np.zeros((5, 4))
    expected[[1, 2]] = 2 * 5 * 11
    np.testing.assert_allclose(stack.embed.tok.weight.grad, expected)


@pytest.mark.memory_decoder
@pytest.mark.parametrize("norm_position", ["pre", "post"])
def test_memory_decoder_gradients(norm_position):
    stack = stack_of([Scaled(1.5, 0.5), Scaled(-0.7, 0.3)], norm_position)
    assert_layer(stack, [np.array([[1, 2, 1]]), *normal((1, 2, 4))], [1])


@pytest.mark.tied_head
def test_tied_head_by_hand():
    table = ops.Embedding(2, 3, np.random.default_rng(0), dtype=np.float64)
    table.weight.value[...] = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    table.weight.grad[...] = 100.0  # from the look-up
    logits, cache = ops.head_forward(np.array([[[1.0, 0.0, 2.0]]]), None, table)
    np.testing.assert_allclose(logits, [[[7.0, 16.0]]])
    dresid = ops.head_backward(np.array([[[10.0, 1.0]]]), None, table, cache)
    np.testing.assert_allclose(dresid, [[[14.0, 25.0, 36.0]]])
    np.testing.assert_allclose(table.weight.grad, [[110.0, 100.0, 120.0], [101.0, 100.0, 102.0]])


@pytest.mark.tied_head
def test_a_head_of_its_own():
    rng = np.random.default_rng(0)
    table = ops.Embedding(3, 2, rng, dtype=np.float64)
    head = ops.Linear(2, 3, rng, bias=False, dtype=np.float64)
    resid, dlogits = normal((2, 3, 2), (2, 3, 3))
    logits, cache = ops.head_forward(resid, head, table)
    np.testing.assert_allclose(logits, resid @ head.weight.value)
    dresid = ops.head_backward(dlogits, head, table, cache)
    np.testing.assert_allclose(dresid, dlogits @ head.weight.value.T)
    assert head.weight.grad.any()
    assert not table.weight.grad.any()


def small_model():
    """A matrix of one number, 2, and a bias, 3."""
    layer = ops.Linear(1, 1, np.random.default_rng(0), dtype=np.float64)
    layer.weight.value[...] = 2.0
    layer.bias.value[...] = 3.0
    return layer


def take_step(optimizer, layer, dweight, dbias, learning_rate):
    layer.weight.grad[...] = dweight
    layer.bias.grad[...] = dbias
    optimizer.step(learning_rate)
    return float(layer.weight.value[0, 0]), float(layer.bias.value[0])


@pytest.mark.sgd
def test_plain_sgd():
    layer = small_model()
    assert take_step(ops.SGD(layer), layer, 4.0, -2.0, 0.5) == pytest.approx((0.0, 4.0))


@pytest.mark.sgd
def test_momentum():
    layer = small_model()
    optimizer = ops.SGD(layer, momentum=0.5)
    assert take_step(optimizer, layer, 1.0, 0.0, 1.0) == pytest.approx((1.0, 3.0))  # velocity 1
    assert take_step(optimizer, layer, 1.0, 0.0, 1.0) == pytest.approx((-0.5, 3.0))  # 1.5


@pytest.mark.sgd
def test_weight_decay_spares_the_bias():
    layer = small_model()
    optimizer = ops.SGD(layer, weight_decay=0.5)
    assert take_step(optimizer, layer, 0.0, 0.0, 0.5) == pytest.approx((1.5, 3.0))


@pytest.mark.sgd
def test_decay_enters_the_velocity():
    layer = small_model()
    optimizer = ops.SGD(layer, momentum=0.5, weight_decay=0.5)
    assert take_step(optimizer, layer, 1.0, 0.0, 0.5) == pytest.approx((1.0, 3.0))  # 1 + 0.5 * 2
    assert take_step(optimizer, layer, 0.0, 0.0, 0.5) == pytest.approx((0.25, 3.0))  # 1 + 0.5


@pytest.mark.adam
def test_the_first_step_of_adam_has_the_length_of_the_learning_rate():
    layer = small_model()
    moved = take_step(ops.Adam(layer, eps=0.0), layer, 1000.0, -0.001, 0.25)
    assert moved == pytest.approx((1.75, 3.25))


@pytest.mark.adam
def test_two_steps_of_adam_by_hand():
    layer = small_model()
    optimizer = ops.Adam(layer, betas=(0.5, 0.75), eps=1.0)
    # moments 2 and 4, corrected 4 and 16: a step of 4 / (4 + 1)
    assert take_step(optimizer, layer, 4.0, 0.0, 1.0)[0] == pytest.approx(2 - 0.8)
    # moments 1 and 3, corrected 1 / 0.75 and 3 / 0.4375
    expected = 1.2 - (1 / 0.75) / (np.sqrt(3 / 0.4375) + 1)
    assert take_step(optimizer, layer, 0.0, 0.0, 1.0)[0] == pytest.approx(expected)


@pytest.mark.adam
def test_decoupled_decay():
    layer = small_model()
    optimizer = ops.AdamW(layer, eps=0.0, weight_decay=0.5)
    moved = take_step(optimizer, layer, 7.0, 7.0, 0.5)
    assert moved == pytest.approx((2 - 0.5 - 0.5, 3 - 0.5))  # decay 0.25 of 2, then a step of 0.5


class Bigram:
    """A language model with one table: the logits of the next token, for each token."""

    def __init__(self, n_ids):
        self.table, self.grad = np.zeros((n_ids, n_ids)), np.zeros((n_ids, n_ids))

    def forward(self, ids):
        return self.table[ids], ids

    def backward(self, dlogits, cache):
        np.add.at(self.grad, cache, dlogits)

    def zero_grad(self):
        self.grad[...] = 0

    def step(self, learning_rate):
        self.table -= learning_rate * self.grad


@pytest.mark.train
def test_two_steps_by_hand():
    model = Bigram(2)
    batches = [np.array([[0, 1]]), np.array([[1, 1]])]
    losses = ops.train(model, model, batches, 2.0)
    np.testing.assert_allclose(losses, [np.log(2), np.log(2)])  # both tokens are new when read
    np.testing.assert_allclose(model.table, [[-1.0, 1.0], [-1.0, 1.0]])


@pytest.mark.train
def test_the_gradient_is_that_of_the_mean_loss():
    model = Bigram(2)
    ops.train(model, model, [np.array([[0, 1, 0], [1, 1, 0]])], 4.0)  # 0 -> 1; 1 -> 0, 1, 0
    np.testing.assert_allclose(model.table, [[-0.5, 0.5], [0.5, -0.5]])


@pytest.mark.train
def test_warm_up():
    model, rates = Bigram(2), []
    model.step = rates.append
    ops.train(model, model, [np.array([[0, 1]])] * 5, 3.0, warmup_steps=2)
    np.testing.assert_allclose(rates, [1.0, 2.0, 3.0, 3.0, 3.0])


@pytest.mark.train
def test_a_model_learns_to_count():
    rng = np.random.default_rng(0)
    batches = [(rng.integers(0, 7, (4, 1)) + np.arange(6)) % 7 for _ in range(60)]
    model = Bigram(7)
    losses = ops.train(model, model, batches, 20.0, warmup_steps=5)
    assert len(losses) == 60
    assert losses[0] == pytest.approx(np.log(7))
    assert losses[-1] < 0.1

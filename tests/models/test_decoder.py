"""The decoder-only language model: every combination of its switches.

Whether it computes what GPT-2, Llama and MPT compute is in test_against_hugging_face.py.
"""

import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.layers.strategies import MANY, configs, randomized, splits
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import Draw, generators
from tinytf.config import Config
from tinytf.gradcheck import check_model
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from tinytf.ops.positions import alibi_bias, sinusoidal_positions

IGNORED = -100
BATCHES = st.integers(1, 3)


def make(module: ModuleType, config: Config, rng: np.random.Generator) -> Any:
    """A DecoderLM with random parameters."""
    return randomized(module.DecoderLM(config, rng, np.float64), rng)


@st.composite
def ids_and_targets(draw: Draw, config: Config) -> tuple[Array, Array]:
    """(B, T) each, T up to max_len; some targets ignored, the last sequence often padded."""
    rng = draw(generators())
    batch, length = rng.integers(1, 4), rng.integers(1, config.max_len + 1)
    ids, targets = rng.integers(config.vocab_size, size=(2, batch, length))
    if batch > 1:
        targets[-1, draw(st.integers(0, length)) :] = IGNORED
    return ids, targets


def loss_and_gradients(model: Any, ids: Array, targets: Array, seed: int = 0) -> float:
    """One forward and backward; gradients are added into the model's."""
    logits, cache = model.forward(ids, np.random.default_rng(seed))
    loss, loss_cache = cross_entropy_forward(logits, targets)
    model.backward(cross_entropy_backward(1.0, loss_cache), cache)
    return float(loss)


@claim(MANY, config=configs(), data=st.data(), rng=generators())
def test_forward_is_the_stack_of_its_parts(
    module: ModuleType, config: Config, data: st.DataObject, rng: np.random.Generator
) -> None:
    model = make(module, config, rng)
    ids, _ = data.draw(ids_and_targets(config))
    length = ids.shape[1]
    decoder, table = model.decoder, model.decoder.embed.tok.weight.value

    resid = table[ids]
    if config.positions == "sinusoidal":
        positions = sinusoidal_positions(length, config.d_model)
        resid = resid * math.sqrt(config.d_model) + positions
    if config.positions == "learned":
        resid = resid + decoder.embed.pos.weight.value[:length]
    bias = alibi_bias(config.n_heads, length, length) if config.positions == "alibi" else None
    assert len(decoder.layers) == config.n_layers
    for layer in decoder.layers:
        resid, _ = layer.forward(resid, None, bias)
    if config.norm_position == "pre":
        resid, _ = decoder.final_norm.forward(resid)
    head = table.T if config.tie_embeddings else model.parameters()["head.weight"].value
    assert_close(model.forward(ids)[0], resid @ head, rtol=1e-9)


@claim(config=configs(dropout=0.0, vocab_size=6, activation="gelu"), rng=generators())
def test_an_sgd_step_changes_the_loss_as_its_gradient_predicts(
    module: ModuleType, config: Config, rng: np.random.Generator
) -> None:
    """loss(value - rate grad) = loss - rate |grad|^2 + O(rate^2), so (loss' - loss) / rate comes
    twice as close to -|grad|^2 with half the rate."""
    model = randomized(module.DecoderLM(config, rng, np.float64), rng, 0.3)
    ids, targets = rng.integers(6, size=(2, 2, config.max_len))
    parameters = model.parameters().values()
    start = loss_and_gradients(model, ids, targets)
    squared = sum(float((p.grad**2).sum()) for p in parameters)
    errors = []
    for rate in (2e-5, 1e-5):
        for parameter in parameters:
            parameter.value -= rate * parameter.grad
        loss, _ = cross_entropy_forward(model.forward(ids)[0], targets)
        for parameter in parameters:
            parameter.value += rate * parameter.grad
        errors.append(abs((float(loss) - start) / rate + squared))
    assert errors[0] <= 0.02 * squared + 1e-9, (errors, squared)
    assert errors[1] <= 0.6 * errors[0] + 1e-9 * (1 + squared), (errors, squared)


@claim(config=configs(max_len=4), rng=generators(), data=st.data())
def test_a_later_token_changes_no_earlier_logits(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    ids = rng.integers(config.vocab_size, size=(2, 4))
    changed = data.draw(st.integers(1, 3))
    other = ids.copy()
    other[:, changed:] = rng.integers(config.vocab_size, size=(2, 4 - changed))
    before, after = model.forward(ids)[0], model.forward(other)[0]
    assert_close(after[:, :changed], before[:, :changed], rtol=1e-12)


@claim(config=configs(dropout=0.0), rng=generators())
def test_sequences_of_a_batch_do_not_see_each_other(
    module: ModuleType, config: Config, rng: np.random.Generator
) -> None:
    model = make(module, config, rng)
    ids, targets = rng.integers(config.vocab_size, size=(2, 3, config.max_len))
    together = model.forward(ids)[0]
    alone = [model.forward(ids[b : b + 1])[0][0] for b in range(3)]
    assert_close(together, np.stack(alone), rtol=1e-11)

    # The gradients of the whole batch are the mean of those of its sequences.
    loss_and_gradients(model, ids, targets)
    whole = {name: p.grad.copy() for name, p in model.parameters().items()}
    for b in range(3):
        loss_and_gradients(model, ids[b : b + 1], targets[b : b + 1])
    largest = max(np.abs(gradient).max() for gradient in whole.values())
    for name, parameter in model.parameters().items():
        mean = (parameter.grad - whole[name]) / 3
        assert_close(mean, whole[name], rtol=1e-9, atol=1e-12 * largest + 1e-15, what=name)


@claim(MANY, config=configs(max_len=5), rng=generators(), batch=BATCHES, data=st.data())
def test_logits_from_kv_caches_equal_those_of_the_whole_sequence(
    module: ModuleType,
    config: Config,
    rng: np.random.Generator,
    batch: int,
    data: st.DataObject,
) -> None:
    model = make(module, config, rng)
    ids = rng.integers(config.vocab_size, size=(batch, config.max_len))
    whole, _ = model.forward(ids)
    kv_caches = model.new_kv_caches(batch)
    assert len(kv_caches) == config.n_layers
    for chunk in data.draw(splits(config.max_len)):
        part, _ = model.forward(ids[:, chunk], kv_caches=kv_caches)
        assert_close(part, whole[:, chunk], rtol=1e-10, what=f"tokens {chunk}")
    with pytest.raises(ValueError, match=r"ids: expected at most max_len 5 tokens, got 6"):
        model.forward(ids[:, :1], kv_caches=kv_caches)


@claim(config=configs(), data=st.data(), rng=generators())
def test_a_second_backward_adds_the_same_again(
    module: ModuleType, config: Config, data: st.DataObject, rng: np.random.Generator
) -> None:
    model = make(module, config, rng)
    ids, targets = data.draw(ids_and_targets(config))
    parameters = model.parameters()
    loss_and_gradients(model, ids, targets)
    once = {name: p.grad.copy() for name, p in parameters.items()}
    loss_and_gradients(model, ids, targets)
    largest = max(np.abs(gradient).max() for gradient in once.values())
    for name, parameter in parameters.items():
        assert_close(
            parameter.grad, 2 * once[name], rtol=1e-10, atol=1e-13 * largest + 1e-15, what=name
        )
        parameter.grad[...] = 0
    loss_and_gradients(model, ids, targets)
    for name, parameter in parameters.items():
        assert_close(
            parameter.grad, once[name], rtol=1e-10, atol=1e-13 * largest + 1e-15, what=name
        )


@claim(config=configs(), data=st.data())
def test_float32_stays_float32(module: ModuleType, config: Config, data: st.DataObject) -> None:
    model = module.DecoderLM(config, np.random.default_rng(0))
    ids, targets = data.draw(ids_and_targets(config))
    logits, cache = model.forward(ids, np.random.default_rng(1))
    assert logits.dtype == np.float32
    _, loss_cache = cross_entropy_forward(logits, targets)
    dlogits = cross_entropy_backward(1.0, loss_cache)
    assert dlogits.dtype == np.float32
    model.backward(dlogits, cache)
    for name, parameter in model.parameters().items():
        assert parameter.value.dtype == parameter.grad.dtype == np.float32, name
    kv_caches = model.new_kv_caches(1)
    cached, _ = model.forward(ids[:1, :1], kv_caches=kv_caches)
    assert cached.dtype == np.float32


def test_float32_gradients_are_close_to_float64(module: ModuleType) -> None:
    config = Config(11, 16, 8, 4, 32, 2)
    rng = np.random.default_rng(0)
    precise = randomized(module.DecoderLM(config, rng, np.float64), rng, 0.3)
    single = module.DecoderLM(config, rng, np.float32)
    for name, parameter in single.parameters().items():
        parameter.value[...] = precise.parameters()[name].value
    ids, targets = rng.integers(11, size=(2, 3, 8))
    losses = [loss_and_gradients(model, ids, targets) for model in (single, precise)]
    assert abs(losses[0] - losses[1]) < 1e-5
    for name, parameter in precise.parameters().items():
        came = single.parameters()[name].grad
        np.testing.assert_allclose(came, parameter.grad, rtol=1e-3, atol=1e-5, err_msg=name)


def test_names(module: ModuleType) -> None:
    model = module.DecoderLM(Config(7, 8, 5, 2, 6, 2), np.random.default_rng(0))
    names = list(model.parameters())
    in_layer = ["norm1.gamma", "norm1.beta"]
    in_layer += [f"self_attn.{n}.{w}" for n in ("q", "k", "v", "out") for w in ("weight", "bias")]
    in_layer += ["norm2.gamma", "norm2.beta"]
    in_layer += [f"ffn.{n}" for n in ("w_in", "b_in", "w_out", "b_out")]
    assert names == [
        "decoder.embed.tok.weight",
        "decoder.embed.pos.weight",
        *(f"decoder.layers.{i}.{name}" for i in (0, 1) for name in in_layer),
        "decoder.final_norm.gamma",
        "decoder.final_norm.beta",
    ]


@claim(config=configs())
def test_names_follow_the_switches(module: ModuleType, config: Config) -> None:
    names = module.DecoderLM(config, np.random.default_rng(0)).parameters()
    assert ("decoder.embed.pos.weight" in names) == (config.positions == "learned")
    assert ("decoder.final_norm.gamma" in names) == (config.norm_position == "pre")
    assert ("head.weight" in names) == (not config.tie_embeddings)
    assert "head.bias" not in names, "no model of the family has a bias in its head"


def test_the_start_is_drawn_from_rng(module: ModuleType) -> None:
    config = Config(50, 40, 50, 4, 160, 2, tie_embeddings=False)
    first, same, other = (
        module.DecoderLM(config, np.random.default_rng(seed)).parameters() for seed in (1, 1, 2)
    )
    for name in first:
        np.testing.assert_array_equal(first[name].value, same[name].value, err_msg=name)
    for name in ("decoder.embed.tok.weight", "decoder.embed.pos.weight", "head.weight"):
        assert abs(first[name].value.std() / 0.02 - 1) < 0.06, name
        assert not np.array_equal(first[name].value, other[name].value)


def test_a_new_model_guesses_at_random(module: ModuleType) -> None:
    config = Config(50, 32, 16, 4, 128, 2)
    rng = np.random.default_rng(0)
    model = module.DecoderLM(config, rng)
    ids, targets = rng.integers(50, size=(2, 8, 16))
    loss, _ = cross_entropy_forward(model.forward(ids)[0], targets)
    assert abs(float(loss) - math.log(50)) < 0.05


def test_dropout_only_in_training_and_drawn_from_rng(module: ModuleType) -> None:
    config = Config(7, 8, 5, 2, 6, 1, dropout=0.5)
    model = make(module, config, np.random.default_rng(0))
    ids = np.array([[1, 2, 3, 4, 5]])
    evaluated, again = model.forward(ids)[0], model.forward(ids)[0]
    np.testing.assert_array_equal(evaluated, again)
    trained, same, other = (model.forward(ids, np.random.default_rng(s))[0] for s in (1, 1, 2))
    np.testing.assert_array_equal(trained, same)
    assert not np.allclose(trained, evaluated)
    assert not np.allclose(trained, other)


def test_dropout_on_the_embeddings_too(module: ModuleType) -> None:
    config = Config(7, 8, 5, 2, 6, 1, dropout=0.5)
    embed = make(module, config, np.random.default_rng(0)).decoder.embed
    ids = np.array([[1, 2, 3, 4, 5]])
    whole, _ = embed.forward(ids)
    dropped, _ = embed.forward(ids, rng=np.random.default_rng(1))
    kept = dropped != 0
    assert 10 < kept.sum() < 30, "about half of 40"
    assert_close(dropped[kept], 2 * whole[kept])


def test_ids_of_any_integer_type(module: ModuleType) -> None:
    model = make(module, Config(7, 8, 5, 2, 6, 1), np.random.default_rng(0))
    expected, _ = model.forward(np.array([[1, 2, 6]]))
    for dtype in (np.uint8, np.int16, np.int32, np.uint64):
        logits, _ = model.forward(np.array([[1, 2, 6]], dtype))
        np.testing.assert_array_equal(logits, expected)


def test_errors_say_what_was_expected_and_what_came(module: ModuleType) -> None:
    model = module.DecoderLM(Config(7, 8, 5, 2, 6, 1), np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"ids: expected shape \(batch, length\), got \(3,\)"):
        model.forward(np.array([1, 2, 3]))
    with pytest.raises(ValueError, match=r"ids: expected shape .*, got \(1, 2, 3\)"):
        model.forward(np.ones((1, 2, 3), int))
    with pytest.raises(ValueError, match=r"ids: expected shape .*, got \(\)"):
        model.forward(np.array(1))
    with pytest.raises(ValueError, match=r"ids: expected 0 <= id < 7, got ids from 0 to 7"):
        model.forward(np.array([[0, 7]]))
    with pytest.raises(ValueError, match=r"ids: expected 0 <= id < 7, got ids from -1 to 3"):
        model.forward(np.array([[-1, 3]]))
    with pytest.raises(ValueError, match=r"ids: expected at most max_len 5 tokens, got 6"):
        model.forward(np.zeros((1, 6), int))
    with pytest.raises(TypeError, match=r"ids: expected an array of integers, got float64"):
        model.forward(np.zeros((1, 2)))


def test_ids_that_are_a_list_are_a_type_error(module: ModuleType) -> None:
    model = module.DecoderLM(Config(7, 8, 5, 2, 6, 1), np.random.default_rng(0))
    with pytest.raises(TypeError, match=r"ids: expected an array of integers, got list"):
        model.forward([[1, 2, 3]])


def test_five_lines_of_sgd_lower_the_loss(module: ModuleType) -> None:
    rng = np.random.default_rng(0)
    model = module.DecoderLM(Config(11, 16, 8, 4, 32, 2), rng)
    ids = rng.integers(11, size=(4, 8))
    targets = np.roll(ids, -1, axis=1)
    losses = []
    for _ in range(60):
        losses.append(loss_and_gradients(model, ids, targets))
        for parameter in model.parameters().values():
            parameter.value -= 0.5 * parameter.grad
            parameter.grad[...] = 0
    assert losses[-1] < losses[0] / 2, losses


@claim(MANY, config=configs(), data=st.data(), rng=generators())
def test_gradients_of_every_parameter(
    module: ModuleType, config: Config, data: st.DataObject, rng: np.random.Generator
) -> None:
    model = make(module, config, rng)
    ids, targets = data.draw(ids_and_targets(config))
    seed = 5 if config.dropout else None
    report = check_model(model, ids, targets=targets, forward_seed=seed, max_entries=1)
    report.raise_if_wrong()

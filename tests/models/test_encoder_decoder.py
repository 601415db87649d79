"""The encoder-decoder: what reaches what, and every gradient."""

import math
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.layers.strategies import randomized, splits
from tests.models.stacks import (
    FEW,
    Pairs,
    Sources,
    has_slopes,
    other_ids,
    pairs,
    sources,
    translator_configs,
)
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators
from tinytf.config import Config
from tinytf.gradcheck import Report, check_model
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward

SMALL = Config(7, 8, 5, 2, 6, 2)
# With fewer features a norm may leave nothing of what changed: two, normalised, are 1 and -1.
WIDE = st.sampled_from([None, 5]).flatmap(
    lambda n: translator_configs(n_heads=4, vocab_size=6, source_vocab_size=n)
)


def make(module: ModuleType, config: Config, rng: np.random.Generator) -> Any:
    """An EncoderDecoder with random parameters."""
    return randomized(module.EncoderDecoder(config, rng, np.float64), rng)


def logits_of(model: Any, pair: Pairs) -> Array:
    """In evaluation."""
    logits: Array = model.forward(pair.source.ids, pair.target, pair.source.mask)[0]
    return logits


def check(model: Any, pair: Pairs, label_smoothing: float) -> Report:
    """Every parameter under the loss of training, dropout on where the config has it."""
    return check_model(
        model,
        pair.source.ids,
        pair.target,
        targets=pair.targets,
        label_smoothing=label_smoothing,
        source_mask=pair.source.mask,
        forward_seed=5 if model.config.dropout else None,
        max_entries=1,
    )


@claim(FEW, config=translator_configs(), rng=generators(), data=st.data())
def test_forward_is_encoder_then_decoder_then_head(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    pair = data.draw(pairs(config))
    memory, _ = model.encoder.forward(pair.source.ids, pair.source.mask)
    resid, _ = model.decoder.forward(pair.target, memory, pair.source.mask)
    table = model.decoder.embed.tok.weight.value
    head = table.T if config.tie_embeddings else model.parameters()["head.weight"].value
    assert_close(logits_of(model, pair), resid @ head, rtol=1e-9)


def test_gradients_with_one_of_everything(module: ModuleType) -> None:
    """B = T = S = 1, one layer, and a vocabulary of one."""
    rng, one_layer = np.random.default_rng(0), replace(SMALL, n_layers=1)
    for config in (one_layer, replace(one_layer, vocab_size=1, norm_position="post")):
        model = make(module, config, rng)
        one = np.zeros((1, 1), int)
        check(model, Pairs(Sources(one, np.array([1])), one, one), 0.1).raise_if_wrong()


@claim(FEW, config=WIDE, rng=generators(), data=st.data())
def test_a_later_target_token_changes_no_earlier_logits(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    pair = data.draw(pairs(config))
    changed = data.draw(st.integers(0, pair.target.shape[1]))
    later = np.arange(pair.target.shape[1]) >= changed
    other = replace(pair, target=other_ids(pair.target, 6, later, rng))
    before, after = logits_of(model, pair), logits_of(model, other)
    np.testing.assert_allclose(after[:, :changed], before[:, :changed], rtol=1e-12, atol=1e-12)
    if changed < pair.target.shape[1]:
        assert not np.allclose(after[:, changed], before[:, changed], rtol=0, atol=1e-9)


@claim(FEW, config=WIDE, rng=generators(), data=st.data())
def test_a_padded_source_token_changes_no_logit_and_a_real_one_changes_all_of_its_row(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    pair = data.draw(pairs(config))
    source, n_ids = pair.source, config.source_vocab_size or config.vocab_size
    before = logits_of(model, pair)
    padded = replace(source, ids=other_ids(source.ids, n_ids, ~source.real, rng))
    np.testing.assert_array_equal(logits_of(model, replace(pair, source=padded)), before)

    row = data.draw(st.integers(0, len(source.ids) - 1))
    changed = np.zeros(source.ids.shape, bool)
    changed[row, data.draw(st.integers(0, int(source.lengths[row]) - 1))] = True
    other = replace(source, ids=other_ids(source.ids, n_ids, changed, rng))
    after = logits_of(model, replace(pair, source=other))
    others = np.arange(len(source.ids)) != row
    assert_close(after[others], before[others], rtol=1e-11, what="other rows of the batch")
    for position in range(pair.target.shape[1]):
        moved = np.abs(after[row, position] - before[row, position]).max()
        assert moved > 1e-9, f"target position {position} did not hear the source"


@claim(FEW, config=translator_configs(dropout=0.0), rng=generators(), data=st.data())
def test_a_padded_pair_reads_as_it_does_alone(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    pair = data.draw(pairs(config))
    together = logits_of(model, pair)
    for row, length in enumerate(pair.source.lengths):
        this = slice(row, row + 1)
        alone, _ = model.forward(pair.source.ids[this, :length], pair.target[this])
        assert_close(together[row], alone[0], rtol=1e-9)


@claim(FEW, config=translator_configs(max_len=4), rng=generators(), data=st.data())
def test_start_and_steps_equal_forward(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    source = data.draw(sources(config))
    target = rng.integers(config.vocab_size, size=(len(source.ids), 4))
    whole, _ = model.forward(source.ids, target, source.mask)
    state = model.start(source.ids, source.mask)
    for chunk in data.draw(splits(4)):
        part = model.step(target[:, chunk], state)
        assert_close(part, whole[:, chunk], rtol=1e-10, what=f"tokens {chunk}")


@claim(FEW, config=translator_configs(max_len=4), rng=generators(), data=st.data())
def test_select_between_steps_equals_choosing_the_rows_before(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    source = data.draw(sources(config))
    target = rng.integers(config.vocab_size, size=(len(source.ids), 4))
    rows = np.array(data.draw(st.lists(st.integers(0, len(target) - 1), min_size=1, max_size=5)))
    state = model.start(source.ids, source.mask)
    model.step(target[:, :2], state)
    state.select(rows)
    whole, _ = model.forward(source.ids[rows], target[rows], source.mask[rows])
    assert_close(model.step(target[rows, 2:], state), whole[:, 2:], rtol=1e-10)


@claim(FEW, config=translator_configs(), data=st.data())
def test_names_follow_the_switches(module: ModuleType, config: Config, data: st.DataObject) -> None:
    parameters = module.EncoderDecoder(config, np.random.default_rng(0)).parameters()
    shared = config.source_vocab_size is None
    table = parameters["encoder.embed.tok.weight"].value
    assert table.shape == (config.source_vocab_size or config.vocab_size, config.d_model)
    assert ("decoder.embed.tok.weight" in parameters) == (not shared)
    if not shared:
        shape = parameters["decoder.embed.tok.weight"].value.shape
        assert shape == (config.vocab_size, config.d_model)
    assert ("head.weight" in parameters) == (not config.tie_embeddings)
    assert "head.bias" not in parameters
    for stack in ("encoder", "decoder"):
        assert (f"{stack}.embed.pos.weight" in parameters) == (config.positions == "learned")
        assert (f"{stack}.final_norm.gamma" in parameters) == (config.norm_position == "pre")
        assert f"{stack}.layers.{config.n_layers - 1}.norm1.gamma" in parameters
        assert f"{stack}.layers.{config.n_layers}.norm1.gamma" not in parameters
    assert "decoder.layers.0.cross_attn.q.weight" in parameters


def test_one_table_in_three_places(module: ModuleType) -> None:
    """Section 3.4 of the paper: source, target and head share one matrix."""
    rng = np.random.default_rng(0)
    model = module.EncoderDecoder(SMALL, rng)
    assert model.encoder.embed.tok is model.decoder.embed.tok
    assert model.head is None
    two = module.EncoderDecoder(replace(SMALL, source_vocab_size=7), rng)
    assert two.encoder.embed.tok is not two.decoder.embed.tok
    assert not np.array_equal(
        two.encoder.embed.tok.weight.value, two.decoder.embed.tok.weight.value
    )


def test_the_start_is_drawn_from_rng_and_guesses_at_random(module: ModuleType) -> None:
    config = Config(50, 32, 16, 4, 64, 2)
    first, same, other = (
        module.EncoderDecoder(config, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    for name, parameter in first.parameters().items():
        np.testing.assert_array_equal(parameter.value, same.parameters()[name].value, name)
        if parameter.value.ndim == 2:
            assert not np.array_equal(parameter.value, other.parameters()[name].value), name
    source, target, targets = np.random.default_rng(0).integers(50, size=(3, 8, 16))
    loss, _ = cross_entropy_forward(first.forward(source, target)[0], targets)
    assert abs(float(loss) - math.log(50)) < 0.05


def test_dropout_in_both_stacks_and_only_in_training(module: ModuleType) -> None:
    source, target = np.array([[1, 2, 3, 4, 5]]), np.array([[5, 4, 3]])
    for quiet in ("encoder", "decoder", None):
        model = make(module, replace(SMALL, dropout=0.5), np.random.default_rng(0))
        if quiet:
            silence(getattr(model, quiet))
        evaluated, again = (model.forward(source, target)[0] for _ in "ab")
        np.testing.assert_array_equal(evaluated, again)
        trained, same = (
            model.forward(source, target, rng=np.random.default_rng(1))[0] for _ in "ab"
        )
        np.testing.assert_array_equal(trained, same)
        assert not np.allclose(trained, evaluated), f"{quiet} is quiet, the rest is not"
    stepped = model.step(target, model.start(source))
    assert_close(stepped, evaluated, what="no dropout in generation")


def silence(stack: Any) -> None:
    """No dropout anywhere in the stack."""
    stack.embed.config = SMALL
    for layer in stack.layers:
        layer.config = layer.self_attn.config = SMALL
        if hasattr(layer, "cross_attn"):
            layer.cross_attn.config = SMALL


@claim(FEW, config=translator_configs(), data=st.data())
def test_float32_stays_float32(module: ModuleType, config: Config, data: st.DataObject) -> None:
    rng = np.random.default_rng(0)
    model = module.EncoderDecoder(config, rng)
    pair = data.draw(pairs(config))
    logits, cache = model.forward(pair.source.ids, pair.target, pair.source.mask, rng)
    _, loss_cache = cross_entropy_forward(logits, pair.targets, label_smoothing=0.1)
    model.backward(cross_entropy_backward(1.0, loss_cache), cache)
    step = model.step(pair.target, model.start(pair.source.ids, pair.source.mask))
    dtypes = {logits.dtype, step.dtype, *(p.grad.dtype for p in model.parameters().values())}
    assert dtypes == {np.dtype(np.float32)}


def test_errors_say_what_was_expected_and_what_came(module: ModuleType) -> None:
    model = module.EncoderDecoder(replace(SMALL, source_vocab_size=9), np.random.default_rng(0))
    source, target = np.full((2, 3), 8), np.full((2, 4), 6)
    model.forward(source, target)
    with pytest.raises(ValueError, match=r"ids: expected 0 <= id < 9, got ids from 9 to 9"):
        model.forward(source + 1, target)
    with pytest.raises(ValueError, match=r"ids: expected 0 <= id < 7, got ids from 7 to 7"):
        model.forward(source, target + 1)
    with pytest.raises(ValueError, match=r"target: expected at most max_len 5 tokens, got 6"):
        model.forward(source, np.zeros((2, 6), int))
    with pytest.raises(ValueError, match=r"mask: expected a shape that broadcasts to .*3, 3"):
        model.forward(source, target, np.ones((2, 1, 1, 4), bool))
    with pytest.raises(ValueError, match=r"positions: expected learned, .*, got alibi"):
        module.EncoderDecoder(replace(SMALL, positions="alibi"), np.random.default_rng(0))


def test_sgd_learns_to_copy(module: ModuleType) -> None:
    """The target is the source, one token behind: only cross-attention can know it."""
    rng = np.random.default_rng(0)
    model = module.EncoderDecoder(Config(6, 16, 4, 4, 32, 1, init_std=None), rng)
    source = rng.integers(1, 6, size=(16, 4))
    target = np.concatenate([np.zeros((16, 1), int), source[:, :-1]], axis=1)
    losses = []
    for _ in range(80):
        logits, cache = model.forward(source, target)
        loss, loss_cache = cross_entropy_forward(logits, source)
        losses.append(float(loss))
        model.backward(cross_entropy_backward(1.0, loss_cache), cache)
        for parameter in model.parameters().values():
            parameter.value -= 0.3 * parameter.grad
            parameter.grad[...] = 0
    assert losses[-1] < losses[0] / 3, losses


@claim(8, config=translator_configs().filter(has_slopes), rng=generators(), data=st.data())
def test_gradients_of_every_parameter(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    pair = data.draw(pairs(config))
    check(model, pair, data.draw(st.sampled_from([0.0, 0.1]))).raise_if_wrong()

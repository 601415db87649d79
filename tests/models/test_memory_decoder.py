"""The decoder of an encoder-decoder, given any memory; and its steps in generation."""

from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.layers.strategies import inputs, masks, randomized, splits
from tests.models.stacks import FEW, has_slopes, other_ids, translator_configs
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import Draw, generators
from tinytf.config import Config
from tinytf.gradcheck import check_layer
from tinytf.models.embeddings import make_table
from tinytf.ops.arrays import Array

SMALL = Config(7, 8, 5, 2, 6, 2)


def make(module: ModuleType, config: Config, rng: np.random.Generator) -> Any:
    """A MemoryDecoder with random parameters."""
    tok = make_table(config.vocab_size, config, rng, np.float64)
    return randomized(module.MemoryDecoder(tok, config, rng, np.float64), rng)


@st.composite
def ids_memory_mask(
    draw: Draw, config: Config, length: int | None = None
) -> tuple[Array, Array, Array | None]:
    """ids (B, T), memory (B, S, D) and a mask (B, 1, 1, S) or wider; S often unlike T."""
    rng = draw(generators())
    batch, n_sources = rng.integers(1, 4), rng.integers(1, 5)
    length = rng.integers(1, config.max_len + 1) if length is None else length
    ids = rng.integers(config.vocab_size, size=(batch, length))
    memory = inputs(rng, batch, n_sources, config.d_model)
    return ids, memory, draw(masks(batch, config.n_heads, 1, n_sources))


@claim(FEW, config=translator_configs(), rng=generators(), data=st.data())
def test_forward_is_the_stack_of_its_parts(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    ids, memory, mask = data.draw(ids_memory_mask(config))
    resid, _ = model.embed.forward(ids)
    assert len(model.layers) == config.n_layers
    for layer in model.layers:
        resid, _ = layer.forward(resid, memory, mask)
    if config.norm_position == "pre":
        resid, _ = model.final_norm.forward(resid)
    assert_close(model.forward(ids, memory, mask)[0], resid, rtol=1e-9)


@claim(FEW, config=translator_configs(vocab_size=6), rng=generators(), data=st.data())
def test_a_later_token_changes_no_earlier_output(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    ids, memory, mask = data.draw(ids_memory_mask(config))
    changed = data.draw(st.integers(0, ids.shape[1]))
    other = other_ids(ids, 6, np.arange(ids.shape[1]) >= changed, rng)
    before, after = (model.forward(x, memory, mask)[0] for x in (ids, other))
    np.testing.assert_allclose(after[:, :changed], before[:, :changed], rtol=1e-12, atol=1e-12)


@claim(FEW, config=translator_configs(max_len=5), rng=generators(), data=st.data())
def test_steps_of_any_size_equal_the_whole_target(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    ids, memory, mask = data.draw(ids_memory_mask(config, length=5))
    whole, _ = model.forward(ids, memory, mask)
    state = model.start(memory, mask)
    assert len(state.kv_caches) == len(state.memory) == config.n_layers
    for chunk in data.draw(splits(5)):
        part = model.step(ids[:, chunk], state)
        assert_close(part, whole[:, chunk], rtol=1e-10, what=f"tokens {chunk}")
    with pytest.raises(ValueError, match=r"target: expected at most max_len 5 tokens, got 6"):
        model.step(ids[:, :1], state)


@claim(FEW, config=translator_configs(max_len=4), rng=generators(), data=st.data())
def test_select_equals_having_read_only_those_rows(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    ids, memory, mask = data.draw(ids_memory_mask(config, length=4))
    read = data.draw(st.integers(0, 3))
    rows = np.array(data.draw(st.lists(st.integers(0, len(ids) - 1), min_size=1, max_size=5)))
    state = model.start(memory, mask)
    if read:
        model.step(ids[:, :read], state)
    state.select(rows)
    # Rows kept twice may go on unlike each other.
    rest = rng.integers(config.vocab_size, size=(len(rows), 4 - read))
    chosen = np.concatenate([ids[rows, :read], rest], axis=1)
    whole, _ = model.forward(chosen, memory[rows], mask if mask is None else mask[rows])
    assert_close(model.step(rest, state), whole[:, read:], rtol=1e-10)


def test_a_state_without_mask_is_selected_too(module: ModuleType) -> None:
    rng = np.random.default_rng(0)
    model = make(module, SMALL, rng)
    memory = inputs(rng, 2, 3, 8)
    state = model.start(memory)
    state.select(np.array([1]))
    assert state.memory_mask is None
    expected, _ = model.forward(np.array([[4]]), memory[1:])
    assert_close(model.step(np.array([[4]]), state), expected)


def test_names(module: ModuleType) -> None:
    model = make(module, SMALL, np.random.default_rng(0))
    attention = [f"{n}.{w}" for n in ("q", "k", "v", "out") for w in ("weight", "bias")]
    in_layer = ["norm1.gamma", "norm1.beta", *(f"self_attn.{n}" for n in attention)]
    in_layer += ["norm2.gamma", "norm2.beta", *(f"cross_attn.{n}" for n in attention)]
    in_layer += ["norm3.gamma", "norm3.beta", "ffn.w_in", "ffn.b_in", "ffn.w_out", "ffn.b_out"]
    assert list(model.parameters()) == [
        "embed.tok.weight",
        "embed.pos.weight",
        *(f"layers.{i}.{name}" for i in (0, 1) for name in in_layer),
        "final_norm.gamma",
        "final_norm.beta",
    ]
    post = make(module, replace(SMALL, norm_position="post"), np.random.default_rng(0))
    assert not any(name.startswith("final_norm") for name in post.parameters())


def test_dropout_in_the_embeddings_and_in_the_layers(module: ModuleType) -> None:
    rng = np.random.default_rng(0)
    ids, memory = np.array([[1, 2, 3, 4, 5]]), inputs(rng, 1, 3, 8)
    for quiet in ("embed", "layers", None):
        model = make(module, replace(SMALL, dropout=0.5), rng)
        for part in {"embed": [model.embed], "layers": model.layers, None: []}[quiet]:
            part.config = SMALL
            if quiet == "layers":
                part.self_attn.config = part.cross_attn.config = SMALL
        evaluated, again = (model.forward(ids, memory)[0] for _ in "ab")
        np.testing.assert_array_equal(evaluated, again)
        trained, same = (model.forward(ids, memory, rng=np.random.default_rng(1))[0] for _ in "ab")
        np.testing.assert_array_equal(trained, same)
        assert not np.allclose(trained, evaluated), f"{quiet} is quiet, the rest is not"


@claim(FEW, config=translator_configs(max_len=3), data=st.data())
def test_float32_stays_float32(module: ModuleType, config: Config, data: st.DataObject) -> None:
    rng = np.random.default_rng(0)
    tok = make_table(config.vocab_size, config, rng, np.float32)
    model = module.MemoryDecoder(tok, config, rng)
    ids, memory, mask = data.draw(ids_memory_mask(config))
    memory = memory.astype(np.float32)
    resid, cache = model.forward(ids, memory, mask, rng)
    dmemory = model.backward(np.ones_like(resid), cache)
    step = model.step(ids, model.start(memory, mask))
    dtypes = {resid.dtype, dmemory.dtype, step.dtype}
    dtypes |= {p.grad.dtype for p in model.parameters().values()}
    assert dtypes == {np.dtype(np.float32)}


def test_errors_say_what_was_expected_and_what_came(module: ModuleType) -> None:
    rng = np.random.default_rng(0)
    model = make(module, SMALL, rng)
    memory = inputs(rng, 1, 3, 8)
    with pytest.raises(TypeError, match=r"target: expected an array of integers, got list"):
        model.forward([[1, 2]], memory)
    with pytest.raises(ValueError, match=r"target: expected at most max_len 5 tokens, got 6"):
        model.forward(np.zeros((1, 6), int), memory)
    state = model.start(memory)
    model.step(np.zeros((1, 3), int), state)
    with pytest.raises(ValueError, match=r"target: expected at most max_len 5 tokens, got 6"):
        model.step(np.zeros((1, 3), int), state)
    with pytest.raises(ValueError, match=r"target: expected shape \(batch, length\), got \(1,\)"):
        model.step(np.zeros(1, int), state)


@claim(FEW, config=translator_configs().filter(has_slopes), rng=generators(), data=st.data())
def test_gradients_of_the_memory_and_of_every_parameter(
    module: ModuleType, config: Config, rng: np.random.Generator, data: st.DataObject
) -> None:
    model = make(module, config, rng)
    ids, memory, mask = data.draw(ids_memory_mask(config))
    seed = 5 if config.dropout else None
    report = check_layer(model, ids, memory, memory_mask=mask, forward_seed=seed, max_entries=1)
    report.raise_if_wrong()
    assert report.results[0].name == "memory"

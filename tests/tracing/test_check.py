"""`t.check()`: right gradients pass for every stack, wrong ones are found where they are wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.strategies import seeds
from tests.tracing.edited import edited
from tests.tracing.steps import STEPS, Step, bert_step, decoder_step, translator_step
from tests.tracing.subject import trace, tracing

FEW = settings(max_examples=2)


def assert_right(step: Step) -> None:
    t = step.trace()
    errors = t.check()
    with_gradient = {tensor.name for tensor in t if tensor.grad is not None}
    assert errors.keys() == with_gradient
    wrong = {name: error for name, error in errors.items() if not error <= 1e-8}
    assert not wrong, f"{step.model.config}, inputs {step.inputs}: {wrong}"


@pytest.mark.parametrize("name", STEPS)
def test_every_gradient_of_every_stack_is_right(name: str) -> None:
    assert_right(STEPS[name](n_layers=1))


def test_several_layers() -> None:
    assert_right(decoder_step(n_layers=2, d_model=4, bias=False))


switches: dict[str, Any] = {
    "norm": st.sampled_from(["layernorm", "rmsnorm"]),
    "norm_position": st.sampled_from(["pre", "post"]),
    "activation": st.sampled_from(["relu", "gelu", "gelu_tanh", "silu", "swiglu"]),
    "bias": st.booleans(),
    "tie_embeddings": st.booleans(),
    "dropout": st.sampled_from([0.0, 0.3]),
    "n_kv_heads": st.sampled_from([None, 1]),
}
lengths = st.integers(1, 5)


@FEW
@given(
    seeds, lengths, lengths, st.sampled_from(["learned", "sinusoidal", "rope", "alibi"]),
    st.fixed_dictionaries(switches),
)  # fmt: skip
def test_decoders_of_every_kind(
    seed: int, batch: int, length: int, positions: str, drawn: dict[str, Any]
) -> None:
    assert_right(decoder_step(seed, batch, length, n_layers=1, positions=positions, **drawn))


@FEW
@given(
    seeds, lengths, lengths, st.sampled_from(["learned", "sinusoidal", "rope"]),
    st.sampled_from([None, 1, 4]), st.fixed_dictionaries(switches),
)  # fmt: skip
def test_translators_of_every_kind(
    seed: int,
    n_source: int,
    n_target: int,
    positions: str,
    source_vocab_size: int | None,
    drawn: dict[str, Any],
) -> None:
    drawn = drawn | {"positions": positions, "source_vocab_size": source_vocab_size}
    assert_right(translator_step(seed, 2, n_source, n_target, n_layers=1, **drawn))


@FEW
@given(
    seeds, lengths, lengths, st.sampled_from([0, 2]), st.booleans(),
    st.sampled_from(["pretraining", "classifier", "regressor", "tagger", "answerer"]),
    st.fixed_dictionaries(switches),
)  # fmt: skip
def test_berts_of_every_kind(
    seed: int,
    batch: int,
    length: int,
    n_segments: int,
    embedding_norm: bool,
    kind: str,
    drawn: dict[str, Any],
) -> None:
    drawn = drawn | {"n_segments": n_segments, "embedding_norm": embedding_norm, "n_layers": 1}
    assert_right(bert_step(kind, seed, batch, length, **drawn))


def test_one_token_of_one_sequence() -> None:
    assert_right(decoder_step(batch=1, length=1, n_layers=1))
    assert_right(translator_step(batch=1, n_source=1, n_target=1, n_layers=1))


def test_float32_gradients_are_right_to_their_own_precision() -> None:
    step = decoder_step(n_layers=1)
    for parameter in step.model.parameters().values():
        parameter.value = parameter.value.astype(np.float32)
        parameter.grad = parameter.grad.astype(np.float32)
    t = step.trace()
    assert t["logits"].value.dtype == np.float32
    errors = t.check()
    assert max(errors.values()) < 1e-5, errors
    assert {p.value.dtype for p in step.model.parameters().values()} == {np.dtype(np.float32)}


# --- wrong gradients ---

MISTAKES: dict[str, tuple[str, str, str, str, Callable[[], Step]]] = {
    "softmax without its row sum": (
        "tinytf.ops.attention", "centered = dpattern - dot_last(dz, z)", "centered = dpattern + 0",
        "decoder.layers.1.self_attn.scores", lambda: decoder_step(d_model=4),
    ),
    "dv of the undropped pattern": (
        "tinytf.ops.attention",
        "    dv_heads = dropped.swapaxes(-1, -2) @ dz",
        "    dv_heads = pattern.swapaxes(-1, -2) @ dz",
        "decoder.layers.1.self_attn.v", lambda: decoder_step(dropout=0.3, d_model=4),
    ),
    "skip path forgotten": (
        "tinytf.layers.residual", "dx = dsummed + dx_inner", "dx = dx_inner + 0 * dsummed",
        "decoder.layers.1.resid_mid", lambda: decoder_step(d_model=4),
    ),
    "drstd not divided": (
        "tinytf.ops.layernorm", "drstd = dot_last(dnormed, normed) / rstd",
        "drstd = dot_last(dnormed, normed)",
        "decoder.final_norm.rstd", lambda: decoder_step(d_model=4),
    ),
    "slope of SiLU forgotten": (
        "tinytf.ops.silu", "dx: Array = dy * sigmoid * (1 + x * (1 - sigmoid))",
        "dx: Array = dy * sigmoid",
        "decoder.layers.1.ffn.pre", lambda: decoder_step(activation="silu", d_model=4),
    ),
    "the memory through k only": (
        "tinytf.layers.cross_attention", "dmemory = dmemory_k + dmemory_v", "dmemory = dmemory_k",
        "encoder.final_norm.out", lambda: translator_step(d_model=4, n_layers=1),
    ),
    "x through q and k only": (
        "tinytf.layers.attention", "dx = dx_q + dx_k + dx_v", "dx = dx_q + dx_k",
        "decoder.layers.1.norm1.out", lambda: decoder_step(d_model=4),
    ),
}  # fmt: skip


def first_wrong(t: Any, errors: dict[str, float]) -> str:
    """Of the intermediates, the first one in the order of the backward."""
    wrong = [one for one in t if one.kind == "intermediate" and errors.get(one.name, 0) > 1e-6]
    return str(max(wrong, key=lambda tensor: tensor.place).name) if wrong else "none"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_gradient_is_found_where_it_is_wrong(
    mistake: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module, old, new, expected, make = MISTAKES[mistake]
    edited(monkeypatch, tmp_path, module, old, new)
    t = make().trace()
    errors = t.check()
    assert first_wrong(t, errors) == expected, {n: e for n, e in errors.items() if e > 1e-6}


def test_a_forgotten_bias_gradient_is_said_to_be_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    edited(monkeypatch, tmp_path, "tinytf.layers.linear", "add_grad(self.bias, dbias)", "pass")
    t = decoder_step(n_layers=1).trace()
    bias = t["decoder.layers.0.self_attn.q.bias"]
    assert bias.grad is None
    assert bias.why_no_grad == "no backward added to its grad"
    assert t["decoder.layers.0.self_attn.q.weight"].grad is not None


def test_a_mistake_in_one_parameter_is_found_in_it_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module = "tinytf.layers.linear"
    new = "self.bias, None if dbias is None else 2 * dbias)"
    edited(monkeypatch, tmp_path, module, "self.bias, dbias)", new)
    errors = decoder_step(n_layers=1).trace().check()
    wrong = {name for name, error in errors.items() if error > 1e-6}
    attention = "decoder.layers.0.self_attn"
    assert wrong == {f"{attention}.{name}.bias" for name in ("q", "v", "out")}, "k's is zero"


def test_a_transposed_mask_is_right_in_its_own_way() -> None:
    """A wrong forward with its own right backward: check finds nothing, and must not."""
    step = translator_step(n_layers=1)
    step.inputs = (*step.inputs[:2], ~step.inputs[2])
    assert_right(step)


# --- what check leaves behind, and its errors ---


def test_check_leaves_model_and_trace_as_they_were() -> None:
    step = decoder_step(n_layers=1)
    t = step.trace()
    values = {name: p.value for name, p in step.model.parameters().items()}
    numbers = {name: value.copy() for name, value in values.items()}
    grads = {name: p.grad.copy() for name, p in step.model.parameters().items()}
    first, second = t.check(), t.check()
    assert first == second
    for name, parameter in step.model.parameters().items():
        assert parameter.value is values[name]
        assert np.array_equal(parameter.value, numbers[name])
        assert np.array_equal(parameter.grad, grads[name])


def test_check_after_an_update_uses_the_parameters_from_before() -> None:
    step = decoder_step(n_layers=1)
    with trace(step.model) as t:
        step.run()
        for parameter in step.model.parameters().values():
            parameter.value += 1.0
    assert max(t.check().values()) < 1e-8
    with trace(step.model) as t:
        step.run()
        for parameter in step.model.parameters().values():
            parameter.value = parameter.value * 2  # another array
    assert max(t.check().values()) < 1e-8


def test_check_draws_from_the_generator_that_it_is_given() -> None:
    t = decoder_step(n_layers=1, d_model=4).trace()
    assert t.check(np.random.default_rng(5)) != t.check(np.random.default_rng(6))


def test_check_without_a_backward_says_so() -> None:
    step = decoder_step(n_layers=1)
    model: Any = step.model
    with trace(model) as t:
        model.forward(*step.inputs)
    with pytest.raises(tracing().TraceError, match="expected a trace with a forward and its back"):
        t.check()


def test_check_of_some_names_only_says_which_parameters_are_missing() -> None:
    t = decoder_step(n_layers=1).trace(names="*.self_attn.*")
    with pytest.raises(tracing().TraceError, match="expected a trace of all parameters, got one w"):
        t.check()

"""All that tinytf computes is checked, is right, and would be seen if it were wrong."""

from functools import cache
from typing import Any

import numpy as np
import pytest

import tinytf.ops
from tinytf.gradcheck import Report, all_models
from tinytf.gradcheck.all_ops import OP_CHECKS, check_everything
from tinytf.layers import CrossAttention, Embedding
from tinytf.ops.arrays import Array


def test_every_pair_that_tinytf_ops_exports_is_covered() -> None:
    suffix = "_forward"
    pairs = {name.removesuffix(suffix) for name in tinytf.ops.__all__ if name.endswith(suffix)}
    assert set(OP_CHECKS) == pairs
    for op, checks in OP_CHECKS.items():
        for name, report in checks(np.random.default_rng(0)):
            assert name.startswith(op)
            assert report.results, name


@cache
def everything(seed: int) -> list[tuple[str, Report]]:
    """It takes a second or two, so the tests share it."""
    return check_everything(seed)


@pytest.mark.parametrize("seed", [0, 1])
def test_everything_is_right(seed: int) -> None:
    checked = everything(seed)
    names = [name for name, _ in checked]
    assert len(set(names)) == len(names)
    for name, report in checked:
        assert report.ok, str(report)
        assert report.title == name
        for result in report.results:
            assert result.method == "complex-step", str(report)


def test_the_same_seed_gives_the_same_numbers() -> None:
    first, second = everything(0), check_everything(0)
    assert [str(report) for _, report in first] == [str(report) for _, report in second]


# Their gradients are zero, all of them or some: nothing that could be a millionth off.
CONSTANT = {"softmax of one score", "log_softmax of one score", "attention, one query, one key"}


@pytest.mark.parametrize("op", sorted(OP_CHECKS))
def test_every_case_sees_every_gradient(op: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each gradient in turn is off by one millionth: every case of the op must fail for it."""
    right = getattr(tinytf.ops, f"{op}_backward")

    def check_with(wrong: int) -> list[tuple[str, Report]]:
        def backward(dy: Array, cache: object) -> object:
            gradients = right(dy, cache)
            if not isinstance(gradients, tuple):
                return gradients * (1 + 1e-6)
            return tuple(
                g * (1 + 1e-6) if i == wrong and g is not None else g
                for i, g in enumerate(gradients)
            )

        monkeypatch.setattr(f"tinytf.gradcheck.all_ops.{op}_backward", backward)
        return list(OP_CHECKS[op](np.random.default_rng(0)))

    n_gradients = max(len(report.results) for _, report in check_with(0))
    for wrong in range(n_gradients):
        failed = {name for name, report in check_with(wrong) if not report.ok}
        missed = {name for name, _ in check_with(wrong)} - failed - CONSTANT
        # A bias that was not given has no gradient that could be wrong.
        assert all("without" in name for name in missed), (op, wrong, missed)


def check(switches: dict[str, object]) -> Report:
    return all_models.check_decoder_lm(np.random.default_rng(0), switches)


def check_translator(switches: dict[str, object]) -> Report:
    return all_models.check_encoder_decoder(np.random.default_rng(0), switches)


def wrong_parameters(report: Report) -> set[str]:
    return {result.name for result in report.results if not result.ok}


def test_a_tied_head_that_sends_no_gradient_to_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def backward(dlogits: Array, cache: object) -> tuple[Array, Array, None]:
        dx, dweight, _ = tinytf.ops.linear_backward(dlogits, cache)  # type: ignore[arg-type]
        return dx, 0 * dweight, None

    monkeypatch.setattr("tinytf.models.head.linear_backward", backward)
    assert wrong_parameters(check({})) == {"decoder.embed.tok.weight"}


def test_a_loss_averaged_twice_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def backward(dloss: Array, cache: object) -> Array:
        dlogits = tinytf.ops.cross_entropy_backward(dloss, cache)  # type: ignore[arg-type]
        return dlogits / len(dlogits)

    monkeypatch.setattr("tinytf.gradcheck.model.cross_entropy_backward", backward)
    report = check({"tie_embeddings": False})
    for result in report.results:
        assert not result.ok or result.name.endswith("k.bias"), str(report)
    said = "yours / expected is 0.5 = 1 / (size of axis 0 of ids"
    assert said in str(report)


def test_a_norm_backward_that_forgets_gamma(monkeypatch: pytest.MonkeyPatch) -> None:
    def backward(dy: Array, cache: object) -> object:
        dx, dgamma, dbeta = tinytf.ops.layernorm_backward(dy, cache)  # type: ignore[arg-type]
        return 0.5 * dx, dgamma, dbeta

    monkeypatch.setattr("tinytf.layers.norm.layernorm_backward", backward)
    report = check({})
    # What comes after the last norm does not see the mistake; its own gamma and beta do not either.
    assert "decoder.final_norm.gamma" not in wrong_parameters(report)
    assert "decoder.layers.1.ffn.w_out" in wrong_parameters(report)
    assert "decoder.layers.0.self_attn.q.weight" in wrong_parameters(report)


def test_every_stack_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    for check in ("decoder_lm", "encoder", "encoder_decoder"):
        monkeypatch.setattr(all_models, f"check_{check}", lambda *given: None)
    checked = [name for name, _ in all_models.check_models(np.random.default_rng(0))]
    for stack, variants in (
        ("DecoderLM", all_models.DECODER_LM),
        ("Encoder", all_models.ENCODER),
        ("EncoderDecoder", all_models.ENCODER_DECODER),
    ):
        assert len(variants) > 1
        assert {f"{stack}, {said}" for said in variants} <= set(checked)


def test_cross_attention_that_loses_the_path_of_the_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    def backward(self: CrossAttention, dk: Array, dv: Array, cache: Any) -> Array:
        self.k.backward(tinytf.ops.merge_heads(dk), cache[0])
        return self.v.backward(tinytf.ops.merge_heads(dv), cache[1])

    monkeypatch.setattr(CrossAttention, "keys_values_backward", backward)
    wrong = wrong_parameters(check_translator({"source_vocab_size": 6}))
    assert {name.partition(".")[0] for name in wrong} == {"encoder"}, "the decoder is right"
    assert "encoder.layers.0.self_attn.v.weight" in wrong


def test_one_table_in_three_places_that_loses_one(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = "encoder.embed.tok.weight"  # the name of the one table

    def backward(self: Embedding, dy: Array, cache: Any) -> None:
        if dy.shape[1] == 3:  # the target, T = 3
            self.weight.grad += tinytf.ops.embedding_backward(dy, cache)

    monkeypatch.setattr(Embedding, "backward", backward)
    assert wrong_parameters(check_translator({})) == {lost}


def test_a_model_smoothed_otherwise_than_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    smoothing = []
    right = tinytf.ops.cross_entropy_forward

    def forward(logits: Array, targets: Array, label_smoothing: float) -> Any:
        smoothing.append(label_smoothing)
        return right(logits, targets, label_smoothing=label_smoothing)

    monkeypatch.setattr("tinytf.gradcheck.model.cross_entropy_forward", forward)
    check({})
    assert set(smoothing) == {0.0}
    check_translator({})
    assert set(smoothing) == {0.0, 0.1}

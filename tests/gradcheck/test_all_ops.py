"""All that tinytf computes is checked, is right, and would be seen if it were wrong."""

import numpy as np
import pytest

import tinytf.ops
from tinytf.gradcheck import Report, all_models
from tinytf.gradcheck.all_ops import OP_CHECKS, check_everything
from tinytf.ops.arrays import Array


def test_every_pair_that_tinytf_ops_exports_is_covered() -> None:
    suffix = "_forward"
    pairs = {name.removesuffix(suffix) for name in tinytf.ops.__all__ if name.endswith(suffix)}
    assert set(OP_CHECKS) == pairs
    for op, checks in OP_CHECKS.items():
        for name, report in checks(np.random.default_rng(0)):
            assert name.startswith(op)
            assert report.results, name


@pytest.mark.parametrize("seed", [0, 1])
def test_everything_is_right(seed: int) -> None:
    checked = check_everything(seed)
    names = [name for name, _ in checked]
    assert len(set(names)) == len(names)
    for name, report in checked:
        assert report.ok, str(report)
        assert report.title == name
        for result in report.results:
            assert result.method == "complex-step", str(report)


def test_the_same_seed_gives_the_same_numbers() -> None:
    first, second = (check_everything(3) for _ in "ab")
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
    return all_models.check_variant(np.random.default_rng(0), switches)


def wrong_parameters(report: Report) -> set[str]:
    return {result.name for result in report.results if not result.ok}


def test_a_tied_head_that_sends_no_gradient_to_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def backward(dlogits: Array, cache: object) -> tuple[Array, Array, None]:
        dx, dweight, _ = tinytf.ops.linear_backward(dlogits, cache)  # type: ignore[arg-type]
        return dx, 0 * dweight, None

    monkeypatch.setattr("tinytf.models.decoder.linear_backward", backward)
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

"""The numbers of a tensor, and each flag at its boundary; healthy models have none."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tinytf.tracing import TracedTensor

from .by_hand import parameter, read_only_decoder, tensor


def one(module: ModuleType, *tensors: TracedTensor) -> Any:
    """What is said of the first tensor, in the company of the others."""
    return module.summaries(tensors)[0]


def test_numbers_of_the_value(module: ModuleType) -> None:
    found = one(module, tensor("y", [[3.0, -4.0], [0.0, -0.0]], 2.0))
    assert (found.rms, found.largest, found.zeros, found.grad_rms) == (2.5, 4.0, 0.5, 2.0)
    assert (found.flags, found.remarks) == ([], [])


def test_only_finite_numbers_count(module: ModuleType) -> None:
    found = one(module, tensor("y", [3.0, -np.inf, np.nan, np.inf, -3.0]))
    assert (found.rms, found.largest, found.zeros) == (3.0, 3.0, 0.0)
    found = one(module, tensor("y", [np.nan]))
    assert (found.rms, found.largest, found.zeros) == (None, None, 0.0)


def test_integers_booleans_texts_complex_numbers_and_nothing_at_all(module: ModuleType) -> None:
    ids = one(module, tensor("ids", [0, 5, -7], kind="input"))
    assert (ids.rms, ids.largest, ids.zeros, ids.grad_rms) == (None, 7.0, 1 / 3, None)
    assert one(module, tensor("mask", [False, False])).flags == []
    texts = one(module, tensor("words", ["a", "b"], kind="input"))
    assert (texts.rms, texts.largest, texts.zeros, texts.flags) == (None, None, None, [])
    empty = one(module, tensor("y", np.zeros((0, 3)), np.zeros((0, 3))))
    assert (empty.rms, empty.largest, empty.zeros, empty.flags) == (None, None, None, [])
    z = one(module, tensor("z", [3 + 4j, 0]))
    assert (z.rms, z.largest) == (np.sqrt(12.5), 5.0)


def test_huge_numbers_overflow_without_a_warning(module: ModuleType) -> None:
    found = one(module, tensor("y", [1e200, 1e200], np.array([1e200, -1e200])))
    assert (found.rms, found.largest, found.grad_rms) == (np.inf, 1e200, np.inf)


@pytest.mark.parametrize(
    ("name", "kind", "value", "flags", "remarks"),
    [
        ("decoder.layers.0.self_attn.scores", "intermediate", -np.inf, [], ["masked 25%"]),
        ("loss.logits", "input", -np.inf, [], ["masked 25%"]),
        ("logits", "intermediate", -np.inf, ["Inf"], []),
        ("scores.out", "intermediate", -np.inf, ["Inf"], []),
        ("a.scores", "intermediate", np.inf, ["Inf"], []),
        ("a.scores", "intermediate", np.nan, ["NaN"], []),
        ("y", "intermediate", np.nan, ["NaN"], []),
        ("w", "parameter", np.inf, ["Inf"], []),
    ],
)
def test_what_is_not_finite(
    module: ModuleType, name: str, kind: str, value: float, flags: list[str], remarks: list[str]
) -> None:
    found = one(module, tensor(name, [[1.0, value], [1.0, 2.0]], kind=kind))
    assert (found.flags, found.remarks) == (flags, remarks)


def test_a_mask_does_not_hide_infinity_or_nan(module: ModuleType) -> None:
    found = one(module, tensor("scores", [-np.inf, np.inf, np.nan, 1.0]))
    assert (found.flags, found.remarks) == (["NaN", "Inf"], ["masked 25%"])


@pytest.mark.parametrize(
    ("value", "kind", "flags"),
    [
        (np.zeros((2, 3)), "intermediate", ["all zero"]),
        (-np.zeros(3), "intermediate", ["all zero"]),
        (np.zeros((2, 3)), "parameter", ["all zero"]),
        (np.zeros(3), "parameter", []),
        (np.zeros(3, int), "input", []),
        (np.array([0.0, 1e-300]), "intermediate", []),
    ],
)
def test_all_zero(module: ModuleType, value: Any, kind: str, flags: list[str]) -> None:
    assert one(module, tensor("y", value, kind=kind)).flags == flags


@pytest.mark.parametrize(
    ("grad", "flags"),
    [
        ([1.0, np.nan], ["grad NaN"]),
        ([1.0, -np.inf], ["grad Inf"]),
        ([np.nan, np.inf], ["grad NaN", "grad Inf"]),
        ([0.0, -0.0], ["grad all zero"]),
        ([1e-300, 0.0], []),
        ([], []),
    ],
)
def test_gradients_that_are_not_numbers_or_nothing(
    module: ModuleType, grad: list[float], flags: list[str]
) -> None:
    assert one(module, tensor("y", np.ones(len(grad)), grad)).flags == flags


def layers(name: str, *grads: float, shape: tuple[int, ...] = (2, 2), kind: str = "intermediate"):  # type: ignore[no-untyped-def]
    """The same tensor in several layers."""
    return [
        tensor(name.replace("*", str(i)), np.ones(shape), grad, kind=kind)
        for i, grad in enumerate(grads)
    ]


@pytest.mark.parametrize(
    ("grads", "flagged"),
    [
        ((1.0, 101.0), [1]),
        ((1.0, 100.0), []),
        ((101.0, 1.0), [0]),
        ((1.0, 2.0, 3.0, 250.0), [3]),  # the median of the others is 2
        ((1.0, 2.0, 3.0, 150.0), []),
        ((1.0, 1.0, 90.0, 150.0), [3]),  # their mean would be 31
        ((500.0,), []),
        ((0.0, 500.0), []),
        ((float("nan"), 1.0, 101.0), [2]),
        ((float("nan"), 101.0), []),
    ],
)
def test_exploding_is_beside_the_other_layers(
    module: ModuleType, grads: tuple[float, ...], flagged: list[int]
) -> None:
    found = module.summaries(layers("decoder.layers.*.resid_mid", *grads))
    assert [i for i, one in enumerate(found) if "exploding" in one.flags] == flagged


def test_exploding_compares_like_with_like(module: ModuleType) -> None:
    others = [
        tensor("encoder.layers.0.resid_mid", np.ones((2, 2)), 1.0),
        tensor("decoder.layers.0.resid_post", np.ones((2, 2)), 1.0),
        tensor("decoder.resid_mid", np.ones((2, 2)), 1.0),
    ]
    first = tensor("decoder.layers.1.resid_mid", np.ones((2, 2)), 1e4)
    assert one(module, first, *others).flags == []
    twelve = layers("decoder.layers.1*.resid_mid", 1.0)
    assert one(module, first, *twelve).flags == ["exploding"]


@pytest.mark.parametrize(
    ("size", "flags"), [(0.9e-6, ["vanishing"]), (1.1e-6, []), (1e-30, ["vanishing"])]
)
def test_vanishing_is_beside_the_largest(module: ModuleType, size: float, flags: list[str]) -> None:
    others = [tensor("a", [[1.0, 2.0]], 1.0), tensor("b", [[1.0, 2.0]], 0.1)]
    assert one(module, tensor("y", [[1.0, 2.0]], size), *others).flags == flags
    assert [found.flags for found in module.summaries(others)] == [[], []]


def test_single_numbers_and_what_is_not_finite_are_not_the_largest(module: ModuleType) -> None:
    small = tensor("y", [[1.0, 2.0]], 1e-9)
    assert one(module, small, tensor("loss", 3.0, 1.0)).flags == []
    assert one(module, small, tensor("a", [[1.0, 2.0]], np.array([[np.inf, 1.0]]))).flags == []
    assert one(module, small, tensor("a", [[1.0, 2.0]], np.array([[np.nan, 1.0]]))).flags == []


def test_the_scale_of_a_row_may_have_next_to_no_gradient(module: ModuleType) -> None:
    rstd = layers("decoder.layers.*.norm1.rstd", 1e-9, 1.0, shape=(2, 5, 1))
    assert [found.flags for found in module.summaries(rstd)] == [[], []]


@pytest.mark.parametrize(
    ("vector", "matrix"), [("k.bias", "k.weight"), ("norm.beta", "norm.gamma"),
                           ("ffn.b_in", "ffn.w_in"), ("ffn.b_out", "ffn.w_out")],
)  # fmt: skip
def test_a_vector_whose_gradient_cancels(module: ModuleType, vector: str, matrix: str) -> None:
    beside = parameter(f"layer.{matrix}", np.ones((2, 2)), 1e-3)
    largest = tensor("y", np.ones((2, 2)), 1.0)
    for grad, remarks in ((0.9e-7, [module.CANCELS]), (1.1e-7, [module.CANCELS]), (2e-6, [])):
        cancelled = parameter(f"layer.{vector}", np.ones(2), grad)
        found = one(module, cancelled, beside, largest)
        assert (found.flags, found.remarks) == ([], remarks if grad < 1e-6 else [])
    found = one(module, parameter(f"layer.{vector}", np.ones(2), 2e-6),
                parameter(f"layer.{matrix}", np.ones((2, 2)), 0.1))  # fmt: skip
    assert found.remarks == [module.CANCELS], "1e-4 of the gradient beside it"
    found = one(module, parameter(f"layer.{vector}", np.ones(2), 2e-5),
                parameter(f"layer.{matrix}", np.ones((2, 2)), 0.1))  # fmt: skip
    assert found.remarks == []


def test_matrices_beside_nothing_do_not_cancel(module: ModuleType) -> None:
    found = one(module, parameter("k.bias", np.ones((2, 2)), 1e-9), tensor("y", [1.0, 1.0], 1.0))
    assert (found.flags, found.remarks) == (["vanishing"], [])
    found = one(module, tensor("per_token", [1.0, 1.0], 1e-9), tensor("y", [1.0, 1.0], 1.0))
    assert (found.flags, found.remarks) == (["vanishing"], []), "an intermediate vector"


def test_update(module: ModuleType) -> None:
    changed = parameter("w", [3.0, -3.0], after=[3.3, -2.7])
    fresh = parameter("b", [0.0, 0.0], after=[0.0, 0.1])
    still = parameter("v", [1.0, 2.0])
    found = module.summaries([changed, fresh, still, tensor("y", [1.0])])
    assert found[0].update == pytest.approx(0.1)
    assert [one.update for one in found[1:]] == [np.inf, 0.0, None]
    assert [one.update for one in module.summaries([still])] == [None]


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"norm": "rmsnorm", "positions": "rope", "activation": "swiglu", "bias": False},
        {"norm_position": "post", "activation": "relu", "norm_eps": 1e-12, "init_std": None},
        {"n_layers": 6, "positions": "alibi"},
    ],
)
def test_healthy_models_have_no_flags(module: ModuleType, switches: dict[str, Any]) -> None:
    found = module.summaries(read_only_decoder(**switches))
    assert {one.tensor.name: one.flags for one in found if one.flags} == {}
    masked = [one.tensor.name for one in found if "masked 40%" in one.remarks]
    assert masked == [one.tensor.name for one in found if one.tensor.name.endswith(".scores")]
    cancelled = {one.tensor.name for one in found if module.CANCELS in one.remarks}
    biases = {one.tensor.name for one in found if one.tensor.name.endswith("self_attn.k.bias")}
    assert cancelled == (biases if switches.get("positions") != "rope" else set())

"""`check_layer` and `check_model`: parameters are perturbed, given back, and only added to."""

from typing import Any

import numpy as np
import pytest

from tests.gradcheck import small_ops as ops
from tinytf.gradcheck import check_layer, check_model
from tinytf.layers.parameter import FlatParameters, Layer, Parameter
from tinytf.ops.arrays import Array

RNG = np.random.default_rng(2)
X = RNG.normal(size=(3, 4))
IDS = np.array([[1, 0, 1], [4, 2, 2]])


class Scale(Layer):
    def __init__(self) -> None:
        self.gamma = Parameter(np.array([0.5, -2.0, 3.0, 0.1]))

    def forward(self, x: Array, rng: np.random.Generator | None = None) -> tuple[Array, Any]:
        keep = np.ones_like(x.real) if rng is None else (rng.random(x.shape) < 0.5) * 2.0
        y, cache = ops.scale_forward(x, self.gamma.value)
        return y * keep, (cache, keep)

    def backward(self, dy: Array, caches: Any) -> Array:
        cache, keep = caches
        dx, dgamma = ops.scale_backward(dy * keep, cache)
        self.gamma.grad += dgamma
        return dx


class Unigram(Layer):
    """A little model: table, scale, tied head."""

    def __init__(self) -> None:
        self.table = Parameter(RNG.normal(size=(5, 4)))
        self.scale = Scale()

    def forward(self, ids: Array, rng: np.random.Generator | None = None) -> tuple[Array, Any]:
        x, table_cache = ops.embedding_forward(ids, self.table.value)
        y, scale_cache = self.scale.forward(x.reshape(-1, 4), rng)
        logits = y @ self.table.value.T
        return logits.reshape(*ids.shape, 5), (table_cache, scale_cache, y)

    def backward(self, dlogits: Array, cache: Any) -> None:
        table_cache, scale_cache, y = cache
        drows = dlogits.reshape(-1, 5)
        self.table.grad += drows.T @ y
        dx = self.scale.backward(drows @ self.table.value, scale_cache)
        shape = (*table_cache[0].shape, 4)
        self.table.grad += ops.embedding_backward(dx.reshape(shape), table_cache)


def test_a_right_layer_passes_for_its_input_and_its_parameters() -> None:
    report = check_layer(Scale(), X)
    assert report.ok, str(report)
    assert [(r.name, r.checked) for r in report.results] == [("x", 12), ("gamma", 4)]


@pytest.mark.parametrize("targets", [None, np.array([[1, -100, 3], [0, 4, -100]])])
@pytest.mark.parametrize("seed", [None, 7])
def test_a_right_model_passes(targets: Array | None, seed: int | None) -> None:
    report = check_model(Unigram(), IDS, targets=targets, forward_seed=seed)
    assert report.ok, str(report)
    assert [r.name for r in report.results] == ["table", "scale.gamma"]
    assert report.results[0].checked == 4
    assert report.results[0].direction_error is not None
    everything = check_model(Unigram(), IDS, targets=targets, forward_seed=seed, max_entries=None)
    assert everything.ok
    assert everything.results[0].checked == 20


def test_dropout_is_on_with_forward_seed() -> None:
    kept = np.random.default_rng(3).random(X.shape) < 0.5
    report = check_layer(Scale(), X, forward_seed=3)
    assert report.ok, str(report)
    np.testing.assert_array_equal(report.results[0].expected_gradient != 0, kept)


def test_values_and_gradients_are_the_callers_own_again() -> None:
    model = Unigram()
    flat = FlatParameters(model.parameters())
    flat.grad[...] = RNG.normal(size=flat.grad.shape)
    before = {name: (p.value, p.grad) for name, p in model.parameters().items()}
    value, grad = flat.value.copy(), flat.grad.copy()
    check_model(model, IDS)
    for name, parameter in model.parameters().items():
        assert parameter.value is before[name][0]
        assert parameter.grad is before[name][1]
    np.testing.assert_array_equal(flat.value, value)
    np.testing.assert_array_equal(flat.grad, grad)


@pytest.mark.parametrize("where", ["forward", "backward"])
def test_values_are_given_back_after_an_error(where: str) -> None:
    class Broken(Scale):
        calls = 0

        def forward(self, x: Array, rng: np.random.Generator | None = None) -> tuple[Array, Any]:
            self.calls += 1
            if where == "forward" and self.calls > 3:
                raise RuntimeError("out of memory")
            return super().forward(x, rng)

        def backward(self, dy: Array, caches: Any) -> Array:
            if where == "backward":
                raise RuntimeError("out of memory")
            return super().backward(dy, caches)

    layer = Broken()
    value, grad = layer.gamma.value, layer.gamma.grad
    with pytest.raises(RuntimeError, match="out of memory"):
        check_layer(layer, X)
    assert layer.gamma.value is value
    assert layer.gamma.grad is grad


def test_a_backward_that_overwrites_grad() -> None:
    class Overwrites(Scale):
        def backward(self, dy: Array, caches: Any) -> Array:
            dx, self.gamma.grad = ops.scale_backward(dy * caches[1], caches[0])
            return dx

    report = check_layer(Overwrites(), X)
    assert not report.ok
    assert [p.message for p in report.problems] == [
        "the backward overwrites gamma.grad: expected grad += gradient"
    ]
    assert all(r.ok for r in report.results)


def test_a_backward_that_does_something_else_with_grad() -> None:
    class Subtracts(Scale):
        def backward(self, dy: Array, caches: Any) -> Array:
            dx, dgamma = ops.scale_backward(dy * caches[1], caches[0])
            self.gamma.grad[...] = dgamma - self.gamma.grad
            return dx

    report = check_layer(Subtracts(), X)
    assert [p.message for p in report.problems] == [
        "the backward does not add to gamma.grad: expected grad += gradient"
    ]


def test_a_forward_that_changes_a_parameter() -> None:
    class Drifts(Scale):
        def forward(self, x: Array, rng: np.random.Generator | None = None) -> tuple[Array, Any]:
            result = super().forward(x, rng)
            self.gamma.value *= 0.99
            return result

    layer = Drifts()
    report = check_layer(layer, X)
    assert ("gamma", "mutated") in {(p.name, p.kind) for p in report.problems}
    assert layer.gamma.value[0] == 0.5


def test_a_parameter_without_gradient_is_wrong() -> None:
    class Forgets(Scale):
        def backward(self, dy: Array, caches: Any) -> Array:
            return ops.scale_backward(dy * caches[1], caches[0])[0]

    report = check_layer(Forgets(), X)
    assert [(r.name, r.ok) for r in report.results] == [("x", True), ("gamma", False)]
    assert report.results[1].facts == ("yours is zero everywhere",)


def test_a_tied_table_that_gets_one_of_its_two_gradients() -> None:
    class Untied(Unigram):
        def backward(self, dlogits: Array, cache: Any) -> None:
            kept = self.table.grad.copy()
            super().backward(dlogits, cache)
            head = dlogits.reshape(-1, 5).T @ cache[2]
            self.table.grad = kept + head

    report = check_model(Untied(), IDS)
    assert [(r.name, r.ok) for r in report.results] == [("table", False), ("scale.gamma", True)]


def test_float32_parameters_are_refused() -> None:
    layer = Scale()
    layer.gamma.value = layer.gamma.value.astype(np.float32)
    with pytest.raises(TypeError, match="gamma: expected float64 for a gradient check"):
        check_layer(layer, X)


def test_an_input_named_like_a_parameter_is_refused() -> None:
    class Confusing(Scale):
        def forward(self, gamma: Array) -> tuple[Array, Any]:  # type: ignore[override]
            return super().forward(gamma)

    with pytest.raises(ValueError, match="other names for inputs than for parameters"):
        check_layer(Confusing(), X)

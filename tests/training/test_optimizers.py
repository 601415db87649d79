"""SGD, Adam and AdamW against their formulas, one number at a time."""

import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.ops.claims import assert_close, claim
from tests.ops.strategies import seeds, shapes
from tests.training.scalar_optimizers import ScalarAdam, ScalarSGD
from tests.training.small import Parts
from tinytf.layers.parameter import Layer
from tinytf.ops.tiles import TILE

SHAPES = st.lists(shapes(max_dims=3), min_size=1, max_size=4)
RATES = (0.1, 0.03, 0.2, 0.0, 0.05)  # a schedule: another learning rate at every step


def assert_steps_equal(
    model: Parts, optimizer: Any, scalar: Callable[[float], Any], decay: float, rates: Any = RATES
) -> None:
    """Some steps of the optimiser, and of a scalar one for each number of each parameter."""
    rng = np.random.default_rng(3)
    expected = {name: p.value.copy() for name, p in model.parameters().items()}
    scalars = {
        name: [scalar(decay if value.ndim >= 2 else 0.0) for _ in range(value.size)]
        for name, value in expected.items()
    }
    for number, rate in enumerate(rates, start=1):
        model.draw_gradients(rng)
        for name, parameter in model.parameters().items():
            numbers = expected[name].reshape(-1)
            for i, grad in enumerate(parameter.grad.reshape(-1).tolist()):
                numbers[i] = scalars[name][i].step(float(numbers[i]), grad, rate)
        optimizer.step(rate)
        assert optimizer.n_steps == number
        for name, parameter in model.parameters().items():
            assert_close(
                parameter.value, expected[name], rtol=1e-10, atol=1e-12, what=f"{name}, {number}"
            )


@claim(
    shapes=SHAPES,
    momentum=st.sampled_from([0.0, 0.5, 0.9]),
    decay=st.sampled_from([0.0, 0.1]),
)
def test_sgd(
    module: ModuleType, shapes: list[tuple[int, ...]], momentum: float, decay: float
) -> None:
    model = Parts(*shapes)
    optimizer = module.SGD(model, momentum, decay)
    assert_steps_equal(model, optimizer, lambda own: ScalarSGD(momentum, own), decay)


@claim(
    shapes=SHAPES,
    betas=st.sampled_from([(0.9, 0.999), (0.9, 0.95), (0.0, 0.5), (0.5, 0.0)]),
    eps=st.sampled_from([1e-8, 0.1]),
)
def test_adam(
    module: ModuleType, shapes: list[tuple[int, ...]], betas: tuple[float, float], eps: float
) -> None:
    model = Parts(*shapes)
    optimizer = module.Adam(model, betas, eps)
    assert_steps_equal(model, optimizer, lambda own: ScalarAdam(*betas, eps), 0.0)


@claim(
    shapes=SHAPES,
    betas=st.sampled_from([(0.9, 0.999), (0.9, 0.95)]),
    eps=st.sampled_from([1e-8, 0.1]),
    decay=st.sampled_from([0.0, 0.1, 0.5]),
)
def test_adamw(
    module: ModuleType,
    shapes: list[tuple[int, ...]],
    betas: tuple[float, float],
    eps: float,
    decay: float,
) -> None:
    model = Parts(*shapes)
    optimizer = module.AdamW(model, betas, eps, decay)
    assert_steps_equal(model, optimizer, lambda own: ScalarAdam(*betas, eps, own), decay)


def test_vectors_longer_than_one_tile(module: ModuleType) -> None:
    """The matrices end within the second tile, the vectors within another one."""
    for make, scalar in (
        (lambda m: module.SGD(m, 0.9, 0.1), lambda own: ScalarSGD(0.9, own)),
        (
            lambda m: module.AdamW(m, weight_decay=0.1),
            lambda own: ScalarAdam(0.9, 0.999, 1e-8, own),
        ),
    ):
        model = Parts((TILE + 3,), (2, TILE // 2 + 5), (1, 7))
        assert_steps_equal(model, make(model), scalar, 0.1, rates=(0.1, 0.2))


def test_the_first_steps_of_adam_by_hand(module: ModuleType) -> None:
    """At step 1 the moments are corrected to g and g^2: a step of the learning rate's length."""
    model = Parts((3,))
    model.p0.value[...] = 0
    optimizer = module.Adam(model, (0.9, 0.99), eps=0.0)
    model.p0.grad[...] = [1e-6, -3.0, 1e6]
    optimizer.step(0.1)
    assert_close(model.p0.value, [-0.1, 0.1, -0.1])
    # Step 2 with g = 0: first = 0.09 g / 0.19 and second = 0.0099 g^2 / 0.0199 of step 1's g.
    model.p0.grad[...] = 0
    optimizer.step(0.1)
    second_step = 0.1 * (0.09 / 0.19) / math.sqrt(0.0099 / 0.0199)
    assert_close(model.p0.value, np.array([-1, 1, -1]) * (0.1 + second_step))


def test_sgd_by_hand(module: ModuleType) -> None:
    model = Parts((1, 1), (1,))
    model.p0.value[...], model.p1.value[...] = 2.0, 2.0
    optimizer = module.SGD(model, momentum=0.5, weight_decay=0.1)
    model.p0.grad[...] = model.p1.grad[...] = 1.0
    optimizer.step(0.1)
    assert_close(model.p0.value, [[2.0 - 0.1 * 1.2]])
    assert_close(model.p1.value, [2.0 - 0.1 * 1.0])
    optimizer.step(0.1)
    assert_close(model.p0.value, [[1.88 - 0.1 * (0.5 * 1.2 + 1.0 + 0.188)]])
    assert_close(model.p1.value, [1.9 - 0.1 * 1.5])


@claim(seed=seeds, decay=st.sampled_from([0.0, 0.1]))
def test_a_factor_on_the_gradient_cancels_in_adam_and_not_in_sgd(
    module: ModuleType, seed: int, decay: float
) -> None:
    def run(make: Callable[[Layer], Any], factor: float) -> Any:
        model = Parts((2, 3), (4,))
        optimizer = make(model)
        rng = np.random.default_rng(seed)
        for _ in range(3):
            optimizer.flat.grad[...] = factor * rng.normal(size=10)
            optimizer.step(0.1)
        return optimizer.flat.value

    def adamw(model: Layer) -> Any:
        return module.AdamW(model, eps=0.0, weight_decay=decay)

    assert_close(run(adamw, 7.0), run(adamw, 1.0), rtol=1e-9)
    assert not np.allclose(run(module.SGD, 7.0), run(module.SGD, 1.0))


def test_the_model_sees_every_step(module: ModuleType) -> None:
    model = Parts((2, 2), (3,))
    optimizer = module.SGD(model)
    model.p0.grad += 1
    model.p1.grad += 2
    before = model.p0.value.copy(), model.p1.value.copy()
    optimizer.step(0.5)
    assert_close(model.p0.value, before[0] - 0.5)
    assert_close(model.p1.value, before[1] - 1.0)
    np.testing.assert_array_equal(model.p1.grad, [2, 2, 2])  # a step leaves the gradient alone
    optimizer.zero_grad()
    assert not model.p0.grad.any()
    assert not model.p1.grad.any()


def test_float32_stays_float32(module: ModuleType) -> None:
    rng = np.random.default_rng(0)
    for make in (lambda m: module.SGD(m, 0.9, 0.1), module.Adam, module.AdamW):
        model = Parts((2, 3), (4,), dtype=np.float32)
        optimizer = make(model)
        for _ in range(2):
            optimizer.flat.grad[...] = rng.normal(size=10)
            optimizer.step(0.1)
        arrays = [optimizer.flat.value, model.p0.value, *optimizer.state.values()]
        assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_the_state_is_what_a_checkpoint_needs(module: ModuleType) -> None:
    """Values, gradients, state and n_steps moved to a new optimiser: the same bytes from there."""
    for make in (module.SGD, lambda m: module.SGD(m, 0.9), module.Adam, module.AdamW):
        first, second = Parts((2, 3), (4,)), Parts((2, 3), (4,))
        optimizer = make(first)
        rng = np.random.default_rng(0)
        for _ in range(3):
            first.draw_gradients(rng)
            optimizer.step(0.1)
        resumed = make(second)
        resumed.flat.value[...] = optimizer.flat.value
        resumed.n_steps = optimizer.n_steps
        assert set(resumed.state) == set(optimizer.state)
        resumed.state.update({name: array.copy() for name, array in optimizer.state.items()})
        first.draw_gradients(rng)
        resumed.flat.grad[...] = optimizer.flat.grad
        for each in (optimizer, resumed):
            each.step(0.1)
        assert resumed.flat.value.tobytes() == optimizer.flat.value.tobytes()


def test_plain_sgd_keeps_no_state(module: ModuleType) -> None:
    assert module.SGD(Parts((2, 3))).state == {}
    assert set(module.SGD(Parts((2, 3)), momentum=0.9).state) == {"velocity"}
    assert set(module.AdamW(Parts((2, 3))).state) == {"first_moment", "second_moment"}


@claim(seed=seeds, max_norm=st.sampled_from([0.5, 1.0, 3.0, 100.0]))
def test_clip_scales_the_whole_gradient(module: ModuleType, seed: int, max_norm: float) -> None:
    grad = np.random.default_rng(seed).normal(size=9)
    before = grad.copy()
    norm = math.sqrt(math.fsum(x * x for x in before))
    returned = module.clip_gradient_norm(grad, max_norm)
    assert isinstance(returned, float)
    assert_close(returned, norm)
    assert_close(grad, before * min(1.0, max_norm / norm))


def test_clip_at_the_edges(module: ModuleType) -> None:
    zero = np.zeros(3)
    assert module.clip_gradient_norm(zero, 1.0) == 0
    np.testing.assert_array_equal(zero, np.zeros(3))
    exact = np.array([3.0, 4.0])
    assert module.clip_gradient_norm(exact, 5.0) == 5
    np.testing.assert_array_equal(exact, [3, 4])
    assert module.clip_gradient_norm(exact, 2.5) == 5
    assert_close(exact, [1.5, 2.0])
    single = np.array([6, 8], np.float32)
    module.clip_gradient_norm(single, 1.0)
    assert single.dtype == np.float32


def test_errors_say_what_was_expected_and_what_came(module: ModuleType) -> None:
    model = Parts((2, 3))
    for wrong in (-0.1, 1.0, 2.0):
        with pytest.raises(ValueError, match=rf"momentum: expected 0 <= momentum < 1, got {wrong}"):
            module.SGD(model, momentum=wrong)
        with pytest.raises(ValueError, match=rf"betas: expected 0 <= beta < 1, got \(0.9, {wrong}"):
            module.Adam(model, betas=(0.9, wrong))
        with pytest.raises(ValueError, match=rf"betas: expected 0 <= beta < 1, got \({wrong}"):
            module.AdamW(model, betas=(wrong, 0.9))
    for make in (module.SGD, module.AdamW):
        with pytest.raises(ValueError, match=r"weight_decay: expected at least 0, got -0.1"):
            make(model, weight_decay=-0.1)
    for wrong in (0.0, -1.0):
        with pytest.raises(ValueError, match=rf"max_norm: expected a number > 0, got {wrong}"):
            module.clip_gradient_norm(np.ones(2), wrong)

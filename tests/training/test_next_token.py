"""The task of a language model: the next token of a text."""

import math
from types import ModuleType
from typing import Any

import numpy as np

from tests.ops.claims import assert_close
from tests.training.small import IDS, small_model, windows
from tinytf.layers.parameter import Layer
from tinytf.ops.arrays import Array


def probability_loss(model: Any, ids: Array, targets: Array) -> float:
    """Mean of -log(probability of the target), from the softmax itself."""
    logits, _ = model.forward(ids)
    probs = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    picked = np.take_along_axis(probs, targets[..., None], axis=-1)
    return float(-np.log(picked).mean())


def gradients(model: Layer) -> Array:
    return np.concatenate([p.grad.reshape(-1) for p in model.parameters().values()])


def test_a_training_batch(module: ModuleType) -> None:
    model = small_model()
    task = module.NextTokenTask(model, windows(), windows(), batch_size=3)
    rng = np.random.default_rng(4)
    batch = task.draw_batch(rng)
    loss = task.train_batch(batch, rng, 1.0)
    ids, targets = windows().random_batch(3, np.random.default_rng(4))
    assert isinstance(loss, float)
    assert_close(loss, probability_loss(model, ids, targets))

    # The gradient, by the change of the loss along it.
    whole = gradients(model)
    step = 1e-5 / np.linalg.norm(whole)
    losses = []
    for sign in (1, -1):
        for parameter in model.parameters().values():
            parameter.value += sign * step * parameter.grad
        losses.append(probability_loss(model, ids, targets))
        for parameter in model.parameters().values():
            parameter.value -= sign * step * parameter.grad
    assert_close((losses[0] - losses[1]) / (2 * step), whole @ whole, rtol=1e-4)

    # dloss scales the gradient, not the loss; and gradients add.
    again = task.train_batch(batch, rng, 0.25)
    assert_close(again, loss, rtol=1e-9)
    assert_close(gradients(model), 1.25 * whole, rtol=1e-6, atol=1e-9)


def test_batch_size(module: ModuleType) -> None:
    model = small_model(batch_size=5)
    for given, expected in (((), 5), ((3,), 3)):
        task = module.NextTokenTask(model, windows(), windows(), *given)
        batch = task.draw_batch(np.random.default_rng(0))
        assert batch.ids.shape == batch.targets.shape == (expected, 6)
        assert batch.n_tokens == batch.n_targets == expected * 6


def test_a_resumed_run_needs_no_state(module: ModuleType) -> None:
    task = module.NextTokenTask(small_model(), windows(), windows())
    first = task.draw_batch(np.random.default_rng(0)).ids
    assert task.state() == {}
    task.restore({})
    assert (task.draw_batch(np.random.default_rng(0)).ids == first).all()


def test_validation_is_the_mean_over_all_tokens_without_dropout(module: ModuleType) -> None:
    """17 windows in batches of 8: the last batch, of one window, counts as one window."""
    model = small_model(dropout=0.5)
    validation = windows(IDS[: 17 * 6 + 3])
    task = module.NextTokenTask(model, windows(), validation, batch_size=2)
    losses = [
        probability_loss(model, IDS[None, s : s + 6], IDS[None, s + 1 : s + 7])
        for s in range(0, 17 * 6, 6)
    ]
    loss = task.validation_loss()
    assert_close(loss, math.fsum(losses) / 17)
    assert task.validation_loss() == loss
    assert not gradients(model).any(), "and it leaves no gradient"


def test_training_has_dropout_drawn_from_rng(module: ModuleType) -> None:
    task = module.NextTokenTask(small_model(dropout=0.5), windows(), windows())
    batch = task.draw_batch(np.random.default_rng(0))
    first, same, other = (
        task.train_batch(batch, np.random.default_rng(seed), 1.0) for seed in (1, 1, 2)
    )
    assert first == same != other
    assert abs(first - probability_loss(task.model, batch.ids, batch.targets)) > 1e-6


def test_validation_text_is_not_trained_on(module: ModuleType) -> None:
    """Training windows hold ids 0 and 1, validation windows 5 and 6."""
    model = small_model()
    seen = []
    forward = model.forward

    def watched(ids: Array, *more: Any) -> Any:
        seen.append(set(ids.reshape(-1).tolist()))
        return forward(ids, *more)

    model.forward = watched  # type: ignore[method-assign]
    task = module.NextTokenTask(model, windows(IDS % 2), windows(5 + IDS % 2))
    rng = np.random.default_rng(0)
    task.train_batch(task.draw_batch(rng), rng, 1.0)
    assert seen == [{0, 1}]
    task.validation_loss()
    assert set.union(*seen[1:]) == {5, 6}

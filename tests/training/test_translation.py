"""The task of a translator: batches of pairs, teacher forcing, losses, going on in an epoch."""

import json
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.ops.claims import assert_close, claim
from tests.ops.strategies import seeds
from tinytf.config import Config
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.ops.arrays import Array

PAD, BOS, EOS = 0, 1, 2
WORDS = st.lists(st.integers(3, 8), min_size=0, max_size=5)
PAIRS = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8)


def small_model(**switches: Any) -> EncoderDecoder:
    config = Config.from_dict(
        {
            **{"vocab_size": 9, "d_model": 8, "max_len": 6, "n_heads": 2, "d_ff": 6},
            **{"n_layers": 1, "init_std": 0.5},
            **switches,
        }
    )
    return EncoderDecoder(config, np.random.default_rng(0), np.float64)


def make_task(
    module: ModuleType,
    training: list[tuple[list[int], list[int]]],
    validation: list[tuple[list[int], list[int]]] | None = None,
    max_tokens: int = 12,
    label_smoothing: float = 0.0,
    **switches: Any,
) -> Any:
    def pairs(those: list[tuple[list[int], list[int]]]) -> list[Any]:
        return [module.IdPair(*pair) for pair in those]

    return module.TranslationTask(
        small_model(**switches),
        pairs(training),
        pairs(validation or training),
        module.SpecialIds(PAD, BOS, EOS),
        max_tokens,
        label_smoothing,
    )


def pair_losses(
    model: EncoderDecoder, source: list[int], target: list[int], smoothing: float = 0.0
) -> list[float]:
    """Loss of each target token of one pair without padding, from the softmax itself."""
    read, write = np.array([[BOS, *target]]), [*target, EOS]
    logits, _ = model.forward(np.array([[*source, EOS]]), read)
    probs = np.exp(logits[0]) / np.exp(logits[0]).sum(axis=-1, keepdims=True)
    return [
        -(1 - smoothing) * np.log(row[token]) - smoothing * np.log(row).mean()
        for row, token in zip(probs, write, strict=True)
    ]


def gradients(task: Any) -> Array:
    return np.concatenate([p.grad.reshape(-1) for p in task.model.parameters().values()])


@claim(pairs=PAIRS)
def test_a_batch_holds_its_pairs(module: ModuleType, pairs: list[Any]) -> None:
    batch = module.make_batch([module.IdPair(*p) for p in pairs], module.SpecialIds(PAD, BOS, EOS))
    for i, (source, target) in enumerate(pairs):
        real = batch.source_mask[i, 0, 0]
        assert batch.source[i][real].tolist() == [*source, EOS]
        assert (batch.source[i][~real] == PAD).all()
        n = len(target) + 1
        assert batch.target[i, :n].tolist() == [BOS, *target]
        assert (batch.target[i, n:] == PAD).all()
        assert batch.next_tokens[i, :n].tolist() == [*target, EOS]
        assert (batch.next_tokens[i, n:] == -100).all()
    assert batch.source_mask.shape == (len(pairs), 1, 1, batch.source.shape[1])
    assert batch.n_targets == sum(len(target) + 1 for _, target in pairs)
    assert batch.n_tokens == batch.n_targets + sum(len(source) + 1 for source, _ in pairs)


@claim(pairs=PAIRS, seed=seeds, smoothing=st.sampled_from([0.0, 0.1]))
def test_the_loss_of_a_batch_is_the_mean_over_its_real_tokens(
    module: ModuleType, pairs: list[Any], seed: int, smoothing: float
) -> None:
    task = make_task(module, pairs, max_tokens=1000, label_smoothing=smoothing)
    rng = np.random.default_rng(seed)
    loss = task.train_batch(task.draw_batch(rng), rng, 1.0)
    losses = [x for pair in pairs for x in pair_losses(task.model, *pair, smoothing)]
    assert_close(loss, np.mean(losses), rtol=1e-9)
    assert isinstance(loss, float)


def test_the_gradient_of_a_batch(module: ModuleType) -> None:
    pairs = [([3, 4, 5], [6, 7]), ([8], [3, 4, 5, 6])]
    task = make_task(module, pairs, max_tokens=100, label_smoothing=0.1)
    rng = np.random.default_rng(0)
    batch = task.draw_batch(rng)
    loss = task.train_batch(batch, rng, 1.0)
    whole = gradients(task)
    step = 1e-5 / np.linalg.norm(whole)

    def along(sign: int) -> float:
        parameters = task.model.parameters().values()
        for parameter in parameters:
            parameter.value += sign * step * parameter.grad
        losses = [x for pair in pairs for x in pair_losses(task.model, *pair, 0.1)]
        for parameter in parameters:
            parameter.value -= sign * step * parameter.grad
        return float(np.mean(losses))

    assert_close((along(1) - along(-1)) / (2 * step), whole @ whole, rtol=1e-4)
    # dloss scales the gradient, not the loss; and gradients add.
    assert_close(task.train_batch(batch, rng, 0.25), loss, rtol=1e-9)
    assert_close(gradients(task), 1.25 * whole, rtol=1e-6, atol=1e-9)


@claim(pairs=PAIRS, max_tokens=st.integers(1, 20))
def test_validation_is_the_mean_over_all_real_tokens(
    module: ModuleType, pairs: list[Any], max_tokens: int
) -> None:
    task = make_task(module, [([3], [4])], pairs, max_tokens, label_smoothing=0.3, dropout=0.5)
    losses = [x for pair in pairs for x in pair_losses(task.model, *pair)]
    assert_close(task.validation_loss(), np.mean(losses), rtol=1e-9)
    assert task.validation_loss() == task.validation_loss(), "no dropout"
    assert not gradients(task).any(), "and it leaves no gradient"


def test_training_has_dropout_drawn_from_rng(module: ModuleType) -> None:
    task = make_task(module, [([3, 4], [5, 6])], dropout=0.5)
    batch = task.draw_batch(np.random.default_rng(0))
    first, same, other = (
        task.train_batch(batch, np.random.default_rng(seed), 1.0) for seed in (1, 1, 2)
    )
    assert first == same != other


@claim(pairs=PAIRS, seed=seeds)
def test_an_epoch_holds_every_pair_once(module: ModuleType, pairs: list[Any], seed: int) -> None:
    task = make_task(module, pairs)
    rng = np.random.default_rng(seed)
    for _ in range(2):
        drawn = [task.draw_batch(rng) for _ in range(task.batches_per_epoch)]
        rows = [
            (source[mask[0, 0]][:-1].tolist(), target[target > EOS].tolist())
            for batch in drawn
            for source, mask, target in zip(
                batch.source, batch.source_mask, batch.target, strict=True
            )
        ]
        assert sorted(rows) == sorted(map(tuple, pairs))


@claim(pairs=PAIRS, n_drawn=st.integers(0, 12), seed=seeds)
def test_a_resumed_run_draws_the_same_batches(
    module: ModuleType, pairs: list[Any], n_drawn: int, seed: int
) -> None:
    task, resumed = make_task(module, pairs), make_task(module, pairs)
    rng = np.random.default_rng(seed)
    for _ in range(n_drawn):
        task.draw_batch(rng)
    resumed.restore(json.loads(json.dumps(task.state())))
    its_rng = np.random.default_rng()
    its_rng.bit_generator.state = rng.bit_generator.state
    for _ in range(5):
        expected, came = task.draw_batch(rng), resumed.draw_batch(its_rng)
        np.testing.assert_array_equal(came.source, expected.source)
        np.testing.assert_array_equal(came.next_tokens, expected.next_tokens)


def test_pairs_that_cannot_be_used(module: ModuleType) -> None:
    make_task(module, [([3] * 5, [3] * 5)])
    for pair in (([3] * 6, [3]), ([3], [3] * 6)):
        message = r"training: expected at most max_len 6 tokens with EOS, pair 1 has 7"
        with pytest.raises(ValueError, match=message):
            make_task(module, [([3], [3]), pair])
    message = r"validation: expected at most max_len 6 tokens .* pair 0 has 9"
    with pytest.raises(ValueError, match=message):
        make_task(module, [([3], [3])], [([3] * 8, [3])])
    with pytest.raises(ValueError, match=r"training: expected at least one pair, got none"):
        make_task(module, [])

"""Masking, and the task of BERT's pre-training."""

import math
from collections import Counter
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators
from tests.training.wordpieces import FIRST, TOKENIZER, V
from tinytf.config import Config
from tinytf.models.bert import BertPretraining
from tinytf.models.presets import PRESETS
from tinytf.ops.arrays import Array
from tinytf.training.next_sentence import SentencePairs
from tinytf.training.optimizers import AdamW
from tinytf.training.schedules import Constant
from tinytf.training.trainer import Trainer

DOCUMENTS = [
    [[8, 6, 9, 11, 8, 12, 13], [8, 7, 10, 13], [15, 9, 14]],
    [[8, 7, 10, 11, 8, 12, 13], [15, 10, 14]],
    [[5, 6, 16, 9, 13]],
]


def small_model(dtype: Any = np.float64, **switches: Any) -> BertPretraining:
    sizes: dict[str, Any] = {"d_model": 12, "max_len": 14, "n_heads": 3, "d_ff": 16, "n_layers": 1}
    config = Config(vocab_size=V, batch_size=4, **{**sizes, **PRESETS["bert"], **switches})
    return BertPretraining(config, np.random.default_rng(0), dtype)


def make_task(module: ModuleType, next_sentence: bool = True, **options: Any) -> Any:
    switches = options.pop("switches", {})
    pairs = SentencePairs(DOCUMENTS, 14, TOKENIZER, next_sentence)
    options = {"n_validation": 10, **options}
    return module.MaskedLanguageTask(small_model(**switches), pairs, pairs, **options)


@st.composite
def id_batches(draw: Any) -> Array:
    """Rows of ordinary tokens with specials among them; a row may have specials only."""
    shape = draw(st.integers(1, 4)), draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    specials = rng.random(shape) < draw(st.sampled_from([0.0, 0.3, 1.0]))
    return np.where(specials, rng.integers(FIRST, size=shape), rng.integers(FIRST, V, size=shape))


@claim(100, ids=id_batches(), rng=generators())
def test_what_is_chosen(module: ModuleType, ids: Array, rng: np.random.Generator) -> None:
    before = ids.copy()
    masked, predict = module.mask_tokens(ids, TOKENIZER, rng)
    np.testing.assert_array_equal(ids, before)
    assert masked.shape == predict.shape == ids.shape
    assert predict.dtype == bool
    ordinary = ids >= FIRST
    assert not (predict & ~ordinary).any(), "a special token was chosen"
    np.testing.assert_array_equal(masked[~predict], ids[~predict])
    changed = masked[predict & (masked != ids)]
    assert ((changed == TOKENIZER.mask_id) | (changed >= FIRST)).all()
    assert (changed < V).all()
    for n_ordinary, n_chosen in zip(ordinary.sum(axis=1), predict.sum(axis=1), strict=True):
        assert n_chosen == min(max(1, round(0.15 * n_ordinary)), n_ordinary)


def test_rates(module: ModuleType) -> None:
    """15 % chosen, everywhere alike; of these 80 % masked, 10 % random, 10 % as they were."""
    rng = np.random.default_rng(0)
    ids = np.full((400, 102), 7)
    ids[:, 0], ids[:, -1] = TOKENIZER.cls_id, TOKENIZER.sep_id
    masked, predict = module.mask_tokens(ids, TOKENIZER, rng)
    assert (predict.sum(axis=1) == 15).all()
    assert predict[:, 1:-1].any(axis=0).all()
    shown = Counter(masked[predict].tolist())
    n = predict.sum()
    assert abs(shown[TOKENIZER.mask_id] / n - 0.8) < 0.02
    n_random = n - shown[TOKENIZER.mask_id] - shown[7]
    assert abs(shown[7] / n - (0.1 + 0.1 / (V - FIRST))) < 0.015
    assert abs(n_random / n - 0.1 * (1 - 1 / (V - FIRST))) < 0.015
    assert set(shown) == {TOKENIZER.mask_id, *range(FIRST, V)}, "every ordinary token, no special"


def test_rows_are_masked_independently(module: ModuleType) -> None:
    ids = np.full((8, 40), 7)
    _, predict = module.mask_tokens(ids, TOKENIZER, np.random.default_rng(0))
    assert len({row.tobytes() for row in predict}) == 8


def test_batches(module: ModuleType) -> None:
    task = make_task(module)
    rng = np.random.default_rng(0)
    labels = Counter[int]()
    for _ in range(30):
        batch = task.draw_batch(rng)
        ids, mask, segments = batch.inputs
        assert ids.shape == segments.shape == batch.predict.shape
        assert len(ids) == len(batch.is_next) == 4
        assert batch.targets.shape == (batch.predict.sum(),)
        assert (batch.targets >= FIRST).all(), "no target is special, [MASK] least of all"
        assert batch.predict.any(axis=1).all(), "every example has something to predict"
        assert not (batch.predict & ~mask[:, 0, 0]).any()
        assert batch.n_targets == batch.predict.sum()
        assert batch.n_tokens == mask.sum() == (ids != TOKENIZER.pad_id).sum()
        labels.update(batch.is_next.tolist())
        # With the targets put back, the texts are those of the documents.
        whole = ids.copy()
        whole[batch.predict] = batch.targets
        known = {tuple(sentence) for sentence in task.training.sentences}
        for row, segment in zip(whole, segments, strict=True):
            assert row[0] == TOKENIZER.cls_id
            first = row[1 : row.tolist().index(TOKENIZER.sep_id)].tolist()
            assert any(tuple(first[:n]) in known for n in range(1, len(first) + 1)), first
            assert segment[0] == 0
            assert segment.max() == 1
    assert set(labels) == {0, 1}
    assert (task.draw_batch(rng).inputs.ids == TOKENIZER.mask_id).any()


def losses_by_hand(model: Any, batch: Any, seed: int | None) -> tuple[float, float]:
    """Mean of -log(softmax) at the masked positions, from the logits of all; and of NSP."""
    ids, mask, segments = batch.inputs
    rng = None if seed is None else np.random.default_rng(seed)
    everywhere = np.ones(ids.shape, bool)
    (logits, nsp_logits), _ = model.forward(ids, everywhere, mask, segments, rng)
    logits = logits.reshape(*ids.shape, V)
    losses, targets = [], iter(batch.targets)
    for b, s in np.argwhere(batch.predict):
        scores = logits[b, s]
        losses.append(math.log(np.exp(scores).sum()) - scores[next(targets)])
    nsp = [
        math.log(np.exp(scores).sum()) - scores[label]
        for scores, label in zip(nsp_logits, batch.is_next, strict=True)
        if label != -100
    ]
    return float(np.mean(losses)), float(np.mean(nsp)) if nsp else 0.0


def both_modes(module: ModuleType, next_sentence: bool) -> None:
    """The loss is that of the masked positions, the gradient its slope along itself."""
    task = make_task(module, next_sentence, switches={"dropout": 0.2})
    model, parameters = task.model, task.model.parameters()
    rng = np.random.default_rng(1)
    for parameter in parameters.values():
        parameter.value[...] = rng.normal(0, 0.4, parameter.value.shape)
    batch = task.draw_batch(rng)
    loss = task.train_batch(batch, np.random.default_rng(5), 0.5)
    mlm, nsp = losses_by_hand(model, batch, 5)
    assert_close(loss, mlm + nsp, rtol=1e-10)
    assert (nsp > 0) == next_sentence
    grads = {name: p.grad.copy() for name, p in parameters.items()}
    assert parameters["nsp.weight"].grad.any() == next_sentence
    task.train_batch(batch, np.random.default_rng(5), 0.5)
    for name, parameter in parameters.items():
        assert_close(parameter.grad, 2 * grads[name], rtol=1e-9, atol=1e-12)
    step = 1e-6
    length = sum(float((g * g).sum()) for g in grads.values())
    ends = []
    for sign in (1, -1):
        for name, parameter in parameters.items():
            parameter.value += sign * step * grads[name]
        ends.append(sum(losses_by_hand(model, batch, 5)))
        for name, parameter in parameters.items():
            parameter.value -= sign * step * grads[name]
    assert_close((ends[0] - ends[1]) / (2 * step), 2 * length, rtol=1e-6)


def test_loss_and_gradient(module: ModuleType) -> None:
    for next_sentence in (True, False):
        both_modes(module, next_sentence)


def test_logits_elsewhere_have_no_influence(module: ModuleType) -> None:
    """A model that would answer anything at the other positions gets the same loss and gradient."""
    task = make_task(module, switches={"dropout": 0.0})
    batch = task.draw_batch(np.random.default_rng(0))
    asked: list[Array] = []
    forward = task.model.forward

    def watched(ids: Array, predict: Array, *others: Any) -> Any:
        asked.append(predict)
        return forward(ids, predict, *others)

    task.model.forward = watched
    task.train_batch(batch, np.random.default_rng(0), 1.0)
    task.validation_loss()
    np.testing.assert_array_equal(asked[0], batch.predict)
    for predict in asked:
        assert predict.sum() < 0.4 * predict.size


def test_validation(module: ModuleType) -> None:
    task = make_task(module, switches={"dropout": 0.3}, n_validation=11)
    assert task.scores is None
    first = task.validation_loss()
    scores = task.scores
    assert first == task.validation_loss(), "without dropout, with the same masks"
    same = make_task(module, n_validation=11)
    assert_close(same.validation_loss(), first)
    other = make_task(module, n_validation=11, validation_seed=1)
    assert other.validation_loss() != first
    assert_close(first, scores.mlm_loss + scores.nsp_loss)
    assert abs(scores.mlm_loss - math.log(V)) < 0.3
    assert abs(scores.nsp_loss - math.log(2)) < 0.1
    # The same from the batches themselves: means over tokens and examples, not over batches.
    batches = task._validation
    assert [len(batch.is_next) for batch in batches] == [8, 3]
    mlm = nsp = right = right_next = 0.0
    n_targets = sum(batch.n_targets for batch in batches)
    for batch in batches:
        mlm_mean, nsp_mean = losses_by_hand(task.model, batch, None)
        mlm += mlm_mean * batch.n_targets / n_targets
        nsp += nsp_mean * len(batch.is_next) / 11
        ids, mask, segments = batch.inputs
        (logits, nsp_logits), _ = task.model.forward(ids, batch.predict, mask, segments)
        right += (logits.argmax(axis=1) == batch.targets).sum()
        right_next += (nsp_logits.argmax(axis=1) == batch.is_next).sum()
    assert_close(scores, [mlm, right / n_targets, nsp, right_next / 11], rtol=1e-10)


def test_validation_without_next_sentence(module: ModuleType) -> None:
    task = make_task(module, next_sentence=False)
    loss = task.validation_loss()
    assert task.scores.nsp_loss == task.scores.nsp_accuracy == 0
    assert_close(loss, task.scores.mlm_loss)


def test_training_and_validation_text_are_kept_apart(module: ModuleType) -> None:
    training = SentencePairs([[[5], [6]], [[7]]], 14, TOKENIZER)
    validation = SentencePairs([[[8], [9]], [[10]]], 14, TOKENIZER)
    task = module.MaskedLanguageTask(small_model(), training, validation, 2)
    seen = set(task.draw_batch(np.random.default_rng(0)).targets.tolist())
    seen_later = {int(t) for batch in task._validation for t in batch.targets}
    assert seen <= {5, 6, 7}
    assert seen_later == {8, 9, 10}


def test_unigram_loss(module: ModuleType) -> None:
    """The cross-entropy of the masked tokens under one more than the counts of the training."""
    task = make_task(module)
    counts = np.ones(V)
    for document in DOCUMENTS:
        for sentence in document:
            for token in sentence:
                counts[token] += 1
    targets = np.concatenate([batch.targets for batch in task._validation])
    expected = -np.mean([math.log(counts[t] / counts.sum()) for t in targets])
    assert_close(task.unigram_loss(), expected)


def test_it_learns(module: ModuleType) -> None:
    """With the trainer: below what frequencies alone give, on three small documents by heart."""
    model = small_model(np.float32, dropout=0.0, init_std=0.2, d_model=24, d_ff=48)
    pairs = SentencePairs(DOCUMENTS, 14, TOKENIZER)
    task = module.MaskedLanguageTask(model, pairs, pairs, 8, n_validation=64)
    rng = np.random.default_rng(0)
    trainer = Trainer(model, task, AdamW(model), Constant(3e-3), rng, 500, validate_every=500)
    trainer.run()
    task.validation_loss()
    assert task.scores.mlm_loss < 0.7 * task.unigram_loss()
    assert task.scores.nsp_accuracy > 0.8


def test_nothing_to_restore(module: ModuleType) -> None:
    task = make_task(module)
    assert task.state() == {}
    task.restore({})


def test_sizes(module: ModuleType) -> None:
    assert len(make_task(module, batch_size=3).draw_batch(np.random.default_rng(0)).is_next) == 3
    with pytest.raises(ValueError, match=r"n_validation: expected at least 1, got 0"):
        make_task(module, n_validation=0)

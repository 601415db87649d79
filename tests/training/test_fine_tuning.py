"""The task of fine-tuning: batches, losses and gradients of every kind of model, epochs."""

import json
import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.ops.claims import assert_close
from tests.training.bert_models import KINDS, N_LABELS, small_model
from tests.training.wordpieces import FIRST, TOKENIZER, V
from tinytf.training.bert_inputs import join
from tinytf.training.optimizers import AdamW
from tinytf.training.schedules import Constant
from tinytf.training.trainer import Trainer

IGNORED = -100


def examples(module: ModuleType, kind: str, n: int, seed: int = 0) -> list[Any]:
    """Random ones: of lengths 5 to 14, one or two texts (an answerer's are always two)."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(n):
        first = rng.integers(FIRST, V, rng.integers(1, 6)).tolist()
        second = rng.integers(FIRST, V, rng.integers(1, 6)).tolist()
        one = join(TOKENIZER, first, second if kind == "answerer" or rng.random() < 0.5 else None)
        target: Any
        if kind == "classifier":
            target = int(rng.integers(N_LABELS))
        elif kind == "regressor":
            target = float(rng.normal())
        elif kind == "tagger":
            target = rng.integers(N_LABELS, size=len(one.ids))
            target[rng.random(len(target)) < 0.4] = IGNORED
            target[0], target[1] = IGNORED, 2
            target = target.tolist()
        else:
            start = len(first) + 2
            span = sorted(rng.integers(start, start + len(second), 2).tolist())
            target = (0, 0) if rng.random() < 0.3 else tuple(span)
        made.append(module.LabelledInput(one, target))
    return made


def make_task(module: ModuleType, kind: str, n: int = 9, **options: Any) -> Any:
    switches = options.pop("switches", {})
    training, validation = examples(module, kind, n), examples(module, kind, 6, seed=1)
    model = small_model(kind, **switches)
    return module.FineTuningTask(model, training, validation, TOKENIZER, **options)


def losses(model: Any, kind: str, example: Any) -> list[float]:
    """The loss of each target of one example, read alone and so without padding."""
    ids, segments = np.array([example.input.ids]), np.array([example.input.segments])
    y, _ = model.forward(ids, None, segments)
    if kind == "regressor":
        return [float(y[0] - example.target) ** 2]
    if kind == "classifier":
        rows, targets = [y[0]], [example.target]
    elif kind == "tagger":
        chosen = [i for i, target in enumerate(example.target) if target != IGNORED]
        rows, targets = [y[0, i] for i in chosen], [example.target[i] for i in chosen]
    else:
        # Over [CLS] and the tokens of the second text, nothing else.
        places = [i for i, s in enumerate(example.input.segments) if s == 1][:-1]
        places = [0, *places]
        rows = [y[0, 0, places], y[0, 1, places]]
        targets = [places.index(t) for t in example.target]
    return [math.log(np.exp(row).sum()) - row[t] for row, t in zip(rows, targets, strict=True)]


def mean_loss(model: Any, kind: str, some: list[Any]) -> float:
    """Over all targets of the examples together."""
    return float(np.mean([loss for example in some for loss in losses(model, kind, example)]))


def n_targets(kind: str, some: list[Any]) -> int:
    if kind == "tagger":
        return sum(t != IGNORED for example in some for t in example.target)
    return len(some) * (2 if kind == "answerer" else 1)


def test_batches(module: ModuleType) -> None:
    for kind in KINDS:
        task = make_task(module, kind)
        some = task.training[:5]
        batch = task.make_batch(some)
        width = max(len(example.input.ids) for example in some)
        assert batch.inputs.ids.shape == (5, width)
        assert batch.n_tokens == sum(len(example.input.ids) for example in some)
        assert batch.n_targets == n_targets(kind, some), kind
        for row, example in zip(batch.targets, some, strict=True):
            if kind == "tagger":
                assert row.tolist() == example.target + [IGNORED] * (width - len(example.target))
            else:
                np.testing.assert_array_equal(row, example.target)


def test_loss_and_gradient(module: ModuleType) -> None:
    """The loss is that of each example alone; the gradient is its slope, along itself."""
    for kind in KINDS:
        task = make_task(module, kind, switches={"dropout": 0.0})
        model, parameters = task.model, task.model.parameters()
        some = task.training[:5]
        loss = task.train_batch(task.make_batch(some), np.random.default_rng(0), 0.5)
        assert_close(loss, mean_loss(model, kind, some), rtol=1e-9, what=kind)
        grads = {name: p.grad.copy() for name, p in parameters.items()}
        length = sum(float((g * g).sum()) for g in grads.values())
        ends, step = [], 1e-5 / math.sqrt(length)
        for sign in (1, -1):
            for name, parameter in parameters.items():
                parameter.value += sign * step * grads[name]
            ends.append(mean_loss(model, kind, some))
            for name, parameter in parameters.items():
                parameter.value -= sign * step * grads[name]
        assert_close((ends[0] - ends[1]) / (2 * step), 2 * length, rtol=1e-5, what=kind)


def test_dropout_in_training_only(module: ModuleType) -> None:
    for kind in KINDS:
        task = make_task(module, kind)
        batch = task.make_batch(task.training[:5])
        first, same, other = (
            task.train_batch(batch, np.random.default_rng(seed), 1.0) for seed in (1, 1, 2)
        )
        assert first == same
        assert first != other
        assert task.validation_loss() == task.validation_loss()


def test_validation_loss(module: ModuleType) -> None:
    """The mean over all targets, not over batches: 6 examples in batches of 4."""
    for kind in KINDS:
        task = make_task(module, kind)
        expected = mean_loss(task.model, kind, task.validation)
        assert_close(task.validation_loss(), expected, rtol=1e-9, what=kind)


def drawn(task: Any, rng: np.random.Generator, n: int) -> list[list[tuple[int, ...]]]:
    """The ids in the next n batches, without the padding."""
    batches = []
    for _ in range(n):
        ids, mask, _ = task.draw_batch(rng).inputs
        rows = [tuple(row[real[0, 0]].tolist()) for row, real in zip(ids, mask, strict=True)]
        batches.append(rows)
    return batches


def test_each_epoch_has_every_example_once_in_a_new_order(module: ModuleType) -> None:
    task = make_task(module, "classifier")
    assert task.batches_per_epoch == 3
    rng = np.random.default_rng(0)
    epochs = [drawn(task, rng, 3) for _ in range(3)]
    everything = sorted(tuple(example.input.ids) for example in task.training)
    for epoch in epochs:
        assert [len(batch) for batch in epoch] == [4, 4, 1]
        assert sorted(row for batch in epoch for row in batch) == everything
    assert epochs[0] != epochs[1] != epochs[2]


def test_going_on_in_the_middle_of_an_epoch(module: ModuleType) -> None:
    for n_before in range(8):
        task, rng = make_task(module, "classifier"), np.random.default_rng(3)
        drawn(task, rng, n_before)
        state = json.loads(json.dumps(task.state()))
        rng_state = rng.bit_generator.state
        expected = drawn(task, rng, 7)
        again, rng = make_task(module, "classifier"), np.random.default_rng(99)
        drawn(again, rng, 1)
        again.restore(state)
        rng.bit_generator.state = rng_state
        assert drawn(again, rng, 7) == expected, n_before


def test_it_learns(module: ModuleType) -> None:
    """Is "cat" in the text, "dog", or neither."""
    rng = np.random.default_rng(0)
    model = small_model("classifier", np.float32, dropout=0.0)

    def draw(n: int) -> list[Any]:
        made = []
        for _ in range(n):
            target = int(rng.integers(3))
            words = rng.integers(FIRST + 3, V, 5)
            if target < 2:
                words[rng.integers(5)] = FIRST + 1 + target
            made.append(module.LabelledInput(join(TOKENIZER, words.tolist()), target))
        return made

    task = module.FineTuningTask(model, draw(200), draw(50), TOKENIZER, 16)
    trainer = Trainer(model, task, AdamW(model), Constant(5e-3), rng, 120, validate_every=120)
    before = task.validation_loss()
    trainer.run()
    assert task.validation_loss() < 0.3 * before


def test_training_the_head_alone(module: ModuleType) -> None:
    """Optimiser and trainer of the head: nothing else moves."""
    for kind in KINDS:
        task = make_task(module, kind)
        model = task.model
        before = {name: p.value.copy() for name, p in model.parameters().items()}
        rng = np.random.default_rng(0)
        Trainer(model.head, task, AdamW(model.head), Constant(1e-2), rng, 3).run()
        for name, parameter in model.parameters().items():
            moved = not np.array_equal(parameter.value, before[name])
            assert moved == name.startswith("head."), name


def test_sizes(module: ModuleType) -> None:
    task = make_task(module, "tagger", batch_size=2)
    assert len(task.draw_batch(np.random.default_rng(0)).inputs.ids) == 2
    assert task.batches_per_epoch == 5
    assert make_task(module, "tagger", n=8).batches_per_epoch == 2


def test_a_target_of_minus_100_is_a_number_like_any_other(module: ModuleType) -> None:
    task = make_task(module, "regressor")
    batch = task.make_batch([task.training[0]._replace(target=-100.0), task.training[1]])
    assert batch.n_targets == 2


def test_float32_stays_float32(module: ModuleType) -> None:
    for kind in KINDS:
        some = examples(module, kind, 4)
        model = small_model(kind, np.float32)
        task = module.FineTuningTask(model, some, some, TOKENIZER)
        asked = []
        backward = model.backward

        def watched(dy: Any, cache: Any, asked: list[Any] = asked, real: Any = backward) -> None:
            asked.append(dy.dtype)
            real(dy, cache)

        model.backward = watched
        task.train_batch(task.make_batch(some), np.random.default_rng(0), 1.0)
        assert asked == [np.float32], kind


def test_answer_positions(module: ModuleType) -> None:
    task = make_task(module, "answerer")
    some = [
        module.LabelledInput(join(TOKENIZER, [5, 6], [7, 8]), (4, 5)),
        module.LabelledInput(join(TOKENIZER, [5], [6]), (0, 0)),
    ]
    allowed = module.answer_positions(task.make_batch(some).inputs, TOKENIZER)
    # [CLS] 5 6 [SEP] 7 8 [SEP] and [CLS] 5 [SEP] 6 [SEP] [PAD] [PAD]
    assert allowed.astype(int).tolist() == [[1, 0, 0, 0, 1, 1, 0], [1, 0, 0, 1, 0, 0, 0]]


def test_outputs_in_batches(module: ModuleType) -> None:
    model = small_model("tagger")
    inputs = [example.input for example in examples(module, "tagger", 7)]
    batches = list(module.outputs_in_batches(model, inputs, TOKENIZER, 3))
    assert [len(y) for y, _ in batches] == [3, 3, 1]
    rows = [row for y, _ in batches for row in y]
    for row, one in zip(rows, inputs, strict=True):
        alone, _ = model.forward(np.array([one.ids]), None, np.array([one.segments]))
        assert_close(row[: len(one.ids)], alone[0], rtol=1e-9)
    assert list(module.outputs_in_batches(model, [], TOKENIZER, 3)) == []


def test_errors_say_what_was_expected_and_what_came(module: ModuleType) -> None:
    some, model = examples(module, "classifier", 3), small_model("classifier")
    with pytest.raises(ValueError, match=r"training: expected at least one example, got none"):
        module.FineTuningTask(model, [], some, TOKENIZER)
    with pytest.raises(ValueError, match=r"validation: expected at least one example, got none"):
        module.FineTuningTask(model, some, [], TOKENIZER)
    long = [module.LabelledInput(join(TOKENIZER, [5] * 13), 0)]
    with pytest.raises(ValueError, match=r"validation: expected at most max_len 14 .*, got 15"):
        module.FineTuningTask(model, some, long, TOKENIZER)

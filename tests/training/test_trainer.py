"""The training loop."""

import math
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.ops.claims import assert_close
from tests.training.small import IDS, Parts, small_model, snapshot, windows
from tinytf.ops.arrays import Array
from tinytf.training.next_token import NextTokenTask, TokenBatch
from tinytf.training.optimizers import SGD, AdamW, Optimizer
from tinytf.training.schedules import Constant, WarmupCosine


class Size(NamedTuple):
    """A batch of which only the size matters."""

    n_targets: int
    n_tokens: int


class Quadratic:
    """A task on `Parts`: loss |value|^2 / 2, so the gradient is the value itself.

    `train_losses` and `poison` take the place of the loss and of one parameter's gradient.
    """

    def __init__(self, model: Parts) -> None:
        self.model = model
        self.train_losses: list[float] = []
        self.poison: dict[str, float] = {}
        self.dlosses: list[float] = []
        self.validated_after: list[int] = []

    def draw_batch(self, rng: np.random.Generator) -> Size:
        return Size(10, 15)

    def train_batch(self, batch: Size, rng: np.random.Generator, dloss: float) -> float:
        self.dlosses.append(dloss)
        for name, parameter in self.model.parameters().items():
            parameter.grad += dloss * parameter.value
            if name in self.poison:
                parameter.grad.flat[0] = self.poison[name]
        if self.train_losses:
            return self.train_losses.pop(0)
        return self.validation_loss()

    def validation_loss(self) -> float:
        values = [p.value for p in self.model.parameters().values()]
        return sum(float((value**2).sum()) for value in values) / 2

    def state(self) -> dict[str, Any]:
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        pass


def make(
    module: ModuleType, n_steps: int, schedule: Callable[[int], float] | None = None, **options: Any
) -> tuple[Any, Quadratic]:
    """A trainer with plain SGD on Parts, without clipping unless asked for."""
    model = Parts((2, 3), (4,))
    task = Quadratic(model)
    optimizer = options.pop("optimizer", SGD)(model)
    options = {"max_grad_norm": None, **options}
    rng = np.random.default_rng(0)
    schedule = schedule or Constant(0.1)
    return module.Trainer(model, task, optimizer, schedule, rng, n_steps, **options), task


def run(trainer: Any, **options: Any) -> list[Any]:
    """The records of all steps."""
    records: list[Any] = []
    trainer.run(records.append, **options)
    return records


def test_steps_are_those_of_a_loop_by_hand(module: ModuleType) -> None:
    schedule = WarmupCosine(0.5, 0.1, 2, 6)
    trainer, task = make(module, 7, schedule)
    value = trainer.optimizer.flat.value.copy()
    records = run(trainer)
    for step, record in enumerate(records):
        assert record.step == step + 1
        assert record.learning_rate == schedule(step)
        assert_close(record.loss, (value @ value) / 2, what="the loss before the update")
        assert_close(record.grad_norm, np.linalg.norm(value))
        assert record.n_tokens == 15
        assert record.tokens_per_second > 0
        assert_close(record.tokens_per_second * record.seconds_per_step, 15)
        value = value - schedule(step) * value
    assert len(records) == trainer.step == trainer.optimizer.n_steps == 7
    assert_close(trainer.optimizer.flat.value, value)
    assert task.dlosses == [1.0] * 7


def test_gradients_left_from_before_do_not_count(module: ModuleType) -> None:
    trainer, _ = make(module, 1)
    value = trainer.optimizer.flat.value.copy()
    trainer.optimizer.flat.grad[...] = 1000
    trainer.run()
    assert_close(trainer.optimizer.flat.value, 0.9 * value)


def test_validation_at_the_stated_steps_and_at_the_end(module: ModuleType) -> None:
    for n_steps, every, expected in (
        (7, 3, [3, 6, 7]),
        (6, 3, [3, 6]),
        (2, 5, [2]),
        (3, 1, [1, 2, 3]),
    ):
        trainer, task = make(module, n_steps, validate_every=every)
        losses = {}

        def keep(record: Any, task: Quadratic = task, losses: Any = losses) -> None:
            if record.validation_loss is not None:
                losses[record.step] = record.validation_loss, task.validation_loss()

        trainer.run(keep)
        assert list(losses) == expected
        assert all(measured == now for measured, now in losses.values()), "after the step"


def test_should_stop_is_asked_before_each_step(module: ModuleType) -> None:
    trainer, task = make(module, 10)
    answers = iter([False, False, True])
    records = run(trainer, should_stop=lambda: next(answers))
    assert [record.step for record in records] == [1, 2]
    assert trainer.step == 2
    assert len(task.dlosses) == 2
    at_once, task = make(module, 10)
    assert run(at_once, should_stop=lambda: True) == []
    assert task.dlosses == []
    assert len(run(trainer)) == 8, "and it can go on"


def test_going_on_from_a_step(module: ModuleType) -> None:
    schedule = WarmupCosine(0.5, 0.1, 2, 6)
    trainer, _ = make(module, 6, schedule, first_step=4, validate_every=5)
    records = run(trainer)
    assert [record.step for record in records] == [5, 6]
    assert [record.learning_rate for record in records] == [schedule(4), schedule(5)]
    assert all(record.validation_loss is not None for record in records)
    done, _ = make(module, 6, schedule, first_step=6)
    assert run(done) == []


def test_clipping_by_the_norm_of_the_whole_gradient(module: ModuleType) -> None:
    trainer, _ = make(module, 1, max_grad_norm=0.5)
    value = trainer.optimizer.flat.value.copy()
    norm = np.linalg.norm(value)
    (record,) = run(trainer)
    assert_close(record.grad_norm, norm, what="the norm before clipping")
    assert norm > 0.5
    assert_close(trainer.optimizer.flat.value, value - 0.1 * value * 0.5 / norm)


class Batches:
    """Stands for TokenWindows: the batches given, one after the other."""

    max_len = 6

    def __init__(self, batches: list[tuple[Array, Array]]) -> None:
        self.batches = iter(batches)

    def random_batch(self, batch_size: int, rng: np.random.Generator) -> tuple[Array, Array]:
        return next(self.batches)


def test_accumulated_batches_equal_one_large_batch(module: ModuleType) -> None:
    starts = np.random.default_rng(0).integers(0, 100, size=(4, 3, 2))  # 4 steps of 3 batches
    cut = starts[..., None] + np.arange(7)
    small = [(IDS[c[:, :-1]], IDS[c[:, 1:]]) for step in cut for c in step]
    large = [(IDS[step[..., :-1]].reshape(6, 6), IDS[step[..., 1:]].reshape(6, 6)) for step in cut]
    results = []
    for batches, n_accumulated in ((small, 3), (large, 1)):
        model = small_model()
        task = NextTokenTask(model, Batches(batches), windows())  # type: ignore[arg-type]
        trainer = module.Trainer(
            model,
            task,
            SGD(model),
            Constant(0.5),
            np.random.default_rng(0),
            4,
            n_accumulated,
            max_grad_norm=0.3,
        )
        results.append((run(trainer), trainer.optimizer.flat.value))
    (records, value), (expected_records, expected) = results
    assert_close(value, expected, rtol=1e-9)
    for record, expected_record in zip(records, expected_records, strict=True):
        assert_close(record.loss, expected_record.loss)
        assert_close(record.grad_norm, expected_record.grad_norm, rtol=1e-9)


class Numbers(NamedTuple):
    """A batch of numbers to fit; half of its tokens are read without being targets."""

    values: Array

    @property
    def n_targets(self) -> int:
        return self.values.size

    @property
    def n_tokens(self) -> int:
        return 2 * self.values.size


class Uneven(Quadratic):
    """Batches of different sizes: each parameter p is pulled to the numbers, loss (p - x)^2 / 2."""

    def __init__(self, model: Parts, batches: list[Array]) -> None:
        super().__init__(model)
        self.batches = iter(batches)

    def draw_batch(self, rng: np.random.Generator) -> Numbers:  # type: ignore[override]
        return Numbers(next(self.batches))

    def train_batch(  # type: ignore[override]
        self, batch: Numbers, rng: np.random.Generator, dloss: float
    ) -> float:
        self.dlosses.append(dloss)
        loss = 0.0
        for parameter in self.model.parameters().values():
            apart = parameter.value[..., None] - batch.values
            parameter.grad += dloss * apart.mean(axis=-1)
            loss += float((apart**2).mean(axis=-1).sum()) / 2
        return loss


def test_accumulated_batches_of_different_sizes_count_by_their_targets(module: ModuleType) -> None:
    """The step of batches of 1, 5 and 2 targets is that of one batch of 8."""
    numbers = np.random.default_rng(0).normal(size=(2, 8))
    uneven = [part for row in numbers for part in np.split(row, [1, 6])]
    results = []
    for batches, n_accumulated in ((uneven, 3), (list(numbers), 1)):
        model = Parts((2, 3), (4,))
        task = Uneven(model, batches)
        rng = np.random.default_rng(0)
        trainer = module.Trainer(model, task, SGD(model), Constant(0.5), rng, 2, n_accumulated)
        results.append((run(trainer), trainer.optimizer.flat.value, task.dlosses))
    (records, value, dlosses), (expected_records, expected, _) = results
    assert_close(value, expected)
    assert dlosses == [1 / 8, 5 / 8, 2 / 8] * 2
    for record, expected_record in zip(records, expected_records, strict=True):
        assert_close(record.loss, expected_record.loss)
        assert_close(record.grad_norm, expected_record.grad_norm)
        assert record.n_tokens == expected_record.n_tokens == 16


def test_speed_is_measured_since_the_last_validation(module: ModuleType) -> None:
    """A clock that says how long each step takes; batches of 2, 4, 6 and 8 tokens."""
    batches = [np.ones(n) for n in (1, 2, 3, 4)]
    times = [0.0, 1.0, 10.0, 13.0, 20.0, 25.0, 30.0, 30.5]  # steps of 1, 3, 5 and 0.5 seconds
    model = Parts((2, 3))
    trainer = module.Trainer(
        model,
        Uneven(model, batches),
        SGD(model),
        Constant(0.1),
        np.random.default_rng(0),
        4,
        validate_every=2,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "perf_counter", iter(times).__next__)
        records = run(trainer)
    assert [record.tokens_per_second for record in records] == [2, 6 / 4, 6 / 5, 14 / 5.5]
    assert [record.seconds_per_step for record in records] == [1, 2, 5, 2.75]


def test_the_batches_of_a_step_are_drawn_before_the_first_of_them_trains(
    module: ModuleType,
) -> None:
    """Their number of targets must be known; so dropout never changes which batches come."""
    drawn = []
    for dropout in (0.0, 0.5):
        model = small_model(dropout=dropout)
        task = NextTokenTask(model, windows(), windows())
        rng = np.random.default_rng(3)
        its: list[bytes] = []

        def draw(rng: np.random.Generator, task: Any = task, its: list[bytes] = its) -> Any:
            batch = task.training.random_batch(2, rng)
            its.append(batch[0].tobytes())
            return TokenBatch(*batch)

        task.draw_batch = draw  # type: ignore[method-assign]
        module.Trainer(model, task, SGD(model), Constant(0.1), rng, 1, 3).run()
        drawn.append(its)
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) == 3


def test_a_loss_or_a_gradient_that_is_not_finite_stops_before_the_step(module: ModuleType) -> None:
    cases: list[tuple[list[float], dict[str, float], str]] = [
        ([1.0, math.nan], {}, r"diverged at step 2: loss nan, not finite: no gradient"),
        ([1.0, 1.0, math.inf], {}, r"diverged at step 3: loss inf"),
        ([], {"p1": math.nan}, r"diverged at step 1: loss .*, not finite: .*gradient of p1 and 0"),
        ([], {"p0": math.inf}, r"diverged at step 1: .*gradient of p0 and 0 more"),
        ([], {"p0": -math.inf, "p1": math.nan}, r"at step 1: .*gradient of p0 and 1 more"),
    ]
    for losses, poison, message in cases:
        trainer, task = make(module, 5, optimizer=AdamW, max_grad_norm=1.0)
        task.train_losses, task.poison = losses, poison
        kept: list[Any] = []

        def keep(trainer: Any = trainer, kept: list[Any] = kept) -> bool:
            """Before each step: all that the step might change."""
            optimizer = trainer.optimizer
            state = {name: array.tobytes() for name, array in optimizer.state.items()}
            kept[:] = [snapshot(trainer.model), state, optimizer.n_steps, trainer.step]
            return False

        with pytest.raises(module.TrainingDivergedError, match=message):
            trainer.run(should_stop=keep)
        before = list(kept)
        keep()
        assert kept == before, "parameters, moments and counts are those of the step before"


def test_nan_in_the_second_of_three_accumulated_batches(module: ModuleType) -> None:
    trainer, task = make(module, 5, accumulation_steps=3)
    task.train_losses = [1.0, math.nan, 1.0]
    before = snapshot(trainer.model)
    with pytest.raises(module.TrainingDivergedError, match=r"step 1: loss nan"):
        trainer.run()
    assert snapshot(trainer.model) == before


def test_numbers_out_of_range(module: ModuleType) -> None:
    for name in ("n_steps", "accumulation_steps", "validate_every"):
        for wrong in (0, -1):
            with pytest.raises(ValueError, match=rf"^{name}: expected at least 1, got {wrong}$"):
                make(module, **{"n_steps": 5, name: wrong})


def test_a_language_model_learns_and_a_seed_repeats_it(module: ModuleType) -> None:
    def train(seed: int) -> tuple[list[Any], dict[str, bytes]]:
        model = small_model(seed, np.float32, dropout=0.1)
        task = NextTokenTask(model, windows(), windows(IDS[3:]))
        optimizer: Optimizer = AdamW(model, weight_decay=0.1)
        schedule = WarmupCosine(0.03, 0.003, 5, 60)
        trainer = module.Trainer(
            model, task, optimizer, schedule, np.random.default_rng(seed), 60, validate_every=20
        )
        return run(trainer), snapshot(model)

    records, parameters = train(0)
    validated = [record.validation_loss for record in records if record.validation_loss]
    assert len(validated) == 3
    assert validated[-1] < 1 < 1.9 < records[0].loss, validated
    again, same = train(0)
    assert same == parameters, "the same seed: the same bytes"
    assert [record.loss for record in again] == [record.loss for record in records]
    assert train(1)[1] != parameters

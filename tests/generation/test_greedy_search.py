"""Greedy search against a slow one, without cache, batch and padding."""

import importlib
import itertools
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings

from tests.layers.strategies import MANY
from tests.mutants.mutate import Edit, mutate
from tinytf.generation import Hypothesis, Search, greedy_search

from .search_strategies import Task, model_tasks, padded, table_tasks
from .slow_search import closest_race, slow_greedy_search
from .table_model import TableModel


def check(module: Any, task: Task) -> None:
    came: list[Hypothesis] = module.greedy_search(task.model, *padded(task.sources), task.search)
    for source, hypothesis in zip(task.sources, came, strict=True):
        expected = slow_greedy_search(task.model, source, task.search)
        what = f"{task.search}, source {source}: expected {expected}, got {hypothesis}"
        assert hypothesis.ids == expected.ids, what
        assert hypothesis.finished == expected.finished, what
        assert hypothesis.log_prob == pytest.approx(expected.log_prob, rel=1e-9, abs=1e-12), what
        assert hypothesis.score == pytest.approx(expected.score, rel=1e-9, abs=1e-12), what


REAL = importlib.import_module("tinytf.generation.greedy_search")


@settings(max_examples=100)
@given(table_tasks(min_beams=1))
def test_any_table_and_of_equal_tokens_the_lowest(task: Task) -> None:
    check(REAL, task)


@settings(max_examples=MANY)
@given(model_tasks(min_beams=1))
def test_any_model(task: Task) -> None:
    # Sums in another order differ in the last digits: who wins a tie is left to the tables.
    assume(all(closest_race(task.model, s, task.search) > 1e-9 for s in task.sources))
    check(REAL, task)


def test_a_finished_sentence_leaves_the_batch() -> None:
    model = TableModel(0, vocab_size=6, max_len=40, n_levels=3, eos_bonus=0.5)
    came = greedy_search(model, *padded([[i] for i in range(8)]), Search(0, 1))
    n_steps = [len(h.ids) + h.finished for h in came]
    assert len(set(n_steps)) > 2, n_steps
    assert model.n_rows == [sum(n > step for n in n_steps) for step in range(max(n_steps))]


def test_what_is_cut_is_unfinished() -> None:
    never = TableModel(0, vocab_size=6, max_len=4, n_levels=3, eos_bonus=-9.0)
    (came,) = greedy_search(never, *padded([[2]]), Search(0, 1))
    assert len(came.ids) == 4
    assert not came.finished


def test_no_sentences() -> None:
    model = TableModel(0, vocab_size=6, max_len=4, n_levels=3)
    assert greedy_search(model, np.zeros((0, 3), int), None, Search(0, 1)) == []


MISTAKES: dict[str, Edit] = {
    "the least likely": ("log_probs.argmax", "log_probs.argmin"),
    "finished sentences stay in the state": ("if not goes_on.all():", "if False:"),
    "the finished ones stay": ("np.flatnonzero(goes_on)", "np.flatnonzero(~goes_on)"),
    "no sum": ("log_prob[running] +=", "log_prob[running] ="),
    "sums of other sentences": ("log_prob[running] +=", "log_prob[: len(running)] +="),
    "EOS is not scored": ("len(written) + ended", "max(len(written), 1)"),
    "begins with EOS": ("search.bos)", "search.eos)"),
    "one token too few": ("range(longest)", "range(longest - 1)"),
    "what goes on is finished": ("finished[running[~goes_on]]", "finished[running[goes_on]]"),
}


def passes(module: ModuleType) -> bool:
    sources = [[2, 1], [3], [1, 2, 2]]
    for seed, suppress in itertools.product(range(6), ((), (0,))):
        model = TableModel(seed, 4 + seed % 2, 6, 2 + seed, eos_bonus=seed % 3)
        try:
            check(module, Task(model, sources, Search(0, 1, suppress=suppress)))
        except (AssertionError, ValueError, IndexError, ZeroDivisionError):
            return False
    return True


def test_the_real_one_passes() -> None:
    assert passes(REAL)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_check_sees_a_mistake(mistake: str) -> None:
    mutant = mutate("greedy_search", MISTAKES[mistake], "generation")
    assert not passes(mutant), f"'{mistake}' passes"

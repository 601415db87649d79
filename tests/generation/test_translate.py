"""Translating in batches: the same targets in the given order, however they are batched."""

import importlib
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.strategies import randomized
from tests.mutants.mutate import Edit, mutate
from tinytf.config import Config
from tinytf.generation import Search, translate_batches
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.ops.arrays import Array

from .search_strategies import Task, table_tasks
from .slow_search import slow_beam_search, slow_greedy_search
from .table_model import TableModel, TableState

SEARCH = Search(0, 1, beam_size=2)


def slow_targets(task: Task) -> list[list[int]]:
    """Each sentence for itself."""
    if task.search.beam_size == 1:
        return [slow_greedy_search(task.model, s, task.search).ids for s in task.sources]
    return [slow_beam_search(task.model, s, task.search)[0].ids for s in task.sources]


@given(table_tasks(min_beams=1), st.integers(1, 5), st.integers(0, 2**16))
def test_any_batches_give_each_sentence_its_own_target(
    task: Task, batch_size: int, seed: int
) -> None:
    fitting = [source for source in task.sources if len(source) <= task.model.config.max_len]
    sources = 3 * fitting
    np.random.default_rng(seed).shuffle(sources)
    task = task._replace(sources=sources)
    came = translate_batches(task.model, sources, task.search, batch_size)
    assert came == slow_targets(task), (task, batch_size)


def test_a_real_model_gives_the_same_in_any_batches() -> None:
    config = Config(
        vocab_size=20,
        d_model=16,
        max_len=12,
        n_heads=2,
        d_ff=16,
        n_layers=2,
        tie_embeddings=False,
    )
    rng = np.random.default_rng(0)
    # Large parameters, so that a target depends much on its source.
    model = randomized(EncoderDecoder(config, rng, np.float64), rng, scale=3.0)
    sources = [rng.integers(0, 20, n).tolist() for n in rng.integers(1, 13, 30)]
    search = Search(bos=0, eos=3, beam_size=2, length_penalty=0.3)
    alone = [translate_batches(model, [source], search)[0] for source in sources]
    assert len({tuple(target) for target in alone}) > 10, "expected different targets"
    assert len({len(target) for target in alone}) > 5, "expected different lengths"
    for batch_size in (1, 4, 30, 1000):
        assert translate_batches(model, sources, search, batch_size) == alone


def model_of(max_len: int = 4) -> TableModel:
    return TableModel(0, vocab_size=5, max_len=max_len, n_levels=3)


def test_batches_are_of_similar_length() -> None:
    model = model_of()
    shapes = []
    start = model.start

    def watched(source: Array, mask: Array | None) -> TableState:
        shapes.append(source.shape)
        return start(source, mask)

    model.start = watched  # type: ignore[method-assign]
    translate_batches(model, [[2], [2, 2, 2], [2], [2, 2, 2, 2], [2, 2]], SEARCH, batch_size=2)
    assert shapes == [(2, 4), (2, 2), (1, 1)]


def test_no_sentences() -> None:
    assert translate_batches(model_of(), [], SEARCH) == []


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ([[2], [], [3]], r"sources\[1\]: expected 1 to 4 tokens, got 0"),
        ([[2], [3], [2, 2, 2, 2, 2]], r"sources\[2\]: expected 1 to 4 tokens, got 5"),
    ],
)
def test_wrong_sources_are_named_before_anything_is_done(
    sources: list[list[int]], message: str
) -> None:
    model = model_of()
    with pytest.raises(ValueError, match=message):
        translate_batches(model, sources, SEARCH)
    assert not model.n_rows


def test_a_batch_size_of_0_is_an_error() -> None:
    with pytest.raises(ValueError, match="batch_size: expected at least 1, got 0"):
        translate_batches(model_of(), [[2]], SEARCH, 0)


MISTAKES: dict[str, Edit] = {
    "in order of length": ("targets[row] =", "targets[targets.index([])] ="),
    "the worst hypothesis": ("hypotheses[0]", "hypotheses[-1]"),
    "lengths of other rows": ("padding_mask(lengths[rows]", "padding_mask(lengths[rows][::-1]"),
    "no mask": ("source, mask, search)", "source, None, search)"),
    "rows of another batch": ("by_length[first : first", "by_length[: "),
    "loses the first token": ("= sources[row]", "= sources[row][::-1]"),
}


def passes(module: ModuleType) -> bool:
    sources = [[2, 1], [3], [1, 2, 2], [3, 2, 1, 4], [2, 1, 1], [1]]
    for seed in range(4):
        task = Task(TableModel(seed, 5, 4, 4), sources, SEARCH)
        try:
            if module.translate_batches(task.model, sources, SEARCH, 2) != slow_targets(task):
                return False
        except ValueError:
            return False
    return True


def test_the_real_one_passes() -> None:
    assert passes(importlib.import_module("tinytf.generation.translate"))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_check_sees_a_mistake(mistake: str) -> None:
    assert not passes(mutate("translate", MISTAKES[mistake], "generation")), f"'{mistake}' passes"

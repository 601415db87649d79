"""Beam search against a slow one without early finish, against all targets, and at the edges."""

import importlib
import itertools
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings

from tests.layers.strategies import MANY
from tests.mutants.mutate import Edit, mutate
from tinytf.config import Config
from tinytf.generation import Hypothesis, Search, beam_search, greedy_search
from tinytf.models.encoder_decoder import EncoderDecoder

from .search_strategies import Task, model_tasks, padded, table_tasks
from .slow_search import all_targets, closest_race, slow_beam_search, slow_greedy_search
from .table_model import TableModel


def found_by(task: Task, module: Any = None) -> list[list[Hypothesis]]:
    search = beam_search if module is None else module.beam_search
    came: list[list[Hypothesis]] = search(task.model, *padded(task.sources), task.search)
    return came


def check_same(came: list[Hypothesis], expected: list[Hypothesis], what: Any) -> None:
    """The same targets; numbers may differ by rounding."""
    assert [h.ids for h in came] == [h.ids for h in expected], what
    assert [h.finished for h in came] == [h.finished for h in expected], what
    for number in ("score", "log_prob"):
        np.testing.assert_allclose(
            [getattr(h, number) for h in came],
            [getattr(h, number) for h in expected],
            rtol=1e-9,
            atol=1e-12,
            err_msg=f"{number}, {what}",
        )


@settings(max_examples=300)
@given(table_tasks())
def test_any_table_gives_what_the_slow_search_gives_with_ties_and_without_early_finish(
    task: Task,
) -> None:
    for source, came in zip(task.sources, found_by(task), strict=True):
        check_same(came, slow_beam_search(task.model, source, task.search), (source, task.search))


@settings(max_examples=MANY)
@given(model_tasks())
def test_any_model_gives_what_the_slow_search_gives_without_cache_and_padding(task: Task) -> None:
    # Sums in another order differ in the last digits: who wins a tie is left to the tables.
    assume(all(closest_race(task.model, s, task.search) > 1e-9 for s in task.sources))
    for source, came in zip(task.sources, found_by(task), strict=True):
        what = (task.model.config, source, task.search)
        check_same(came, slow_beam_search(task.model, source, task.search), what)


@given(table_tasks())
def test_enough_beams_find_the_best_of_all_targets(task: Task) -> None:
    longest = min(task.search.longest(task.model.config), 3)
    n_all = task.model.config.vocab_size**longest
    search = replace(task.search, beam_size=n_all, max_new_tokens=longest, early_stopping=False)
    # Where V = 2 and one token is suppressed, a single beam would be greedy search.
    assume(n_all > 1)
    for source, came in zip(task.sources, found_by(task._replace(search=search)), strict=True):
        every = all_targets(task.model, source, search)
        assert came[0].score == pytest.approx(max(h.score for h in every), rel=1e-12), search
        assert {(*h.ids, h.finished) for h in came} == {(*h.ids, h.finished) for h in every}


@given(table_tasks() | model_tasks())
def test_one_beam_is_greedy_search(task: Task) -> None:
    search = replace(task.search, beam_size=1)
    batch = padded(task.sources)
    came = beam_search(task.model, *batch, search)
    assert came == [[h] for h in greedy_search(task.model, *batch, search)]


@given(table_tasks())
def test_one_beam_without_length_penalty_would_come_to_the_same_by_the_rules(task: Task) -> None:
    # Whatever follows the first EOS is less likely than it, so it cannot have the better score.
    search = replace(task.search, beam_size=1, length_penalty=0.0)
    for source in task.sources:
        by_rules = slow_beam_search(task.model, source, search)
        check_same(by_rules, [slow_greedy_search(task.model, source, search)], search)


@given(table_tasks())
def test_hypotheses_are_sorted_distinct_and_within_the_limits(task: Task) -> None:
    longest = task.search.longest(task.model.config)
    for came in found_by(task):
        scores = [h.score for h in came]
        assert scores == sorted(scores, reverse=True)
        assert 1 <= len(came) <= task.search.beam_size
        assert len({(*h.ids, h.finished) for h in came}) == len(came)
        for h in came:
            assert len(h.ids) + h.finished <= longest
            assert h.finished or len(h.ids) == longest, f"cut before the longest length: {h}"
            assert not set(h.ids) & {task.search.eos, *task.search.suppress}, h


def test_a_sentence_leaves_the_batch_when_it_is_done() -> None:
    search = Search(0, 1, beam_size=3)
    short = TableModel(0, vocab_size=6, max_len=40, n_levels=3, eos_bonus=4.0)
    sources = [[i] for i in range(6)]
    beam_search(short, *padded(sources), search)
    assert len(short.n_rows) < 40, "expected to stop before the longest length"
    # One beam a sentence at first, then three; never more sentences than before.
    assert short.n_rows[0] == 6
    n_sentences = [n_rows // 3 for n_rows in short.n_rows[1:]]
    assert n_sentences == sorted(n_sentences, reverse=True)
    assert len(set(n_sentences)) > 2, f"expected them to leave one by one, got {n_sentences}"
    # Alone, each takes its own number of steps: those are the steps it was in the batch for.
    n_steps = []
    for source in sources:
        alone = TableModel(0, vocab_size=6, max_len=40, n_levels=3, eos_bonus=4.0)
        beam_search(alone, *padded([source]), search)
        n_steps.append(len(alone.n_rows))
    expected = [sum(n > step for n in n_steps) for step in range(1, max(n_steps))]
    assert n_sentences == expected


def test_early_finish_counts_with_the_longest_length() -> None:
    class Patient(TableModel):
        """After an unlikely second token, everything is nearly certain."""

        def logits(self, source: tuple[int, ...], target: tuple[int, ...]) -> Any:
            eos = {1: 0.5, 2: 0.98, 10: 0.999}.get(len(target), 0.001)
            return np.log([1e-9, eos, 1 - eos])

    model, search = Patient(0, 3, 20, 1), Search(0, 1, beam_size=2, suppress=(0,))
    (came,) = beam_search(model, *padded([[2]]), search)
    # After two steps both places are taken, by scores of -0.69 and -0.36. The beam that is left has
    # -4.6, at its length of 2 a score of -2.3: no match. But at length 10 it has -0.46.
    assert [len(h.ids) for h in came] == [1, 9]
    assert came[1].score == pytest.approx(-0.46, abs=0.01)
    check_same(came, slow_beam_search(model, [2], search), "")


def test_early_stopping_stops_at_the_first_k_hypotheses() -> None:
    search = Search(0, 1, beam_size=2)
    worse = 0
    for seed in range(20):
        steps, scores = [], []
        for early in (True, False):
            model = TableModel(seed, vocab_size=5, max_len=12, n_levels=4)
            came = beam_search(model, *padded([[2]]), replace(search, early_stopping=early))
            steps.append(len(model.n_rows))
            scores.append(came[0][0].score)
        assert steps[0] <= steps[1]
        assert scores[0] <= scores[1]
        worse += scores[0] < scores[1]
    assert worse, "expected some best targets to come after the first two"


def test_what_is_cut_at_max_len_is_returned_as_unfinished() -> None:
    never = TableModel(3, vocab_size=5, max_len=4, n_levels=3, eos_bonus=-1e3)
    for beam_size in (1, 2, 5):
        (came,) = beam_search(never, *padded([[2, 3]]), Search(0, 1, beam_size))
        assert len(came) == beam_size
        assert all(len(h.ids) == 4 and not h.finished for h in came), came


def test_equal_tokens_come_in_the_order_of_their_ids() -> None:
    equal = TableModel(0, vocab_size=7, max_len=1, n_levels=1)
    (came,) = beam_search(equal, *padded([[2]]), Search(0, 1, beam_size=4, suppress=(0,)))
    assert [h.ids for h in came] == [[], [2], [3], [4]]


def test_the_same_input_gives_the_same_result_and_nothing_is_changed() -> None:
    model, source, mask, search = a_model()
    before = {name: p.value.copy() for name, p in model.parameters().items()}
    assert mask is not None
    source_before, mask_before = source.copy(), mask.copy()
    first = beam_search(model, source, mask, search)
    assert beam_search(model, source, mask, search) == first
    np.testing.assert_array_equal(source, source_before)
    np.testing.assert_array_equal(mask, mask_before)
    for name, parameter in model.parameters().items():
        np.testing.assert_array_equal(parameter.value, before[name], err_msg=name)
        assert not parameter.grad.any(), name


def test_float32_as_trained() -> None:
    model, source, mask, search = a_model(np.float32)
    for came in beam_search(model, source, mask, search):
        assert len(came) == search.beam_size
        for h in came:
            assert type(h.score) is float
            assert type(h.log_prob) is float
            assert type(h.finished) is bool
            assert all(type(token) is int for token in h.ids)


def test_no_sentences() -> None:
    model = a_model()[0]
    for beam_size in (1, 3):
        assert beam_search(model, np.zeros((0, 4), int), None, Search(0, 1, beam_size)) == []


def a_model(dtype: Any = np.float64) -> tuple[EncoderDecoder, Any, Any, Search]:
    config = Config(vocab_size=12, d_model=8, max_len=9, n_heads=2, d_ff=8, n_layers=2)
    model = EncoderDecoder(config, np.random.default_rng(0), dtype)
    source, mask = padded([[2, 5, 3], [4], [11, 2, 2, 7, 8], [6, 6]])
    return model, source, mask, Search(0, 1, 3)


@pytest.mark.parametrize("beam_size", [1, 3])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.filterwarnings("ignore:invalid value")
def test_weights_that_are_not_finite_are_an_error(bad: float, beam_size: int) -> None:
    model, source, mask, _ = a_model()
    model.decoder.layers[1].ffn.parameters()["b_out"].value[3] = bad
    with pytest.raises(ValueError, match=r"logits: expected the highest .* finite number, got"):
        beam_search(model, source, mask, Search(0, 1, beam_size))


@pytest.mark.parametrize("beam_size", [1, 3])
@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (np.zeros((2, 0), int), ValueError, r"ids: expected at least one token"),
        (np.zeros(3, int), ValueError, r"ids: expected shape \(batch, length\), got \(3,\)"),
        (np.zeros((1, 10), int), ValueError, r"ids: expected at most max_len 9 tokens, got 10"),
        (np.array([[12]]), ValueError, r"12"),
        (np.array([[-1]]), ValueError, r"-1"),
        (np.array([[1.0]]), TypeError, r"integers"),
    ],
)
def test_wrong_sources(source: Any, error: type[Exception], message: str, beam_size: int) -> None:
    with pytest.raises(error, match=message):
        beam_search(a_model()[0], source, None, Search(0, 1, beam_size))


@pytest.mark.parametrize(
    ("search", "message"),
    [
        (Search(12, 1), "bos: expected an id from 0 to 11, got 12"),
        (Search(0, -1), "eos: expected an id from 0 to 11, got -1"),
        (Search(0, 1, suppress=(2, 99)), "suppress: expected an id from 0 to 11, got 99"),
    ],
)
def test_ids_outside_the_vocabulary(search: Search, message: str) -> None:
    model, source, mask, _ = a_model()
    for beam_size in (1, 3):
        with pytest.raises(ValueError, match=message):
            beam_search(model, source, mask, replace(search, beam_size=beam_size))


MISTAKES: dict[str, Edit] = {
    "keeps K candidates, not 2K": ("log_probs, 2 * n_kept)", "log_probs, n_kept)"),
    "all 2K may finish": (
        "ends[:, :n_kept] & (totals[:, :n_kept] > -np.inf)",
        "ends & (totals > -np.inf)",
    ),
    "only the best may finish": (
        "ends[:, :n_kept] & (totals[:, :n_kept] >",
        "ends[:, :1] & (totals[:, :1] >",
    ),
    "what cannot be is a hypothesis": (" & (totals[:, :n_kept] > -np.inf)", ""),
    "the bound takes the present length": (
        "score(beam_log_probs[:, 0], longest)",
        "score(beam_log_probs[:, 0], length)",
    ),
    "the bound takes the last beam": ("score(beam_log_probs[:, 0]", "score(beam_log_probs[:, -1]"),
    "stops when the best cannot be beaten": ("else kept[-1].score", "else kept[0].score"),
    "stops at the first hypothesis": ("if len(kept) < search.beam_size:", "if not kept:"),
    "early stopping always": ("np.inf if search.early_stopping else kept[-1].score", "np.inf"),
    "early stopping never": (
        "np.inf if search.early_stopping else kept[-1].score",
        "kept[-1].score",
    ),
    "what is cut gets lost": ("in_eos | (length == longest)", "in_eos | (length > longest)"),
    "what is cut counts as finished": ("in_eos[row, candidate].item()", "True"),
    "EOS does not count for the length": (
        "search.score(log_prob, length)",
        "search.score(log_prob, length - finished or 1)",
    ),
    "EOS among the ids": ("if not finished:", "if True:"),
    "the past of another beam": ("+ parents[stay]).ravel()", "+ parents[stay][:, ::-1]).ravel()"),
    "the past of the best beam": ("+ parents[stay]).ravel()", "+ 0 * parents[stay]).ravel()"),
    "the past of another sentence": ("(stay[:, None] * n_before", "(stay[:, None]"),
    "the memory of another sentence": (
        "if parents.shape == (len(stay), n_before)",
        "if parents.shape[1] == n_before",
    ),
    "ids of the best beam": ("beams[row, parents[row, candidate], 1:]", "beams[row, 0, 1:]"),
    "beams do not follow their parents": (
        "np.take_along_axis(beams, parents[:, :, None], axis=1)",
        "beams[:, np.zeros(parents.shape[1], int)]",
    ),
    "of equals the last": ("np.lexsort((-values, rows))", "np.lexsort((-columns, -values, rows))"),
    "of equal scores the last": ("kept.append(found)", "kept.insert(0, found)"),
    "drops the best hypotheses": ("del kept[n_kept:]", "del kept[:-n_kept]"),
    "a beam gives K tokens at most": (
        "min(n_candidates, log_probs.shape[1])",
        "min(n_candidates // 2, log_probs.shape[1])",
    ),
    "goes on after EOS": ("np.where(ends, -np.inf, totals)", "totals"),
    "beams out of order": ('np.argsort(ends, axis=1, kind="stable")', "np.argsort(~ends, axis=1)"),
    "sums begin anew": ("= beam_log_probs[:, :, None] + best", "= best"),
    "one beam more": ("n_kept = search.beam_size", "n_kept = search.beam_size + 1"),
    "one beam searches on": ("search.beam_size == 1", "search.beam_size == 0"),
}  # fmt: skip


def passes(module: ModuleType) -> bool:
    """Whether a wrong search gives what the slow one does, on a fixed set of tables."""
    sources = [[2, 1], [3], [1, 2, 2]]
    for seed, beam_size, penalty, early in itertools.product(
        range(5), (1, 2, 4), (0.0, 1.0), (False, True)
    ):
        model = TableModel(seed, 2 + seed, 6, 2 + seed % 2, eos_bonus=seed % 3)
        search = Search(0, 1, beam_size, penalty, suppress=(0,), early_stopping=early)
        try:
            for source, came in zip(
                sources, found_by(Task(model, sources, search), module), strict=True
            ):
                expected = slow_beam_search(model, source, search)
                if beam_size == 1:
                    expected = [slow_greedy_search(model, source, search)]
                check_same(came, expected, "")
        except (AssertionError, ValueError, IndexError):
            return False
    return True


def test_the_real_one_passes() -> None:
    assert passes(importlib.import_module("tinytf.generation.beam_search"))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_check_sees_a_mistake(mistake: str) -> None:
    mutant = mutate("beam_search", MISTAKES[mistake], "generation")
    assert not passes(mutant), f"'{mistake}' passes"

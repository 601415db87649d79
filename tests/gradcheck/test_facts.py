"""What the report says about wrong backwards, and that it says nothing where nothing is wrong."""

from typing import Any

import numpy as np
import pytest

from tests.gradcheck import small_ops as ops
from tests.gradcheck.mistakes import MISTAKES, Mistake
from tinytf.gradcheck import check_gradients
from tinytf.gradcheck.evidence import Context, Evidence
from tinytf.gradcheck.facts import CONCLUSIVE, SUPPORTING, find_facts, zero_everywhere
from tinytf.ops.arrays import Array


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.name)
def test_each_mistake_fails_with_its_fact(mistake: Mistake) -> None:
    report = check_gradients(mistake.forward, mistake.backward, *mistake.inputs, **mistake.options)
    assert not report.ok, str(report)
    result = next(r for r in report.results if r.name == mistake.wrong_input)
    assert any(mistake.said in fact for fact in result.facts), str(report)
    others = [r for r in report.results if r.name != mistake.wrong_input]
    assert all(r.ok for r in others), str(report)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.name)
def test_a_fact_holds_for_other_cotangents_too(mistake: Mistake) -> None:
    """A fact that depends on the numbers drawn would be a coincidence, not a fact."""
    for seed in (1, 2, 3):
        rng = np.random.default_rng(seed)
        report = check_gradients(
            mistake.forward, mistake.backward, *mistake.inputs, rng=rng, **mistake.options
        )
        assert mistake.said in str(report), str(report)


def test_every_fact_is_said_about_some_mistake() -> None:
    said = set()
    for mistake in MISTAKES:
        report = check_gradients(
            mistake.forward, mistake.backward, *mistake.inputs, **mistake.options
        )
        said |= {fact for result in report.results for fact in result.facts}
    beginnings = (
        "yours is zero everywhere", "yours / expected", "the sign is", "yours is the transpose",
        "yours times", "only the last", "yours is zero on rows", "right only at", "wrong only at",
        "right exactly where", "right up to one factor", "in every row", "the error is the same",
        "expected sums to 0",
    )  # fmt: skip
    for beginning in beginnings:
        assert any(fact.startswith(beginning) for fact in said), beginning


def test_unrelated_numbers_give_no_fact() -> None:
    rng = np.random.default_rng(0)
    for shape in ((5,), (3, 4), (2, 3, 4)):
        evidence = Evidence(rng.normal(size=shape), rng.normal(size=shape), 1e-3, 1e-7)
        assert find_facts(evidence) == ()


def test_facts_stay_silent_on_nan_and_on_empty_arrays() -> None:
    nan = Evidence(np.full((2, 3), np.nan), np.ones((2, 3)), 1e-3, 1e-7)
    empty = Evidence(np.ones((0, 3)), np.ones((0, 3)), 1e-3, 1e-7)
    for fact in (*CONCLUSIVE, *SUPPORTING):
        assert fact(nan) is None, fact.__name__
        if fact is not zero_everywhere:
            assert fact(empty) is None, fact.__name__


def test_entries_that_were_not_measured_prove_nothing() -> None:
    expected = np.array([[1.0, 2.0], [3.0, np.nan]])
    halved = Evidence(np.array([[0.5, 1.0], [1.5, 7.0]]), expected, 1e-3, 1e-7)
    assert find_facts(halved) == ("yours / expected is 0.5 on all entries",)
    # Where a direction over all entries was measured, it must agree.
    direction = np.ones((2, 2))
    said = Evidence(halved.yours, expected, 1e-3, 1e-7, direction, slope=2 * halved.yours.sum())
    assert find_facts(said) == ("yours / expected is 0.5 on all entries",)
    unsaid = Evidence(halved.yours, expected, 1e-3, 1e-7, direction, slope=6.5)
    assert find_facts(unsaid) == ()


def test_coincidences_are_not_facts() -> None:
    """What holds for any numbers at all says nothing."""
    rng = np.random.default_rng(3)
    # One entry always has a constant ratio.
    assert find_facts(Evidence(np.array([[0.37]]), np.array([[1.0]]), 1e-3, 1e-7)) == ()
    # Anything times zero is zero.
    context = Context(arrays={"gamma": np.zeros(4)})
    yours, expected = rng.normal(size=(3, 4)), np.zeros((3, 4))
    said = find_facts(Evidence(yours, expected, 1e-3, 1e-7, context=context))
    assert not any("gamma" in fact for fact in said), said
    # In rows of two, all that sums to zero is parallel.
    context = Context(arrays={"x": rng.normal(size=(3, 2))})
    expected = rng.normal(size=(3, 2))
    yours = expected + rng.normal(size=(3, 1)) * np.array([1.0, -1.0])
    assert find_facts(Evidence(yours, expected, 1e-3, 1e-7, context=context)) == ()


def test_where_only_the_last_duplicate_counts_nothing_else_is_said() -> None:
    """With [0, 0] both entries of the only wrong row also have "one factor for each column"."""

    def backward(dy: Array, cache: Any) -> Array:
        ids, shape = cache[:2]
        dweight = np.zeros(shape)
        dweight[ids] += dy
        return dweight

    for ids in ([0, 0], [1, 4, 1, 0], [[2, 3], [3, 2]]):
        report = check_gradients(ops.embedding_forward, backward, np.array(ids), np.ones((6, 2)))
        (result,) = report.results
        expected = "only the last of duplicate ids is counted: their gradients must add up"
        assert result.facts == (expected,)


def test_duplicates_are_not_blamed_for_what_is_wrong_elsewhere_too() -> None:
    ids, weight = np.array([1, 4, 1, 0]), np.random.default_rng(0).normal(size=(6, 3))

    def backward(dy: Array, cache: Any) -> Array:
        return ops.embedding_backward(dy, cache) + 0.1 * (np.arange(6) != 2)[:, None]

    report = check_gradients(ops.embedding_forward, backward, ids, weight)
    assert not report.ok
    assert "ids that occur" not in str(report)
    assert "duplicate" not in str(report)

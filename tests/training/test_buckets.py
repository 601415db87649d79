"""Length buckets: every example once, batches within their limit, little padding."""

from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.ops.claims import claim
from tests.ops.strategies import seeds

LENGTHS = st.integers(1, 3).flatmap(
    lambda sides: st.lists(st.tuples(*[st.integers(1, 9)] * sides), min_size=1, max_size=30)
)


@claim(lengths=LENGTHS, max_tokens=st.integers(1, 60), seed=seeds, random=st.booleans())
def test_every_example_once_and_no_batch_too_large(
    module: ModuleType, lengths: list[tuple[int, ...]], max_tokens: int, seed: int, random: bool
) -> None:
    sizes = np.array(lengths)
    rng = np.random.default_rng(seed) if random else None
    batches = module.length_buckets(sizes, max_tokens, rng)
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(sizes)))
    for chosen in batches:
        assert len(chosen) == 1 or len(chosen) * sizes[chosen].max() <= max_tokens


@claim(lengths=LENGTHS, max_tokens=st.integers(1, 60))
def test_in_order_of_width_and_as_few_as_that_order_allows(
    module: ModuleType, lengths: list[tuple[int, ...]], max_tokens: int
) -> None:
    sizes = np.array(lengths)
    batches = module.length_buckets(sizes, max_tokens)
    widths = sizes[np.concatenate(batches)].max(axis=1)
    assert (np.diff(widths) >= 0).all()
    for chosen, following in pairwise(batches):
        longer = [*chosen, following[0]]
        assert len(longer) * sizes[longer].max() > max_tokens, "one more would have fitted"


def test_equal_widths_are_sorted_by_the_other_sides(module: ModuleType) -> None:
    sizes = np.array([[5, 1], [5, 4], [5, 1], [5, 4]])
    for rng in (None, *map(np.random.default_rng, range(8))):
        batches = module.length_buckets(sizes, 10, rng)
        assert {frozenset(batch.tolist()) for batch in batches} == {
            frozenset({0, 2}),
            frozenset({1, 3}),
        }


def test_a_seed_fixes_the_batches_and_another_changes_them(module: ModuleType) -> None:
    sizes = np.random.default_rng(0).integers(1, 9, (200, 2))

    def drawn(seed: int) -> list[list[int]]:
        batches = module.length_buckets(sizes, 40, np.random.default_rng(seed))
        return [sorted(batch.tolist()) for batch in batches]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2), "another order"
    assert sorted(drawn(1)) != sorted(drawn(2)), "and other batches, not only their order"
    widths = [sizes[batch].max() for batch in drawn(1)]
    assert widths != sorted(widths), "short and long batches mixed"


def test_wrong_input(module: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"lengths: expected shape \(examples, sides\), got \(3,"):
        module.length_buckets(np.ones(3, int), 5)
    with pytest.raises(ValueError, match=r"max_tokens: expected at least 1, got 0"):
        module.length_buckets(np.ones((3, 2), int), 0)


@claim(
    sequences=st.lists(st.lists(st.integers(0, 9), max_size=6), min_size=1, max_size=5),
    padding=st.sampled_from([0, -100]),
)
def test_pad(module: ModuleType, sequences: list[list[int]], padding: int) -> None:
    padded, lengths = module.pad(sequences, padding)
    assert padded.shape == (len(sequences), max(map(len, sequences)))
    for row, length, sequence in zip(padded, lengths, sequences, strict=True):
        assert row[:length].tolist() == sequence
        assert (row[length:] == padding).all()

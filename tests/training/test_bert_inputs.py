"""Joining, cutting and padding what BERT reads."""

from types import ModuleType

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.ops.claims import claim
from tests.training.wordpieces import FIRST, TOKENIZER, V

TEXTS = st.lists(st.integers(FIRST, V - 1), max_size=8)
CLS, SEP, PAD = TOKENIZER.cls_id, TOKENIZER.sep_id, TOKENIZER.pad_id


def test_join(module: ModuleType) -> None:
    assert module.join(TOKENIZER, [7, 8]) == ([CLS, 7, 8, SEP], [0, 0, 0, 0])
    assert module.join(TOKENIZER, [7], [9, 10]) == ([CLS, 7, SEP, 9, 10, SEP], [0, 0, 0, 1, 1, 1])
    assert module.join(TOKENIZER, [], []) == ([CLS, SEP, SEP], [0, 0, 1])


@claim(first=TEXTS, second=st.none() | TEXTS, max_len=st.integers(5, 20))
def test_fit_keeps_as_much_as_there_is_room_for(
    module: ModuleType, first: list[int], second: list[int] | None, max_len: int
) -> None:
    kept, kept_second = module.fit(first, second, max_len)
    assert kept == first[: len(kept)]
    whole = len(module.join(TOKENIZER, first, second).ids)
    assert len(module.join(TOKENIZER, kept, kept_second).ids) == min(whole, max_len)
    if second is None:
        assert kept_second is None
        return
    assert kept_second == second[: len(kept_second)]
    # A text that lost something is at most one token shorter than the other.
    if len(kept) < len(first):
        assert len(kept) >= len(kept_second) - 1
    if len(kept_second) < len(second):
        assert len(kept_second) >= len(kept) - 1


@claim(pairs=st.lists(st.tuples(TEXTS, st.none() | TEXTS), min_size=1, max_size=4))
def test_padding(module: ModuleType, pairs: list[tuple[list[int], list[int] | None]]) -> None:
    examples = [module.join(TOKENIZER, *pair) for pair in pairs]
    padded = module.pad_inputs(examples, TOKENIZER)
    longest = max(len(example.ids) for example in examples)
    assert padded.ids.shape == padded.segments.shape == (len(examples), longest)
    assert padded.mask.shape == (len(examples), 1, 1, longest)
    assert padded.mask.dtype == bool
    for i, (ids, segments) in enumerate(examples):
        n_padding = longest - len(ids)
        assert padded.ids[i].tolist() == ids + [PAD] * n_padding
        assert padded.segments[i].tolist() == segments + [0] * n_padding
        assert padded.mask[i, 0, 0].tolist() == [True] * len(ids) + [False] * n_padding
    assert padded.n_tokens == sum(len(example.ids) for example in examples)


def test_no_room_is_an_error(module: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"max_len: expected at least 3 for a text, got 2"):
        module.fit([7], None, 2)
    with pytest.raises(ValueError, match=r"max_len: expected at least 5 for a pair.*, got 4"):
        module.fit([7], [8], 4)
    assert module.fit([7, 8], None, 3) == ([7], None)
    assert module.fit([7, 8], [9, 9], 5) == ([7], [9])


def test_arrays_of_ids(module: ModuleType) -> None:
    kept, _ = module.fit(np.array([5, 6, 7]), None, 4)
    assert module.join(TOKENIZER, kept).ids == [CLS, 5, 6, SEP]

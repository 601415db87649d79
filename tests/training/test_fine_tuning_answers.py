"""Answers that are spans: windows, targets, the best span, predictions."""

import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators
from tests.training.bert_models import small_model
from tests.training.wordpieces import TOKENIZER, V
from tinytf.ops.arrays import Array

CLS, SEP = TOKENIZER.cls_id, TOKENIZER.sep_id
WORD = st.sampled_from(["cat", "cats", "The", "dogs", "sat", "on", "zebra", "mats"])
TEXTS = st.lists(WORD, min_size=1, max_size=12).map(" ".join)


class Pointer:
    """An answerer that is sure of the tokens `start` and `end`, and else of [CLS]."""

    def __init__(self, start: int, end: int, max_len: int = 14) -> None:
        self.config = small_model("answerer", max_len=max_len).config
        self.start, self.end = start, end

    def forward(self, ids: Array, mask: Array, segments: Array) -> tuple[Array, Any]:
        logits = np.zeros((len(ids), 2, ids.shape[1]))
        for which, token in enumerate((self.start, self.end)):
            logits[:, which] = 9.0 * (ids == token)
            # Loud where an answer must not be: the question, [SEP], padding.
            logits[:, which][(segments == 0) & (ids != CLS)] = 50.0
            logits[:, which][ids == SEP] = 50.0
        logits[:, :, 0] = 4.0
        return logits, None


@claim(100, question=TEXTS, context=TEXTS, max_len=st.integers(5, 20))
def test_windows(module: ModuleType, question: str, context: str, max_len: int) -> None:
    found = module.windows(TOKENIZER, question, context, max_len)
    pieces, question_ids = TOKENIZER.pieces(context), TOKENIZER.encode(question)
    kept = question_ids[: (max_len - 3) // 2]
    room = max_len - 3 - len(kept)
    starts = []
    for window in found:
        assert len(window.input.ids) <= max_len
        inside = [piece.id for piece in window.pieces]
        assert window.input.ids == [CLS, *kept, SEP, *inside, SEP]
        assert window.input.segments == [0] * (len(kept) + 2) + [1] * (len(inside) + 1)
        assert window.offset == len(kept) + 2
        start = pieces.index(window.pieces[0])
        assert pieces[start : start + len(inside)] == window.pieces
        starts.append(start)
        assert len(inside) == min(room, len(pieces) - start)
    assert starts == [i * max(room // 2, 1) for i in range(len(starts))]
    assert found[-1].pieces[-1] == pieces[-1]
    assert len(found) == 1 or starts[-2] + room < len(pieces), "no window more than needed"


@claim(100, question=TEXTS, context=TEXTS, max_len=st.integers(5, 20), data=st.data())
def test_targets_point_at_the_answer(
    module: ModuleType, question: str, context: str, max_len: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(context) - 1))
    end = data.draw(st.integers(start + 1, len(context)))
    assume(context[start:end].strip())
    examples = module.answer_examples(TOKENIZER, question, context, start, end, max_len)
    windows = module.windows(TOKENIZER, question, context, max_len)
    whole = [p for p in TOKENIZER.pieces(context) if p.end > start and p.start < end]
    n_with_answer = 0
    for example, window in zip(examples, windows, strict=True):
        assert example.input == window.input
        first, last = example.target
        if (first, last) == (0, 0):
            assert whole[0] not in window.pieces or whole[-1] not in window.pieces
            continue
        n_with_answer += 1
        assert first <= last
        inside = window.pieces[first - window.offset : last - window.offset + 1]
        assert inside == whole
        # The pieces cover the answer, and nothing beyond the words at its ends.
        assert inside[0].start <= start or not context[start : inside[0].start].strip()
        assert inside[-1].end >= end or not context[inside[-1].end : end].strip()
    half = max(len(windows[0].pieces) // 2, 1)
    assert n_with_answer or len(whole) > half


def test_an_answer_by_hand(module: ModuleType) -> None:
    context = "The cat sat on the mat. The cats ran."
    start = context.index("the mat")
    (example,) = module.answer_examples(TOKENIZER, "Who?", context, start, start + 7, 30)
    # [CLS] who ? [SEP] the cat sat on the mat . ...
    assert example.target == (8, 9)
    start = context.index("cats")
    (example,) = module.answer_examples(TOKENIZER, "Who?", context, start, start + 4, 30)
    assert example.target == (12, 13), "the second cat, with its ##s"


def test_predictions(module: ModuleType) -> None:
    context = "The cat sat on the mat . A dog ran ."
    on, mat = TOKENIZER.encode("on mat")
    for max_len in (40, 14, 10):
        (found,) = module.answer(Pointer(on, mat, max_len), TOKENIZER, [("Who sat?", context)])
        assert found.text == "on the mat" == context[found.start : found.end]
        assert found.probability > 0.8, "of a window that has it, not divided among all"


def test_a_window_that_has_no_answer_says_so(module: ModuleType) -> None:
    """In windows without the two tokens [CLS] is likely, and their spans are not."""
    context = "a a a a a a a a a a a a a a a dog"
    dog = TOKENIZER.encode("dog")[0]
    (found,) = module.answer(Pointer(dog, dog, 12), TOKENIZER, [("Who?", context)])
    assert found.text == "dog"
    (unsure,) = module.answer(Pointer(V - 1, V - 1, 12), TOKENIZER, [("Who?", context)])
    assert unsure.probability < 0.02


def test_each_question_gets_its_own_answer(module: ModuleType) -> None:
    contexts = ["the cat sat", "a cat", "dogs ran on the mat and a cat sat on it"]
    cat = TOKENIZER.encode("cat")[0]
    questions = [("Who?", context) for context in contexts]
    for batch_size in (1, 2, 32):
        found = module.answer(Pointer(cat, cat, 12), TOKENIZER, questions, batch_size=batch_size)
        assert [one.text for one in found] == ["cat"] * 3
        assert [one.start for one in found] == [c.index("cat") for c in contexts]
    assert module.answer(Pointer(cat, cat), TOKENIZER, []) == []


def test_the_longest_answer(module: ModuleType) -> None:
    context = "The cat sat on the mat"
    cat, mat = TOKENIZER.encode("cat mat")
    model, questions = Pointer(cat, mat, 20), [("Who?", context)]
    assert module.answer(model, TOKENIZER, questions, max_tokens=5)[0].text == "cat sat on the mat"
    assert len(module.answer(model, TOKENIZER, questions, max_tokens=4)[0].text.split()) <= 4


def test_with_a_model(module: ModuleType) -> None:
    """The probability is that of the start times that of the end, over context and [CLS]."""
    model, context = small_model("answerer"), "the cat sat on"
    (found,) = module.answer(model, TOKENIZER, [("who ?", context)])
    (window,) = module.windows(TOKENIZER, "who ?", context, 14)
    logits, _ = model.forward(np.array([window.input.ids]), None, np.array([window.input.segments]))
    allowed = [0, *range(window.offset, window.offset + len(window.pieces))]
    probs = np.exp(logits[0][:, allowed])
    probs /= probs.sum(axis=1, keepdims=True)
    best = max(
        (probs[0, i] * probs[1, j], i, j)
        for i in range(1, len(allowed))
        for j in range(i, len(allowed))
    )
    assert_close(found.probability, best[0], rtol=1e-9)
    assert found.start == window.pieces[best[1] - 1].start
    assert found.end == window.pieces[best[2] - 1].end


@claim(n=st.integers(1, 8), max_tokens=st.integers(1, 9), rng=generators())
def test_the_best_span(
    module: ModuleType, n: int, max_tokens: int, rng: np.random.Generator
) -> None:
    starts, ends = rng.normal(size=n), rng.normal(size=n)
    score, first, last = module.best_span(starts, ends, max_tokens)
    assert first <= last < first + max_tokens
    every = [starts[i] + ends[j] for i in range(n) for j in range(i, n) if j - i + 1 <= max_tokens]
    assert_close(score, max(every))
    assert math.isclose(score, starts[first] + ends[last])


def test_errors_say_what_was_expected_and_what_came(module: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"context: expected at least one word, got ' '"):
        module.windows(TOKENIZER, "who", " ", 20)
    with pytest.raises(ValueError, match=r"max_len: expected at least 5 .*, got 4"):
        module.windows(TOKENIZER, "who", "cat", 4)
    with pytest.raises(ValueError, match=r"answer: expected a part .*, got ' ' from 3 to 4"):
        module.answer_examples(TOKENIZER, "who", "the cat", 3, 4, 20)
    with pytest.raises(ValueError, match=r"max_tokens: expected at least 1, got 0"):
        module.answer(small_model("answerer"), TOKENIZER, [("who", "cat")], max_tokens=0)

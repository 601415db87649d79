"""Labels of words: first pieces, long sentences, predictions."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.ops.claims import claim
from tests.training.bert_models import small_model
from tests.training.wordpieces import TOKENIZER
from tinytf.ops.arrays import Array

IGNORED = -100
CLS, SEP = TOKENIZER.cls_id, TOKENIZER.sep_id
# One piece, two, three, unknown, and a word that the tokenizer makes nothing of.
WORDS = st.sampled_from(["cat", "cats", "mats", "Dogss", "the", "zebra", "\u200b", "uns"])
SENTENCES = st.lists(WORDS, min_size=1, max_size=9)


def pieces(word: str) -> list[int]:
    return TOKENIZER.encode(word) or [TOKENIZER.unk_id]


class Echo:
    """A tagger whose label for a token is its id modulo 5: it has seen what it was given."""

    def __init__(self, max_len: int) -> None:
        self.config = small_model("tagger", max_len=max_len).config

    def forward(self, ids: Array, mask: Array, segments: Array) -> tuple[Array, Any]:
        assert ids.shape[1] <= self.config.max_len
        assert not segments.any()
        return np.eye(5)[ids % 5], None


def test_the_first_piece_has_the_label(module: ModuleType) -> None:
    (example,) = module.tag_examples(TOKENIZER, ["The", "cats", "ran"], [0, 1, 2], 20)
    assert example.input.ids == [CLS, *TOKENIZER.encode("the cat"), TOKENIZER.encode("cats")[1],
                                 *TOKENIZER.encode("ran"), SEP]  # fmt: skip
    assert example.input.segments == [0] * 6
    assert example.target == [IGNORED, 0, 1, IGNORED, 2, IGNORED]


@claim(100, words=SENTENCES, max_len=st.integers(5, 14), data=st.data())
def test_no_word_is_lost(
    module: ModuleType, words: list[str], max_len: int, data: st.DataObject
) -> None:
    labels = data.draw(st.lists(st.integers(0, 2), min_size=len(words), max_size=len(words)))
    examples = module.tag_examples(TOKENIZER, words, labels, max_len)
    ids: list[int] = []
    kept: list[int] = []
    for example in examples:
        assert len(example.input.ids) == len(example.target) <= max_len
        assert (example.input.ids[0], example.input.ids[-1]) == (CLS, SEP)
        ids += example.input.ids[1:-1]
        kept += [label for label in example.target if label != IGNORED]
        assert example.target[0] == example.target[-1] == IGNORED
        assert example.target[1] != IGNORED, "a part starts with a whole word"
    assert kept == labels
    assert ids == [piece for word in words for piece in pieces(word)]
    # As few parts as possible: the first word of the next one did not fit.
    n_words = 0
    for example in examples[:-1]:
        n_words += sum(label != IGNORED for label in example.target)
        assert len(example.input.ids) + len(pieces(words[n_words])) > max_len


@claim(sentences=st.lists(SENTENCES, max_size=5), max_len=st.integers(5, 14))
def test_predictions_belong_to_their_words(
    module: ModuleType, sentences: list[list[str]], max_len: int
) -> None:
    labels = module.tag(Echo(max_len), TOKENIZER, sentences, batch_size=2)
    assert labels == [[pieces(word)[0] % 5 for word in words] for words in sentences]


def test_with_a_model(module: ModuleType) -> None:
    model = small_model("tagger")
    sentences = [["The", "cats", "ran", "."], ["dogs"]]
    labels = module.tag(model, TOKENIZER, sentences)
    (example,) = module.tag_examples(TOKENIZER, sentences[0], [0] * 4, 14)
    logits, _ = model.forward(np.array([example.input.ids]))
    firsts = [i for i, target in enumerate(example.target) if target != IGNORED]
    assert labels[0] == logits[0].argmax(axis=-1)[firsts].tolist()
    assert len(labels[1]) == 1
    probabilities = module.tag_probabilities(model, TOKENIZER, sentences)
    weights = np.exp(logits[0, firsts])
    np.testing.assert_allclose(probabilities[0], weights / weights.sum(axis=1, keepdims=True))
    assert probabilities[1].shape == (1, probabilities[0].shape[1])


def test_a_word_longer_than_the_model_keeps_its_start(module: ModuleType) -> None:
    (example,) = module.tag_examples(TOKENIZER, ["cat" + "s" * 20], [1], 6)
    assert example.input.ids == [CLS, *TOKENIZER.encode("catsss"), SEP]
    assert example.target == [IGNORED, 1, IGNORED, IGNORED, IGNORED, IGNORED]


def test_errors_say_what_was_expected_and_what_came(module: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"labels: expected one for each of 2 words, got 1"):
        module.tag_examples(TOKENIZER, ["a", "cat"], [0], 9)
    with pytest.raises(ValueError, match=r"words: expected at least one, got none"):
        module.tag_examples(TOKENIZER, [], [], 9)
    with pytest.raises(ValueError, match=r"max_len: expected at least 3 for a word, got 2"):
        module.tag_examples(TOKENIZER, ["a"], [0], 2)

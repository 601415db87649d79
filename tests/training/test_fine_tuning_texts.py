"""Classes and numbers for texts and pairs."""

from types import ModuleType

import numpy as np

from tests.ops.claims import assert_close
from tests.training.bert_models import small_model
from tests.training.wordpieces import TOKENIZER

TEXTS = [("The cat sat.", None), ("Who ran?", "A dog"), ("cats", "dogs on the mat"), ("a", None)]
CLS, SEP = TOKENIZER.cls_id, TOKENIZER.sep_id


def ids(text: str) -> list[int]:
    return TOKENIZER.encode(text)


def test_examples(module: ModuleType) -> None:
    example = module.text_example(TOKENIZER, ("The cat sat.", None), 2, 20)
    assert example.input.ids == [CLS, *ids("the cat sat ."), SEP]
    assert example.input.segments == [0] * 6
    assert example.target == 2
    example = module.text_example(TOKENIZER, ("Who ran?", "A dog"), 0.5, 20)
    assert example.input.ids == [CLS, *ids("who ran ?"), SEP, *ids("a dog"), SEP]
    assert example.input.segments == [0] * 5 + [1] * 3
    assert example.target == 0.5


def test_long_texts_are_cut(module: ModuleType) -> None:
    example = module.text_example(TOKENIZER, ("the cat sat on the mat", None), 0, 6)
    assert example.input.ids == [CLS, *ids("the cat sat on"), SEP]
    example = module.text_example(TOKENIZER, ("the cat sat on", "a dog"), 0, 8)
    assert example.input.ids == [CLS, *ids("the cat sat"), SEP, *ids("a dog"), SEP]


def test_probabilities(module: ModuleType) -> None:
    model = small_model("classifier")
    probs = module.classify(model, TOKENIZER, TEXTS, batch_size=3)
    assert probs.shape == (4, 3)
    assert_close(probs.sum(axis=1), np.ones(4))
    for row, texts in zip(probs, TEXTS, strict=True):
        one = module.text_input(TOKENIZER, texts, 14)
        logits, _ = model.forward(np.array([one.ids]), None, np.array([one.segments]))
        assert_close(row, np.exp(logits[0]) / np.exp(logits[0]).sum(), rtol=1e-9)
    assert module.classify(model, TOKENIZER, []).shape == (0, 3)


def test_numbers(module: ModuleType) -> None:
    model = small_model("regressor")
    numbers = module.predict_numbers(model, TOKENIZER, TEXTS, batch_size=3)
    for number, texts in zip(numbers, TEXTS, strict=True):
        one = module.text_input(TOKENIZER, texts, 14)
        expected, _ = model.forward(np.array([one.ids]), None, np.array([one.segments]))
        assert_close(number, expected[0], rtol=1e-9)
    assert module.predict_numbers(model, TOKENIZER, []).shape == (0,)


def test_texts_longer_than_the_model_are_cut(module: ModuleType) -> None:
    model = small_model("classifier")
    long = module.classify(model, TOKENIZER, [("the cat " * 30, None)])
    assert_close(long, module.classify(model, TOKENIZER, [("the cat " * 6, None)]))

"""Lesson 15: its claims hold when computed another way."""

import numpy as np
import pytest

from .golden_text import finished
from .numeric import slope, softmax

LESSON = "15_fine_tuning"


def test_gradient_of_a_fresh_head() -> None:
    variables = finished(LESSON)[0]
    h, labels, which = variables["h"], variables["kind"], variables["cat_and_cup"]

    def loss(weight):
        logits = h[which] @ weight
        return -np.log(softmax(logits)[np.arange(2), labels[which]]).mean()

    dweight = variables["dweight"]
    assert np.allclose(dweight, slope(loss, np.zeros((8, 2))), atol=1e-9)
    # Whatever the length of the step, the head is right about all nouns after it.
    for lr in (1e-3, 1.0, 100.0):
        assert np.array_equal((h @ (-lr * dweight)).argmax(axis=1), labels)


def test_gradients_of_the_whole_model() -> None:
    """Along a random direction the loss of the task changes as the gradients say."""
    variables = finished(LESSON)[0]
    model, which, labels = variables["tagger"](0), np.array([2, 7, 9]), variables["kind"]
    variables["loss_and_gradients"](model, which, labels)
    rng = np.random.default_rng(0)
    parameters = model.parameters().values()
    moves = [rng.normal(size=p.value.shape) for p in parameters]
    expected = sum((p.grad * move).sum() for p, move in zip(parameters, moves, strict=True))
    losses = []
    for step in (1e-5, -2e-5):
        for parameter, move in zip(parameters, moves, strict=True):
            parameter.value += step * move
        losses.append(variables["loss_and_gradients"](model, which, labels))
    assert np.isclose((losses[0] - losses[1]) / 2e-5, expected, rtol=1e-5)


def test_pretraining_and_forgetting(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = finished(LESSON)[0]
    same = variables["same"]
    h = variables["h"] - variables["h"].mean(axis=0)
    assert np.array_equal(np.corrcoef(h) > 0, same)
    # Guessing which of the two verbs, or of the six nouns of a kind, costs log 2 or log 6.
    best = (np.log(2) + np.log(6)) / 2
    pretrained, frozen, trained, hasty = variables["losses"]
    assert best < pretrained < best + 0.1
    assert frozen == pretrained
    assert trained - pretrained < 0.1 < 1 < hasty - pretrained
    # Other fresh heads, another labelled pair: again all nouns; from scratch some are wrong.
    wrong = []
    for seed, pair in ((7, [0, 6]), (8, [3, 10])):
        in_lesson = variables["right_after"].__globals__
        monkeypatch.setitem(in_lesson, "cat_and_cup", np.array(pair))
        for copied in (True, False):
            model = variables["tagger"](seed, copied)
            right = variables["right_after"](model, model.head if copied else model, 0.05)
            assert right[pair].all()
            wrong.append(int((~right).sum()))
    assert wrong[0] == wrong[2] == 0 < min(wrong[1], wrong[3])

"""`tinytf check` on BERT: right as it is, and a mistake in a head is seen."""

import numpy as np
import pytest

from tinytf.gradcheck.bert_models import check_bert_models
from tinytf.models.bert_heads import Pooler
from tinytf.ops.arrays import Array


def wrong_by_model() -> dict[str, set[str]]:
    """Model -> the parameters whose gradients are wrong."""
    return {
        name: {result.name for result in report.results if not result.ok}
        for name, report in check_bert_models(np.random.default_rng(3))
    }


def test_every_head_is_right() -> None:
    assert wrong_by_model() == {
        "BERT, masked tokens and next sentence": set(),
        "BERT, classes": set(),
        "BERT, a number": set(),
        "BERT, tags": set(),
        "BERT, answers": set(),
    }


def test_a_pooler_whose_tanh_has_no_derivative(monkeypatch: pytest.MonkeyPatch) -> None:
    def backward(dy: Array, cache: object) -> Array:
        return dy

    monkeypatch.setattr("tinytf.models.bert_heads.tanh_backward", backward)
    wrong = wrong_by_model()
    assert "pooler.dense.weight" in wrong["BERT, classes"]
    assert "pooler.dense.weight" in wrong["BERT, a number"]
    assert "nsp.weight" not in wrong["BERT, masked tokens and next sentence"], "it stands above"
    assert "encoder.embed.tok.weight" in wrong["BERT, masked tokens and next sentence"]
    assert not wrong["BERT, tags"] | wrong["BERT, answers"], "they have no pooler"


def test_a_pooler_that_reads_the_last_position(monkeypatch: pytest.MonkeyPatch) -> None:
    """The forward is another function, and its backward still that of the first position."""
    forward = Pooler.forward
    monkeypatch.setattr(Pooler, "forward", lambda self, h: forward(self, h[:, ::-1]))
    assert "encoder.embed.tok.weight" in wrong_by_model()["BERT, classes"]

"""BLEU: sacrebleu's own words for what was computed, a number by hand, and what is refused."""

import builtins
import math
from types import ModuleType
from typing import Any

import pytest

EXTRA = 'BLEU needs sacrebleu: pip install "tinytf[bleu]"'


def test_by_hand(module: ModuleType) -> None:
    """n-grams that match: 5 of 7, 2 of 6, 1 of 5, and 0 of 4, which "exp" counts as 1/2 of 4."""
    pytest.importorskip("sacrebleu")
    hypothesis, reference = "the cat sat on the red mat", "the cat sat upon the green mat"
    expected = 100 * (5 / 7 * 2 / 6 * 1 / 5 * 0.5 / 4) ** 0.25
    assert module.bleu([hypothesis], [reference]) == pytest.approx(expected, rel=1e-9)


def test_brevity_penalty_is_of_the_corpus(module: ModuleType) -> None:
    pytest.importorskip("sacrebleu")
    hypotheses, references = ["a b c d", "e f g h"], ["a b c d", "e f g h i j"]
    expected = 100 * math.exp(1 - 10 / 8)
    assert module.bleu(hypotheses, references) == pytest.approx(expected, rel=1e-9)


def test_neither_case_nor_punctuation_is_changed(module: ModuleType) -> None:
    pytest.importorskip("sacrebleu")
    right = ["Ein Hund l\u00e4uft weg ."]
    assert module.bleu(right, right) == pytest.approx(100)
    assert module.bleu(["ein hund l\u00e4uft weg ."], right) < 60
    assert module.bleu(["Ein Hund l\u00e4uft weg."], right) < 80


def test_no_text_came_out(module: ModuleType) -> None:
    pytest.importorskip("sacrebleu")
    assert module.bleu(["", ""], ["a b", "c"]) == 0


def test_wrong_arguments(module: ModuleType) -> None:
    pytest.importorskip("sacrebleu")
    with pytest.raises(ValueError, match="expected one for each of the 2 hypotheses, got 1"):
        module.bleu(["a", "b"], ["a"])
    with pytest.raises(ValueError, match="hypotheses: expected at least one, got none"):
        module.bleu([], [])


def test_without_sacrebleu(module: ModuleType) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any) -> Any:
        if name.startswith("sacrebleu"):
            raise ImportError(name)
        return real(name, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builtins, "__import__", without)
        with pytest.raises(ImportError) as caught:
            module.bleu(["a"], ["a"])
    assert str(caught.value) == EXTRA

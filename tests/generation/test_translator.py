"""A model with its tokenizers: sentences in, sentences out."""

from typing import Any

import numpy as np
import pytest

from tinytf.config import Config
from tinytf.generation.search import Search
from tinytf.generation.translate import translate_batches
from tinytf.generation.translator import SPECIALS, Translator
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.text import CharTokenizer, SpecialTokenizer

LOWER = SpecialTokenizer(CharTokenizer("abcd"), SPECIALS)
UPPER = SpecialTokenizer(CharTokenizer("ABCDE"), SPECIALS)


def make(source: SpecialTokenizer | None = UPPER, **switches: Any) -> Translator:
    config = Config.from_dict(
        {
            **{"vocab_size": LOWER.vocab_size, "d_model": 8, "max_len": 6, "n_heads": 2},
            **{"d_ff": 6, "n_layers": 2, "init_std": 0.7},
            **{"source_vocab_size": source and source.vocab_size},
            **switches,
        }
    )
    model = EncoderDecoder(config, np.random.default_rng(3), np.float64)
    return Translator(model, LOWER, source)


@pytest.mark.parametrize("source", [UPPER, None])
@pytest.mark.parametrize("beam_size", [1, 3])
def test_translate_is_encode_search_decode(source: Any, beam_size: int) -> None:
    translator = make(source)
    sentences = ["ABC", "E", "DDDD"] if source else ["abc", "d", "dddd"]
    found = translator.translate(sentences, beam_size, length_penalty=0.5)
    sources = [[*(source or LOWER).encode(sentence), 2] for sentence in sentences]
    search = Search(1, 2, beam_size, 0.5, suppress=(0, 1))
    expected = translate_batches(translator.model, sources, search)
    assert found == [LOWER.decode(ids) for ids in expected]
    assert any(found), "something was written"
    assert translator.translate([]) == []


def test_attention_is_that_of_the_written_tokens() -> None:
    translator = make()
    source, target, pattern = translator.attention("ABC", LOWER.encode("dab"))
    assert source == ["'A'", "'B'", "'C'", "</s>"]
    assert target == ["'d'", "'a'", "'b'", "</s>"]
    assert pattern.shape == (2, 2, 4, 4)
    np.testing.assert_allclose(pattern.sum(axis=-1), 1)
    # A later word changes no earlier row: row t belongs to the step that wrote token t.
    _, _, other = translator.attention("ABC", LOWER.encode("daa"))
    np.testing.assert_allclose(other[:, :, :3], pattern[:, :, :3])
    assert not np.allclose(other[:, :, 3], pattern[:, :, 3])


def test_attention_of_a_target_that_was_cut() -> None:
    """It fills max_len; the step that would have written its end was never taken."""
    translator, ids = make(), LOWER.encode("dabcab")
    assert len(ids) == translator.model.config.max_len
    _, target, pattern = translator.attention("ABC", ids)
    assert target == [LOWER.token_text(i) for i in ids]
    _, shorter, expected = translator.attention("ABC", ids[:-1])
    assert shorter == [*target[:-1], "</s>"]
    np.testing.assert_allclose(pattern, expected)


def test_too_long() -> None:
    translator = make()
    translator.translate(["ABCDE"])
    with pytest.raises(ValueError, match=r"sentence: expected at most 5 tokens, got 6: 'ABCDEA'"):
        translator.translate(["A", "ABCDEA"])
    with pytest.raises(ValueError, match=r"target: expected at most 6 tokens, got 7"):
        translator.attention("A", LOWER.encode("abcdabc"))


def test_tokenizers_that_do_not_fit() -> None:
    model = make().model
    with pytest.raises(ValueError, match=r"target: expected a tokenizer of the model's 7 tokens, "):
        Translator(model, UPPER, UPPER)
    with pytest.raises(ValueError, match=r"source: expected .* model's 8 tokens, got one of 7"):
        Translator(model, LOWER)
    few = SpecialTokenizer(CharTokenizer("abcdef"), ["<pad>"])
    with pytest.raises(ValueError, match=r"special token: expected one of .*'<s>'"):
        Translator(model, few, UPPER)

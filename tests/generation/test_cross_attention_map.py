"""Cross-attention patterns against the formula, computed from the queries and keys themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ops.strategies import Draw
from tinytf.generation import cross_attention_patterns
from tinytf.layers import cross_attention
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.ops.arrays import Array

from .search_strategies import model_tasks, padded


@st.composite
def reads(draw: Draw) -> tuple[EncoderDecoder, list[list[int]], Array]:
    """A model, sources, and a target for each of them."""
    model, sources, _ = draw(model_tasks())
    assert isinstance(model, EncoderDecoder)
    length = draw(st.integers(1, model.config.max_len))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    return model, sources, rng.integers(0, model.config.vocab_size, (len(sources), length))


def patterns_by_formula(
    model: EncoderDecoder, source: Array, target: Array, mask: Array | None
) -> list[Array]:
    """The forward is watched at the door of the op: q, k and mask go in."""
    patterns = []
    attend = cross_attention.attention_forward

    def watched(q: Array, k: Array, v: Array, mask: Array | None, **options: object) -> object:
        k_heads = np.repeat(k, q.shape[1] // k.shape[1], axis=1)
        scores = np.einsum("bhtk,bhsk->bhts", q, k_heads) / np.sqrt(q.shape[-1])
        scores = scores if mask is None else np.where(mask, scores, -np.inf)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        patterns.append(weights / weights.sum(axis=-1, keepdims=True))
        return attend(q, k, v, mask, **options)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cross_attention, "attention_forward", watched)
        model.forward(source, target, mask)
    return patterns


@given(reads())
def test_each_layer_gives_its_pattern(read: tuple[EncoderDecoder, list[list[int]], Array]) -> None:
    model, sources, target = read
    source, mask = padded(sources)
    came = cross_attention_patterns(model, source, target, mask)
    expected = patterns_by_formula(model, source, target, mask)
    shape = (len(source), model.config.n_heads, target.shape[1], source.shape[1])
    assert len(came) == model.config.n_layers
    for layer, (pattern, right) in enumerate(zip(came, expected, strict=True)):
        assert pattern.shape == shape
        np.testing.assert_allclose(pattern, right, rtol=1e-9, atol=1e-12, err_msg=f"layer {layer}")


@given(reads())
def test_rows_sum_to_1_over_real_tokens_and_do_not_know_what_comes_later(
    read: tuple[EncoderDecoder, list[list[int]], Array],
) -> None:
    model, sources, target = read
    source, mask = padded(sources)
    for pattern, of_first in zip(
        cross_attention_patterns(model, source, target, mask),
        cross_attention_patterns(model, source, target[:, :1], mask),
        strict=True,
    ):
        for row, length in enumerate(map(len, sources)):
            np.testing.assert_allclose(pattern[row, :, :, :length].sum(axis=-1), 1, rtol=1e-9)
            assert not pattern[row, :, :, length:].any(), "attends to padding"
        np.testing.assert_allclose(pattern[:, :, :1], of_first, rtol=1e-9, atol=1e-12)

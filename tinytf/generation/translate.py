"""Translating many sentences: padded into batches of similar length, given back in their order."""

from collections.abc import Sequence

import numpy as np

from tinytf.generation.beam_search import beam_search
from tinytf.generation.search import Search
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.ops.masks import padding_mask


def translate_batches(
    model: EncoderDecoder,
    sources: Sequence[Sequence[int]],
    search: Search,
    batch_size: int = 32,
) -> list[list[int]]:
    """The best target of each source.

    Sources are sorted by length first: little of a batch is padding then, and its sentences finish
    at about the same time. How they are batched changes no result but for rounding.

    Args:
        model: the encoder-decoder.
        sources: token ids of each source, as the model was trained on them (with EOS or without).
        search: how to search.
        batch_size: sources in one batch; the decoder's batch is beam_size times larger.

    Returns:
        For each source, in the given order, the ids of the best hypothesis.

    Raises:
        ValueError: a source is empty or longer than the model's max_len, batch_size is below 1, an
            id is outside its vocabulary, or the model's logits are not finite.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size: expected at least 1, got {batch_size}")
    lengths = np.array([len(source) for source in sources], int)
    for i, length in enumerate(lengths):
        if not 1 <= length <= model.config.max_len:
            raise ValueError(
                f"sources[{i}]: expected 1 to {model.config.max_len} tokens, got {length}"
            )
    by_length = np.argsort(-lengths, kind="stable")  # longest first: too little memory shows early
    targets: list[list[int]] = [[] for _ in sources]
    for first in range(0, len(sources), batch_size):
        rows = by_length[first : first + batch_size]
        n_columns = lengths[rows].max()
        # Padded with 0; the mask keeps the model from seeing what stands there.
        source = np.zeros((len(rows), n_columns), int)
        for line, row in zip(source, rows, strict=True):
            line[: lengths[row]] = sources[row]
        mask = padding_mask(lengths[rows], n_columns)  # (B, 1, 1, S)
        found = beam_search(model, source, mask, search)
        for row, hypotheses in zip(rows, found, strict=True):
            targets[row] = hypotheses[0].ids
    return targets

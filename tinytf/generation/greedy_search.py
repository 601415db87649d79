"""Greedy search: always the likeliest next token.

Fast, and often good enough; but a token that is likely now may lead to where nothing is likely,
and greedy search cannot go back. Beam search (`beam_search.py`) keeps several ways open.
"""

import numpy as np

from tinytf.generation.search import Hypothesis, Search, next_log_probs
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.ops.arrays import Array


def greedy_search(
    model: EncoderDecoder, source: Array, source_mask: Array | None, search: Search
) -> list[Hypothesis]:
    """Write a target for each source, token by token.

    A finished sentence leaves the batch, so the steps get cheaper.

    Args:
        model: the encoder-decoder.
        source: (B, S) integers.
        source_mask: (B, 1, 1, S) booleans, True = may attend (`padding_mask`); None if no source is
            padded.
        search: its beam_size is not used, its length_penalty only for the scores.

    Returns:
        One hypothesis for each source. Of equally likely tokens the lowest id is taken.

    Raises:
        TypeError: ids are not integers, or the mask is not boolean.
        ValueError: a shape does not fit, an id is outside its vocabulary, a source is empty or too
            long, or the model's logits are not finite.
    """
    longest = search.longest(model.config)
    state = model.start(source, source_mask)
    ids: list[list[int]] = [[] for _ in source]
    log_prob = np.zeros(len(source))  # float64: sums of many small numbers
    finished = np.zeros(len(source), bool)
    running = np.arange(len(source))  # the sentences still in the batch
    newest = np.full(len(source), search.bos)
    for _ in range(longest):
        if not running.size:
            break
        log_probs = next_log_probs(model, newest, state, search)  # (B, V)
        newest = log_probs.argmax(axis=-1)  # (B,)
        log_prob[running] += log_probs[np.arange(len(running)), newest]
        goes_on = newest != search.eos
        finished[running[~goes_on]] = True
        running, newest = running[goes_on], newest[goes_on]
        if not goes_on.all():
            state.select(np.flatnonzero(goes_on))
        for sentence, token in zip(running.tolist(), newest.tolist(), strict=True):
            ids[sentence].append(token)
    return [
        Hypothesis(written, search.score(total, len(written) + ended), total, ended)
        for written, total, ended in zip(ids, log_prob.tolist(), finished.tolist(), strict=True)
    ]

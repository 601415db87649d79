"""Beam search: the best few unfinished targets are continued side by side.

Source: Sutskever et al. 2014, "Sequence to Sequence Learning with Neural Networks"
(arXiv:1409.3215), section 3.2; scores by length: Wu et al. 2016 (arXiv:1609.08144), section 7.
"""

import numpy as np

from tinytf.generation.greedy_search import greedy_search
from tinytf.generation.search import Hypothesis, Search, next_log_probs
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.models.memory_decoder import DecoderState
from tinytf.ops.arrays import Array


def beam_search(
    model: EncoderDecoder, source: Array, source_mask: Array | None, search: Search
) -> list[list[Hypothesis]]:
    """Search for the targets of the best score.

    One step, for each sentence (K = beam_size):
    1. Each beam, an unfinished target, is continued with each token; of all these candidates the
       2K of the highest log probability are kept. At most K of them end in EOS, one a beam.
    2. Of the best K candidates, those in EOS are hypotheses; only the K best ever are kept.
    3. The best K candidates that do not end in EOS are the beams of the next step.
    At the longest length the best K candidates all become hypotheses, finished or not.

    A sentence is done, and leaves the batch, when no beam can beat its worst kept hypothesis any
    more. What a beam of log probability `p` may still reach is bounded: tokens to come only lower
    p <= 0, and dividing by the longest length's power makes the most of it, so no score above
    `p / longest^length_penalty` can come. Stopping there never changes the result. (Dividing by the
    present length's power, as some programs do, stops sooner and may miss the best.)

    Equal candidates: that of the earlier (better) beam comes first, then the lower token id; equal
    scores: the hypothesis found first. So the same input always gives the same result.

    Args:
        model: the encoder-decoder.
        source: (B, S) integers.
        source_mask: (B, 1, 1, S) booleans, True = may attend (`padding_mask`); None if no source is
            padded.
        search: the settings. With one beam, this is `greedy_search`: that beam's end is the end.

    Returns:
        For each source its hypotheses, best score first: K of them, fewer where the vocabulary and
        the longest length allow fewer.

    Raises:
        TypeError: ids are not integers, or the mask is not boolean.
        ValueError: a shape does not fit, an id is outside its vocabulary, a source is empty or too
            long, or the model's logits are not finite.
    """
    if search.beam_size == 1:
        return [[hypothesis] for hypothesis in greedy_search(model, source, source_mask, search)]
    longest = search.longest(model.config)
    n_kept = search.beam_size
    state = model.start(source, source_mask)
    hypotheses: list[list[Hypothesis]] = [[] for _ in source]
    running: Array = np.arange(len(source))  # the sentences still in the batch, B of them
    # Of each sentence n beams, best first: one before the first step, K from then on; where fewer
    # candidates exist, the last of them have log probability -inf and come to nothing.
    beam_log_probs: Array = np.zeros((len(source), 1))  # (B, n)
    beams: Array = np.full((len(source), 1, 1), search.bos)  # (B, n, length), BOS in front
    length = 0
    while running.size:
        length += 1
        log_probs = next_log_probs(model, beams[:, :, -1].ravel(), state, search)  # (B n, V)
        # (B, 2K) each, best first: log probability, the beam it continues, the token it adds
        totals, parents, tokens = _best_candidates(beam_log_probs, log_probs, 2 * n_kept)
        in_eos = tokens == search.eos
        ends = in_eos | (length == longest)

        may_end = ends[:, :n_kept] & (totals[:, :n_kept] > -np.inf)
        for row, candidate in np.argwhere(may_end).tolist():
            log_prob, finished = totals[row, candidate].item(), in_eos[row, candidate].item()
            ids = beams[row, parents[row, candidate], 1:].tolist()
            if not finished:
                ids.append(tokens[row, candidate].item())
            found = Hypothesis(ids, search.score(log_prob, length), log_prob, finished)
            _keep_best(hypotheses[running[row]], found, n_kept)

        go_on = np.argsort(ends, axis=1, kind="stable")[:, :n_kept]  # those that do not end first
        beam_log_probs = np.take_along_axis(np.where(ends, -np.inf, totals), go_on, axis=1)
        parents = np.take_along_axis(parents, go_on, axis=1)  # (B, K), like the others
        tokens = np.take_along_axis(tokens, go_on, axis=1)
        beams = np.take_along_axis(beams, parents[:, :, None], axis=1)
        beams = np.concatenate([beams, tokens[:, :, None]], axis=2)  # (B, K, length + 1)

        reachable = search.score(beam_log_probs[:, 0], longest)  # (B,), by the best of the beams
        to_beat = np.array([_score_to_beat(hypotheses[i], search) for i in running])
        stay = np.flatnonzero(reachable > to_beat)
        _select(state, parents, stay, len(log_probs) // len(running))
        running, beam_log_probs, beams = running[stay], beam_log_probs[stay], beams[stay]
    return hypotheses


def _keep_best(kept: list[Hypothesis], found: Hypothesis, n_kept: int) -> None:
    """Put the hypothesis in its place by score, behind equal ones; drop what exceeds n_kept."""
    kept.append(found)
    kept.sort(key=lambda hypothesis: -hypothesis.score)
    del kept[n_kept:]


def _score_to_beat(kept: list[Hypothesis], search: Search) -> float:
    """What a new hypothesis must be better than: nothing while there is room for it."""
    if len(kept) < search.beam_size:
        return -np.inf
    return np.inf if search.early_stopping else kept[-1].score


def _best_candidates(
    beam_log_probs: Array, log_probs: Array, n_candidates: int
) -> tuple[Array, Array, Array]:
    """The continuations of the highest log probability, best first.

    Args:
        beam_log_probs: (B, n).
        log_probs: (B n, V), those of each beam's next token.
        n_candidates: C, how many to give; fewer where there are not so many.

    Returns:
        (B, C) each: the log probability, the beam that is continued, and the token.
    """
    batch, n_beams = beam_log_probs.shape
    # Of one beam's tokens, none but its best C can be among the best C of all.
    n_tokens = min(n_candidates, log_probs.shape[1])
    best, tokens = _highest(log_probs, n_tokens)  # (B n, C)
    totals = beam_log_probs[:, :, None] + best.reshape(batch, n_beams, n_tokens)
    n_all = n_beams * n_tokens
    totals, places = _highest(totals.reshape(batch, n_all), min(n_candidates, n_all))  # (B, C)
    tokens = np.take_along_axis(tokens.reshape(batch, n_all), places, axis=1)
    return totals, places // n_tokens, tokens


def _highest(x: Array, n: int) -> tuple[Array, Array]:
    """The n highest of each row of x (R, C), highest first, of equal ones the first of the row.

    Returns:
        The values and their columns, (R, n) each.
    """
    # A full sort of a vocabulary would cost more than the model; partition finds the n-th highest
    # in linear time. Everything at or above it is n values a row, more where some equal it.
    threshold = np.partition(x, -n, axis=1)[:, -n]  # (R,)
    rows, columns = np.nonzero(x >= threshold[:, None])
    values = x[rows, columns]
    order = np.lexsort((-values, rows))  # row by row, highest first; stable, so columns stay sorted
    starts = np.searchsorted(rows, np.arange(len(x)))  # (R,)
    chosen = order[starts[:, None] + np.arange(n)]  # (R, n)
    return values[chosen], columns[chosen]


def _select(state: DecoderState, parents: Array, stay: Array, n_before: int) -> None:
    """Bring the state in line with the new beams.

    Args:
        state: that of B sentences with n_before beams each.
        parents: (B, K), for each new beam the one that it continues.
        stay: the sentences that stay.
        n_before: beams of each sentence in the state, 1 or K.
    """
    rows = (stay[:, None] * n_before + parents[stay]).ravel()
    if parents.shape == (len(stay), n_before):
        # All sentences stay, and all beams of a sentence share its memory: only their pasts move.
        for kv_cache in state.kv_caches:
            kv_cache.select(rows)
    else:
        state.select(rows)

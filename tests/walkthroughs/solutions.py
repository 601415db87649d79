"""A solution and near misses for each exercise: the checks accept the one and refuse the others."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Answer = Callable[..., Any]


class Exercise(NamedTuple):
    walkthrough: str
    check: str  # names in the walkthrough
    blank: str
    solution: Answer
    wrong: list[Answer]


def log_softmax_backward(dy, y):
    return dy - np.exp(y) * dy.sum()


def temperature_backward(dy, x, tau):
    y = np.exp(x / tau) / np.exp(x / tau).sum()
    du = y * (dy - (dy * y).sum())
    return du / tau, -(du * x).sum() / tau**2


def temperature_backward_sign(dy, x, tau):
    dx, dtau = temperature_backward(dy, x, tau)
    return dx, -dtau


def dscale(q, k, dscores):
    return (dscores * (q @ k.T)).sum()


def shared_keys_backward(q, k, v, pattern, dz):
    dpattern = dz @ v.T
    dscores = pattern * (dpattern - (dpattern * pattern).sum(axis=-1, keepdims=True))
    dk = (dscores.swapaxes(-1, -2) @ q).sum(axis=0) / math.sqrt(q.shape[-1])
    return dk, (pattern.swapaxes(-1, -2) @ dz).sum(axis=0)


def shared_keys_backward_per_head(q, k, v, pattern, dz):
    return np.zeros_like(q), pattern.swapaxes(-1, -2) @ dz


def count_parameters(V, D, T, F, n_layers):
    attention = 4 * D * D + 4 * D
    feed_forward = D * F + F + F * D + D
    return V * D + T * D + n_layers * (attention + feed_forward + 4 * D) + 2 * D


def mean_pooling_backward(dpooled, lengths, S):
    real = np.arange(S) < lengths[:, None]  # (B, S)
    return real[:, :, None] * (dpooled / lengths[:, None])[:, None]


def parallel_backward(dy, norm_backward, attention_backward, ffn_backward):
    return dy + norm_backward(attention_backward(dy) + ffn_backward(dy))


def inputs_and_targets(sequences, pad_id):
    length = max(map(len, sequences)) - 1
    inputs = np.full((len(sequences), length), pad_id)
    targets = np.full((len(sequences), length), -100)
    for b, sequence in enumerate(sequences):
        inputs[b, : len(sequence) - 1] = sequence[:-1]
        targets[b, : len(sequence) - 1] = sequence[1:]
    return inputs, targets


def inputs_with_the_last_token(sequences, pad_id):
    """The last token of a short sequence has no target, but stands among the inputs."""
    inputs, targets = inputs_and_targets(sequences, pad_id)
    for b, sequence in enumerate(sequences):
        inputs[b, : len(sequence)] = sequence[: inputs.shape[1]]
    return inputs, targets


def targets_with_padding(sequences, pad_id):
    inputs, targets = inputs_and_targets(sequences, pad_id)
    return inputs, np.where(targets == -100, pad_id, targets)


def prefix_mask(n_prefix, T):
    position = np.arange(T)
    return (position <= position[:, None]) | (position < n_prefix)


def dmemory(dz, q, v, pattern, w_k, w_v):
    return dmemory_through_k(dz, q, v, pattern, w_k, w_v) + pattern.T @ dz @ w_v.T


def dmemory_through_k(dz, q, v, pattern, w_k, w_v):
    dpattern = dz @ v.T
    dscores = pattern * (dpattern - (dpattern * pattern).sum(axis=1, keepdims=True))
    return dscores.T @ q @ w_k.T / math.sqrt(q.shape[1])


def dmemory_of_several(dmemory_each, n):
    return dmemory_each.reshape(-1, n, *dmemory_each.shape[1:]).sum(axis=1)


def segments(ids, sep):
    return ((ids == sep).cumsum(axis=1) - (ids == sep) > 0).astype(int)


def pooler_backward(dpooled, out, w):
    dpre = dpooled * (1 - np.tanh(out[:, 0] @ w) ** 2)
    dout = np.zeros_like(out)
    dout[:, 0] = dpre @ w.T
    return dout, out[:, 0].T @ dpre


def culprit(t):
    """The last wrong intermediate is what q, k and v read; one of them sent a wrong part."""
    wrong = [name for name, error in t.check().items() if not error < 1e-8]
    read = [name for name in wrong if t[name].kind == "intermediate"][-1]
    for name, part in t[read].grad_parts.items():
        dy, weight = t[f"{name}_merged"].grad, t[f"{name}.weight"].value
        if not np.allclose(part, dy @ weight.T):
            return name
    raise AssertionError("no part is wrong")


def sees_the_future(t):
    return [name for name in t.names("*.pattern") if np.triu(t[name].value, 1).any()]


EXERCISES = [
    Exercise(
        "01_softmax_and_its_jacobian",
        "check_log_softmax",
        "log_softmax_backward_yours",
        log_softmax_backward,
        [
            lambda dy, y: np.exp(y) * (dy - (dy * np.exp(y)).sum()),  # softmax's
            lambda dy, y: 2 * log_softmax_backward(dy, y),
            lambda dy, y: log_softmax_backward(dy, y)[None],
            lambda dy, y: np.full_like(y, np.nan),
            lambda dy, y: np.zeros_like(y),
        ],
    ),
    Exercise(
        "01_softmax_and_its_jacobian",
        "check_temperature",
        "temperature_backward_yours",
        temperature_backward,
        [
            temperature_backward_sign,
            lambda dy, x, tau: temperature_backward(dy, x, tau)[0],
            lambda dy, x, tau: (dy, temperature_backward(dy, x, tau)[1]),
        ],
    ),
    Exercise(
        "05_attention_forward_and_backward",
        "check_dscale",
        "dscale_yours",
        dscale,
        [
            lambda q, k, dscores: dscores.sum(),
            lambda q, k, dscores: dscores * (q @ k.T),
        ],
    ),
    Exercise(
        "05_attention_forward_and_backward",
        "check_shared_keys",
        "shared_keys_backward_yours",
        shared_keys_backward,
        [
            shared_keys_backward_per_head,
            lambda *inputs: shared_keys_backward(*inputs)[::-1],
            lambda *inputs: tuple(d / 3 for d in shared_keys_backward(*inputs)),  # mean, not sum
        ],
    ),
    Exercise(
        "08_encoder_block",
        "check_mean_pooling",
        "mean_pooling_backward_yours",
        mean_pooling_backward,
        [
            lambda dpooled, lengths, S: mean_pooling_backward(dpooled, np.full_like(lengths, S), S),
            lambda dpooled, lengths, S: np.repeat((dpooled / lengths[:, None])[:, None], S, axis=1),
            lambda dpooled, lengths, S: (
                mean_pooling_backward(dpooled, lengths, S) * lengths[:, None, None]
            ),
        ],
    ),
    Exercise(
        "08_encoder_block",
        "check_parallel",
        "parallel_backward_yours",
        parallel_backward,
        [
            lambda dy, norm, attention, ffn: norm(attention(dy) + ffn(dy)),  # not past the layer
            lambda dy, norm, attention, ffn: norm(dy + attention(dy) + ffn(dy)),  # post-norm
            lambda dy, norm, attention, ffn: dy + norm(attention(ffn(dy))),  # one after the other
        ],
    ),
    Exercise(
        "09_decoder_next_token",
        "check_inputs_and_targets",
        "inputs_and_targets_yours",
        inputs_and_targets,
        [
            lambda sequences, pad_id: inputs_and_targets(sequences, pad_id)[::-1],
            lambda sequences, pad_id: inputs_and_targets(sequences, pad_id)[0],
            inputs_with_the_last_token,
            targets_with_padding,
        ],
    ),
    Exercise(
        "09_decoder_next_token",
        "check_prefix_mask",
        "prefix_mask_yours",
        prefix_mask,
        [
            lambda n_prefix, T: prefix_mask(0, T),
            lambda n_prefix, T: prefix_mask(n_prefix, T).T,
            lambda n_prefix, T: prefix_mask(n_prefix, T).astype(int),
            lambda n_prefix, T: prefix_mask(n_prefix, T)[None],
            lambda n_prefix, T: np.ones((T, T), bool),
        ],
    ),
    Exercise(
        "10_cross_attention",
        "check_dmemory",
        "dmemory_yours",
        dmemory,
        [
            dmemory_through_k,
            lambda dz, q, v, pattern, w_k, w_v: pattern.T @ dz @ w_v.T,  # through v only
            lambda *inputs: dmemory(*inputs) + (math.sqrt(3) - 1) * dmemory_through_k(*inputs),
        ],
    ),
    Exercise(
        "10_cross_attention",
        "check_dmemory_of_several",
        "dmemory_of_several_yours",
        dmemory_of_several,
        [
            lambda each, n: dmemory_of_several(each, n) / n,  # the mean
            lambda each, n: each[::n],  # the last one wins
            lambda each, n: each.reshape(n, -1, *each.shape[1:]).sum(axis=0),  # np.tile's
        ],
    ),
    Exercise(
        "11_bert_masking",
        "check_segments",
        "segments_yours",
        segments,
        [
            lambda ids, sep: ((ids == sep).cumsum(axis=1) > 0).astype(int),  # [SEP] belongs behind
            lambda ids, sep: (ids == sep).cumsum(axis=1) - (ids == sep),  # a third segment
            lambda ids, sep: np.zeros_like(ids),
        ],
    ),
    Exercise(
        "11_bert_masking",
        "check_pooler",
        "pooler_backward_yours",
        pooler_backward,
        [
            lambda dpooled, out, w: pooler_backward(dpooled, out, w)[::-1],
            lambda dpooled, out, w: pooler_backward(dpooled, out, w)[1],
            lambda dpooled, out, w: (
                np.repeat(pooler_backward(dpooled, out, w)[0][:, :1], 4, axis=1),
                pooler_backward(dpooled, out, w)[1],
            ),
            lambda dpooled, out, w: pooler_backward(2 * dpooled, out, w),
        ],
    ),
    Exercise(
        "12_one_sgd_step_by_hand",
        "check_count",
        "count_parameters_yours",
        count_parameters,
        [
            lambda V, D, T, F, n: 792,  # right for the model of the lesson only
            lambda V, D, T, F, n: count_parameters(V, D, T, F, n) + V * D,  # head not tied
            lambda V, D, T, F, n: count_parameters(V, D, T, F, n) - 2 * D,  # no final norm
        ],
    ),
    Exercise(
        "12_one_sgd_step_by_hand",
        "check_dloss",
        "dloss_yours",
        lambda n_part, n_all: n_part / n_all,
        [
            lambda n_part, n_all: 1.0,
            lambda n_part, n_all: 0.5,
            lambda n_part, n_all: 1 / n_all,
        ],
    ),
    Exercise(
        "16_find_the_bug",
        "check_culprit",
        "culprit_yours",
        culprit,
        [
            lambda t: "decoder.layers.1.self_attn.q",
            lambda t: "decoder.layers.2.self_attn.k",
            lambda t: "decoder.layers.1.norm1.out",  # its gradient is wrong: a part of it is
            lambda t: culprit(t) + ".weight",  # its own gradient is right
        ],
    ),
    Exercise(
        "16_find_the_bug",
        "check_sees_the_future",
        "sees_the_future_yours",
        sees_the_future,
        [
            lambda t: t.names("*.pattern"),
            lambda t: sees_the_future(t)[:1],
            lambda t: [n for n in t.names("*.scores") if np.triu(t[n].value, 1).any()],
            lambda t: [n for n in t.names("*.pattern") if np.triu(t[n].value).any()],  # itself
            lambda t: [n for n in t.names("*.pattern") if np.tril(t[n].value, -1).any()],  # back
            lambda t: [n for n in t.names("*.pattern") if np.triu(t[n].grad, 1).any()],
        ],
    ),
]

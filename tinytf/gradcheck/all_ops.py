"""Every gradient that tinytf computes, checked: the op pairs here, the models in `all_models.py`.

Inputs are random everywhere, never the usual start (gamma = 1, bias = 0), because mistakes hide
behind a factor 1. Shapes have Tq != Tk, several batch axes, sizes of 1; masks have dead rows.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from tinytf.gradcheck.all_models import check_models
from tinytf.gradcheck.bert_models import check_bert_models
from tinytf.gradcheck.check import Backward, Forward, check_gradients
from tinytf.gradcheck.report import Report
from tinytf.ops import (
    alibi_bias,
    attention_backward,
    attention_forward,
    cross_entropy_backward,
    cross_entropy_forward,
    dropout_backward,
    dropout_forward,
    embedding_backward,
    embedding_forward,
    ffn_backward,
    ffn_forward,
    gelu_backward,
    gelu_forward,
    layernorm_backward,
    layernorm_forward,
    linear_backward,
    linear_forward,
    log_softmax_backward,
    log_softmax_forward,
    padding_mask,
    relu_backward,
    relu_forward,
    rmsnorm_backward,
    rmsnorm_forward,
    rope_backward,
    rope_forward,
    silu_backward,
    silu_forward,
    softmax_backward,
    softmax_forward,
    squared_error_backward,
    squared_error_forward,
    swiglu_ffn_backward,
    swiglu_ffn_forward,
    tanh_backward,
    tanh_forward,
)
from tinytf.ops.arrays import Array
from tinytf.ops.embedding import EmbeddingCache

Checks = Iterator[tuple[str, Report]]


def check_everything(seed: int) -> list[tuple[str, Report]]:
    """Check every op pair with its options, then whole models.

    Args:
        seed: of all random inputs; the same seed gives the same numbers.

    Returns:
        (name, report) in a fixed order, such as ("attention causal, Tk > Tq", report).
    """
    checked = []
    for i, checks in enumerate((*OP_CHECKS.values(), check_models, check_bert_models)):
        # A generator of its own for each, so that a new case does not change the others.
        for name, report in checks(np.random.default_rng([seed, i])):
            checked.append((name, replace(report, title=name)))
    return checked


def _linear(rng: np.random.Generator) -> Checks:
    def check(*shape: int, bias: bool) -> Report:
        weight, b = rng.normal(size=(4, 5)), rng.normal(size=5) if bias else None
        return check_gradients(
            linear_forward, linear_backward, rng.normal(size=shape), weight, b, rng=rng
        )

    yield "linear 2-D input", check(3, 4, bias=True)
    yield "linear 3-D input", check(2, 3, 4, bias=True)
    yield "linear 1-D input", check(4, bias=True)
    yield "linear without bias", check(3, 4, bias=False)


def _softmax(rng: np.random.Generator) -> Checks:
    yield from _over_axes(rng, "softmax", softmax_forward, softmax_backward)
    x = rng.normal(size=(3, 4)) + np.array([1000.0, -1000.0, 0.0])[:, None]
    yield "softmax far from 0", check_gradients(softmax_forward, softmax_backward, x, rng=rng)


def _log_softmax(rng: np.random.Generator) -> Checks:
    yield from _over_axes(rng, "log_softmax", log_softmax_forward, log_softmax_backward)


def _over_axes(rng: np.random.Generator, name: str, forward: Forward, backward: Backward) -> Checks:
    for axis in (-1, 0, 1):
        x = rng.normal(size=(3, 3, 4))
        yield f"{name} axis={axis}", check_gradients(forward, backward, x, rng=rng, axis=axis)
    x = rng.normal(size=(3, 1))
    yield f"{name} of one score", check_gradients(forward, backward, x, rng=rng)


def _layernorm(rng: np.random.Generator) -> Checks:
    def check(*shape: int, scale: float = 1.0, beta: bool = True, eps: float = 1e-5) -> Report:
        x, gamma = scale * rng.normal(size=shape), rng.normal(size=shape[-1])
        b = rng.normal(size=shape[-1]) if beta else None
        return check_gradients(layernorm_forward, layernorm_backward, x, gamma, b, rng=rng, eps=eps)

    yield "layernorm", check(2, 3, 5)
    yield "layernorm, eps as large as the variance", check(3, 4, eps=1.0)
    yield "layernorm of small numbers", check(3, 4, scale=1e-3)
    yield "layernorm of one row", check(4)
    yield "layernorm without beta", check(3, 4, beta=False)


def _rmsnorm(rng: np.random.Generator) -> Checks:
    for said, shape, eps in (
        ("", (2, 3, 5), 1e-6),
        (", eps as large as the mean square", (3, 4), 1.0),
        (" of one feature", (3, 1), 1e-6),
    ):
        x, gamma = rng.normal(size=shape), rng.normal(size=shape[-1])
        report = check_gradients(rmsnorm_forward, rmsnorm_backward, x, gamma, rng=rng, eps=eps)
        yield f"rmsnorm{said}", report


def _relu(rng: np.random.Generator) -> Checks:
    x = rng.normal(size=(2, 3, 4))
    yield "relu", check_gradients(relu_forward, relu_backward, x, rng=rng)
    x = rng.normal(size=(3, 4))
    x[1, :2] = 0.0
    yield "relu with zeros", check_gradients(relu_forward, relu_backward, x, rng=rng)


def _gelu(rng: np.random.Generator) -> Checks:
    for approximate in ("none", "tanh"):
        x = 2 * rng.normal(size=(2, 3, 4))
        report = check_gradients(gelu_forward, gelu_backward, x, rng=rng, approximate=approximate)
        yield f"gelu approximate={approximate}", report


def _silu(rng: np.random.Generator) -> Checks:
    x = 3 * rng.normal(size=(2, 3, 4))
    yield "silu", check_gradients(silu_forward, silu_backward, x, rng=rng)


def _tanh(rng: np.random.Generator) -> Checks:
    x = rng.normal(size=(2, 3, 4))
    yield "tanh", check_gradients(tanh_forward, tanh_backward, x, rng=rng)


def _ffn(rng: np.random.Generator) -> Checks:
    for activation in ("relu", "gelu", "gelu_tanh", "silu"):
        inputs = [rng.normal(size=shape) for shape in ((2, 3, 4), (4, 5), (5,), (5, 4), (4,))]
        report = check_gradients(ffn_forward, ffn_backward, *inputs, rng=rng, activation=activation)
        yield f"ffn {activation}", report
    x, w_in, w_out = rng.normal(size=(3, 4)), rng.normal(size=(4, 5)), rng.normal(size=(5, 4))
    report = check_gradients(ffn_forward, ffn_backward, x, w_in, None, w_out, None, rng=rng)
    yield "ffn without biases", report


def _swiglu_ffn(rng: np.random.Generator) -> Checks:
    inputs = [rng.normal(size=shape) for shape in ((2, 3, 4), (4, 5), (4, 5), (5, 4))]
    yield "swiglu_ffn", check_gradients(swiglu_ffn_forward, swiglu_ffn_backward, *inputs, rng=rng)


def _embedding(rng: np.random.Generator) -> Checks:
    ids, weight = np.array([[1, 4, 1], [0, 1, 5]]), rng.normal(size=(7, 3))
    report = check_gradients(embedding_forward, embedding_backward, ids, weight, rng=rng)
    yield "embedding, duplicate ids", report
    yield (
        "embedding padding_idx",
        check_gradients(_padded_embedding_forward, embedding_backward, ids, weight, rng=rng),
    )


def _padded_embedding_forward(ids: Array, weight: Array) -> tuple[Array, EmbeddingCache]:
    """Look-up with padding_idx=1: by rule that row is a constant, so it is one here too."""
    constant = np.arange(len(weight))[:, None] == 1
    return embedding_forward(ids, np.where(constant, 0.5, weight), padding_idx=1)


def _dropout(rng: np.random.Generator) -> Checks:
    for p, training in ((0.3, True), (0.0, True), (0.3, False)):
        x = rng.normal(size=(3, 4))
        report = check_gradients(
            dropout_forward, dropout_backward, x, p, rng=rng, forward_seed=5, training=training
        )
        yield f"dropout p={p}" + ("" if training else ", evaluation"), report


def _rope(rng: np.random.Generator) -> Checks:
    for said, shape, positions, base in (
        ("", (2, 3, 4, 6), np.arange(4), 10000.0),
        (" base=10, positions with gaps", (2, 3, 2), np.array([7, 0, 7]), 10.0),
    ):
        x = rng.normal(size=shape)
        report = check_gradients(rope_forward, rope_backward, x, positions, rng=rng, base=base)
        yield f"rope{said}", report


def _attention(rng: np.random.Generator) -> Checks:
    def check(h: int, kv_heads: int, tq: int, tk: int, **options: Any) -> Report:
        q = rng.normal(size=(2, h, tq, 3))
        k, v = rng.normal(size=(2, 2, kv_heads, tk, 3))
        return check_gradients(attention_forward, attention_backward, q, k, v, rng=rng, **options)

    dead_row = rng.random((2, 1, 3, 4)) < 0.6
    dead_row[0, 0, 1] = False
    yield "attention, Tk > Tq", check(2, 2, 3, 4)
    yield "attention causal, Tk > Tq", check(2, 2, 3, 5, causal=True)
    yield "attention causal, Tk < Tq", check(2, 2, 4, 2, causal=True)
    yield "attention, grouped keys and values", check(4, 2, 3, 2)
    yield "attention, one key and value head", check(3, 1, 2, 3, causal=True)
    yield "attention, fully masked row", check(2, 2, 3, 4, mask=dead_row)
    yield "attention, padding", check(2, 1, 3, 4, mask=padding_mask(np.array([4, 2]), 4))
    yield "attention, alibi", check(2, 2, 3, 4, bias=alibi_bias(2, 3, 4), causal=True)
    yield "attention, scale", check(2, 2, 2, 3, scale=0.3)
    yield "attention, dropout", check(2, 1, 3, 4, dropout_p=0.3, forward_seed=5, causal=True)
    yield "attention, one query, one key", check(1, 1, 1, 1)


def _cross_entropy(rng: np.random.Generator) -> Checks:
    def check(*shape: int, **options: Any) -> Report:
        logits, targets = rng.normal(size=(*shape, 5)), rng.integers(0, 5, size=shape)
        targets.flat[0] = options.get("ignore_index", -100)
        pair = cross_entropy_forward, cross_entropy_backward
        return check_gradients(*pair, logits, targets, rng=rng, **options)

    yield "cross_entropy", check(6)
    yield "cross_entropy, 3-D logits", check(2, 3)
    yield "cross_entropy label_smoothing", check(2, 3, label_smoothing=0.2)
    yield "cross_entropy ignore_index=0", check(2, 4, ignore_index=0)


def _squared_error(rng: np.random.Generator) -> Checks:
    for said, shape in (("", (2, 3)), (" of one number", (1,))):
        inputs = rng.normal(size=shape), rng.normal(size=shape)
        pair = squared_error_forward, squared_error_backward
        yield f"squared_error{said}", check_gradients(*pair, *inputs, rng=rng)


OP_CHECKS: dict[str, Callable[[np.random.Generator], Checks]] = {
    "linear": _linear,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "layernorm": _layernorm,
    "rmsnorm": _rmsnorm,
    "relu": _relu,
    "gelu": _gelu,
    "silu": _silu,
    "ffn": _ffn,
    "swiglu_ffn": _swiglu_ffn,
    "embedding": _embedding,
    "dropout": _dropout,
    "rope": _rope,
    "attention": _attention,
    "cross_entropy": _cross_entropy,
    "tanh": _tanh,
    "squared_error": _squared_error,
}

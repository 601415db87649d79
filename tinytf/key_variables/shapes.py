"""Every tensor of a model by name and shape, without a single number of it in memory.

Read beside the layers: `_layer` is `TransformerLayer` and `DecoderLayer`, `_attention` is
`SelfAttention`, and so on; the names are those of `model.parameters()`. What tinytf itself has not
(relative positions, biases in a gated FFN) is named in the same manner.
"""

import math
from collections.abc import Iterator
from typing import Literal, NamedTuple

from tinytf.key_variables.architecture import Architecture, Stack

Part = Literal["embeddings", "attention", "FFN", "norms", "head"]
PARTS: tuple[Part, ...] = ("embeddings", "attention", "FFN", "norms", "head")

# Which rows a matrix is multiplied with: each token of the source or the target, each masked
# token, one row for each sequence; "none" for tables that are looked up, and for vectors.
Rows = Literal["source", "target", "predicted", "sequence", "none"]


class Tensor(NamedTuple):
    """One parameter.

    Attributes:
        name: dotted, as in `model.parameters()`.
        shape: its shape.
        part: what it belongs to.
        rows: which rows it is multiplied with.
    """

    name: str
    shape: tuple[int, ...]
    part: Part
    rows: Rows = "none"

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


def tensors(architecture: Architecture) -> list[Tensor]:
    """All parameters, in the order of `model.parameters()`; a tied one appears once."""
    return list(_tensors(architecture))


def count_parameters(architecture: Architecture) -> int:
    """How many numbers the model learns."""
    return sum(tensor.size for tensor in tensors(architecture))


def count_by_part(architecture: Architecture) -> dict[Part, int]:
    """The same by part; parts without parameters are 0."""
    counts: dict[Part, int] = dict.fromkeys(PARTS, 0)
    for tensor in tensors(architecture):
        counts[tensor.part] += tensor.size
    return counts


def layer_by_part(architecture: Architecture) -> dict[Part, int]:
    """Parameters of all layers (blocks) together by part: without embeddings, final norm, head."""
    counts: dict[Part, int] = {"attention": 0, "FFN": 0, "norms": 0}
    for tensor in tensors(architecture):
        if ".layers." in tensor.name:
            counts[tensor.part] += tensor.size
    return counts


def _tensors(arch: Architecture) -> Iterator[Tensor]:
    if arch.encoder is not None:
        own = arch.vocab_size if arch.source_vocab_size is None else arch.source_vocab_size
        yield from _embeddings(arch, "encoder", own)
        yield from _stack(arch, arch.encoder, "encoder", "source")
    if arch.decoder is not None:
        shared = arch.encoder is not None and arch.source_vocab_size is None
        yield from _embeddings(arch, "decoder", None if shared else arch.vocab_size)
        yield from _stack(arch, arch.decoder, "decoder", "target")
    yield from _heads(arch)


def _embeddings(arch: Architecture, stack: str, vocab_size: int | None) -> Iterator[Tensor]:
    """Tables of one stack; vocab_size None: its tokens are in another stack's table."""
    name, d_model = f"{stack}.embed", arch.d_model
    if vocab_size is not None:
        yield Tensor(f"{name}.tok.weight", (vocab_size, d_model), "embeddings")
    if arch.positions == "learned":
        n_rows = (arch.max_len or 0) + arch.extra_positions
        yield Tensor(f"{name}.pos.weight", (n_rows, d_model), "embeddings")
    if arch.n_segments:
        yield Tensor(f"{name}.segment.weight", (arch.n_segments, d_model), "embeddings")
    if arch.embedding_norm:
        yield from _norm(arch, f"{name}.norm")


def _stack(arch: Architecture, stack: Stack, name: str, rows: Rows) -> Iterator[Tensor]:
    if arch.positions == "relative":
        shape = (arch.n_buckets, stack.n_heads)
        yield Tensor(f"{name}.relative_bias.weight", shape, "attention")
    crosses = rows == "target" and arch.encoder is not None
    for i in range(stack.n_layers):
        yield from _layer(arch, stack, f"{name}.layers.{i}", rows, crosses)
    if arch.norm_position == "pre":
        yield from _norm(arch, f"{name}.final_norm")


def _layer(
    arch: Architecture, stack: Stack, name: str, rows: Rows, crosses: bool
) -> Iterator[Tensor]:
    yield from _norm(arch, f"{name}.norm1")
    yield from _attention(arch, stack, f"{name}.self_attn", rows, rows)
    yield from _norm(arch, f"{name}.norm2")
    if crosses:
        yield from _attention(arch, stack, f"{name}.cross_attn", rows, "source")
        yield from _norm(arch, f"{name}.norm3")
    yield from _feed_forward(arch, stack, f"{name}.ffn", rows)


def _attention(
    arch: Architecture, stack: Stack, name: str, asking: Rows, answering: Rows
) -> Iterator[Tensor]:
    """Queries come from the rows that ask; keys and values from those that answer."""
    d_model, d_q, d_kv = arch.d_model, stack.d_q, stack.d_kv
    yield from _linear(f"{name}.q", d_model, d_q, arch.qkv_bias, "attention", asking)
    yield from _linear(f"{name}.k", d_model, d_kv, arch.qkv_bias, "attention", answering)
    yield from _linear(f"{name}.v", d_model, d_kv, arch.qkv_bias, "attention", answering)
    yield from _linear(f"{name}.out", d_q, d_model, arch.out_bias, "attention", asking)


def _feed_forward(arch: Architecture, stack: Stack, name: str, rows: Rows) -> Iterator[Tensor]:
    d_model, d_ff = arch.d_model, stack.d_ff
    widening = ("gate", "up") if arch.gated else ("in",)
    narrowing = "down" if arch.gated else "out"
    for suffix in widening:
        yield Tensor(f"{name}.w_{suffix}", (d_model, d_ff), "FFN", rows)
        if arch.ffn_bias:
            yield Tensor(f"{name}.b_{suffix}", (d_ff,), "FFN")
    yield Tensor(f"{name}.w_{narrowing}", (d_ff, d_model), "FFN", rows)
    if arch.ffn_bias:
        yield Tensor(f"{name}.b_{narrowing}", (d_model,), "FFN")


def _heads(arch: Architecture) -> Iterator[Tensor]:
    d_model, vocab_size = arch.d_model, arch.vocab_size
    if arch.decoder is not None and arch.language_head and not arch.tie_embeddings:
        yield Tensor("head.weight", (d_model, vocab_size), "head", "target")
    if arch.pooler:
        yield from _linear("pooler.dense", d_model, d_model, arch.out_bias, "head", "sequence")
    if arch.masked_head:
        yield from _linear("mlm.dense", d_model, d_model, arch.out_bias, "head", "predicted")
        yield from _norm(arch, "mlm.norm", "head")
        if not arch.tie_embeddings:
            yield Tensor("mlm.decoder.weight", (d_model, vocab_size), "head", "predicted")
        yield Tensor("mlm.bias", (vocab_size,), "head")
    if arch.n_labels:
        rows: Rows = "sequence" if arch.pooler else "source"
        name = "nsp" if arch.masked_head else "head"
        yield from _linear(name, d_model, arch.n_labels, True, "head", rows)


def _linear(
    name: str, d_in: int, d_out: int, bias: bool, part: Part, rows: Rows
) -> Iterator[Tensor]:
    yield Tensor(f"{name}.weight", (d_in, d_out), part, rows)
    if bias:
        yield Tensor(f"{name}.bias", (d_out,), part)


def _norm(arch: Architecture, name: str, part: Part = "norms") -> Iterator[Tensor]:
    yield Tensor(f"{name}.gamma", (arch.d_model,), part)
    if arch.norm == "layernorm" and arch.norm_bias:
        yield Tensor(f"{name}.beta", (arch.d_model,), part)

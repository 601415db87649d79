"""What has to be kept: activations until the backward pass, keys and values from token to token.

The activations are exactly those that tinytf's caches hold, array by array (the tests walk the
caches of real models and compare). Other code keeps somewhat more or less: GELU's slope may be
recomputed instead of kept, and attention that never stores its pattern (FlashAttention) keeps
nothing that grows with T x T. Read `kept_arrays` beside the forwards: each keeps what its backward
reads.

For comparison, Korthikanti et al. 2022, "Reducing Activation Recomputation in Large Transformer
Models" (arXiv:2205.05198), equation 1: T B D (34 + 5 H T / D) bytes per layer, in 16 bits with
dropout, for a GPT with F = 4 D.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tinytf.key_variables.architecture import Architecture, Stack
from tinytf.key_variables.flops import Lengths

FLOAT32 = 4  # bytes
FLOAT16 = 2  # bytes, of bfloat16 too
ID = 8  # bytes of an integer
MASK = 1  # bytes of a boolean


class Kept(NamedTuple):
    """An array (or all of one kind in a stack) that waits for the backward pass.

    Attributes:
        name: what it is.
        numbers: how many it holds, all layers and sequences together.
        bytes_each: of one of them.
        quadratic: whether it grows with the length times the length.
    """

    name: str
    numbers: int
    bytes_each: int = FLOAT32
    quadratic: bool = False

    @property
    def n_bytes(self) -> int:
        """Of all its numbers."""
        return self.numbers * self.bytes_each


def kept_arrays(
    architecture: Architecture, lengths: Lengths, batch: int = 1, dropout: bool = False
) -> list[Kept]:
    """What tinytf keeps of a forward pass in float32, up to and with the logits and their loss.

    Args:
        architecture: of the model.
        lengths: of each sequence (or pair).
        batch: B, sequences in one step.
        dropout: whether dropout is on: its masks are kept, too.
    """
    return list(_kept(architecture, lengths, batch, dropout))


def activation_bytes(
    architecture: Architecture, lengths: Lengths, batch: int = 1, dropout: bool = False
) -> int:
    """Bytes of all `kept_arrays`."""
    return sum(array.n_bytes for array in kept_arrays(architecture, lengths, batch, dropout))


def kv_cache_bytes(architecture: Architecture, bytes_each: int = FLOAT16) -> int:
    """Bytes of keys and values, all layers together, for one token of one sequence.

    Of a decoder: for each token read or written so far. In an encoder-decoder as many again, once,
    for each token of the source (cross-attention). An encoder generates nothing: 0.
    """
    stack = architecture.decoder
    return 0 if stack is None else 2 * stack.n_layers * stack.d_kv * bytes_each


def _kept(arch: Architecture, lengths: Lengths, batch: int, dropout: bool) -> Iterator[Kept]:
    source, target = batch * lengths.source, batch * lengths.target
    if arch.encoder is not None:
        yield from _embeddings(arch, "encoder", lengths.source, batch, dropout)
        yield from _stack(arch, arch.encoder, "encoder", lengths.source, 0, batch, dropout)
        if arch.decoder is not None:
            yield Kept("encoder: output, read by every cross-attention", source * arch.d_model)
    if arch.decoder is not None:
        yield from _embeddings(arch, "decoder", lengths.target, batch, dropout)
        n_keys = lengths.source if arch.encoder is not None else 0
        yield from _stack(arch, arch.decoder, "decoder", lengths.target, n_keys, batch, dropout)
        if arch.language_head:
            yield Kept("head: its input", target * arch.d_model)
            yield from _logits(target, arch.vocab_size)
    yield from _encoder_heads(arch, lengths, batch, dropout)


def _embeddings(
    arch: Architecture, name: str, length: int, batch: int, dropout: bool
) -> Iterator[Kept]:
    rows = batch * length
    yield Kept(f"{name}: ids", rows * (2 if arch.n_segments else 1), ID)
    if arch.positions == "learned":
        yield Kept(f"{name}: positions", length, ID)
    if arch.embedding_norm:
        yield Kept(f"{name}: norm of the embeddings", rows * (arch.d_model + 1))
    if dropout:
        yield Kept(f"{name}: dropout of the embeddings", rows * arch.d_model)


def _stack(
    arch: Architecture,
    stack: Stack,
    name: str,
    length: int,
    n_memory: int,
    batch: int,
    dropout: bool,
) -> Iterator[Kept]:
    """Layers and final norm; n_memory: keys of cross-attention, 0 where there is none."""
    n, rows, d_model = stack.n_layers, batch * length, arch.d_model
    n_sublayers = 3 if n_memory else 2
    final = 1 if arch.norm_position == "pre" else 0
    yield Kept(f"{name}: norms, normed and rstd", (n_sublayers * n + final) * rows * (d_model + 1))
    yield Kept(f"{name}: inputs of attention and FFN", n_sublayers * n * rows * d_model)
    yield from _attention(stack, f"{name}: self-attention", length, length, batch, dropout)
    if arch.positions == "rope":  # cos and sin, (T, K/2) each, once for q and once for k
        yield Kept(f"{name}: angles of rope", n * 2 * length * stack.d_head)
    if n_memory:
        yield from _attention(stack, f"{name}: cross-attention", length, n_memory, batch, dropout)
    yield from _feed_forward(arch, stack, name, rows)
    if dropout:
        yield Kept(f"{name}: dropout behind sub-layers", n_sublayers * n * rows * d_model)


def _attention(
    stack: Stack, name: str, n_queries: int, n_keys: int, batch: int, dropout: bool
) -> Iterator[Kept]:
    n, pattern = stack.n_layers, batch * stack.n_heads * n_queries * n_keys
    # Merging the heads copies z, but where one of its three axes has size 1: a view will do.
    copies = 1 if 1 in (stack.n_heads, n_queries, stack.d_head) else 2
    yield Kept(f"{name}, q", n * batch * n_queries * stack.d_q)
    yield Kept(f"{name}, k and v", n * 2 * batch * n_keys * stack.d_kv)
    yield Kept(f"{name}, pattern", n * pattern, quadratic=True)
    if dropout:
        yield Kept(f"{name}, dropout of the pattern", n * pattern, quadratic=True)
    yield Kept(f"{name}, z by heads and merged", n * copies * batch * n_queries * stack.d_q)


def _feed_forward(arch: Architecture, stack: Stack, name: str, rows: int) -> Iterator[Kept]:
    wide = stack.n_layers * rows * stack.d_ff
    relu = arch.activation == "relu"
    # pre and its cdf or sigmoid; ReLU needs to know only where pre is positive
    yield Kept(f"{name}: FFN, activation", wide * (1 if relu else 2), MASK if relu else FLOAT32)
    if arch.gated:
        yield Kept(f"{name}: FFN, gate and up", 2 * wide)
    yield Kept(f"{name}: FFN, post", wide)


def _logits(rows: int, n_outputs: int) -> Iterator[Kept]:
    """The logits, and of their cross-entropy log_probs, targets and which of them are real."""
    yield Kept("loss: logits and log_probs", 2 * rows * n_outputs)
    yield Kept("loss: targets", rows, ID)
    yield Kept("loss: which targets are real", rows, MASK)


def _encoder_heads(
    arch: Architecture, lengths: Lengths, batch: int, dropout: bool
) -> Iterator[Kept]:
    d_model, rows = arch.d_model, batch * lengths.source
    predicted = batch * lengths.predicted
    if arch.pooler or (arch.n_labels and not dropout):
        yield Kept("encoder: output", rows * d_model)
    if arch.pooler:
        yield Kept("pooler: its output", batch * d_model)
    if arch.masked_head:
        yield Kept("masked tokens: which", rows, MASK)
        # picked, pre and cdf, normed and rstd, inner
        yield Kept("masked tokens: head", predicted * (5 * d_model + 1))
        yield from _logits(predicted, arch.vocab_size)
    if arch.n_labels:
        n_read = batch if arch.pooler else rows
        if dropout and not arch.masked_head:  # next-sentence prediction has no dropout
            yield Kept("labels: dropout and what it left", 2 * n_read * d_model)
        yield from _logits(n_read, arch.n_labels)
